"""What is drawn onto a page: every value right, wrong or missed, in its place.

A predicted value lies where its evidence was read. A missed one is known by its place on the clean page only, before
the fax machine shifted and scaled it; the shift is found from the values of the same page that were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

import numpy as np

from evaluation.report.pictures import PagePicture
from evaluation.scoring.corpus import Corners, GoldField
from evaluation.scoring.judgement import Judged, Judgement, Verdict
from evaluation.scoring.normal_forms import letters

# US letter, in points: what gold's boxes are measured on where nothing better is known.
_LETTER = (612.0, 792.0)
# A shift and a scale on each axis need two points; with three, one misplaced value shows.
_ENOUGH = 3
# A fax machine scales by a few per cent; whatever says more than this was fitted to misplaced values.
_SCALE = 0.15
# Places closer together than this share of a side say more about rounding than about scale.
_APART = 0.02
# What has no page comes last.
_NO_PAGE = 1_000_000


class Fate(StrEnum):
    """What became of a value."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    WRONG = "wrong"
    WRONG_ACCEPTED = "wrong_accepted"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One value on a page.

    Attributes:
        page: 1-based; 0 where the value has no page.
        fate: see Fate.
        field: its name.
        box: page fractions, origin top left; None where its place is not known.
        number: of the note beside the page; None for values that need no note.
        read: what was read, "" if missed.
        wanted: what the page says, as far as gold tells; "" where it is right.
    """

    page: int
    fate: Fate
    field: str
    read: str
    wanted: str
    box: Corners | None
    number: int | None = None


def marks_of(judgement: Judgement, pictures: Mapping[int, PagePicture]) -> list[Mark]:
    """The marks of a document, page by page from top to bottom, what is amiss numbered."""
    fits = {number: _fit([j for j in judgement.judged if j.predicted.page == number]) for number in pictures}
    marks = [mark for j in judgement.judged for mark in _predicted(j, judgement, pictures)]
    marks += [_missed(missed, pictures, fits) for missed in judgement.missed]
    amiss = iter(range(1, len(marks) + 1))
    return [_numbered(mark, amiss) for mark in sorted(marks, key=_place)]


def _place(mark: Mark) -> tuple[int, bool, float, float]:
    left, top = (mark.box[0], mark.box[1]) if mark.box else (0.0, 0.0)
    return mark.page or _NO_PAGE, mark.box is None, top, left


def _numbered(mark: Mark, numbers: Iterator[int]) -> Mark:
    return mark if mark.fate in (Fate.ACCEPTED, Fate.QUEUED) else replace(mark, number=next(numbers))


def _predicted(judged: Judged, judgement: Judgement, pictures: Mapping[int, PagePicture]) -> list[Mark]:
    p = judged.predicted
    page = p.page or 0
    if judged.verdict is Verdict.OPEN:
        return []
    if judged.verdict.is_right:
        fate = Fate.ACCEPTED if p.accepted else Fate.QUEUED
        return [Mark(page, fate, p.field, p.value or "", "", box) for box in p.boxes if page in pictures]
    fate = Fate.WRONG_ACCEPTED if p.accepted else Fate.WRONG
    box = p.boxes[0] if p.boxes else None
    return [Mark(page, fate, p.field, p.value or "", _wanted(judged, judgement), box)]


def _wanted(judged: Judged, judgement: Judgement) -> str:
    """The value that was missed in its place: of the same field and the linked group, if there is just one."""
    same = [g for g in judgement.missed if g.field == judged.predicted.field]
    group = judgement.links.get(judged.predicted.group or "")
    near = [g for g in same if g.group == group] or same
    return (near[0].value or "") if len(near) == 1 else ""


def _missed(gold: GoldField, pictures: Mapping[int, PagePicture], fits: Mapping[int, Corners]) -> Mark:
    """Marked where it is printed first on a page that is pictured."""
    value = gold.value or ""
    for mention in gold.mentions:
        picture = pictures.get(mention.page)
        if picture is not None:
            box = _shifted(mention.bbox, fits[mention.page]) if mention.bbox else _found(mention.text, picture)
            return Mark(mention.page, Fate.MISSED, gold.field, "", value, box)
    return Mark(gold.mentions[0].page if gold.mentions else 0, Fate.MISSED, gold.field, "", value, None)


def _shifted(box: Corners, fit: Corners) -> Corners:
    """A box of the clean page in fractions of the page as it was read."""
    scale_x, shift_x, scale_y, shift_y = fit
    left, top, right, bottom = box
    return (
        scale_x * left + shift_x,
        scale_y * top + shift_y,
        scale_x * right + shift_x,
        scale_y * bottom + shift_y,
    )


def _fit(judged: Sequence[Judged]) -> Corners:
    """Scale and shift on each axis from points of the clean page to page fractions: from values read on this page."""
    pairs = [
        (mention.bbox, j.predicted.boxes[0])
        for j in judged
        if j.verdict.is_right and j.gold is not None and len(j.predicted.boxes) == 1
        for mention in j.gold.mentions
        if mention.page == j.predicted.page
        and mention.bbox
        and letters(mention.text) == letters(j.predicted.evidence or "")
    ]
    across = _line([(a[0], b[0]) for a, b in pairs], 1 / _LETTER[0])
    down = _line([((a[1] + a[3]) / 2, (b[1] + b[3]) / 2) for a, b in pairs], 1 / _LETTER[1])
    return (*across, *down)


def _line(pairs: Sequence[tuple[float, float]], usual: float) -> tuple[float, float]:
    """The straight line through the pairs; the unshifted page where they are too few or say something unlikely.

    The median of the slopes between pairs and then of the shifts (Theil 1950, Sen 1968): a word that stands twice on
    the page pairs one place with the other, and must not bend the line.
    """
    if len(pairs) >= _ENOUGH and np.ptp([x for x, _ in pairs]) > 0.1 / usual:
        apart = [(a, b) for a, b in combinations(pairs, 2) if abs(b[0] - a[0]) > _APART / usual]
        scale = float(np.median([(b[1] - a[1]) / (b[0] - a[0]) for a, b in apart] or [usual]))
        if abs(scale / usual - 1) <= _SCALE:
            return scale, float(np.median([y - scale * x for x, y in pairs]))
    return usual, 0.0


def _found(text: str, picture: PagePicture) -> Corners | None:
    """Where the words of a text stand, for pages drawn from text."""
    wanted = [letters(word) for word in text.split()]
    have = [letters(word) for word, _ in picture.words]
    for start in range(len(have) - len(wanted) + 1):
        if wanted and have[start : start + len(wanted)] == wanted:
            boxes = [box for _, box in picture.words[start : start + len(wanted)]]
            line = [box for box in boxes if box[1] == boxes[0][1]]
            return line[0][0], line[0][1], line[-1][2], line[0][3]
    return None
