"""What a piece of printed text states: the gold facts it carries and the trap it sets, bound to the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One gold value, in the names and normal forms of docs/predictions.md.

    Attributes:
        field: name, e.g. `patient.dob`.
        value: canonical value.
        group: shared by the attributes of one drug, diagnosis, service line, provider, result.
        optional: right if predicted, not missed if omitted.
        derived: follows from the text around it; prints nothing of its own.
        trap: the trap that this value is, if one.
        alternatives: other values that count as right.
    """

    field: str
    value: str
    group: str | None = None
    optional: bool = False
    derived: bool = False
    trap: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bait:
    """Text that must not become a value: an example in the instructions, a struck-out entry, an injected order.

    Attributes:
        trap: name of the trap.
        values: (field, value) pairs that a careless reader would take from it.
    """

    trap: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ink:
    """A run of text as printed, with what it states."""

    text: str
    facts: tuple[Fact, ...] = ()
    bait: Bait | None = None
    struck: bool = False
    bold: bool = False


Line = tuple[Ink, ...]
"""Text printed in one go: pieces follow each other without added spaces."""

Item = Mapping[str, Line]
"""An entry of a list - a diagnosis, a drug, a result - as what is printed for each of its parts."""

Piece = str | Ink | Sequence[Ink]


def line(*pieces: Piece) -> Line:
    """Joins plain text, inks and lines into one line."""
    return tuple(_flatten(pieces))


def _flatten(pieces: Iterable[Piece]) -> Iterable[Ink]:
    for piece in pieces:
        if isinstance(piece, Ink):
            yield piece
        elif isinstance(piece, str):
            if piece:
                yield Ink(piece)
        else:
            yield from piece


def text_of(printed: Line) -> str:
    """The characters of a line."""
    return "".join(piece.text for piece in printed)


def bold(*pieces: Piece) -> Line:
    """The same line in bold."""
    return tuple(Ink(p.text, p.facts, p.bait, p.struck, bold=True) for p in line(*pieces))


def joined(lines: Sequence[Line], separator: str = ", ", last: str | None = None) -> Line:
    """Lines in a row: `a, b and c`.

    Args:
        lines: what to join.
        separator: between two of them.
        last: between the last two, if it differs.
    """
    out: list[Ink] = []
    for index, item in enumerate(lines):
        if index:
            final = index == len(lines) - 1 and last is not None
            out.append(Ink(last if final and last is not None else separator))
        out.extend(item)
    return tuple(out)


# Names of slots in a sentence: "{she} denies {negatives}".
_SLOT = re.compile(r"\{(\w+)\}")


def fill(sentence: str, slots: Mapping[str, Piece]) -> Line:
    """Puts inks into the slots of a sentence.

    Raises:
        KeyError: the sentence names a slot that is not given.
    """
    parts: list[Piece] = []
    for index, part in enumerate(_SLOT.split(sentence)):
        parts.append(slots[part] if index % 2 else part)
    return line(*parts)
