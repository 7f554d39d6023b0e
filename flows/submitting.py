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
from flows.mapping import bundle_of
from flows.sending_along import Sending, sent_along
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
        sending = self._sending(record)
        made = self._build(record, issue, sending, at=self.clock())
        missing = _missing(made)
        sent = not missing and issue.kind is not SubmissionKind.CANCEL
        return NewSubmission(
            kind=issue.kind,
            state=SubmissionState.BLOCKED if missing else SubmissionState.READY,
            payload=made.bundle,
            content_key=self._content_key(record, sending),
            mapping=current_versions(self.settings).map,
            missing=missing,
            site_rows=_rows(made),
            parts=sending.parts if sent else (),
        )

    def gaps(self, record: Record) -> tuple[submissions.MissingElement, ...]:
        """What a record would lack if it were released now; nothing if it asks for no decision."""
        if not asks_for_decision(record):
            return ()
        first = Issue(number=1, kind=SubmissionKind.REQUEST)
        return _missing(self._build(record, first, self._sending(record), at=self.clock()))

    def _sending(self, record: Record) -> Sending:
        return sent_along(self.ledger, Store(self.settings.store), record)

    def _content_key(self, record: Record, sending: Sending) -> str:
        """The key of what a request says, whoever releases it, when, and whichever of the record's it is."""
        first = Issue(number=1, kind=SubmissionKind.REQUEST)
        made = self._build(record, first, sending, at=sending.source.received_at)
        return hashlib.sha256(made.bundle.encode()).hexdigest()

    def _build(self, record: Record, issue: Issue, sending: Sending, *, at: datetime) -> PasRequest | PasGaps:
        """The request or what it lacks; one that fails our own check lacks that, and keeps no record from sign-off."""
        from fhir_mapping.errors import FhirMappingError
        from fhir_mapping.pas.request import Release, build_pas_request

        today = self.clock().astimezone(self.settings.zone).date()
        site = loaded_site_values(self.settings, record.segment.document_type, today=today)
        release = Release(
            by=self.actor,
            at=at,
            number=issue.number,
            prior=None if issue.prior is None else _prior(issue.prior),
            cancel=issue.kind is SubmissionKind.CANCEL,
        )
        try:
            return build_pas_request(record, sending.source, sending.sends, site=site, release=release)
        except FhirMappingError as error:
            LOG.error("record %s: %s, no request", record.id, error.code)
            return _failed(record, sending.source, number=issue.number, recorded=at)


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
