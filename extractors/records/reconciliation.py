"""A model's reading laid over the embedded one, field by field: agreed, contradicted, or said by one of them only.

The embedded reading stands as it is without a model: nothing that a model says gives a field a neighbour, a second
mention or a wording that would raise it. A model adds agreement with what is printed, doubt, other values for a person
to see, and fields of its own, which wait for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.records import Field
from documents.values import Alignment, Kind
from extractors.grammar.sig_meaning import meaning
from extractors.lexicon.drugs import is_same_drug
from extractors.records.mentions import Mention, same_person_name

# Who read: the embedded reader, a model.
RULES, MODEL = "rules", "llm"
_BOTH = "llm+rules"
_DISAGREE = "readings_disagree"

# A field's place: path, group, value.
Proofs = Mapping[tuple[str, str | None, str], Mention]
Slots = Mapping[tuple[str, str | None], Sequence[Mention]]

# Several of these describe one entity rightly.
MANY_PER_ENTITY = frozenset({"procedure.modifier"})

_WORDED = frozenset({Kind.TEXT, Kind.ORGANIZATION, Kind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model says about one field of the embedded reading.

    Attributes:
        features: `agrees`: both say what is printed. `echoes`: both say what recognition made of the same pixels, which
            proves no character. `disagrees`: the model says something else there, or means it otherwise. `unproven`: it
            says something else that no page proves; where the words were recognised that is a disagreement too, since a
            model that knows the field often sees what a misread word should be. `alone`: it says nothing.
        said: whether the model says the same, proven.
        others: what it says instead.
    """

    features: Mapping[str, float]
    said: bool = False
    others: tuple[str, ...] = ()


def beside(fields: Sequence[Field], proofs: Proofs, model: Slots, *, whole: bool) -> list[Field]:
    """The embedded reading's fields with what a model says of them.

    Args:
        fields: of the embedded reading, related to each other.
        proofs: the mention that stands for each.
        model: the model's mentions, under the embedded reading's groups.
        whole: whether the model answered for every page: else silence says nothing.
    """
    seen = []
    for field in fields:
        mention = proofs.get((field.path, field.group, field.value))
        found = model.get((field.path, field.group), ())
        verdict = Verdict({}) if mention is None else compared(mention, found, whole=whole)
        seen.append(_told(field, verdict))
    return seen


def compared(mention: Mention, said: Sequence[Mention], *, whole: bool) -> Verdict:
    """What a model's mentions for the same field come to."""
    if not mention.grounding.grounded:
        return Verdict({}, others=tuple(m.value for m in said))
    proven = [m for m in said if m.grounding.grounded]
    # Who says a value for many fields at once has not read it: that is no agreement.
    same = [m for m in proven if says_the_same(mention, m) and not m.features.get("shared")]
    against = [] if mention.spec.path in MANY_PER_ENTITY else [m for m in said if _contradicts(mention, m)]
    other = [m for m in against if m.grounding.grounded]
    unproven = [m for m in against if not m.grounding.grounded]
    others = tuple(dict.fromkeys(m.value for m in (*other, *unproven)))
    meant = all(m.cited.assertion is mention.cited.assertion for m in same)
    recognised = mention.quality.from_ocr
    if other or not meant or (unproven and recognised):
        return Verdict({"disagrees": 1.0}, bool(same), others)
    if unproven:
        return Verdict({"unproven": 1.0}, bool(same), others)
    if same:
        return Verdict({"echoes": 1.0} if recognised else {"agrees": 1.0}, True)
    # What follows from words that do not print it (a status, a role) a model need not state.
    return Verdict({"alone": 1.0} if whole and not said and not mention.cited.derived else {})


def says_the_same(one: Mention, other: Mention) -> bool:
    """Whether two readers say one value: nothing is forgiven but case, spacing, punctuation and another notation."""
    a, b, kind = one.value, other.value, one.spec.reads.kind
    if _bare(a) == _bare(b):
        return True
    if kind in (Kind.FREQUENCY, Kind.ROUTE, Kind.FORM):
        meant = meaning(kind, a)
        return meant is not None and meant == meaning(kind, b)
    if kind is Kind.PERSON_NAME:
        return same_person_name(a, b)
    return kind is Kind.DRUG and is_same_drug(a, b)


def _contradicts(one: Mention, other: Mention) -> bool:
    """Whether what another reader says is no shorter or longer wording of the same."""
    if says_the_same(one, other):
        return False
    a, b = one.value.casefold(), other.value.casefold()
    if one.spec.reads.kind is Kind.DATE:
        return not (a.startswith(b) or b.startswith(a))  # `2026-04` beside `2026-04-15`
    return not (one.spec.reads.kind in _WORDED and (a in b or b in a))


def _bare(text: str) -> str:
    """Letters, digits, and the signs that change a number: `1.5` is not `15`, `-2` not `2`."""
    return re.sub(r"(?<!\d)[.,]|[.,](?!\d)|[^\w.,<>+-]|_", "", text.casefold())


def _told(field: Field, verdict: Verdict) -> Field:
    disagrees = "disagrees" in verdict.features
    return field.model_copy(
        update={
            "features": {**field.features, **verdict.features},
            "reasons": (*field.reasons, _DISAGREE) if disagrees else field.reasons,
            "alternatives": tuple(dict.fromkeys((*field.alternatives, *verdict.others))),
            "source": _BOTH if verdict.said else RULES,
        }
    )


def unread_by_rules(fields: Sequence[Field], model: Sequence[Mention]) -> list[Mention]:
    """The model's mentions for fields of which the embedded reading has none."""
    held = {(f.path, f.group) for f in fields}
    return [m for m in model if (m.spec.path, m.group) not in held]


def of_the_model(field: Field) -> Field:
    """A field that only the model reads: it waits for a person."""
    quoted = not field.derived and field.alignment is not Alignment.NONE
    return field.model_copy(
        update={
            "features": {**field.features, **({"model_alone": 1.0} if quoted else {})},
            "reasons": (*field.reasons, "one_reading"),
            "source": MODEL,
        }
    )
