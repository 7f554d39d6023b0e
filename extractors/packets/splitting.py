"""Splits a fax packet into segments: runs of pages of one document, with a type and a confidence that means something.

Each page is judged by its title, its words and its shape (`evidence`), and by what it says of its place in a document
(`page_marks`); `boundaries` finds the cut that agrees best with all of it. A page of another patient and a blank page
are segments of their own wherever they lie.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from documents.pages import Page, PageFlag
from documents.records import Segment
from extractors.document_type import all_document_types
from extractors.packets.boundaries import PlacedPage, runs
from extractors.packets.evidence import BLANK, COVER, UNKNOWN, evidence_of
from extractors.packets.page_lines import PageLines, page_lines
from extractors.packets.page_marks import marks_of
from extractors.packets.patients import foreign_pages, identity_of

# Words that say that a page says nothing.
_SHEET = frozenset({"page", "side", "sheet", "form", "back", "reverse"})
_BARE = re.compile(
    r"(?i)\b(?:blank|empty|nothing|not used|unused|no (?:text|content|data|entr(?:y|ies)|information|writing))\b"
)
_SHORT_REMARK = 60
# Fewer letters than this beside the fax machine's line are specks.
_SPECKS = 3
# Such pages may hold what was not read.
_UNREAD = frozenset({PageFlag.OCR_FAILED, PageFlag.OCR_TIMEOUT, PageFlag.ALL_BLACK})
# A cover sheet closes unread, so a page whose words speak this strongly for another type is never one. Its subject line
# says two or three of them (`prior authorization request`), which is no title of the page either.
_TOO_FULL_FOR_COVER = 4.5
# Log-odds that the best type is right, by its margin over the next; fitted on some 700 judged documents, half of the
# weight on single pages of senders that nobody had seen, and kept a little below what was measured there.
_PER_MARGIN, _BIAS = 0.8, 0.2
# A title among other words and hardly anything that fits it is how a page mentions a type that it is not.
_MUCH, _VAGUE = 3.0, -1.0
# A page inside a document may say this much more for another type before the whole is doubted.
_PER_DISSENT, _ALLOWED_DISSENT = 0.5, 0.75
# A page read so badly that half of the words are guesses may say anything.
_QUALITY_SHARE = 0.3
_MOST = 0.99
# What the later pages of a document count for its type, all together.
_LATER = 1.0


def split(pages: Sequence[Page]) -> tuple[Segment, ...]:
    """The segments of a document, in page order; together they hold every page exactly once."""
    read = [page_lines(page) for page in pages]
    blank = {page.page.number for page in read if _is_blank(page)}
    said = [page for page in read if page.page.number not in blank]
    by_number = {p.page.number: PlacedPage(p.page.number, evidence_of(p), marks_of(p)) for p in said}
    identities = {page.page.number: identity_of(page) for page in said}
    foreign = foreign_pages(identities, goes_on_from=_going_on_from(list(by_number.values())))
    segments: list[Segment] = []
    for group, other in _by_patient(list(by_number.values()), foreign):
        placed = _counted(group)
        for run in runs(placed, _typed()):
            segments += _segments(placed[run.start : run.end + 1], other_patient=other)
    segments += [
        Segment(document_type=BLANK, page_start=number, page_end=number, confidence=_MOST) for number in sorted(blank)
    ]
    return tuple(sorted(segments, key=lambda segment: segment.page_start))


def _typed() -> list[str]:
    return [name for name in all_document_types() if name != BLANK]


def _is_blank(page: PageLines) -> bool:
    """Whether a page surely holds nothing: no ink, or no more than the fax machine's line and specks."""
    if _UNREAD.intersection(page.page.flags):
        return False
    if PageFlag.BLANK in page.page.flags:
        return True
    letters = sum(len(token) for token in page.tokens)
    remarked = letters <= _SHORT_REMARK and bool(_SHEET & set(page.tokens)) and _BARE.search(page.text) is not None
    return remarked or (bool(page.page.words) and letters <= _SPECKS)


