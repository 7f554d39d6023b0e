"""What comes back from reading a document: its pages, and the messages of the processes that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.pages import Page, PageFlag
from documents.sniff import MediaType
from documents.value import Value


class ReadDocument(Value):
    """A document as read.

    Attributes:
        pages: in order; complete unless `code` says otherwise.
        code: why it could not be read as it arrived, or not completely.
        page_count: pages of the document, as agreed between the parsers; more than `len(pages)` only with a code.
        detail: what an operator should know (counts by parser, active content); never document text.
    """

    pages: tuple[Page, ...] = ()
    code: OutcomeCode | None = None
    page_count: int = 0
    detail: str = ""


class Inspect(Value):
    """Asks a reading process for the pages that need no recognition, and which do.

    Attributes:
        path: the document.
        media_type: as sniffed.
        scratch: an existing private folder for rewritten copies.
        limits: see there.
    """

    kind: Literal["inspect"] = "inspect"
    path: Path
    media_type: MediaType
    scratch: Path
    limits: ReadingLimits


class Recognise(Value):
    """Asks a reading process for one page by OCR.

    Attributes:
        path: the document or its rewritten copy.
        media_type: as sniffed.
        number: 1-based page.
        flags: what the inspection found out about the page.
        limits: see there.
        timeout_s: for this page.
    """

    kind: Literal["recognise"] = "recognise"
    path: Path
    media_type: MediaType
    number: int
    flags: tuple[PageFlag, ...]
    limits: ReadingLimits
    timeout_s: float


class Counted(Value):
    """The document has so many pages: its time limit is known from here on."""

    kind: Literal["counted"] = "counted"
    page_count: int


class Ready(Value):
    """A page that is read."""

    kind: Literal["ready"] = "ready"
    page: Page


class NeedsOcr(Value):
    """A page that must be read from its pixels."""

    kind: Literal["needs_ocr"] = "needs_ocr"
    path: Path
    number: int
    flags: tuple[PageFlag, ...] = ()


class Finished(Value):
    """The last message of a request."""

    kind: Literal["finished"] = "finished"
    code: OutcomeCode | None = None
    page_count: int = 0
    detail: str = ""


Request = Annotated[Inspect | Recognise, Field(discriminator="kind")]
Reply = Annotated[Counted | Ready | NeedsOcr | Finished, Field(discriminator="kind")]
REQUEST: TypeAdapter[Inspect | Recognise] = TypeAdapter(Request)
REPLY: TypeAdapter[Counted | Ready | NeedsOcr | Finished] = TypeAdapter(Reply)


def unread_page(number: int, flag: PageFlag) -> Page:
    """The place of a page that could not be read: it keeps its number, has no words, and its flag says why."""
    return Page(number=number, width_pt=612.0, height_pt=792.0, text="", flags=(flag,), quality=0.0)
