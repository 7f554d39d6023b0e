"""Choice marks with the words that label them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Mark, Page, Word
from extractors.layout.exclusions import text_lines
from extractors.layout.nearby import Along, Walls, upright

# A mark stands on a line if its middle is within the height of the word next to it, and this share of it more.
_BESIDE = 0.35


@dataclass(frozen=True, slots=True)
class Option:
    """A choice mark and the chunk text that labels it (`start`, `end` into the page's text)."""

    mark: Mark
    line: int
    start: int
    end: int
    text: str


def find_options(page: Page, words: Sequence[Word]) -> Iterator[Option]:
    """Each mark with its label: the words to its right up to the next mark or a wide gap, else those to its left.

    On a line whose marks all stand close behind words (`Routine [x]    Urgent [ ]`) the labels are those to the left.
    """
    if not page.marks:
        return
    lines = Along(enumerate([words[i] for i in line] for line in text_lines(words, page.text)), _extent)
    boxes = [mark.box for mark in page.marks]
    right_of, left_of = Walls([*boxes, *upright(page)]), Walls(boxes)
    beside = []
    for mark in sorted(page.marks, key=lambda m: (m.box.top, m.box.left)):
        middle = (mark.box.top + mark.box.bottom) / 2
        found = [
            (mark, number, *labels)
            for number, line in sorted(lines.over(middle, middle), key=lambda numbered: numbered[0])
            if _on_line(line, middle, mark)
            if any(labels := (_right_label(mark, line, right_of), _left_label(mark, line, left_of)))
        ]
        # A stroke beyond the box is recognised as a line of its own: `v`, where the next line holds the words.
        beside += sorted(found, key=_is_stroke)[:1]
    before = {number for _, number, *_ in beside} - {
        number for mark, number, right, left in beside if not _is_behind(mark, right, left)
    }
    for mark, number, right, left in beside:
        label = left if number in before else right or left
        start, end = label[0].start, label[-1].end
        yield Option(mark, number, start, end, page.text[start:end])


def _is_stroke(found: tuple[Mark, int, Sequence[Word], Sequence[Word]]) -> bool:
    """Whether nothing but single characters stands beside a mark on a line."""
    return all(len(word.text) == 1 for word in (*found[2], *found[3]))


def _is_behind(mark: Mark, right: Sequence[Word], left: Sequence[Word]) -> bool:
    """Whether a mark stands behind its words: much closer to them than to what follows."""
    if not left or not right:
        return bool(left)
    return 2 * (mark.box.left - left[-1].box.right) < right[0].box.left - mark.box.right


def _extent(numbered: tuple[int, Sequence[Word]]) -> tuple[float, float]:
    """How far up and down a mark can stand that is on the line."""
    boxes = [word.box for word in numbered[1]]
    slack = _BESIDE * max(box.bottom - box.top for box in boxes)
    return min(box.top for box in boxes) - slack, max(box.bottom for box in boxes) + slack


def _on_line(line: Sequence[Word], middle: float, mark: Mark) -> bool:
    near = min(line, key=lambda w: min(abs(w.box.left - mark.box.right), abs(w.box.right - mark.box.left)))
    slack = _BESIDE * (near.box.bottom - near.box.top)
    return near.box.top - slack <= middle <= near.box.bottom + slack


def _right_label(mark: Mark, line: Sequence[Word], walls: Walls) -> list[Word]:
    label: list[Word] = []
    for word in line:
        if word.box.left < mark.box.right - 0.004:
            continue
        before = label[-1].box if label else mark.box
        width = (word.box.right - word.box.left) / len(word.text)
        # A label follows its mark within a few characters; inside it gaps are those of words.
        limit = 5.0 if not label else 2.2
        if word.box.left - before.right > limit * width or walls.between(before, word.box, but=mark.box):
            break
        label.append(word)
    return label


def _left_label(mark: Mark, line: Sequence[Word], walls: Walls) -> list[Word]:
    label: list[Word] = []
    for word in reversed(line):
        if word.box.right > mark.box.left + 0.004:
            continue
        after = label[0].box if label else mark.box
        width = (word.box.right - word.box.left) / len(word.text)
        limit = 4.0 if not label else 2.2
        if after.left - word.box.right > limit * width or walls.between(word.box, after, but=mark.box):
            break
        label.insert(0, word)
    return label
