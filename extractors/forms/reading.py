"""Reads a segment's pages as forms: tables, choices, labels and codes, whatever the layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.pages import Page
from documents.records import Finding, RedFlag, Severity
from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.forms.blanks import is_filled_in, note_unwritten_sections
from extractors.forms.collected import Collected
from extractors.forms.empty_places import note_required
from extractors.forms.inline import read_lists, read_sentences
from extractors.forms.labels import Lexicon
from extractors.forms.letterhead import read_unlabelled
from extractors.forms.name_parts import read_name_parts
from extractors.forms.options import read_options
from extractors.forms.ownership import Ownership
from extractors.forms.pairs import read_pairs
from extractors.forms.sheet import Sheet
from extractors.forms.tables import read_tables


@dataclass(frozen=True, slots=True)
class FormReading:
    """What the forms on a segment's pages state, and the spans of text that nothing may be read from.

    Attributes:
        cited: values with their quotes.
        blank: paths whose label is printed and whose place is empty.
        unread: paths whose label has an answer that is no value of the field as it was read, each with its page.
        findings: what only reading can see.
        forbidden: for each page number, spans of text that are no content (struck, examples, orders, fax header).
        orders: those of them that give orders to a program.
    """

    cited: tuple[Cited, ...]
    blank: tuple[str, ...]
    unread: dict[str, int]
    findings: tuple[Finding, ...]
    forbidden: dict[int, tuple[tuple[int, int], ...]]
    orders: dict[int, tuple[tuple[int, int], ...]]


class _ByName:
    """A document type as a key: types are declared once, and hold dictionaries, which have no hash."""

    def __init__(self, document_type: DocumentType) -> None:
        self.document_type = document_type

    def __hash__(self) -> int:
        return hash((self.document_type.name, id(self.document_type.schema)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByName) and other.document_type is self.document_type


@lru_cache(maxsize=32)
def _lexicon(key: _ByName) -> Lexicon:
    return Lexicon(key.document_type)


def read_forms(pages: Sequence[Page], document_type: DocumentType) -> FormReading:
    """Reads what forms on the pages state for the fields of a document type."""
    lexicon = _lexicon(_ByName(document_type))
    collected = Collected(lexicon, document_type.specs)
    ownership = Ownership(collected)
    sheets = [_read_sheet(Sheet(page, lexicon), collected, ownership) for page in pages]
    read_unlabelled(sheets, collected)
    return FormReading(
        cited=tuple(collected.cited),
        blank=tuple(collected.blank) if is_filled_in(document_type) else (),
        unread=dict(collected.unread) if is_filled_in(document_type) else {},
        findings=tuple(dict.fromkeys(collected.findings)),
        forbidden={sheet.page.number: sheet.forbidden() for sheet in sheets},
        orders={sheet.page.number: sheet.layout.exclusions.orders for sheet in sheets},
    )


def _read_sheet(sheet: Sheet, collected: Collected, ownership: Ownership) -> Sheet:
    if sheet.layout.exclusions.orders:
        collected.findings.append(_orders_finding())
    read_options(sheet, collected)
    read_tables(sheet, collected, ownership)
    read_lists(sheet, collected)
    read_name_parts(sheet, collected, ownership)
    read_pairs(sheet, collected, ownership)
    read_sentences(sheet, collected)
    note_unwritten_sections(sheet, collected)
    note_required(sheet, collected, ownership)
    return sheet


def _orders_finding() -> Finding:
    return Finding(
        rule="READ-020",
        severity=Severity.ERROR,
        message="Text on a page gives orders to a program; it was not read. Check the page before deciding.",
        flag=RedFlag.PROMPT_INJECTION,
    )
