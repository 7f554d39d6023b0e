"""The queue's values: items, what a person decides about a field, and how an item is closed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field as PydanticField

from documents.records import Field
from documents.value import Value
from documents.values import Alignment, Assertion, Evidence, Kind


class ItemState(StrEnum):
    """Where an item is. RESOLVED: a later reading left nothing for a person to do."""

    OPEN = "open"
    CLAIMED = "claimed"
    SIGNED_OFF = "signed_off"
    RESOLVED = "resolved"


class Action(StrEnum):
    """What a person decides about a field. REJECT on a missing path says that the document does not state it."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    ADD = "add"


class Closing(StrEnum):
    """How an item is signed off.

    PUBLISH: the record's verified values become a bundle. ROUTE: a person took the case over by hand, nothing is
    published. REFUSE: it is no case for this organisation.
    """

    PUBLISH = "publish"
    ROUTE = "routed"
    REFUSE = "refused"


class ClosingReason(StrEnum):
    """Why an item was routed by hand or refused; a closed list, so that it can be counted."""

    NOTHING_TO_MAP = "nothing_to_map"
    HANDLED_ELSEWHERE = "handled_elsewhere"
    DUPLICATE = "duplicate"
    ILLEGIBLE = "illegible"
    NOT_A_CASE = "not_a_case"
    WRONG_RECIPIENT = "wrong_recipient"


class FieldRef(Value):
    """Names one field of a record as it is shown: path, group, and its place among fields that share both."""

    path: str
    group: str | None = None
    ordinal: int = 0


class FieldDecision(Value):
    """What a person decides about one field.

    Attributes:
        action: see Action.
        field: which field; for ADD the path and group of the new one, for a missing one the path as it is listed.
        value: for CORRECT and ADD, normalised by the caller to the kind's normal form.
        kind: for ADD.
        quote, evidence: for ADD, where the page shows it, grounded by the caller.
        assertion: for CORRECT and ADD, if it is not the one that was read.
        reason: a code, required for REJECT.
    """

    action: Action
    field: FieldRef
    value: str | None = PydanticField(default=None, repr=False)
    kind: Kind | None = None
    quote: str = PydanticField(default="", repr=False)
    evidence: tuple[Evidence, ...] = PydanticField(default=(), repr=False)
    assertion: Assertion | None = None
    reason: str | None = None

    @property
    def alignment(self) -> Alignment:
        """How an added value is grounded: by its evidence, or not at all."""
        return Alignment.EXACT if self.evidence else Alignment.NONE


class Decision(Value):
    """A decision as it is kept.

    Attributes:
        id: its place in the log.
        path, group: of the field, as it was shown.
        action: see Action.
        before: the field as it was read, None for an added or a missing one.
        after: the field as decided, None where a missing one was rejected.
        replaces: the earlier decision on the same field that this one takes the place of.
        actor, at, reason: who, when, why; for what was entered for one line, the line's key (review_queue.entered).
    """

    id: int
    path: str
    group: str | None
    action: Action
    before: Field | None = PydanticField(repr=False)
    after: Field | None = PydanticField(repr=False)
    replaces: int | None
    actor: str
    at: datetime
    reason: str | None


class Difference(Value):
    """A later reading that differs from what a person verified. `reading` is None where it is not read any more."""

    path: str
    group: str | None
    verified: str = PydanticField(repr=False)
    reading: str | None = PydanticField(repr=False)


class ReviewItem(Value):
    """One item of the queue.

    Attributes:
        id: deterministic: a record (or a document) has one item for ever.
        document_id: whose.
        record_id: which record; None for an item about the document itself.
        state: see ItemState; a claim whose time is over counts as open.
        version: name it when deciding.
        reasons: why a person is needed, as codes.
        expected_cost: of leaving it to nobody (review_queue.risk).
        due_at: the record's decision deadline.
        rank_at: the queue's order (review_queue.risk).
        opened_at, claimed_by, claimed_until, closed_at, closed_by, closing, closing_reason: its life.
    """

    id: str
    document_id: str
    record_id: str | None
    state: ItemState
    version: int
    reasons: tuple[str, ...]
    expected_cost: float
    due_at: datetime | None
    rank_at: datetime
    opened_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    closing: str | None
    closing_reason: str | None
