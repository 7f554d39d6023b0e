"""What the declared types say of themselves - titles, cues, shapes - indexed once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from extractors.document_type import all_document_types
from extractors.packets.phrases import PhraseIndex, joined

Meaning = TypeVar("Meaning")
# Words that titles of one meaning have or lack: `notice of denial`, `notice denial`.
_SMALL_WORDS = frozenset({"a", "an", "the", "of", "for", "and", "&", "to", "or"})


@dataclass(frozen=True)
class Wording:
    """The declared wordings.

    Attributes:
        titles, title_types: index of all titles, and which types each announces.
        title_parts: type, words of its subject, words of its paper (`DocumentType.title_parts`).
        joined_titles: titles without spaces -> the title, by their length, for lines that recognition spaced wrongly.
        cues, cue_weights: index of all cues, and what each weighs for which types.
        shapes: for each type, what each shape of a page weighs (extractors/packets/shapes.py).
    """

    titles: PhraseIndex
    title_types: dict[str, tuple[str, ...]]
    title_parts: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    joined_titles: dict[int, dict[str, str]]
    cues: PhraseIndex
    cue_weights: dict[str, tuple[tuple[str, float], ...]]
    shapes: dict[str, tuple[tuple[str, float], ...]]


@cache
def wording() -> Wording:
    """The wordings of all declared types."""
    types = all_document_types().values()
    titles = _by_phrase((title, t.name) for t in types for title in t.titles)
    cues = _by_phrase((cue, (t.name, weight)) for t in types for cue, weight in t.cues)
    parts = tuple((t.name, frozenset(about), frozenset(papers)) for t in types for about, papers in t.title_parts)
    index = PhraseIndex(
        titles, skipping=_SMALL_WORDS, also=(word for _, *both in parts for some in both for word in some)
    )
    return Wording(
        titles=index,
        title_types=titles,
        title_parts=parts,
        joined_titles=_by_length((joined(title.split()), title) for title in titles),
        cues=PhraseIndex(cues),
        cue_weights=cues,
        shapes={t.name: t.shapes for t in types},
    )


def cue_scores(tokens: Sequence[str], *, recognised: bool) -> dict[str, float]:
    """What the cues on a page weigh for each type; a cue counts once, and not inside a longer one of its type."""
    known = wording()
    if recognised:
        tokens = known.cues.corrected(tokens)
    taken: dict[str, list[tuple[int, int]]] = {}
    scores: dict[str, float] = {}
    counted: set[tuple[str, str]] = set()
    for phrase, start, end in sorted(known.cues.find(tokens), key=lambda hit: (hit[1] - hit[2], hit[1])):
        for name, weight in known.cue_weights[phrase]:
            inside = any(a <= start and end <= b for a, b in taken.get(name, ()))
            if inside or (name, phrase) in counted:
                continue
            counted.add((name, phrase))
            taken.setdefault(name, []).append((start, end))
            scores[name] = scores.get(name, 0.0) + weight
    return scores


def _by_phrase(pairs: Iterable[tuple[str, Meaning]]) -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, list[Meaning]] = {}
    for phrase, meaning in pairs:
        found.setdefault(phrase, []).append(meaning)
    return {phrase: tuple(meanings) for phrase, meanings in found.items()}


def _by_length(pairs: Iterable[tuple[str, str]]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for letters, title in pairs:
        found.setdefault(len(letters), {})[letters] = title
    return found
