"""Two independent readings of one segment: which entity of the one is which of the other.

Single fields meet by their path. Entities that repeat are matched one to one by an assignment over all of one kind,
since the same drug may be third in one reading and first in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from extractors.records.assignment import assign
from extractors.records.entity_groups import NAMED_BY, PREFIXES
from extractors.records.mentions import Mention, same_value

# Of what two entities share: the leaf that names it, the words it was read from, any other leaf; and what they differ
# in. An entity is the other's only if more speaks for it than against.
_NAMED, _SAME_WORDS, _ALIKE, _UNLIKE = 3.0, 2.0, 1.0, -1.5

_NOTHING: frozenset[str] = frozenset()
# Words that a model gives for so many different fields prove none of them: it answers at random, or obeys somebody.
_TOO_MANY_FIELDS = 3

Entities = dict[str, list[Mention]]


def with_shared_doubted(mentions: Iterable[Mention]) -> list[Mention]:
    """A model's mentions; those with one value and quote for several fields are marked: they agree with nobody."""
    held = list(mentions)
    fields: dict[tuple[str, str], set[str]] = {}
    for mention in held:
        fields.setdefault(_words(mention), set()).add(mention.spec.path)
    return [
        replace(mention, features={**mention.features, "shared": 1.0})
        if len(fields[_words(mention)]) >= _TOO_MANY_FIELDS
        else mention
        for mention in held
    ]


def _words(mention: Mention) -> tuple[str, str]:
    return mention.cited.value.casefold(), mention.cited.quote.casefold()


def matched(first: Sequence[Mention], second: Sequence[Mention]) -> list[Mention]:
    """The second reading's mentions of repeated entities under the first one's groups, new groups after those.

    Args:
        first: of the first reading, united (`unite_groups`).
        second: of the other, united too.
    """
    renamed: list[Mention] = []
    mine, theirs = _by_entity(first), _by_entity(second)
    for entity, groups in theirs.items():
        known = mine.get(entity, {})
        names, others = list(known), list(groups)
        likeness = [[_likeness(groups[other], known[name], entity) for name in names] for other in others]
        partner = {others[row]: names[column] for row, column in assign(likeness)}
        fresh = len(names)
        for other in others:
            if other not in partner:
                fresh += 1
                partner[other] = f"{PREFIXES.get(entity, entity)}{fresh}"
            renamed += [replace(mention, group=partner[other]) for mention in groups[other]]
    return renamed


def _by_entity(mentions: Iterable[Mention]) -> dict[str, Entities]:
    found: dict[str, Entities] = {}
    for mention in mentions:
        found.setdefault(mention.spec.entity, {}).setdefault(mention.group or "", []).append(mention)
    return found


def _likeness(one: Sequence[Mention], other: Sequence[Mention], entity: str) -> float:
    """How much speaks for two entities being one; 0 or less: nothing."""
    keys = {f"{entity}.{leaf}" for leaf in NAMED_BY.get(entity, ())}
    total = 0.0
    for path, held in groupby(sorted(one, key=lambda m: m.spec.path), key=lambda m: m.spec.path):
        mine, theirs = list(held), [m for m in other if m.spec.path == path]
        if not theirs:
            continue
        if any(same_value(a, b) for a in mine for b in theirs):
            total += _NAMED if path in keys else _ALIKE
        else:
            total += _UNLIKE
        total += _SAME_WORDS * any(_overlap(a, b) for a in mine for b in theirs)
    return total


def _overlap(one: Mention, other: Mention) -> bool:
    return any(
        a.page == b.page and a.start < b.end and b.start < a.end
        for a in one.grounding.evidence
        for b in other.grounding.evidence
    )


def without_echoes(mine: Sequence[Mention], theirs: Sequence[Mention]) -> list[Mention]:
    """The second reading's mentions without what our own rules derived for entities that the first reads too.

    That such a value is the first one's is no second opinion.
    """
    known = {mention.group for mention in mine}
    return [mention for mention in theirs if not (mention.cited.derived and mention.group in known)]


def with_taken(mine: Sequence[Mention], theirs: Sequence[Mention]) -> Iterator[Mention]:
    """The second reading's mentions; `taken` where the first reads these very words as another field.

    A model that mixes up two dates or two drugs' doses quotes words that stand on the page.

    Args:
        mine: of the first reading.
        theirs: of the other.
    """
    read: dict[tuple[int, int], set[str]] = {}
    for mention in mine:
        for span in mention.grounding.evidence:
            for at in range(span.start, span.end):
                read.setdefault((span.page, at), set()).add(mention.spec.path)
    for mention in theirs:
        said = [read.get((e.page, at), _NOTHING) for e in mention.grounding.evidence for at in range(e.start, e.end)]
        taken = said and all(said) and not any(mention.spec.path in paths for paths in said)
        yield replace(mention, features={**mention.features, "taken": 1.0}) if taken else mention
