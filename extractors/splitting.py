"""Splits a fax packet into segments: runs of pages of one document type, with a confidence that means something.

Each page is judged by its title (a short line near the top, better large or centred) and by its cues (words that its
type declares). Documents that no type reads - denial letters, lab reports, policies, referrals, messages - announce
themselves too: their titles and cues are declared by the type `unknown`, so they are not forced into another one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from documents.pages import Page, Word
from documents.records import Segment
from documents.values import Kind
from extractors.document_type import DocumentType, all_document_types
from extractors.grammar.find import find_values

# A title stands in the upper part of a page; below, the same words are a heading or a remark.
_TITLE_ZONE = 0.4
_TITLE_LINES = 18  # the same for text without boxes
# OCR damages a letter or two of a title; 84 keeps those and refuses other titles of the same length.
_TITLE_CUT = 84.0
# Two wrong letters in a word of six; `visit` and `review`, `notes` and `notice` stay apart.
_TITLE_WORD_CUT = 65.0
# `fax` or `referral` is a title only as a line of its own; on any form it stands before a number.
_SHORT_TITLE = 10
# A title alone decides a page; cues decide only where they agree and there is no title.
_TITLE_WEIGHT = 4.0
_CUE_CEILING = 6.0
# A title with other words around it and no more than a cue or two is how a page mentions a type that it is not.
_CLEAN_TITLE = 0.85
_SEVERAL_CUES = 3.0
# Below this a page says nothing about its type: it continues the segment before it, or is unknown.
_ENOUGH = 1.5
# A page without a title leaves its segment only for cues this much stronger than those of the segment's own type.
_CUE_LEAD = 2.5
# Values by whose shape a page is told: two or more of them that a type requires count as much as two cues.
_TELLING_KINDS = frozenset({Kind.NPI, Kind.DIAGNOSIS_CODE, Kind.PROCEDURE_CODE})
_HELD_WEIGHT = 0.75
# A cover sheet closes unread, so a page whose words speak this strongly for another type is never one. Its subject line
# says two or three of them (`prior authorization request`), which is no title of the page either.
_TOO_FULL_FOR_COVER = 3.5
_UNKNOWN = "unknown"
_COVER = "cover_sheet"

_PAGE_OF = re.compile(r"(?i)\bpage\s*:?\s*([0-9]{1,3})\s*(?:of|/)\s*([0-9]{1,3})\b")
_FAX_WORD = re.compile(r"(?i)\b(?:fax|fr(?:om)?|to|tel|received|p\.|pg|page)\b")


@dataclass(frozen=True, slots=True)
class PageScore:
    """How strongly a page speaks for each type.

    Attributes:
        titles, cues: by type name.
        number, total: as printed (`page 2 of 3`), where a body line says so.
    """

    titles: dict[str, float]
    cues: dict[str, float]
    number: int | None = None
    total: int | None = None

    def ranked(self) -> list[tuple[str, float]]:
        """Types by combined score, best first; ties in name order, so that a re-run agrees."""
        names = set(self.titles) | set(self.cues)
        combined = {n: self.titles.get(n, 0.0) * _TITLE_WEIGHT + self.cues.get(n, 0.0) for n in names}
        return sorted(combined.items(), key=lambda pair: (-pair[1], pair[0]))


def split(pages: Sequence[Page]) -> tuple[Segment, ...]:
    """The segments of a document, in page order; together they hold every page exactly once."""
    types = all_document_types()
    segments: list[Segment] = []
    for page in pages:
        score = score_page(page, types)
        previous = segments[-1] if segments else None
        if previous is not None and _continues(previous, score):
            segments[-1] = previous.model_copy(update={"page_end": page.number})
        else:
            segments.append(_opened(page, score))
    return tuple(segments)


def score_page(page: Page, types: dict[str, DocumentType]) -> PageScore:
    """What a page's titles and cues say for each type."""
    lines = title_lines(page)
    said = " ".join(page.text.lower().split())
    titles: dict[str, float] = {}
    cues: dict[str, float] = {}
    for name, document_type in types.items():
        best = max((_title_score(line, prominence, document_type.titles) for line, prominence in lines), default=0.0)
        if best > 0:
            titles[name] = best
        weight = sum(w for cue, w in document_type.cues if _says(said, cue)) + _held(page, document_type)
        if weight > 0:
            cues[name] = min(_CUE_CEILING, weight)
    number, total = _page_of(page)
    return PageScore(titles, cues, number, total)


