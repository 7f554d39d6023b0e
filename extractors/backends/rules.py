"""The embedded reading backend: forms by their labels and tables, prose by its rules; no network and no weights."""

from __future__ import annotations

from collections.abc import Sequence

from documents.pages import Page
from extractors.backend import Reading
from extractors.document_type import DocumentType
from extractors.forms.reading import read_forms
from extractors.prose.reading import read_prose


class Rules:
    """Reads forms and prose; what both find is merged later by value."""

    name = "rules"
    version = "1"

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Reading:
        """Reads one segment's pages for the fields of a document type."""
        forms = read_forms(pages, document_type)
        prose = tuple(read_prose(pages, document_type))
        return forms.model_copy(update={"cited": (*forms.cited, *prose)})


BACKEND = Rules()
