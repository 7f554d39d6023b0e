"""The embedded reading backend: forms by their labels and tables, prose by its rules; no network and no weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from documents.pages import Page
from documents.records import Finding, Severity
from documents.values import Cited
from extractors.backend import Reading
from extractors.document_type import DocumentType
from extractors.forms.reading import FormReading, read_forms
from extractors.prose.reading import read_prose
from extractors.prose.unread_codes import unread_codes
from extractors.schema import ErrorCost

# Fields whose printed characters belong to one field only: a group number is no diagnosis code.
_SHAPED = frozenset(
    {
        "patient.member_id", "patient.mrn", "patient.phone", "patient.dob", "payer.group_number", "provider.npi",
        "provider.phone", "provider.fax", "facility.npi", "diagnosis.code", "procedure.code", "case.reference_number",
        "patient.address",
    }
)  # fmt: skip


class Rules:
    """Reads forms and prose; a form's own label decides where both claim the same characters."""

    name = "rules"
    version = "1"

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Reading:
        """Reads one segment's pages for the fields of a document type."""
        forms = read_forms(pages, document_type)
        general = (*forms.cited, *_admissible(read_prose(pages, document_type), forms))
        own = tuple(_lawful(chain.from_iterable(read(pages) for read in document_type.readers), forms))
        general = tuple(_unclaimed(general, [c for c in own if c.path in document_type.claiming_paths]))
        cited = (*(c for c in general if c.path not in document_type.own_paths), *own)
        unread = unread_codes(pages, cited, forms.forbidden, document_type.specs)
        return Reading(
            cited=cited,
            blank=forms.blank,
            findings=(*forms.findings, *unread, *_unread_answers(forms, cited, document_type)),
        )


def _unread_answers(forms: FormReading, cited: Sequence[Cited], document_type: DocumentType) -> Iterator[Finding]:
    """A finding for each field that a form has an answer to and nothing was read of: handwriting, as a rule."""
    read = {c.path for c in cited}
    for path, page in forms.unread.items():
        if path in read or path not in document_type.specs:
            continue
        harmless = document_type.specs[path].reads.cost is ErrorCost.ORDINARY
        yield Finding(
            rule="READ-050",
            severity=Severity.WARNING if harmless else Severity.ERROR,
            path=path,
            message=f"Page {page} has an answer at this field's label that could not be read: enter it from there",
        )


def _lawful(own: Iterable[Cited], forms: FormReading) -> Iterator[Cited]:
    """What a type's own readers may add: nothing that begins in forbidden text or touches an order to a program.

    A criterion may hold an example (`such as methotrexate`), which is no value of its own.
    """
    for item in own:
        if item.page is not None and item.start is not None:
            start, end = item.start, item.start + len(item.quote)
            if any(a <= start < b for a, b in forms.forbidden.get(item.page, ())):
                continue
            if any(a < end and start < b for a, b in forms.orders.get(item.page, ())):
                continue
        yield item


def _unclaimed(general: Iterable[Cited], claims: Sequence[Cited]) -> Iterator[Cited]:
    """What forms and prose read outside the words that a type's own reader knows the meaning of."""
    claimed: dict[int, list[tuple[int, int]]] = {}
    for item in claims:
        if item.page is not None and item.start is not None:
            claimed.setdefault(item.page, []).append((item.start, item.start + len(item.quote)))
    for item in general:
        spans = claimed.get(item.page or 0, ())
        if item.start is None or not any(a < item.start + len(item.quote) and item.start < b for a, b in spans):
            yield item


def _admissible(prose: Iterable[Cited], forms: FormReading) -> Iterator[Cited]:
    """What prose may add: nothing from struck or forbidden text, and no second reading of a labelled value."""
    owned: dict[int, list[tuple[int, int, str]]] = {}
    for item in forms.cited:
        if item.path in _SHAPED and item.page is not None and item.start is not None:
            owned.setdefault(item.page, []).append((item.start, item.start + len(item.quote), item.path))
    for item in prose:
        if item.page is None or item.start is None:
            yield item
            continue
        start, end = item.start, item.start + len(item.quote)
        if any(a < end and start < b for a, b in forms.forbidden.get(item.page, ())):
            continue
        if any(a < end and start < b and path != item.path for a, b, path in owned.get(item.page, ())):
            continue
        yield item


BACKEND = Rules()
