"""Where a quote stands on a page: exactly, but for spacing and case, but for look-alikes, or nearly (prose only)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz

from documents.pages import Page
from documents.values import Alignment, Kind

# Codes, dates, amounts, ids: a neighbour joined by these signs belongs to the same value.
_NUMBERED = frozenset(
    {
        Kind.DATE,
        Kind.DURATION,
        Kind.IDENTIFIER,
        Kind.NPI,
        Kind.DIAGNOSIS_CODE,
        Kind.PROCEDURE_CODE,
        Kind.STRENGTH,
        Kind.DOSE,
        Kind.NUMBER,
        Kind.RESULT,
        Kind.RANGE,
        Kind.PHONE,
    }
)
# Signs that OCR puts for a letter or digit: a value beside one has lost a character.
_LOST = frozenset("£€§&@¢¥©®°")
_AMOUNTS = frozenset({Kind.STRENGTH, Kind.DOSE})
# A lost blank between an amount and how it is taken: `10mgdaily`. The unit and the word say where each ends.
_TAKEN = frozenset({Kind.FREQUENCY, Kind.ROUTE})
_GLUED_UNIT = re.compile(r"[0-9]\s?(?:mg|mcg|ml|units?)$", re.IGNORECASE)
_GLUED_SIG = re.compile(r"(?:daily|bid|tid|qid|po|by|once|twice|every|nightly|weekly|q[0-9])", re.IGNORECASE)
# One class for each set of look-alikes, in place: the span found in the folded text is the span on the page.
_CLASSES = str.maketrans("oOlLIi|sSzZBbGg", "001111155228866")
# The rest of a code that recognition set apart: `E66. 812`.
_SPACED_REST = re.compile(r"[.,] ?[0-9][0-9A-Z]{0,3}(?![0-9A-Za-z])")
_GLUED_PREFIX = re.compile(r"(?i)(?<![A-Za-z])(?:non|sub|un|anti|pre|post|hyper|hypo|semi|supra|infra)[-\s]$")
# Longer quotes are not searched for fuzzily: 200 characters hold any value, and the cost grows with the quote.
FUZZY_QUOTE_LIMIT = 200
# Cut-offs measured on 320 quotes: at 90 1.3 % of foreign quotes align, at 85 2.2 %; the word guards stop those.
FUZZY_CUT, FUZZY_CUT_OCR = 90.0, 85.0


def literal_spans(page: Page, quote: str, kind: Kind) -> Iterator[tuple[int, int]]:
    """Yields the spans where the quote stands verbatim, at word boundaries, in order."""
    at = page.text.find(quote)
    while at >= 0:
        if bounded(page.text, at, at + len(quote), kind):
            yield at, at + len(quote)
        at = page.text.find(quote, at + 1)


def spaced_spans(page: Page, quote: str, kind: Kind) -> Iterator[tuple[int, int]]:
    """Yields the spans that differ from the quote in runs of whitespace only."""
    for found in _spacing_pattern(quote, ignore_case=False).finditer(page.text):
        if bounded(page.text, found.start(), found.end(), kind):
            yield found.span()


def folded_spans(page: Page, quote: str, kind: Kind) -> Iterator[tuple[int, int]]:
    """Yields the spans that differ in case; on OCR text, also in look-alikes and in spaces inside words."""
    if not page.from_ocr:
        for found in _spacing_pattern(quote, ignore_case=True).finditer(page.text):
            if bounded(page.text, found.start(), found.end(), kind):
                yield found.span()
        return
    text, places = _squashed(page.text)
    target, _ = _squashed(quote)
    at = text.find(target) if target else -1
    while at >= 0:
        start, end = places[at], places[at + len(target) - 1] + 1
        if bounded(page.text, start, end, kind):
            yield start, end
        at = text.find(target, at + 1)


def fuzzy_span(page: Page, quote: str, kind: Kind) -> tuple[int, int, float] | None:
    """The best near match at word boundaries and its score, if it reaches the cut."""
    if len(quote) > FUZZY_QUOTE_LIMIT or len(quote) < 8:  # a short quote is near to anything
        return None
    cut = FUZZY_CUT_OCR if page.from_ocr else FUZZY_CUT
    hit = fuzz.partial_ratio_alignment(quote.casefold(), page.text.casefold(), score_cutoff=cut)
    if hit is None or len(page.text.casefold()) != len(page.text):
        return None
    start, end = hit.dest_start, hit.dest_end
    while start > 0 and page.text[start - 1].isalnum() and page.text[start : start + 1].isalnum():
        start -= 1
    while end < len(page.text) and page.text[end].isalnum() and page.text[end - 1].isalnum():
        end += 1
    inner = page.text[start:end]
    start, end = start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))
    score = fuzz.ratio(" ".join(quote.split()).casefold(), " ".join(page.text[start:end].split()).casefold())
    return (start, end, score) if score >= cut and bounded(page.text, start, end, kind) else None


def bounded(text: str, start: int, end: int, kind: Kind) -> bool:
    """Whether a span is cut at the borders of what is printed: `500 mg` does not stand in `1,500 mg`."""
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    first, last = text[start : start + 1], text[end - 1 : end]
    glued_left = first.isalnum() and before[-1:].isalnum() and not (kind in _TAKEN and _GLUED_UNIT.search(before))
    if glued_left or (last.isalnum() and after[:1].isalnum() and not (kind in _AMOUNTS and _GLUED_SIG.match(after))):
        return False
    if kind not in _NUMBERED:
        return kind is not Kind.TEXT or _GLUED_PREFIX.search(before) is None
    if before[-1:] in _LOST or after[:1] in _LOST:
        return False
    if re.search(r"[0-9][./,-]$", before) and first.isdigit():
        return False  # `806-555` before `0167`, `1,` before `500 mg`, `875-` before `125 mg`
    spaced = kind is Kind.DIAGNOSIS_CODE and _SPACED_REST.match(after)
    if spaced or (re.match(r"[./,-][0-9A-Za-z]", after) and last.isalnum() and _continues(after, last, kind)):
        return False
    return not (kind in _AMOUNTS and re.match(r"\s?/\s?(?:[0-9]|ml\b|l\b|kg\b|m2\b)", after, re.IGNORECASE))


def _continues(after: str, last: str, kind: Kind) -> bool:
    """Whether the sign after a span carries the value on (`M54.16` after `M54`, `-0167`, `.5`, `/2026`)."""
    sign, following = after[0], after[1]
    if kind is Kind.DIAGNOSIS_CODE:
        return sign == "." or (sign in "-," and following.isdigit())  # recognition takes a dot for a comma
    if kind is Kind.PROCEDURE_CODE and sign == "-":
        return re.match(r"-[0-9]{3}", after) is not None  # `-26` is a modifier
    if kind is Kind.IDENTIFIER and sign in "-./":
        return True
    return last.isdigit() and following.isdigit() and sign in ".,/-"


@lru_cache(maxsize=512)
def _spacing_pattern(quote: str, *, ignore_case: bool) -> re.Pattern[str]:
    body = r"\s+".join(re.escape(part) for part in quote.split())
    return re.compile(body, re.IGNORECASE if ignore_case else 0)


@lru_cache(maxsize=64)
def _squashed(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without whitespace, look-alikes as one class, and the place of each character on the page."""
    places = tuple(i for i, c in enumerate(text) if not c.isspace())
    folded = text.translate(_CLASSES)
    return "".join(folded[i].lower() for i in places), places


ORDER = (
    (literal_spans, Alignment.EXACT),
    (spaced_spans, Alignment.EXACT),
    (folded_spans, Alignment.FOLDED),
)
