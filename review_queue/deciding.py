"""Turns what a person decides about a field into the decision that is kept: the field before and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from documents.errors import SettingsError
from documents.records import Field, FieldStatus
from documents.unprintable import is_unreadable, shown
from documents.values import Assertion
from review_queue.entered import is_entered, line_key
from review_queue.errors import NotInQueueError, UnreadableValueError
from review_queue.items import Action, Decision, FieldDecision
from review_queue.verified_values import Joined

# What is written by a person, in `Field.source`.
PERSON = "person"
# Both are given by the ledger when the decision is kept.
_NO_ID = 0
_NO_TIME = datetime.fromtimestamp(0, tz=UTC)


def decided(joined: Joined, decision: FieldDecision, *, decisions: Sequence[Decision]) -> Decision:
    """Returns the decision to be kept; its id, actor and time are given when it is.

    Args:
        joined: the record as it stands.
        decision: what the person decides.
        decisions: the earlier ones on the record.

    Raises:
        NotInQueueError: the record has no such field.
        SettingsError: the decision lacks what its action needs.
        UnreadableValueError: the value holds a character that nobody can read.
    """
    _check(decision)
    _check_added(joined, decision)
    at = None if decision.action is Action.ADD else _place(joined, decision)
    before = None if at is None else joined.record.fields[at]
    replaces = None if at is None else joined.origins[at]
    earlier = next((d for d in decisions if d.id == replaces), None)
    return Decision(
        id=_NO_ID,
        path=decision.field.path,
        group=decision.field.group,
        action=decision.action,
        before=before if earlier is None else earlier.before,
        after=_vouched(_after(decision, before)),
        replaces=replaces,
        actor="",
        at=_NO_TIME,
        reason=_line(joined, decision) or decision.reason,
    )


def _line(joined: Joined, decision: FieldDecision) -> str | None:
    """Returns the key of the line that an entered value is for; None for any other decision."""
    ref = decision.field
    if decision.action is Action.REJECT or ref.group is None or not is_entered(joined.record, ref.path):
        return None
    return line_key(joined.record.fields, ref.group)


def _check(decision: FieldDecision) -> None:
    """Raises SettingsError if the decision lacks what its action needs."""
    needs_value = decision.action in (Action.CORRECT, Action.ADD)
    if needs_value and not (decision.value or "").strip():
        raise SettingsError(f"`{decision.action.value}` needs a value", subject=decision.field.path)
    if decision.action is Action.ADD and decision.kind is None:
        raise SettingsError("`add` needs the field's kind", subject=decision.field.path)
    if decision.action is Action.REJECT and not decision.reason:
        raise SettingsError("`reject` needs a reason", subject=decision.field.path)


def _check_added(joined: Joined, decision: FieldDecision) -> None:
    """Raises SettingsError if a value would be added beside another one of a field that has one value only."""
    ref = decision.field
    if decision.action is not Action.ADD or (ref.group is not None and not is_entered(joined.record, ref.path)):
        return
    if any(
        f.path == ref.path and f.group == ref.group and f.status is not FieldStatus.REJECTED
        for f in joined.record.fields
    ):
        raise SettingsError(
            "the record has a value for that field; `correct` it, or `reject` it first", subject=ref.path
        )


def _place(joined: Joined, decision: FieldDecision) -> int | None:
    """Returns the index of the field decided on; None for a missing path that is rejected.

    Raises:
        NotInQueueError: the record has no such field.
    """
    ref = decision.field
    fields = joined.record.fields
    places = [at for at, f in enumerate(fields) if f.path == ref.path and f.group == ref.group]
    if ref.ordinal < len(places):
        return places[ref.ordinal]
    if decision.action is Action.REJECT and ref.path in joined.record.missing:
        return None
    raise NotInQueueError("the record has no such field", subject=ref.path)


def readable(text: str, path: str) -> str:
    """Returns what a person gives as a field's value, with white space of every sort as spaces.

    Raises:
        UnreadableValueError: it holds a character that nobody can read.
    """
    value = shown(text)
    if is_unreadable(value):
        raise UnreadableValueError("the value holds a character that cannot be read", subject=path)
    return value


def _vouched(after: Field | None) -> Field | None:
    """Returns a field as decided, its text checked unless it is rejected."""
    if after is None or after.status is FieldStatus.REJECTED:
        return after
    return after.model_copy(update={"value": readable(after.value, after.path), "quote": shown(after.quote)})


def _after(decision: FieldDecision, before: Field | None) -> Field | None:
    """Returns the field as decided; what a person has seen needs no probability any more."""
    if decision.action is Action.ADD and decision.kind is not None:
        return Field(
            path=decision.field.path,
            group=decision.field.group,
            value=decision.value or "",
            kind=decision.kind,
            quote=decision.quote,
            evidence=decision.evidence,
            alignment=decision.alignment,
            confidence=1.0,
            status=FieldStatus.VERIFIED,
            source=PERSON,
            assertion=decision.assertion or Assertion.PRESENT,
        )
    if before is None:
        return None
    if decision.action is Action.REJECT:
        return before.model_copy(update={"status": FieldStatus.REJECTED, "reasons": ()})
    changed: dict[str, object] = {"status": FieldStatus.VERIFIED, "confidence": 1.0, "reasons": ()}
    if decision.action is Action.CORRECT:
        changed |= {"value": decision.value, "source": PERSON}
        if decision.assertion is not None:
            changed["assertion"] = decision.assertion
    return before.model_copy(update=changed)
