"""Values that go on under their first line because their column was too narrow: an address, a long name."""

from __future__ import annotations

from extractors.forms.answers import Answer, free_text
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet
from extractors.layout.chunks import Chunk

# Fields whose values wrap.
WRAPPING = frozenset({"patient.address", "payer.name", "payer.plan", "facility.name"})
# A wrapped line begins under the value or under its label; drawing shifts it by a pixel or two.
_SAME_EDGE = 0.012
# The next line of a box is at most this many line heights under the one before.
_NEXT_LINE = 0.9
_LONGEST, _FEW = 8, 2
# A page's text ends here at the latest; a space is about this wide (page fractions).
_RIGHT_MARGIN = 0.96
_SPACE = 0.006


def continued(answer: Answer, question: Question, sheet: Sheet) -> Chunk | None:
    """The chunk under an answer that goes on with it: its first word had no room on the line before."""
    last = answer.chunks[-1]
    printed = sheet.page.words_in(answer.start, answer.end)
    below = next(sheet.lines_below(last), None)
    if not printed or below is None or below[0].box.top - last.box.bottom > _NEXT_LINE * sheet.line_height:
        return None
    edges = (printed[0].box.left, question.chunk.box.left)
    for position, chunk in enumerate(below):
        starts = any(abs(chunk.box.left - edge) <= _SAME_EDGE for edge in edges)
        if position and below[position - 1].box.left >= question.chunk.box.left - _SAME_EDGE:
            return None  # a label of its own stands before it
        if starts and _may_go_on(chunk, edges, sheet) and len(chunk.words) <= _LONGEST and ":" not in chunk.text:
            first = chunk.words[0].box
            needs = printed[-1].box.right + _SPACE + (first.right - first.left)
            return chunk if needs > _limit(last, sheet) else None
    return None


def _may_go_on(chunk: Chunk, edges: tuple[float, float], sheet: Sheet) -> bool:
    """Whether a chunk is no label; a word or two under a value's own edge may read like one and are none."""
    own, labels = edges
    beside = abs(own - labels) > _SAME_EDGE and abs(chunk.box.left - own) <= _SAME_EDGE
    return (beside and len(chunk.words) <= _FEW and chunk.index not in sheet.claimed) or free_text(chunk, sheet)


def _limit(chunk: Chunk, sheet: Sheet) -> float:
    """Where the column of a chunk ends: its box's wall, or what stands beside it."""
    after = [c.box.left for c in sheet.line_of(chunk) if c.start > chunk.start]
    margin = min(_RIGHT_MARGIN, max(c.box.right for c in sheet.layout.chunks) + _SPACE)
    return min([chunk.cell.right, margin, *(left - 2 * _SPACE for left in after)])
