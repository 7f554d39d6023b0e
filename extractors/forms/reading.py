"""Reads a segment's pages as forms: tables, choices, labels and codes, whatever the layout."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from documents.pages import Page
from documents.records import Finding, RedFlag, Severity
from extractors.backend import Reading
from extractors.document_type import DocumentType, all_document_types
from extractors.forms.collected import Collected
from extractors.forms.inline import read_lists, read_sentences
from extractors.forms.labels import Lexicon
from extractors.forms.letterhead import read_unlabelled
from extractors.forms.options import read_options
from extractors.forms.ownership import Ownership
from extractors.forms.pairs import read_pairs
from extractors.forms.sheet import Sheet
from extractors.forms.tables import read_tables


@cache
def _lexicon(name: str) -> Lexicon:
    return Lexicon(all_document_types()[name])


def read_forms(pages: Sequence[Page], document_type: DocumentType) -> Reading:
    """Reads what forms on the pages state for the fields of a document type."""
    lexicon = _lexicon(document_type.name)
    collected = Collected(lexicon, frozenset(document_type.specs))
    ownership = Ownership(collected)
    sheets: list[Sheet] = []
    for page in pages:
        sheet = Sheet(page, lexicon)
        if sheet.layout.exclusions.orders:
            collected.findings.append(_orders_finding())
        read_tables(sheet, collected, ownership)
        read_options(sheet, collected)
        read_lists(sheet, collected)
        read_pairs(sheet, collected, ownership)
        read_sentences(sheet, collected)
        sheets.append(sheet)
    read_unlabelled(sheets, collected)
    asked = [p for p in collected.blank if p not in document_type.specs or document_type.specs[p].reads.asked]
    return Reading(cited=tuple(collected.cited), blank=tuple(asked), findings=tuple(dict.fromkeys(collected.findings)))


def _orders_finding() -> Finding:
    return Finding(
        rule="READ-020",
        severity=Severity.ERROR,
        message="Text on a page gives orders to a program; it was not read. Check the page before deciding.",
        flag=RedFlag.PROMPT_INJECTION,
    )
