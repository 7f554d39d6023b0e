"""What a span of a page says: the value of a kind that follows from its text, compared with the claimed one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from documents.values import Alignment, Kind
from extractors.grammar.durations import same_duration
from extractors.grammar.find import find_values, normalise
from extractors.grammar.folding import alike, to_digits
from extractors.grammar.match import squeeze
from extractors.grounding.qualifiers import QUALIFIERS, opposed

Choices = Sequence[tuple[str, Sequence[str]]]

# Kept as printed, compared word by word.
WORDED = frozenset({Kind.TEXT, Kind.ORGANIZATION, Kind.ADDRESS, Kind.PERSON_NAME, Kind.DRUG, Kind.UNIT})
# Prose may align fuzzily; names of people and drugs may not (`prednisone`, `prednisolone` score 91).
PROSE = frozenset({Kind.TEXT, Kind.ORGANIZATION, Kind.ADDRESS})
# Fixed lengths, so that joining digits across a space cannot make another value of the same kind.
_FIXED_LENGTH = frozenset({Kind.NPI, Kind.PHONE, Kind.PROCEDURE_CODE})

_CATEGORY = 3  # characters of an ICD-10-CM category

# `2026-04`: the normal form of a month is not how documents print it.
_PARTIAL_DATE = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*|[<>≤≥%+]")


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that follows from a part of a span: its normal form, where in the span, and how it compares."""

    value: str
    start: int
    end: int
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Claim:
    """What must be derived: the kind, the claimed normal form, and the printed wordings of a choice."""

    kind: Kind
    value: str
    choices: Choices = ()


def claimed_value(kind: Kind, value: str, choices: Choices) -> str | None:
    """The claimed value in normal form, or None if it is no value of the kind at all."""
    normal = normalise(kind, value, choices=choices)
    if normal is None and kind in (Kind.ROUTE, Kind.FORM, Kind.UNIT):
        normal = squeeze(value).lower() or None
    if normal is None and kind is Kind.PERSON_NAME:
        normal = squeeze(value) if re.fullmatch(r"[^\W\d_][^\d]*", value.strip()) else None
    if normal is None and kind is Kind.DATE and _PARTIAL_DATE.fullmatch(value):
        normal = value
    return normal


def derive(claim: Claim, span: str, *, from_ocr: bool) -> Derived | None:
    """The claimed value if it follows from the span's text, with the part that says it; else None."""
    if claim.kind in WORDED:
        return _worded(claim, span, from_ocr=from_ocr)
    for folding, found_as in ((False, Alignment.EXACT), (True, Alignment.FOLDED)):
        whole = normalise(claim.kind, span, from_ocr=folding, choices=claim.choices) if from_ocr >= folding else None
        if whole is not None and _equal(claim, whole):
            return Derived(whole, 0, len(span), found_as)
    for hit in find_values(claim.kind, span, from_ocr=from_ocr, choices=claim.choices):
        if _equal(claim, hit.value):
            return Derived(hit.value, hit.start, hit.end, Alignment.FOLDED if hit.folded else Alignment.EXACT)
    if claim.kind is Kind.IDENTIFIER:
        return _identifier(claim, span)
    if from_ocr and claim.kind is Kind.DIAGNOSIS_CODE and _is_drawn(claim.value, span):
        return Derived(claim.value, 0, len(span), Alignment.FOLDED)
    return _respaced(claim, span) if from_ocr else None


def _is_drawn(code: str, span: str) -> bool:
    """Whether the span is a code of three characters, all of it digits and strokes: `110` for `I10`.

    The search finds no code there, since `100` is a number; only the whole of a quote is ever read so.
    """
    printed = span.strip()
    return len(printed) == len(code) == _CATEGORY and alike(printed, code)


def _equal(claim: Claim, value: str) -> bool:
    if claim.kind is Kind.IDENTIFIER:
        return _bare(claim.value) == _bare(value)
    if claim.kind in (Kind.DOSE, Kind.STRENGTH, Kind.FREQUENCY):
        return re.sub(r"[\s,]", "", claim.value).casefold() == re.sub(r"[\s,]", "", value).casefold()
    if claim.kind is Kind.DURATION:
        return same_duration(claim.value, value)
    return claim.value == value


def _bare(identifier: str) -> str:
    """Letters and digits only, upper case: ids are the same however they are grouped."""
    return re.sub(r"[^A-Za-z0-9]", "", identifier).upper()


def _identifier(claim: Claim, span: str) -> Derived | None:
    """The id where it stands among other words, not as a part of a longer run."""
    pattern = r"[\s-]?".join(re.escape(c) for c in _bare(claim.value))
    found = re.search(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-./]){pattern}(?![A-Za-z0-9])(?![-./][A-Za-z0-9])", span, re.I)
    return None if found is None else Derived(squeeze(found.group()), found.start(), found.end(), Alignment.EXACT)


def _respaced(claim: Claim, span: str) -> Derived | None:
    """A value whose only damage is single spaces that OCR put inside it.

    Digits are joined across a space only where the kind's length is fixed: `1 500 mg` is not `1500 mg`.
    """
    if re.search(r"\s{2}|\n", span.strip()):
        return None
    pattern = r" (?![0-9OIlSBZG])|(?<![0-9OIlSBZG]) " if claim.kind not in _FIXED_LENGTH else " "
    joined = re.sub(pattern, "", span.strip())
    if claim.kind is Kind.DATE and re.fullmatch(r"[0-9 ]{2,3}[/.-][0-9 ]{2,3}[/.-][0-9 ]{4,5}", joined):
        padded = joined.replace(" ", "")  # two digits each: no loose digit can have joined
        joined = padded if re.fullmatch(r"[0-9]{2}.[0-9]{2}.[0-9]{4}", padded) else joined
    if claim.kind is Kind.DIAGNOSIS_CODE:
        joined = re.sub(r"(?<=[0-9A-Z]) (?=[0-9]?\.)", "", joined)  # before the dot only: after it, length varies
    value = normalise(claim.kind, joined, from_ocr=True, choices=claim.choices)
    if value is None or not _equal(claim, value):
        return None
    return Derived(value, 0, len(span), Alignment.FOLDED)


