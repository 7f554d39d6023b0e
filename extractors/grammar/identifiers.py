"""Identifiers, NPIs and telephone numbers.

A member id has no known mask, so its characters are never folded: `A88` is not printed `AB8`. NPIs and telephone
numbers are digits by definition, so there look-alikes read by OCR fold to digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.grammar.folding import digit_class, mostly_digits, to_digits
from extractors.grammar.match import Match, combs, squeeze, whole_comb

# OCR reads a letter as a currency or section sign now and then: an id that follows one has lost its first character.
# Letters, digits and inner punctuation; blocks after a space only while they go on like an id (`XQB 123 456 789`).
_IDENTIFIER = re.compile(
    r"(?<![A-Za-z0-9£€$§&@])(?=[A-Za-z0-9./-]*[0-9]|[A-Z]{1,4} [0-9]{2})[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*"
    r"(?: [0-9]{2,}(?:-[0-9]+)*(?![A-Za-z/.]))*(?![A-Za-z0-9])"
)
# Dates, telephone numbers and amounts are no identifiers.
_DATE_OR_PHONE = re.compile(
    r"[0-9]{1,2}[/-][0-9]{1,2}[/-](?:[0-9]{2}|[0-9]{4})|[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}"
    r"|[0-9]+(?:st|nd|rd|th|mg|ml|mcg)"
)


def find_identifiers(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - never folded
    """Yields runs of letters and digits that hold a digit and are no date or telephone number."""
    comb_spans = []
    for joined, start, end in combs(text):
        if any(c.isdigit() for c in joined):
            comb_spans.append((start, end))
            yield Match(joined, start, end)
    for found in _IDENTIFIER.finditer(text):
        if any(found.start() < end and start < found.end() for start, end in comb_spans):
            continue
        hit = whole_identifier(found.group())
        if hit is not None and len(found.group()) >= 3:
            yield Match(hit.value, found.start(), found.end())


def whole_identifier(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001 - never folded
    """A text that is one identifier: as printed, single-spaced, comb boxes joined."""
    value = whole_comb(text) or squeeze(text)
    if not any(c.isdigit() for c in value) or _DATE_OR_PHONE.fullmatch(value) or len(value) > 30:
        return None
    # Words beside the number (`pending 2`, `mg/dL 0.6`) make it a phrase, not an id.
    blocks = value.split()
    if len(blocks) > 1 and not all(re.search(r"[0-9]", b) or re.fullmatch(r"[A-Z]{1,4}", b) for b in blocks):
        return None
    if not re.fullmatch(r"[A-Za-z0-9#*][A-Za-z0-9 ./*-]*", value):
        return None
    return Match(value, 0, len(text))


def find_npis(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields ten-digit runs, also from comb boxes or in printed blocks such as `1234 567 893`."""
    comb_spans = []
    for joined, start, end in combs(text):
        digits = to_digits(joined) if from_ocr and mostly_digits(joined) else joined
        if len(digits) == 10 and digits.isdigit():
            comb_spans.append((start, end))
            yield Match(digits, start, end, digits != joined)
    for found in _npi_pattern(from_ocr=from_ocr).finditer(text):
        printed = re.sub(r"[ -]", "", found.group())
        if any(found.start() < end and start < found.end() for start, end in comb_spans):
            continue
        if len(printed) == 10 and mostly_digits(printed):
            value = to_digits(printed)
            yield Match(value, found.start(), found.end(), value != printed)


@cache
def _npi_pattern(*, from_ocr: bool) -> re.Pattern[str]:
    d = digit_class(from_ocr=from_ocr)
    # 3-3-4 blocks are how telephone numbers are printed; an NPI in blocks is 4-3-3, or split by a box or OCR.
    return re.compile(
        rf"(?<![A-Za-z0-9(])(?<![0-9][-.])(?:{d}{{10}}|{d}{{4}}[ -]{d}{{3}}[ -]{d}{{3}}|{d}{{5}} {d}{{5}})"
        r"(?![A-Za-z0-9])(?![-.][0-9])"
    )


def whole_npi(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one NPI, however its ten digits are spaced."""
    printed = re.sub(r"[\s|-]+", "", text)
    digits = to_digits(printed) if from_ocr and mostly_digits(printed) else printed
    if len(digits) != 10 or not digits.isdigit():
        return None
    return Match(digits, 0, len(text), digits != printed)


def find_phones(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields ten-digit North American numbers as `(806) 555-0167`; an extension is left out."""
    for found in _phone_pattern(from_ocr=from_ocr).finditer(text):
        printed = "".join(found.group("area", "exchange", "line"))
        if not mostly_digits(printed):
            continue
        digits = to_digits(printed)
        value = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
        yield Match(value, found.start(), found.end(), digits != printed)
    for joined, start, end in combs(text):
        if len(joined) == 10 and joined.isdigit():
            yield Match(f"({joined[:3]}) {joined[3:6]}-{joined[6:]}", start, end)


@cache
def _phone_pattern(*, from_ocr: bool) -> re.Pattern[str]:
    d = digit_class(from_ocr=from_ocr)
    return re.compile(
        rf"(?<![A-Za-z0-9])(?<![0-9][-./])(?:\+?1[\s.-]{{1,2}}|\+1)?[(\[]?(?P<area>{d}{{3}})[)\]]?[\s./-]{{0,3}}"
        rf"(?P<exchange>{d}{{3}})[\s./-]{{0,3}}(?P<line>{d}{{4}})(?![A-Za-z0-9])(?!-[0-9])"
    )


def whole_phone(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one telephone number, with or without an extension."""
    bare = re.sub(r"(?i)[\s,;]*(?:x|ext\.?|extension)\s*[0-9]{1,6}$", "", text)
    hit = next(find_phones(bare, from_ocr=from_ocr), None)
    if hit is None or bare[: hit.start].strip("(+1 ") or bare[hit.end :].strip():
        return None
    return Match(hit.value, 0, len(text), hit.folded)
