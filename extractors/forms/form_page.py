"""What a label is read with: the page, what has been gathered, and whose things are whose."""

from __future__ import annotations

from dataclasses import dataclass

from documents.values import Kind
from extractors.forms.answers import Answer
from extractors.forms.collected import Collected, Place
from extractors.forms.labels import Label
from extractors.forms.ownership import Ownership
from extractors.forms.questions import Question
from extractors.forms.sections import Section
from extractors.forms.sheet import Sheet


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of the document while its labels are read."""

    sheet: Sheet
    collected: Collected
    ownership: Ownership

    def kind(self, path: str) -> Kind:
        """The kind of a field."""
        return self.collected.lexicon.kind(path)

    def text(self, answer: Answer) -> str:
        """The words of an answer."""
        return self.sheet.page.text[answer.start : answer.end]

    def add(self, path: str, value: str, span: tuple[int, int], place: Place, group: str | None = None) -> None:
        """Adds a value read from a span of the page's text."""
        self.collected.add(path, value, self.sheet.page, span, place=place, group=group)

    def derive(self, path: str, value: str, span: tuple[int, int], place: Place, group: str | None = None) -> None:
        """Adds a value that follows from the span without being printed there."""
        self.collected.derive(path, value, self.sheet.page, span, place=place, group=group)

    def claim(self, answer: Answer, question: Question) -> None:
        """Marks an answer's chunks as used up."""
        self.sheet.claimed.update(c.index for c in answer.chunks if c is not question.chunk)

    def group_of(self, path: str, label: Label, section: Section) -> str | None:
        """The group a value of the field belongs to."""
        return self.ownership.group_of(path, label, section)