def _worded(claim: Claim, span: str, *, from_ocr: bool) -> Derived | None:
    whole = normalise(claim.kind, span, from_ocr=from_ocr)
    if whole is not None and whole.casefold() == claim.value.casefold():
        strict = normalise(claim.kind, span)
        return Derived(whole, 0, len(span), Alignment.EXACT if strict == whole else Alignment.FOLDED)
    printed, claimed = words(span), words(claim.value)
    if not claimed:
        return None
    orders = [claimed]
    if claim.kind is Kind.PERSON_NAME:  # `Last, First M`
        orders += [claimed[-k:] + claimed[:-k] for k in (1, 2) if len(claimed) > k]
    for order in orders:
        window = _window(printed, order, from_ocr=from_ocr)
        if window is None:
            continue
        first, last, folded = window
        rest = [w.folded for w in printed[:first] + printed[last + 1 :]]
        if claim.kind is Kind.TEXT and any(w in QUALIFIERS for w in rest):
            return None  # `radiculopathy` quoted from `without radiculopathy`
        start, end = printed[first].start, printed[last].end
        if claim.kind is Kind.UNIT and claim.value[:1] == "/" == span[start - 1 : start]:
            start -= 1  # `/56`: out of fifty-six points
        value = claim.value if folded or claim.kind is Kind.PERSON_NAME else squeeze(span[start:end])
        if claim.kind is Kind.TEXT and squeeze(span[start:end]).casefold() != claim.value.casefold() and not folded:
            value = claim.value  # only punctuation differs
        return Derived(value, start, end, Alignment.FOLDED if folded else Alignment.EXACT)
    return None


class Said(NamedTuple):
    """A word of a text: case folded, its span, and as printed (look-alikes depend on case: I and l)."""

    folded: str
    start: int
    end: int
    raw: str


def words(text: str) -> list[Said]:
    """The words of a text; a decimal number is one word."""
    return [Said(m.group().casefold(), m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]


def _window(printed: list[Said], claimed: list[Said], *, from_ocr: bool) -> tuple[int, int, bool] | None:
    """The first run of printed words that says the claimed words: (first, last, folded)."""
    n = len(claimed)
    for i in range(len(printed) - n + 1):
        if all(printed[i + k].folded == claimed[k].folded for k in range(n)):
            return i, i + n - 1, False
    if from_ocr:
        for i in range(len(printed) - n + 1):
            if all(_same_drawn(printed[i + k].raw, claimed[k].raw) for k in range(n)):
                return i, i + n - 1, True
    return _respaced_window(printed, claimed, from_ocr=from_ocr)


def _same_drawn(printed: str, claimed: str) -> bool:
    """Whether a printed word is the claimed one but for look-alikes, towards the class the claimed word is of."""
    if printed.casefold() == claimed.casefold():
        return True
    if claimed.isalpha():
        return any(c.isalpha() for c in printed) and alike(printed, claimed)
    if claimed.isdigit():
        return any(c.isdigit() for c in printed) and to_digits(printed) == claimed
    return False  # letters and digits mixed: nothing demands a class (`L5`, `LS`)


def _respaced_window(printed: list[Said], claimed: list[Said], *, from_ocr: bool) -> tuple[int, int, bool] | None:
    """As `_window`, with words split or glued; digits are never joined with digits."""
    if any(a.raw[-1:].isdigit() and b.raw[:1].isdigit() for a, b in pairwise(claimed)):
        return None
    target = "".join(w.raw for w in claimed)
    for i in range(len(printed)):
        glued, j = "", i
        while j < len(printed) and len(glued) < len(target):
            if glued[-1:].isdigit() and printed[j].raw[:1].isdigit():
                break
            glued += printed[j].raw
            j += 1
        letters = from_ocr and target.isalpha() and any(c.isalpha() for c in glued)
        if glued.casefold() == target.casefold() or (letters and alike(glued, target)):
            return i, j - 1, True
    return None


def same_prose(printed: str, claimed: str, *, from_ocr: bool) -> bool:
    """Whether two texts say the same, word for word, with misspelt letters only.

    No word more or less, every qualifier and every word with a digit or under five letters equal, no opposites.
    """
    ones, others = words(printed), words(claimed)
    if len(ones) != len(others) or not ones:
        return False
    return all(_same_word(a, b, from_ocr=from_ocr) for a, b in zip(ones, others, strict=True))


def _same_word(one: Said, other: Said, *, from_ocr: bool) -> bool:
    printed, claimed = one.folded, other.folded
    if printed == claimed or (from_ocr and _same_drawn(one.raw, other.raw)):
        return True
    if not (printed.isalpha() and claimed.isalpha()) or min(len(printed), len(claimed)) < 5:
        return False
    if printed in QUALIFIERS or claimed in QUALIFIERS or opposed(printed, claimed):
        return False
    # One slip in a short word, two in a long one: more is another word.
    return Levenshtein.distance(printed, claimed) <= (1 if len(claimed) < 9 else 2)