def title_lines(page: Page) -> list[tuple[str, float]]:
    """Short lines of the upper part of a page with their prominence (1.0; more if large or centred)."""
    lines: list[tuple[str, float]] = []
    offset = 0
    heights = sorted(w.box.bottom - w.box.top for w in page.words)
    usual = heights[len(heights) // 2] if heights else 0.0
    index = 0
    for count, line in enumerate(page.text.split("\n")):
        end = offset + len(line)
        printed = []
        while index < len(page.words) and page.words[index].start < end:
            printed.append(page.words[index])
            index += 1
        offset = end + 1
        if (printed and printed[0].box.top > _TITLE_ZONE) or (not printed and count > _TITLE_LINES):
            continue
        drawn = re.sub(r"[=_*~-]{3,}", "  ", line)  # rules typed beside or under a title
        for cell in {line, *re.split(r"\s{2,}", drawn), " ".join(drawn.split())}:
            if 3 <= len(cell.strip()) <= 90 and not _is_fax_header(cell):
                lines.append((cell.strip(), _prominence(cell, [w for w in printed if w.text in cell], usual)))
    return lines


def _is_fax_header(line: str) -> bool:
    """Whether a line is what the fax machine printed: its words beside a time and numbers."""
    return _FAX_WORD.search(line) is not None and sum(c.isdigit() for c in line) >= 8


def _prominence(cell: str, words: Sequence[Word], usual: float) -> float:
    weight = 0.85 if cell.rstrip().endswith(":") else 1.0
    if words and usual > 0:
        height = sum(w.box.bottom - w.box.top for w in words) / len(words)
        weight += 0.3 if height > 1.25 * usual else 0.0
        centre = (min(w.box.left for w in words) + max(w.box.right for w in words)) / 2
        weight += 0.1 if abs(centre - 0.5) < 0.08 else 0.0
    return weight + (0.1 if cell.isupper() else 0.0)


def _title_score(line: str, prominence: float, titles: Sequence[str]) -> float:
    """How well a line is one of the titles: its similarity above the cut, less for words around it."""
    said = " ".join(re.findall(r"[a-z0-9]+", line.lower()))
    best = 0.0
    size = max(1, len(said))
    alike = [title for title in titles if abs(size - len(title)) <= 3]
    within = [title for title in titles if _SHORT_TITLE <= len(title) < size - 3]
    for scorer, chosen in ((fuzz.ratio, alike), (fuzz.partial_ratio, within)):
        for title, close, _ in process.extract(said, chosen, scorer=scorer, score_cutoff=_TITLE_CUT, limit=None):
            if _worded(title, said):
                share = min(1.0, len(title) / size)  # `prior authorization request` in a long sentence is no title
                best = max(best, close / 100 * prominence * (0.3 + 0.7 * share))
    return best


def _worded(title: str, said: str) -> bool:
    """Whether every word of a title is there, misread or not: `outpatient review` is no `outpatient visit`."""
    words = said.split()
    glued = "".join(words)  # recognition drops spaces
    return all(
        word in glued or any(fuzz.ratio(word, other) >= _TITLE_WORD_CUT for other in words) for word in title.split()
    )


def _held(page: Page, document_type: DocumentType) -> float:
    """What the page's values say for a type: codes and NPIs that the type requires, and no letter or note needs.

    A form whose title was lost in reading still holds them; one kind alone may stand on any page.
    """
    wanted = {document_type.specs[p].reads.kind for paths in document_type.required for p in paths} & _TELLING_KINDS
    found = sum(bool(find_values(kind, page.text)) for kind in wanted)
    return _HELD_WEIGHT * found if found >= 2 else 0.0


def _says(said: str, cue: str) -> bool:
    if cue not in said:
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(cue)}(?![a-z0-9])", said) is not None


def _page_of(page: Page) -> tuple[int | None, int | None]:
    """The document's own page count; a fax header's counts the whole transmission and is passed over."""
    for line in page.text.split("\n"):
        found = _PAGE_OF.search(line)
        if found and not _is_fax_header(line.replace(found.group(), "")):
            return int(found.group(1)), int(found.group(2))
    return None, None


def _continues(previous: Segment, score: PageScore) -> bool:
    """Whether a page belongs to the segment before it."""
    ranked = score.ranked()
    best, strength = ranked[0] if ranked else (_UNKNOWN, 0.0)
    if score.number == 1 and (score.total or 1) >= 1 and strength >= _ENOUGH:
        return False
    if previous.document_type == _COVER:
        return best == _COVER and strength >= _ENOUGH and not score.titles.get(_COVER)
    own = score.titles.get(previous.document_type, 0.0) * _TITLE_WEIGHT + score.cues.get(previous.document_type, 0.0)
    if score.number is not None and score.number > 1 and not _announces(score, previous.document_type):
        return True
    if _announces(score, previous.document_type):
        return False
    if best == previous.document_type or strength < _ENOUGH:
        return True
    return strength - own < _CUE_LEAD


def _announces(score: PageScore, current: str) -> bool:
    """Whether the page's best title is another type's, clearly."""
    if not score.titles:
        return False
    best = max(score.titles, key=lambda n: (score.titles[n], n))
    return best != current and score.titles[best] >= 0.6 and score.titles[best] > score.titles.get(current, 0.0) + 0.1


def _too_full_for_cover(score: PageScore, second: str) -> bool:
    """Whether a page with a cover sheet's title is a form or a note all the same: by its words, or a title as large."""
    said = score.cues.get(second, 0.0)
    return said >= _TOO_FULL_FOR_COVER or score.titles.get(second, 0.0) >= score.titles.get(_COVER, 0.0)


def _opened(page: Page, score: PageScore) -> Segment:
    ranked = score.ranked()
    if not ranked or ranked[0][1] < _ENOUGH:
        return Segment(
            document_type=_UNKNOWN,
            page_start=page.number,
            page_end=page.number,
            confidence=0.5,
            runner_up=ranked[0][0] if ranked else None,
        )
    (best, strength), (second, behind) = ranked[0], (ranked[1] if len(ranked) > 1 else (None, 0.0))
    if best == _COVER and second is not None and _too_full_for_cover(score, second):
        best, strength, second, behind = second or _UNKNOWN, behind, _COVER, strength
    agree = best in score.titles and best in score.cues
    # Margin over the runner-up, title and content agreeing, and how well the page could be read.
    vague = score.titles.get(best, 0.0) < _CLEAN_TITLE and score.cues.get(best, 0.0) < _SEVERAL_CUES
    evidence = 0.8 * abs(strength - behind) + (1.0 if agree else 0.0) - (2.5 if vague else 0.5)
    confidence = (1 / (1 + math.exp(-evidence))) * (0.7 + 0.3 * page.quality)
    return Segment(
        document_type=best,
        page_start=page.number,
        page_end=page.number,
        confidence=round(min(0.99, confidence), 4),
        runner_up=second,
    )
