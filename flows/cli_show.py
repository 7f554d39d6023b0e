"""`status`, `show` and `verify`: where everything is, what was read, and whether it is as it was written."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from documents.errors import LedgerError, SettingsError
from documents.records import Record
from documents.store import Store
from extractors.records.weighting import slice_key
from flows.actor import os_user
from flows.installation import one_record, opened_ledger
from flows.settings import Settings
from flows.submission_lines import counted
from flows.tables import (
    document_row,
    document_table,
    record_lines,
    record_table,
    say,
    segment_line,
    shown_name,
    summary_table,
)
from flows.versions import Stage
from flows.weights_versions import slice_name, weights_in_force
from ledger import submissions
from ledger.audit import AuditHead
from ledger.ledger import Ledger
from ledger.statuses import DocumentStatus
from review_queue import checks
from review_queue.queue import ReviewQueue


def show_status(reference: str | None, *, as_json: bool) -> None:
    """Prints all documents and the reconciliation line, or one document with its records and why it is where it is."""
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        if reference is not None:
            _show_document(ledger, one_document(ledger, reference), settings, as_json=as_json)
            return
        reconciled = checks.reconcile(ledger)
        with ledger.snapshot() as connection:
            submitted = submissions.counts(connection)
        if as_json:
            for document in ledger.all_documents():
                say(document.model_dump_json())
            say(json.dumps({"reconciliation": {**reconciled.model_dump(), "submissions": submitted}}))
            return
        say(document_table(ledger, settings.zone))
        say(reconciled.in_words())
        if submitted:
            say(counted(submitted))
        for problem in reconciled.discrepancies:
            say(f"  {problem}")


def show_record(reference: str, *, as_json: bool) -> None:
    """Prints one record; that somebody looked is an audit event.

    Raises:
        SettingsError: the reference means no record, or several.
    """
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        kept = one_record(ledger, reference)
        ledger.record_view(actor=os_user(), document_id=kept.record.document_id, record_id=kept.record.id)
        if as_json:
            say(kept.record.model_dump_json())
            return
        say(f"record {kept.record.id}, revision {kept.revision}, {kept.state.value}")
        say(f"of document {kept.record.document_id}")
        say(_judged_by(ledger, kept.record))
        say(record_table(kept.record))
        if kept.record.summary:
            say(f"summary, in the note's own words:\n{summary_table(kept.record)}")


def _judged_by(ledger: Ledger, record: Record) -> str:
    """What judged a record, and the alarms that hold what comes from there now."""
    said = "judged by {weights}: {labels} labels, {mode}"
    known = {"weights": "?", "labels": "0", "mode": "COLD", **record.versions}
    payer = next((field.value for field in record.fields if field.path == "payer.name"), None)
    here = {
        "sender": slice_key(ledger.document(record.document_id).sender),
        "payer": slice_key(payer),
        "document_type": record.segment.document_type,
    }
    rung = [slice_name(each) for each in weights_in_force(ledger).cold_slices if each.holds(**here)]
    return said.format(**known) + (f"; under an alarm: {', '.join(rung)}" if rung else "")


def verify_installation(known_head: Path | None, write_head: Path | None, *, as_json: bool) -> None:
    """Hashes store, ledger and audit chain again and reconciles the counts.

    Raises:
        LedgerError: something is not as it was written.
        SettingsError: the known head is none.
    """
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        known = None if known_head is None else _exported_head(known_head)
        verification = checks.verify(ledger, known=known)
        reconciled = checks.reconcile(ledger)
        problems = [*verification.problems, *reconciled.discrepancies, *_store_problems(ledger, Store(settings.store))]
        head = ledger.audit_head()
        if write_head is not None:
            write_head.write_text(head.model_dump_json())
    if as_json:
        say(json.dumps({"problems": problems, "head": head.model_dump(), "reconciliation": reconciled.model_dump()}))
    else:
        say("\n".join([*problems, f"audit head {head.sequence} {head.hash}", reconciled.in_words()]))
    if problems or not reconciled.balanced:
        error = LedgerError(f"{len(problems)} things are not as they were written")
        error.remedy = "Restore the named ids from a backup; docs/operations.md says how."
        raise error


def _exported_head(path: Path) -> AuditHead:
    try:
        return AuditHead.model_validate_json(path.read_bytes())
    except ValidationError:
        raise SettingsError("--head names a file that is no audit head; --write-head writes one") from None


def _store_problems(ledger: Ledger, store: Store) -> list[str]:
    """Every document's bytes, hashed again."""
    known = set()
    problems = []
    for document in ledger.all_documents():
        known.add(document.document_id)
        if not store.verify(document.document_id):
            problems.append(f"document {document.document_id}: its bytes are missing or damaged in the store")
    strays = (stored for stored in store.document_ids() if stored not in known)
    return problems + [f"document {stored}: in the store, but the ledger does not know it" for stored in strays]


def one_document(ledger: Ledger, reference: str) -> DocumentStatus:
    """The document that an id, its beginning or a file name means.

    Raises:
        SettingsError: it means none, or several.
    """
    found = ledger.documents_matching(reference)
    if not found:
        raise SettingsError("no such document; give an id, its beginning, or the name it arrived as")
    if len(found) > 1:
        raise SettingsError(f"several documents are meant: {', '.join(d.document_id[:12] for d in found)}")
    return found[0]


def _show_document(ledger: Ledger, document: DocumentStatus, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        say(document.model_dump_json())
        return
    head = ("document", "type", "pages", "accepted", "to review", "deadline", "outcome")
    for name, value in zip(head, document_row(document, settings.zone), strict=True):
        say(f"{name:10} {value}")
    say(f"id         {document.document_id}")
    say(f"received   {document.received_at.astimezone(settings.zone).isoformat(timespec='seconds')}")
    if document.outcome_code is not None:
        from documents.outcomes import REMEDIES, OutcomeCode

        say(f"remedy     {REMEDIES[OutcomeCode(document.outcome_code)]}")
    for record in document.records:
        say(record_lines(record, settings.zone))
        reasons = _reasons(ledger, record.record_id)
        if reasons:
            say(f"    needs a person: {', '.join(reasons)}")
    for line in _unread_parts(ledger, document):
        say(f"  no record  {line}")
    if document.lease_expires_at is not None:
        say(f"worker     {document.worker_id}, lease until {document.lease_expires_at.isoformat(timespec='seconds')}")
    say(f"name       {shown_name(document)}")


def _reasons(ledger: Ledger, record_id: str) -> tuple[str, ...]:
    """Why a record needs, or needed, a person: what its open item says, else what was read."""
    waiting = next((item for item in ReviewQueue(ledger).matching(record_id) if item.closed_at is None), None)
    if waiting is not None:
        return waiting.reasons
    kept = ledger.record(record_id)
    return () if kept is None else kept.record.review_reasons


def _unread_parts(ledger: Ledger, document: DocumentStatus) -> list[str]:
    """The parts of a document that no record holds, with what they may be: a person routes them."""
    from flows.stages import Extracted

    stored = ledger.latest_stage_result(document.document_id, Stage.EXTRACT)
    if stored is None:
        return []
    parts = Extracted.model_validate_json(stored).parts
    return [segment_line(part.segment) for part in parts if part.reading is None]
