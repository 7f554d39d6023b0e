"""One page being read: its layout, sections and labels, and which chunks a value has already been taken from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from documents.pages import Box, Page
from extractors.forms.joined import join_labels
from extractors.forms.labels import Lexicon
from extractors.forms.questions import Question, find_questions
from extractors.forms.sections import Section, Sections
from extractors.layout.chunks import Chunk, PageLayout, lay_out

# Positions of rules found in pixels vary by a pixel or two between cells of one row.
_SAME_RULE = 0.004


class Sheet:
    """A page with everything that is known about it while it is read."""

    def __init__(self, page: Page, lexicon: Lexicon) -> None:
        self.layout: PageLayout = join_labels(lay_out(page), lexicon)
        self.page = self.layout.page
        self.sections = Sections(self.layout, lexicon)
        self.questions = find_questions(self.layout, self.sections, lexicon)
        self.claimed: set[int] = set()
        self.decided: set[str] = set()
        self.answered: set[tuple[int, int]] = set()
        self._flow: str | None = None
        self._by_chunk: dict[int, list[Question]] = defaultdict(list)
        for question in self.questions:
            self._by_chunk[question.chunk.index].append(question)
        self._line_at = {line[0].line: position for position, line in enumerate(self.layout.lines)}

    @property
    def line_height(self) -> float:
        """Median height of a word, page fractions."""
        return self.layout.line_height

    def questions_of(self, chunk: Chunk) -> list[Question]:
        """The labels that stand in a chunk."""
        return self._by_chunk.get(chunk.index, [])

    def is_label(self, chunk: Chunk) -> bool:
        """Whether a chunk is, or starts with, a label or heading."""
        if chunk.index in self.sections.headings:
            return True
        return any(q.fills for q in self.questions_of(chunk))

    def line_of(self, chunk: Chunk) -> tuple[Chunk, ...]:
        """The chunks on the same line."""
        return self.layout.lines[self._line_at[chunk.line]]

    def lines_below(self, chunk: Chunk) -> Iterator[tuple[Chunk, ...]]:
        """The lines after a chunk's own."""
        yield from self.layout.lines[self._line_at[chunk.line] + 1 :]

    def lines_above(self, chunk: Chunk) -> Iterator[tuple[Chunk, ...]]:
        """The lines before a chunk's own, nearest first."""
        yield from reversed(self.layout.lines[: self._line_at[chunk.line]])

    def flowing_text(self) -> str:
        """The page's text on one line, of the same length; what is no content is blanked out."""
        if self._flow is None:
            letters = list(self.page.text.replace("\n", " "))
            for index in self.layout.exclusions.words:
                word = self.page.words[index]
                letters[word.start : word.end] = " " * (word.end - word.start)
            self._flow = "".join(letters)
        return self._flow

    def forbidden(self) -> tuple[tuple[int, int], ...]:
        """Spans of the page's text that are no content."""
        words = (self.page.words[i] for i in sorted(self.layout.exclusions.words))
        return (*self.layout.exclusions.orders, *((w.start, w.end) for w in words))

    def section_of(self, chunk: Chunk) -> Section:
        """The section a chunk stands in."""
        return self.sections.at(chunk)


def same_cell(one: Box, other: Box) -> bool:
    """Whether two cells are one."""
    return all(abs(a - b) <= _SAME_RULE for a, b in zip(one, other, strict=True))


def is_closed(cell: Box) -> bool:
    """Whether rules bound a cell above, below and on one side at least, as in a form's grid."""
    bounded = cell.top > 0.0 and cell.bottom < 1.0 and (cell.left > 0.0 or cell.right < 1.0)
    return bounded and cell.bottom - cell.top < 0.3
