"""Labels without a colon: the shape of what follows, or its capitals, tell where the value begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from documents.values import Kind
from extractors.forms.composed import COMPOSED
from extractors.forms.labels import Label, Lexicon
from extractors.forms.parsing import parse_value
from extractors.grammar.find import normalise
from extractors.layout.chunks import Chunk
from extractors.lexicon.drugs import FOLDED, find_drugs

# Kinds with a shape: a label before one needs no colon (`NPI 1918969357`, `DOB 12/6/1956`).
SHAPED = frozenset(
    {Kind.DATE, Kind.NPI, Kind.PHONE, Kind.IDENTIFIER, Kind.DIAGNOSIS_CODE, Kind.PROCEDURE_CODE, Kind.SEX}
)
# Kinds of which a label needs no colon before a text that is one and nothing else (`Repeat fills 5`, `Given by mouth`).
_WHOLE = frozenset({Kind.NUMBER, Kind.STRENGTH, Kind.DOSE, Kind.FORM, Kind.ROUTE, Kind.FREQUENCY})
# Kinds of words: without a colon only the letters' case tells them from their label.
_WORDY = frozenset({Kind.PERSON_NAME, Kind.ORGANIZATION, Kind.TEXT})
# `Secondary I10 Hypertension`: before a diagnosis code these words number it.
_NUMBERS_A_DIAGNOSIS = frozenset({"primary", "secondary", "principal", "tertiary"})
_PLACE_CODE = re.compile(r"\d{2}")  # `Place of service code 22`
# An address as a whole: house number, town, state and ZIP code.
_ADDRESS = re.compile(r"(?:\d+[A-Za-z]?|P\.?\s?O\.?\s?Box) \S.*\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?")
# Titles and letterheads stand above.
_TITLE_ZONE = 0.12
# A label without a colon is a few words.
_LONGEST_BARE = 5
_WORD = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")


def label_without_colon(text: str, chunk: Chunk, lexicon: Lexicon) -> tuple[Label, int, int] | None:
    """A label at the start of a chunk, followed by a value of its kind without a colon between."""
    ends = [m.end() for m in islice(_WORD.finditer(text), _LONGEST_BARE)]
    for end in reversed(ends):
        if end == len(text) or not _may_be_answer(text[end:], text[:end]):
            continue
        label = lexicon.read(text[:end], chunk.from_ocr)
        if label is not None and label.words in _NUMBERS_A_DIAGNOSIS:
            label = lexicon.read(f"{label.words} diagnosis")
        if label is None or not label.paths:
            continue
        kind = lexicon.kind(label.paths[0])
        if label.paths[0] == "diagnosis.description":
            kind = Kind.DIAGNOSIS_CODE  # `Diagnosis J44.9 COPD`
        whole = [p for p in label.paths if _is_whole(lexicon.kind(p), text[end:].strip(), from_ocr=chunk.from_ocr)]
        if whole and text[0].isupper():
            return replace(label, paths=tuple(whole)), 0, end
        named = kind is Kind.PERSON_NAME and label.words.endswith("name")
        shifts = kind in _WORDY and _shifts_case(text[:end], text[end:])
        located = kind is Kind.ADDRESS and _ADDRESS.match(text[end:].strip()) is not None
        if not (kind in SHAPED or named or shifts or located):
            continue
        rest = text[end:].strip(" #.:-_*")
        if kind in _WORDY and not rest[:1].isupper():
            continue
        value = parse_value(kind, rest, from_ocr=chunk.from_ocr)
        if value is not None and value.start <= 1:
            return label, 0, end
    return None


def _is_whole(kind: Kind, rest: str, *, from_ocr: bool) -> bool:
    """Whether a text is one value of a kind that needs no search, and nothing else."""
    if kind is Kind.PLACE_OF_SERVICE:
        return _PLACE_CODE.fullmatch(rest) is not None
    if kind is Kind.DRUG:  # `Drug tacrolimus`
        hits = find_drugs(rest, from_ocr=from_ocr)
        return bool(hits) and hits[0].start == 0 and hits[0].score >= FOLDED
    return kind in _WHOLE and normalise(kind, rest, from_ocr=from_ocr) is not None


def _may_be_answer(rest: str, before: str) -> bool:
    """Whether what follows a few words has a shape that a label needs no colon for: digits, a lone word, a name."""
    shaped = _DIGIT.search(rest) is not None or " " not in rest.strip() or rest.strip()[:1].islower()
    return shaped or before[-4:].lower() == "name" or _shifts_case(before, rest)


def _shifts_case(before: str, rest: str) -> bool:
    """Whether a text goes on in capitals after a label in small letters: `Health plan Prairie Mutual`."""
    words = before.split()
    return len(words) > 1 and words[0][:1].isupper() and words[-1].islower() and rest.strip()[:1].isupper()


def is_bare(text: str, spans: Sequence[tuple[Label, int, int]]) -> bool:
    """Whether a chunk's first label is followed by its value without a colon or another sign."""
    return bool(spans) and spans[0][1] == 0 and spans[0][2] < len(text) and text[spans[0][2] - 1].isalnum()


def bare_label(chunk: Chunk, lexicon: Lexicon) -> tuple[Label, int, int] | None:
    """On a page that prints its labels so: a known label before words (`Dispensing Pharmacy Corner Drug`)."""
    if chunk.box.top < _TITLE_ZONE:
        return None  # `Specialty Pharmacy Enrollment Form`
    ends = [m.end() for m in islice(_WORD.finditer(chunk.text), _LONGEST_BARE)]
    for end in reversed(ends):
        rest = chunk.text[end:].strip()
        label = lexicon.read(chunk.text[:end], chunk.from_ocr) if rest[:1].isupper() or rest[:1].isdigit() else None
        known = label is not None and label.score >= 1.0 and label.paths
        if label is not None and known and lexicon.kind(label.paths[0]) in _WORDY:
            value = parse_value(lexicon.kind(label.paths[0]), rest, from_ocr=chunk.from_ocr)
            if value is not None and value.start == 0:
                return replace(label, score=COMPOSED), 0, end
    return None
