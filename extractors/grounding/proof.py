"""Grounding: a claimed value stands only if its quote is found on a page and says that value.

Order: exact; but for spacing and case; but for look-alikes (OCR text, towards the class of character that the kind's
grammar demands); nearly (prose only, every word paired, digits and qualifiers equal). The value is re-derived from the
span that was found. What fails is *ungrounded*: alignment NONE, value None, never accepted, never mapped.

Reasons: `empty_quote`, `value_not_of_kind`, `quote_not_found`, `value_not_in_quote`, `struck_out`; and for grounded
values `dropout` (a band without ink crosses the words), `example` (a sample in an instruction) and `negated_context`
(the words before deny the phrase).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Box, Page, Word
from documents.values import Alignment, Evidence, Kind
from extractors.grammar.match import squeeze
from extractors.grounding import alignment as search
from extractors.grounding.derivation import (
    PROSE,
    WORDED,
    Choices,
    Claim,
    Derived,
    claimed_value,
    derive,
    same_prose,
    words,
)
from extractors.grounding.qualifiers import NEGATIONS

# Instructions print sample values: `Example of a diagnosis code: M54.50`, `(e.g. 72148)`.
_EXAMPLE = re.compile(r"(?i)(?:\bexamples?\b|\be\.\s?g\.?|\bsample\b|\bfor instance\b)[^.\n]{0,40}$")
# No value of these documents is longer; a longer quote is cut there so that its cost is bounded.
_QUOTE_LIMIT = 2_000
# Between the parts of a quote that begins at the foot of a page and ends at the head of the next.
PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Grounding:
    """The outcome: the value as the page says it, its proof and how it was found.

    Attributes:
        value: re-derived from the span, in normal form; None if ungrounded.
        evidence: the spans that say it; empty if ungrounded.
        alignment: how the quote was found; NONE if ungrounded.
        score: 1.0 exact, 0.95 folded, the fuzzy ratio otherwise; 0.0 if ungrounded.
        occurrences: how often the quote stands on the page where it was found.
        reason: stable code (see module), empty for a clean hit.
    """

    value: str | None
    evidence: tuple[Evidence, ...] = ()
    alignment: Alignment = Alignment.NONE
    score: float = 0.0
    occurrences: int = 0
    reason: str = ""

    @property
    def grounded(self) -> bool:
        """Whether the value is proven by a page."""
        return self.alignment is not Alignment.NONE


@dataclass(frozen=True, slots=True)
class _Span:
    page: Page
    start: int
    end: int
    alignment: Alignment
    score: float


def ground(
    value: str,
    quote: str,
    *,
    pages: Sequence[Page],
    kind: Kind,
    page: int | None = None,
    start: int | None = None,
    choices: Choices = (),
) -> Grounding:
    """Finds the quote and re-derives the value from it.

    `page` (1-based) and `start` (offset of the quote in that page's text) are hints: checked first, never trusted.
    `choices` (value -> printed wordings) serves kinds with a closed list.
    """
    wanted = quote.strip()[:_QUOTE_LIMIT]
    if not wanted:
        return Grounding(None, reason="empty_quote")
    normal = claimed_value(kind, value, choices)
    if normal is None:
        return Grounding(None, reason="value_not_of_kind")
    claim = Claim(kind, normal, choices)
    if PAGE_BREAK in wanted and kind in WORDED:
        return _over_pages(claim, wanted, pages, page)
    reason = "quote_not_found"
    for span in _candidates(wanted, pages, kind, (page, start)):
        derived = _derive(claim, span)
        if derived is None:
            reason = "value_not_in_quote"
            continue
        outcome = _proven(span, derived, wanted, kind)
        if outcome.grounded:
            return outcome
        reason = outcome.reason
    if "\n" in wanted and kind in WORDED:
        pieces = _in_pieces(claim, wanted, pages, page)
        if pieces is not None:
            return pieces
    return Grounding(None, reason=reason)


def _candidates(quote: str, pages: Sequence[Page], kind: Kind, hint: tuple[int | None, int | None]) -> Iterator[_Span]:
    """Spans in order of proof; at each level the hinted page first, and on it the hit nearest to the hint."""
    number, start = hint
    hinted = _numbered(pages, number)
    if start is not None and hinted is not None and _stands_at(hinted, quote, start, kind):
        yield _Span(hinted, start, start + len(quote), Alignment.EXACT, 1.0)
    ordered = sorted((p for p in pages if p.text), key=lambda p: p.number != number)
    for find, found_as in search.ORDER:
        for p in ordered:
            hits = list(find(p, quote, kind))
            if start is not None and p.number == number:
                hits.sort(key=lambda h: abs(h[0] - start))
            for at, end in hits:
                yield _Span(p, at, end, found_as, 1.0 if found_as is Alignment.EXACT else 0.95)
    if kind in PROSE:
        for p in ordered:
            near = search.fuzzy_span(p, quote, kind)
            if near is not None:
                yield _Span(p, near[0], near[1], Alignment.FUZZY, near[2] / 100)


def _numbered(pages: Sequence[Page], number: int | None) -> Page | None:
    """The page of a number; pages mostly follow each other, so that it is where it should be."""
    at = -1 if number is None or not pages else number - pages[0].number
    if 0 <= at < len(pages) and pages[at].number == number:
        return pages[at]
    return next((p for p in pages if p.number == number), None)


def _stands_at(page: Page, quote: str, start: int, kind: Kind) -> bool:
    """Whether the hint holds; costs no more than reading the quote."""
    return page.text.startswith(quote, start) and search.bounded(page.text, start, start + len(quote), kind)


def _derive(claim: Claim, span: _Span) -> Derived | None:
    text = span.page.text[span.start : span.end]
    from_ocr = span.page.from_ocr
    if span.alignment is not Alignment.FUZZY:
        return derive(claim, text, from_ocr=from_ocr)
    if same_prose(text, claim.value, from_ocr=from_ocr):
        return Derived(squeeze(text), 0, len(text), Alignment.FUZZY)
    return None


def _proven(span: _Span, derived: Derived, quote: str, kind: Kind) -> Grounding:
    """The grounding of a derived value, unless the words that say it are struck out."""
    page, start, end = span.page, span.start + derived.start, span.start + derived.end
    if not search.bounded(page.text, start, end, kind):
        return Grounding(None, reason="value_not_in_quote")
    printed = page.words_in(start, end)
    if any(covered(w.box, page.struck) for w in printed):
        return Grounding(None, reason="struck_out")
    reason = ""
    if any(_crossed(w.box, page.dropout) for w in printed):
        reason = "dropout"
    elif _EXAMPLE.search(page.text[max(0, start - 60) : start]):
        reason = "example"
    elif kind in (Kind.TEXT, Kind.RESULT) and _denied(page.text, start):
        reason = "negated_context"
    found_as = span.alignment
    if found_as is Alignment.EXACT and derived.alignment is not Alignment.EXACT:
        found_as = derived.alignment
    evidence = Evidence(
        page=page.number, start=start, end=end, quote=page.text[start:end], boxes=line_boxes(page, printed)
    )
    score = span.score if found_as is span.alignment else 0.95
    return Grounding(derived.value, (evidence,), found_as, score, max(1, page.text.count(quote)), reason)


def _in_pieces(claim: Claim, quote: str, pages: Sequence[Page], number: int | None) -> Grounding | None:
    """A quote of several lines whose lines stand under each other in one column, with other columns between."""
    lines = [line.strip() for line in quote.split("\n") if line.strip()]
    if [w.folded for w in words(" ".join(lines))] != [w.folded for w in words(claim.value)]:
        return None
    for page in sorted((p for p in pages if p.text), key=lambda p: p.number != number):
        spans: list[tuple[int, int]] = []
        for line in lines:
            after = spans[-1][1] if spans else 0
            # The next line of a column starts at most two text lines further down.
            hit = next((s for s in search.spaced_spans(page, line, claim.kind) if s[0] >= after), None)
            if hit is None or (spans and page.text.count("\n", after, hit[0]) > 2):
                break
            spans.append(hit)
        if len(spans) != len(lines):
            continue
        found = [(s, page.words_in(*s)) for s in spans]
        if any(covered(w.box, page.struck) for _, ws in found for w in ws):
            return Grounding(None, reason="struck_out")
        evidence = tuple(
            Evidence(page=page.number, start=s, end=e, quote=page.text[s:e], boxes=line_boxes(page, ws))
            for (s, e), ws in found
        )
        return Grounding(squeeze(claim.value), evidence, Alignment.EXACT, 1.0, 1)
    return None


def _over_pages(claim: Claim, quote: str, pages: Sequence[Page], number: int | None) -> Grounding:
    """A quote that runs over page ends: each part stands on its page, the pages follow each other."""
    parts = [part.strip() for part in quote.split(PAGE_BREAK) if part.strip()]
    if [w.folded for w in words(" ".join(parts))] != [w.folded for w in words(claim.value)]:
        return Grounding(None, reason="value_not_in_quote")
    numbered = {p.number: p for p in pages}
    for first in sorted(numbered, key=lambda n: n != number):
        run = [numbered.get(first + offset) for offset in range(len(parts))]
        held = [
            ground(part, part, pages=(page,), kind=claim.kind)
            for part, page in zip(parts, run, strict=True)
            if page is not None
        ]
        if len(held) == len(parts) and all(g.grounded for g in held):
            worst = min(held, key=lambda g: g.score)
            evidence = tuple(e for g in held for e in g.evidence)
            reason = next((g.reason for g in held if g.reason), "")
            return Grounding(squeeze(claim.value), evidence, worst.alignment, worst.score, 1, reason)
    return Grounding(None, reason="quote_not_found")


def line_boxes(page: Page, printed: Sequence[Word]) -> tuple[Box, ...]:
    """One box a printed line around the words."""
    boxes: list[Box] = []
    previous: Word | None = None
    for word in printed:
        new_line = previous is None or "\n" in page.text[previous.end : word.start]
        if new_line:
            boxes.append(word.box)
        else:
            a, b = boxes[-1], word.box
            boxes[-1] = Box(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom))
        previous = word
    return tuple(boxes)


def covered(box: Box, regions: Sequence[Box]) -> bool:
    """Whether a region covers at least half of the box's width at its middle height."""
    middle, width = (box.top + box.bottom) / 2, max(box.right - box.left, 1e-6)
    height = box.bottom - box.top
    for region in regions:
        overlap = min(box.right, region.right) - max(box.left, region.left)
        # A thin strike-out region lies within the word; a thick one holds its middle.
        touches = region.top - 0.1 * height <= middle <= region.bottom + 0.1 * height
        if touches and overlap >= 0.5 * width:
            return True
    return False


def _crossed(box: Box, bands: Sequence[Box]) -> bool:
    """Whether a full-width band without ink cuts through the box."""
    return any(band.top < box.bottom and band.bottom > box.top for band in bands)


def _denied(text: str, start: int) -> bool:
    """Whether one of the three words before, in the same sentence and line, denies what follows."""
    before = text[max(0, start - 40) : start]
    clause = max(before.rfind(mark) for mark in ".;:\n")
    said = [w.folded for w in words(before[clause + 1 :])]
    return any(w in NEGATIONS for w in said[-3:])
