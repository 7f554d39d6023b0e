"""Reasons to leave a labelled value to a person: its label means two things, or the answer offers several values."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from documents.values import Kind
from extractors.forms.answers import Answer
from extractors.forms.collected import Place
from extractors.forms.labels import Label
from extractors.forms.parsing import Piece
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values, normalise
from extractors.lexicon.words import any_of

# A label score that keeps a value from being accepted and leaves it for review (neutral is .8, a full match 1.0).
_DOUBTFUL = 0.3
# Labels that some forms mean for the company and others for its product.
_COMPANY_OR_PRODUCT = frozenset(
    {"plan", "coverage", "program", "plan name", "name of plan", "health plan", "health plan name",
     "name of health plan", "insurance plan",
     "insurance plan name", "benefit plan", "benefit plan name", "program name", "coverage name"}
)  # fmt: skip
_PRODUCT = re.compile(
    r"\b(?:hmo|ppo|pos|epo|hdhp|hsa|ffs|d-?snp|snp|chip|medicare|medicaid|gold|silver|bronze|platinum|advantage|"
    r"open access|select|choice|value|premier|standard|basic|core|commercial|marketplace|managed care|"
    r"self[- ]funded)\b",
    re.IGNORECASE,
)
# Words beside a date, a number or an id that take it back, or make it one of two.
_TAKEN_BACK = re.compile(
    r"\b(?:not|was|were|old|former(?:ly)?|previous(?:ly)?|prior|or|error|void|wrong|incorrect|corrected|changed|until|"
    r"after|before|pending|approx\w*|about|circa|estimated|tentative|tbd|last|expired|terminated|inactive)\b|\?",
    re.IGNORECASE,
)
# `of`, `and`, `the` are small in names too.
_SHORT_WORD = 3
# The practice's number or the plan's: the label does not say.
_WHOSE_PHONE = frozenset(
    {"callback", "call back", "callback number", "call back number", "contact number", "best number"}
)
_WHOSE_ID = frozenset({"id", "id number"})
# A second sentence, or a telephone number.
_SENTENCE = re.compile(r"[a-z0-9]{4,}\. [A-Z]|\d{3}[-. )]+\d{3}[-.]\d{4}")
_CHECKED_WORDS = frozenset({Kind.DATE, Kind.IDENTIFIER, Kind.NPI, Kind.PHONE})
_RANGE = re.compile(r"\s*(?:-|–|—|to|through|thru|until|and)\s*", re.IGNORECASE)
# Between two codes: one is offered for the other, or denied, or both are the ends of a range.
_INSTEAD = re.compile(
    r"(?:^\s*(?:-|–|—)|\b(?:or|vs\.?|versus|not|rather than|instead of|to|through|thru)(?:\s+(?:cpt|hcpcs|"
    r"icd-?10(?:-cm)?|codes?))?)\s*[:#(]*\s*$",
    re.IGNORECASE,
)
# Two printed ids of one length that differ in at most this share of their characters: the second corrects the first.
_CORRECTED_SHARE = 0.5
_SHORTEST_ID = 6


# Ids hold at least three digits; shorter runs are row numbers and checkbox labels.
_NUMBERED = frozenset({"patient.member_id", "patient.mrn", "case.reference_number"})
_ROW_OF_PLACES = 3
_NOT_A_NAME = re.compile(
    r"\b(?:requests?|authorization|form|section|information|required|attach\w*|page)\b|^(?:yes|no|y|n)\W*$",
    re.IGNORECASE,
)


def doubted(place: Place) -> Place:
    """The place with a label that is not trusted."""
    return replace(place, label_score=min(place.label_score, _DOUBTFUL))


def is_doubtful(path: str, kind: Kind, value: str, *, label: Label, text: str) -> bool:
    """Whether a value that parses may still not be what the label asks for.

    `text` is the whole answer that the value was taken from.
    """
    if path in ("payer.name", "payer.plan") and label.words in _COMPANY_OR_PRODUCT:
        return path == "payer.name" or _PRODUCT.search(value) is None
    if kind is Kind.IDENTIFIER and (_is_corrected(value) or label.words in _WHOSE_ID):
        return True
    if kind is Kind.PHONE and not label.owner and label.words in _WHOSE_PHONE:
        return True
    if kind not in _CHECKED_WORDS:
        return False
    return _TAKEN_BACK.search(text) is not None or _offers_several(path, kind, text)


def offers_instead(text: str, groups: list[list[Piece]]) -> bool:
    """Whether a line's codes exclude each other: `72148 or 72149`, `72148, not 72149`, `M54.16 - M54.17`."""
    codes = sorted((p.start, p.end) for pieces in groups for p in pieces if p.path.endswith(".code"))
    return any(_INSTEAD.search(text[one[1] : other[0]]) for one, other in pairwise(codes))


def among_places(answer: Answer, sheet: Sheet) -> bool:
    """Whether the answer stands in a row of boxes for the kind of place: three kinds or more on its line."""
    line = sheet.line_of(answer.chunks[0])
    return len({m.value for c in line for m in find_values(Kind.PLACE_OF_SERVICE, c.text)}) >= _ROW_OF_PLACES


def is_plausible(path: str, value: str) -> bool:
    """Refuses texts that parse but are not what the field holds."""
    digits = sum(c.isdigit() for c in value)
    if path == "facility.name" and (";" in value or "%" in value or digits * 3 > len(value)):
        return False  # results beside `Labs`
    if path == "facility.name" and normalise(Kind.PLACE_OF_SERVICE, value) is not None:
        return False  # `outpatient hospital` is a kind of place
    if path in ("facility.name", "payer.name", "payer.plan", "provider.specialty"):
        letters = sum(c.isalpha() for c in value)
        wordy = (
            not re.match(r"\d{1,2}[.)]\s", value)
            and letters >= 3
            and letters * 2 >= len(value.replace(" ", ""))
            and len(value) <= 80
        )
        named = path in ("provider.specialty", "payer.plan") or _is_titled(value)
        return wordy and named and (path == "provider.specialty" or _NOT_A_NAME.search(value) is None)
    if path in ("patient.name", "provider.name", "subscriber.name"):
        return any_of("not_person_words").search(value) is None
    least = {"patient.member_id": 5, "case.reference_number": 5, "patient.mrn": 3, "patient.address": 8}.get(path, 0)
    return len(value) >= least and (digits >= 3 or path not in _NUMBERED)


def _is_titled(value: str) -> bool:
    """Whether a text may be an organization's name: most of its words begin as names do, and no sentence follows."""
    words = [w for w in re.findall(r"[^\W_][\w'’&.-]*", value) if len(w) > _SHORT_WORD]
    titled = sum(not w[0].islower() for w in words)
    return titled * 2 > len(words) and not _SENTENCE.search(value)


def _offers_several(path: str, kind: Kind, text: str) -> bool:
    if kind is Kind.IDENTIFIER:
        return False  # one id may be printed in blocks
    found = find_values(kind, text)
    if len({m.value for m in found}) < 2:
        return False
    ranged = path.startswith("service.") and _RANGE.fullmatch(text[found[0].end : found[1].start]) is not None
    return not (ranged and len(found) == 2)


def _is_corrected(value: str) -> bool:
    blocks = value.split()
    for one, other in pairwise(blocks):
        alike = len(one) == len(other) >= _SHORTEST_ID and any(c.isdigit() for c in one)
        if alike and sum(a != b for a, b in zip(one, other, strict=True)) <= _CORRECTED_SHARE * len(one):
            return True
    return False
