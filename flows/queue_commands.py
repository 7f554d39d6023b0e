"""What the `queue` commands do: find the item, act on the version that is there now, say what came of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from documents.errors import SettingsError
from documents.reading import ReadDocument
from documents.records import Record
from extractors.grounding.proof import ground
from flows.actor import os_user
from flows.entering import choices_of, kind_of, normal_value
from flows.installation import now, opened_ledger
from flows.settings import Settings
from flows.submission_lines import missing_table, part_lines, submission_lines
from flows.submitting import Submitting
from flows.tables import columns, local, record_table, say
from flows.versions import Stage, current_versions
from ledger import submissions
from ledger.ledger import Ledger
from review_queue.audit_sample import AUDIT_SAMPLE
from review_queue.entered import is_entered
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef, ReviewItem
from review_queue.queue import ItemView, ReviewQueue, SignOff

_FIELD = re.compile(r"(?P<path>[a-z_]+\.[a-z_]+)(\[(?P<group>[^\]#]+)\])?(#(?P<ordinal>\d+))?")
# Is counted and listed with the codes: no room for a name or a sentence.
_REASON = re.compile(r"[A-Za-z0-9_-]{1,40}")
# Nothing in such an item is listed as undecided, so the reviewer must be told what it is for.
_AUDIT = "audit: compare each value with the page"


def field_ref(text: str) -> FieldRef:
    """`path`, `path[group]`, or `path[group]#2` for the second of two fields that share both.

    Raises:
        SettingsError: it is none of these.
    """
    match = _FIELD.fullmatch(text)
    if match is None:
        raise SettingsError("a field is named like patient.dob, diagnosis.code[dx1] or diagnosis.code[dx1]#2")
    ordinal = max(0, int(match["ordinal"] or 1) - 1)
    return FieldRef(path=match["path"], group=match["group"], ordinal=ordinal)


def reason_code(text: str) -> str:
    """The reason of a rejection.

    Raises:
        SettingsError: it is no code.
    """
    if not _REASON.fullmatch(text):
        raise SettingsError("the reason must be a code of letters, digits, - and _, at most 40")
    return text


def print_waiting(limit: int, *, as_json: bool) -> None:
    """Prints the head of the queue."""
    with _opened() as (settings, _, queue):
        items = queue.waiting(limit=limit)
        if as_json:
            say(json.dumps([item.model_dump(mode="json") for item in items]))
            return
        head = ("item", "about", "due", "cost", "state", "reasons")
        rows = [
            (
                item.id[:12],
                f"document {item.document_id[:8]}" if item.record_id is None else f"record {item.record_id[:12]}",
                local(item.due_at, settings.zone),
                f"{item.expected_cost:.1f}",
                item.state.value if item.claimed_by is None else f"{item.state.value} by {item.claimed_by}",
                _counted(item.reasons),
            )
            for item in items
        ]
        say(columns(head, rows) if rows else "Nothing waits for a person.")


def print_item(reference: str, *, as_json: bool) -> None:
    """Prints an item as it stands; that somebody looked is an audit event."""
    with _opened() as (settings, ledger, queue):
        view = queue.view(_one(queue, reference).id, actor=_actor())
        if as_json:
            say(view.model_dump_json())
            return
        say(_in_words(view))
        _say_missing(settings, ledger, view)


def claim_item(reference: str | None) -> None:
    """Claims an item, or the next one."""
    with _opened() as (settings, ledger, queue):
        if reference is None:
            item = queue.claim_next(actor=_actor())
        else:
            item = queue.claim(_one(queue, reference).id, actor=_actor())
        if item is None:
            say("Nothing waits for a person.")
            return
        say(f"claimed {item.id} until {local(item.claimed_until, settings.zone)}")
        view = queue.view(item.id, actor=_actor())
        say(_in_words(view))
        _say_missing(settings, ledger, view)


def decide(reference: str, decision: FieldDecision) -> None:
    """Decides one field; a corrected value is brought to its kind's normal form first.

    Raises:
        SettingsError: the value is not of the field's kind, or the reason is no code.
    """
    if decision.reason is not None:
        reason_code(decision.reason)
    with _opened() as (_, _, queue):
        item = _one(queue, reference)
        view = queue.view(item.id, actor=_actor())
        if decision.action is Action.CORRECT and decision.value is not None and view.record is not None:
            value = normal_value(view.record, decision.field, decision.value)
            decision = decision.model_copy(update={"value": value})
        _say_undecided(queue.decide(item.id, decision, actor=_actor(), version=view.item.version))


def add_field(reference: str, field: FieldRef, value: str, *, quote: str, page: int | None) -> None:
    """Adds a field that was missed, with its place on the page where the quote can be found.

    Raises:
        SettingsError: the type has no such field, the value is not of its kind, or the quote does not prove it.
    """
    with _opened() as (_, ledger, queue):
        view = queue.view(_one(queue, reference).id, actor=_actor())
        if view.record is None:
            raise SettingsError("the item has no record to add to; sign it off with --route or --refuse")
        kind = kind_of(view.record, field.path)
        normal = normal_value(view.record, field, value)
        decision = FieldDecision(action=Action.ADD, field=field, value=normal, kind=kind)
        if quote and is_entered(view.record, field.path):
            raise SettingsError("no document states that; enter it without a quote")
        if quote:
            read = ledger.latest_stage_result(view.record.document_id, Stage.READ)
            pages = () if read is None else ReadDocument.model_validate_json(read).pages
            grounding = ground(
                normal, quote, pages=pages, kind=kind, page=page, choices=choices_of(view.record, field.path)
            )
            if not grounding.grounded:
                raise SettingsError("the quote is not on the page, or does not say that value")
            decision = decision.model_copy(update={"quote": quote, "evidence": grounding.evidence})
        _say_undecided(queue.decide(view.item.id, decision, actor=_actor(), version=view.item.version))


def give_back(reference: str) -> None:
    """Returns a claimed item."""
    with _opened() as (_, _, queue):
        queue.return_item(_one(queue, reference).id, actor=_actor())
        say("returned")


def sign_item_off(reference: str, *, route: bool, refuse: bool, reason: str | None, repeat: bool) -> None:
    """Signs an item off: publishes its verified values, or closes it by hand with a reason.

    Raises:
        SettingsError: both ways at once, or no such reason.
    """
    if route and refuse:
        raise SettingsError("choose --route or --refuse, not both")
    if reason is not None and reason not in set(ClosingReason):
        raise SettingsError(f"the reason must be one of {', '.join(ClosingReason)}")
    closing = Closing.ROUTE if route else Closing.REFUSE if refuse else Closing.PUBLISH
    with _opened() as (settings, ledger, queue):
        item = _one(queue, reference)
        given = SignOff(
            version=item.version,
            closing=closing,
            reason=None if reason is None else ClosingReason(reason),
            mapping=current_versions(settings).map,
            repeats=repeat,
        )

        submitting = Submitting(settings, ledger, actor=_actor(), clock=now)
        view = queue.sign_off(
            item.id,
            given,
            actor=_actor(),
            build_bundle=submitting.bundle,
            build_submission=submitting.submission,
        )
        say(f"signed off: {view.item.closing}")
        if view.record is not None:
            _say_submission(ledger, view.record, published=closing is Closing.PUBLISH)


def _say_missing(settings: Settings, ledger: Ledger, view: ItemView) -> None:
    """Says what a request would lack if the record were signed off as it stands."""
    if view.record is None:
        return
    missing = Submitting(settings, ledger, actor=_actor(), clock=now).gaps(view.record)
    if missing:
        say(f"to submit as PAS enter (`fax2fhir queue add {view.item.id[:12]} PATH VALUE`):")
        say(missing_table(missing))


def _say_submission(ledger: Ledger, record: Record, *, published: bool) -> None:
    """Says what a sign-off submitted, or that a payer has a request that is no case any more."""
    with ledger.snapshot() as connection:
        made = submissions.current(connection, record.id)
        parts = [] if made is None else submissions.parts_of(connection, made)
        due = submissions.cancellations_due(connection, record.id)
    if published and made is not None:
        say("\n".join([*submission_lines(made, record), *part_lines(parts)]))
    if due:
        say(f"a payer has PAS request {due[0].number}: cancel it with `fax2fhir pas cancel {record.id[:12]} --reason`")


@contextmanager
def _opened() -> Iterator[tuple[Settings, Ledger, ReviewQueue]]:
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        yield settings, ledger, ReviewQueue(ledger)


def _actor() -> str:
    return os_user()


def _one(queue: ReviewQueue, reference: str) -> ReviewItem:
    found = queue.matching(reference)
    if len(found) != 1:
        raise SettingsError(
            "no such item in the queue" if not found else "several items are meant; give more of the id"
        )
    return found[0]


def _counted(reasons: Sequence[str]) -> str:
    """Reasons in a line: how many of those that name a field, the others as they are."""
    kinds = Counter(reason if reason.startswith("finding:") else reason.partition(":")[0] for reason in reasons)
    counted = ", ".join(kind if count == 1 else f"{kind} {count}" for kind, count in kinds.items())
    return f"{counted} ({_AUDIT})" if AUDIT_SAMPLE in reasons else counted


def _in_words(view: ItemView) -> str:
    lines = [f"item {view.item.id}, {view.item.state.value}, reasons: {', '.join(view.item.reasons)}"]
    if view.record is not None:
        lines.append(record_table(view.record))
    if AUDIT_SAMPLE in view.item.reasons:
        lines.append(f"{_AUDIT}; what is left as it is counts as right")
    lines += [f"differs from a later reading: {d.path}" for d in view.differences]
    lines.append(f"undecided: {', '.join(view.undecided) or 'nothing'}")
    return "\n".join(lines)


def _say_undecided(view: ItemView) -> None:
    say(f"decided; undecided: {', '.join(view.undecided) or 'nothing, sign it off'}")
