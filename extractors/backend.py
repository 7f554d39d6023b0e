"""The protocol of a reading backend, and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from documents.pages import Page
from documents.records import Finding
from documents.value import Value
from documents.values import Cited
from extractors.document_type import DocumentType


class Usage(Value):
    """What a reading cost. The embedded backend costs nothing but CPU."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Reading(Value):
    """One backend's reading of one segment.

    Attributes:
        cited: values with their quotes; the same field may come several times (conflicts, several mentions).
        blank: paths whose label the form prints and leaves empty (or fills with "see attached" only).
        findings: what only reading can see: both boxes ticked, text that gives orders to a program, another patient.
        usage: what it cost.
    """

    cited: tuple[Cited, ...] = ()
    blank: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    usage: Usage = Usage()


class Readings(Value):
    """What the backends read in one segment, each for itself.

    Attributes:
        first: of the embedded backend.
        second: of a model; None where none is configured.
        whole: whether the model answered for every page of the segment.
    """

    first: Reading
    second: Reading | None = None
    whole: bool = True


class Backend(Protocol):
    """One method; stateless between calls."""

    name: str
    version: str

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Reading:
        """Reads one segment's pages for the fields of a document type."""
        ...
