"""A drawn document before it is rendered, and what became of each page on its way through the machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from evaluation.synth.flow import PlainText
from evaluation.synth.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pages of one type: a form, a note, a cover sheet.

    Attributes:
        type: segment type of the predictions format.
        layout: name of the layout.
        sheets: its pages; empty in a text file.
        text: its text, where the document is a text file.
        other_patient: the pages are about somebody else.
    """

    type: str
    layout: str
    sheets: tuple[Sheet, ...] = ()
    text: PlainText | None = None
    other_patient: bool = False

    @property
    def pages(self) -> int:
        """Number of pages; a text file is one."""
        return 1 if self.text else len(self.sheets)


@dataclass(frozen=True, slots=True)
class Fate:
    """What the machine did to a page.

    Attributes:
        rendition: how it is stored.
        rotation: degrees counter-clockwise.
        bands: (top, bottom) of drop-out bands, in points on the clean page.
        header: the line that the fax machine added.
    """

    rendition: str
    rotation: int = 0
    bands: tuple[tuple[float, float], ...] = ()
    header: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file."""

    data: bytes
    extension: str
    fates: tuple[Fate, ...] = field(default=())