def _going_on_from(pages: Sequence[PlacedPage]) -> dict[int, int]:
    """Later pages of a document (`Progress note, page 2 of 2`) that others were laid before: from page to page."""
    found: dict[int, int] = {}
    titled: dict[str, int] = {}
    current: str | None = None
    for page in pages:
        name, number = page.evidence.announced, page.marks.number
        if name is None:
            continue
        if number not in (None, 1, page.number) and name != current and name in titled:
            found[page.number] = titled[name]
        titled[name] = page.number
        current = name
    return found


def _by_patient(pages: Sequence[PlacedPage], foreign: frozenset[int]) -> Iterator[tuple[list[PlacedPage], bool]]:
    """The pages in stretches of one patient."""
    for other, group in groupby(pages, key=lambda page: page.number in foreign):
        yield list(group), other


def _counted(placed: list[PlacedPage]) -> list[PlacedPage]:
    """The pages, with what their numbers count."""
    whole = len(placed) > 1 and all(p.marks.number == p.number and p.marks.total == len(placed) for p in placed)
    return [replace(p, count_of_fax=True) for p in placed] if whole else placed


def _segments(pages: Sequence[PlacedPage], *, other_patient: bool) -> Iterator[Segment]:
    """The segments of a run: one, or several where blank pages lie within it."""
    name, confidence, second = _judged(pages)
    numbers = [page.number for page in pages]
    cuts = [i for i in range(1, len(numbers)) if numbers[i] != numbers[i - 1] + 1]
    for start, end in zip([0, *cuts], [*cuts, len(numbers)], strict=True):
        yield Segment(
            document_type=name,
            page_start=numbers[start],
            page_end=numbers[end - 1],
            confidence=confidence,
            runner_up=second,
            other_patient=other_patient,
        )


def _judged(pages: Sequence[PlacedPage]) -> tuple[str, float, str | None]:
    """The type of a run of pages, the probability that it is right, and the next best type."""
    first, later = pages[0].evidence, pages[1:]
    total = {
        name: first.opening(name) + _LATER * sum(p.evidence.held(name) for p in later) / max(1, 2 * len(later))
        for name in _typed()
    }
    ranked = sorted(total, key=lambda name: (-total[name], name))
    if ranked[0] == COVER and _too_full_for_cover(pages, ranked[1]):
        ranked[:2] = ranked[1::-1]
    best, second = ranked[:2]
    margin = abs(total[best] - total[second])
    mentioned = best not in first.titles or not first.titles[best].whole
    vague = _VAGUE if mentioned and first.held(best) < _MUCH else 0.0
    odds = _PER_MARGIN * margin + vague + _BIAS - _PER_DISSENT * _dissent(best, pages[1:])
    quality = sum(page.evidence.quality for page in pages) / len(pages)
    confidence = (1 - _QUALITY_SHARE + _QUALITY_SHARE * quality) / (1 + math.exp(-odds))
    return best, round(min(_MOST, confidence), 4), second


def _dissent(best: str, later: Sequence[PlacedPage]) -> float:
    """How much more a later page says for another type than for this one: it may be another document's."""
    return max(
        0.0,
        *(
            max(page.evidence.opening(name) for name in _typed() if name not in (best, UNKNOWN))
            - page.evidence.held(best)
            - _ALLOWED_DISSENT
            for page in later
        ),
        0.0,
    )


def _too_full_for_cover(pages: Sequence[PlacedPage], second: str) -> bool:
    """Whether a page with a cover sheet's title is a form or a note all the same: by its words, or a title as large."""
    first = pages[0].evidence
    if second == UNKNOWN:
        return False
    return first.held(second) >= max(_TOO_FULL_FOR_COVER, first.held(COVER)) or first.title(second) >= max(
        1.0, first.title(COVER)
    )
