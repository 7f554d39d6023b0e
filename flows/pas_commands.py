"""What the `pas` commands do: find the record, release, complete or cancel its request, say what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from documents.errors import SettingsError
from documents.records import Record
from documents.values import Assertion
from flows.actor import os_user
from flows.entering import kind_of, normal_value
from flows.installation import now, one_record, opened_ledger
from flows.queue_commands import field_ref, reason_code
from flows.settings import Settings
from flows.submission_lines import missing_lines, part_lines, submission_lines
from flows.submitting import Submitting
from flows.tables import columns, local, say
from ledger import submissions
from ledger.ledger import Ledger
from ledger.submissions import Submission
from review_queue.items import Action, FieldDecision
from review_queue.releasing import CancelReason, as_entered, cancel, enter, release

_DUE = "cancellation due"


def print_submissions(*, as_json: bool) -> None:
    """Prints each record's current submission, then whether a cancellation of it is due."""
    with _opened() as (settings, ledger, _):
        notes = dict(_notes(ledger))
        found = list(submissions.current_submissions(ledger.snapshot))
        if as_json:
            rows = [each.model_dump(mode="json", exclude={"payload"}) for each in found]
            say(json.dumps([{**row, "note": notes.get(row["record_id"], "")} for row in rows]))
            return
        head = ("record", "number", "kind", "state", "missing", "made", "by", "note")
        cells = (
            (
                each.record_id[:12],
                str(each.number),
                each.kind.value,
                each.state.value,
                str(len(each.missing)),
                local(each.created_at, settings.zone),
                each.actor,
                notes.get(each.record_id, ""),
            )
            for each in found
        )
        say(columns(head, cells) if found else "Nothing was submitted.")


def print_submission(reference: str, number: int | None) -> None:
    """Prints one submission's bundle; that somebody looked is an audit event.

    Raises:
        SettingsError: the record has no such submission.
    """
    with _opened() as (_, ledger, _submitting):
        found = _submission(ledger, one_record(ledger, reference).record, number)
        ledger.record_view(actor=os_user(), document_id=found.document_id, record_id=found.record_id)
        say(found.payload)


def print_pages(reference: str, number: int | None, *, as_json: bool) -> None:
    """Prints which pages of its document a submission sends along, by whose proof, and which stay and why.

    Raises:
        SettingsError: the record has no such submission.
    """
    with _opened() as (_, ledger, _submitting):
        found = _submission(ledger, one_record(ledger, reference).record, number)
        with ledger.snapshot() as connection:
            parts = submissions.parts_of(connection, found)
        if as_json:
            rows = [each.model_dump() for each in parts]
            say(json.dumps({"record_id": found.record_id, "number": found.number, "parts": rows}))
            return
        head = ("pages", "document type", "record", "sent as SHA-256", "not sent")
        cells = ((p.pages, p.document_type, p.record_id[:12], p.digest, p.withheld) for p in parts)
        say(columns(head, cells) if parts else "No page goes with it but what was sent before.")


def _submission(ledger: Ledger, record: Record, number: int | None) -> Submission:
    with ledger.snapshot() as connection:
        found = (
            submissions.current(connection, record.id)
            if number is None
            else submissions.submission(connection, record.id, number)
        )
    if found is None:
        raise SettingsError("the record has no such submission; `fax2fhir pas list` lists them")
    return found


def print_gaps(reference: str, *, as_json: bool) -> None:
    """Prints what a record lacks as it stands."""
    with _opened() as (_, ledger, submitting):
        record = as_entered(ledger, one_record(ledger, reference).record.id)
        missing = submitting.gaps(record)
        if as_json:
            say(json.dumps([each.model_dump() for each in missing]))
            return
        say("\n".join(missing_lines(missing, record.id)) if missing else "Nothing is missing.")


def enter_value(reference: str, field: str, text: str) -> None:
    """Keeps one value, then says what is still missing.

    Raises:
        SettingsError: such a record has no such field, or the value is not of its kind.
    """
    ref = field_ref(field)
    with _opened() as (_, ledger, submitting):
        record = as_entered(ledger, one_record(ledger, reference).record.id)
        kind, value = kind_of(record, ref.path), normal_value(record, ref, text)
        there = any(f.path == ref.path and f.group == ref.group for f in record.fields)
        action = Action.CORRECT if there else Action.ADD
        # What is entered for a request is said as a fact, whatever was read in its place.
        entered = FieldDecision(action=action, field=ref, value=value, kind=kind, assertion=Assertion.PRESENT)
        _decide(submitting, record, entered)


def reject_value(reference: str, field: str, reason: str) -> None:
    """Rejects one value, then says what is missing.

    Raises:
        SettingsError: the reason is no code.
    """
    decision = FieldDecision(action=Action.REJECT, field=field_ref(field), reason=reason_code(reason))
    with _opened() as (_, ledger, submitting):
        _decide(submitting, one_record(ledger, reference).record, decision)


def _decide(submitting: Submitting, record: Record, decision: FieldDecision) -> None:
    changed = enter(submitting.ledger, record.id, decision, actor=os_user())
    say("rejected" if decision.action is Action.REJECT else "entered")
    missing = submitting.gaps(changed)
    say("\n".join(missing_lines(missing, record.id)) if missing else _submit_hint(record.id))


def release_record(reference: str, *, again: bool) -> None:
    """Releases a record, or submits it again.

    Raises:
        SettingsError: it is to be submitted again and never was.
    """
    with _opened() as (_, ledger, submitting):
        record = one_record(ledger, reference).record
        with ledger.snapshot() as connection:
            known = submissions.current(connection, record.id)
        if again and known is None:
            raise SettingsError("nothing of the record was submitted; `fax2fhir pas release` releases it")
        made = release(ledger, record.id, submitting.releasing(), actor=os_user())
        for line in submission_lines(made, record, before=known):
            say(line)
        if made is not None:
            with ledger.snapshot() as connection:
                parts = submissions.parts_of(connection, made)
            for line in part_lines(parts):
                say(line)


def cancel_request(reference: str, reason: str) -> None:
    """Cancels what a payer has of a record.

    Raises:
        SettingsError: no such reason.
    """
    if reason not in set(CancelReason):
        raise SettingsError(f"the reason must be one of {', '.join(CancelReason)}")
    with _opened() as (_, ledger, submitting):
        record = one_record(ledger, reference).record
        number = cancel(
            ledger, record.id, CancelReason(reason), actor=os_user(), build_submission=submitting.submission
        )
        say(f"PAS cancellation {number} is ready")


def _submit_hint(record_id: str) -> str:
    return f"nothing is missing: `fax2fhir pas submit-again {record_id[:12]}` (or `release`) makes the request"


def _notes(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yields what a person has yet to do about a record's submission."""
    with ledger.snapshot() as connection:
        due = {each.record_id for each in submissions.cancellations_due(connection)}
        changed = submissions.changed_since(connection)
        others = submissions.packet_changed_since(connection)
    for record_id in others - changed - due:
        yield record_id, "what goes along changed since"
    for record_id in changed - due:
        yield record_id, "the record changed since"
    for record_id in due:
        yield record_id, _DUE


@contextmanager
def _opened() -> Iterator[tuple[Settings, Ledger, Submitting]]:
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        yield settings, ledger, Submitting(settings, ledger, actor=os_user(), clock=now)
