"""From a record that a person releases to the submission that is kept: a PAS request, or what it lacks."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from documents.records import Record
from documents.store import Store
from flows.mapping import bundle_of, source_of
from flows.settings import Settings
from flows.site_table import loaded_site_values
from flows.versions import current_versions
from ledger import submissions
from ledger.ledger import Ledger
from ledger.submissions import NewSubmission, Submission, SubmissionKind, SubmissionState
from review_queue.circumstances import Circumstances
from review_queue.releasing import Issue, Releasing
from validation.requests import asks_for_decision

if TYPE_CHECKING:
    from fhir_mapping.pas.request import PasGaps, PasRequest
    from fhir_mapping.pas.update import PriorRequest
    from fhir_mapping.source import SourceDocumentReference

LOG = logging.getLogger("fax2fhir")


@dataclass(frozen=True, slots=True)
class Submitting:
    """How an installation maps what a person releases.

    Attributes:
        settings, ledger: of the installation.
        actor: who releases.
        clock: the time now, aware.
    """

    settings: Settings
    ledger: Ledger
    actor: str
    clock: Callable[[], datetime]

    def releasing(self) -> Releasing:
        """The same for the review queue."""
        return Releasing(
            build_bundle=self.bundle,
            build_submission=self.submission,
            mapping=current_versions(self.settings).map,
        )

    def bundle(self, record: Record, given: Circumstances) -> str:
        """The internal bundle of a record."""
        return bundle_of(
            record,
            given,
            document=self.ledger.document(record.document_id),
            store=Store(self.settings.store),
            recorded=self.clock(),
        )

    def submission(self, record: Record, issue: Issue) -> NewSubmission | None:
        """The submission of a record; None if it asks for no decision."""
        if not asks_for_decision(record):
            return None
        made = self._build(record, issue, recorded=self.clock())
        missing = _missing(made)
        return NewSubmission(
            kind=issue.kind,
            state=SubmissionState.BLOCKED if missing else SubmissionState.READY,
            payload=made.bundle,
            content_key=self._content_key(record),
            mapping=current_versions(self.settings).map,
            missing=missing,
            site_rows=_rows(made),
        )

    def gaps(self, record: Record) -> tuple[submissions.MissingElement, ...]:
        """What a record would lack if it were released now; nothing if it asks for no decision."""
        first = Issue(number=1, kind=SubmissionKind.REQUEST)
        return _missing(self._build(record, first, recorded=self.clock())) if asks_for_decision(record) else ()

    def _content_key(self, record: Record) -> str:
        """The key of what a request says, whoever releases it, when, and whichever of the record's it is."""
        received = self.ledger.document(record.document_id).received_at
        made = self._build(record, Issue(number=1, kind=SubmissionKind.REQUEST), recorded=received)
        return hashlib.sha256(made.bundle.encode()).hexdigest()

    def _build(self, record: Record, issue: Issue, *, recorded: datetime) -> PasRequest | PasGaps:
        """The request or what it lacks; one that fails our own check lacks that, and keeps no record from sign-off."""
        from fhir_mapping.errors import FhirMappingError
        from fhir_mapping.pas.request import build_pas_request

        content = Store(self.settings.store).path(record.document_id).read_bytes()
        source = source_of(record, self.ledger.document(record.document_id), content)
        today = self.clock().astimezone(self.settings.zone).date()
        site = loaded_site_values(self.settings, record.segment.document_type, today=today)
        try:
            return build_pas_request(
                record,
                source,
                content=content,
                site=site,
                recorded=recorded,
                released_by=self.actor,
                number=issue.number,
                prior=None if issue.prior is None else _prior(issue.prior),
                cancel=issue.kind is SubmissionKind.CANCEL,
            )
        except FhirMappingError as error:
            LOG.error("record %s: %s, no request", record.id, error.code)
            return _failed(record, source, number=issue.number, recorded=recorded)


def _failed(record: Record, source: SourceDocumentReference, *, number: int, recorded: datetime) -> PasGaps:
    """What stands for a request that fails our own check: a defect of ours, which a person has to report."""
    from fhir_mapping.pas.gaps import IssueType, MissingElement
    from fhir_mapping.pas.missing import missing_bundle
    from fhir_mapping.pas.request import PasGaps
    from fhir_mapping.proven import ProvenRecord

    message = "The request fails this program's own check: report it with the record's id."
    missing = (MissingElement(path="Bundle", message=message, issue=IssueType.VALUE),)
    bundle = missing_bundle(ProvenRecord(record, source), missing, number=number, recorded=recorded)
    return PasGaps(missing=missing, bundle=bundle)


def _prior(kept: Submission) -> PriorRequest:
    from fhir_mapping.identity import claim_identifier
    from fhir_mapping.pas.update import PriorRequest

    named = claim_identifier(kept.record_id, kept.number)
    return PriorRequest(
        identifier_system=named.system, identifier_value=named.value, number=kept.number, bundle=kept.payload
    )


def _rows(made: PasRequest | PasGaps) -> tuple[str, ...]:
    from fhir_mapping.pas.request import PasRequest

    return tuple(row.id for row in made.rows) if isinstance(made, PasRequest) else ()


def _missing(made: PasRequest | PasGaps) -> tuple[submissions.MissingElement, ...]:
    from fhir_mapping.pas.request import PasGaps

    if not isinstance(made, PasGaps):
        return ()
    return tuple(
        submissions.MissingElement(path=each.path, field=each.field, message=each.message) for each in made.missing
    )
