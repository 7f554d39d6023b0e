"""The queue's tables. Values live in decisions and differences only; decisions are append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from ledger.column_types import UtcTime
from ledger.tables import SERIAL, LedgerTable


class ReviewItemRow(LedgerTable, table=True):
    """One item per record (or per document, where no record holds what a person must look at)."""

    __tablename__ = "review_items"
    __table_args__ = (Index(None, "waiting", "rank_at", "id"), Index(None, "document_id"), Index(None, "record_id"))

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    record_id: str | None = Field(default=None, foreign_key="records.id")
    state: str
    waiting: bool  # not closed yet: what the list's index begins with
    version: int  # rises with every change; a decision names the one it was made on
    reasons: str = Field(sa_type=Text)  # JSON list of codes
    expected_cost: float
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    rank_at: datetime = Field(sa_type=UtcTime)
    opened_at: datetime = Field(sa_type=UtcTime)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_by: str | None = None
    closing: str | None = None
    closing_reason: str | None = None


class DecisionRow(LedgerTable, table=True):
    """What a person decided about one field; append-only, one per version of the item."""

    __tablename__ = "review_decisions"
    __table_args__ = (UniqueConstraint("item_id", "item_version"), Index(None, "record_id", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    item_id: str = Field(foreign_key="review_items.id")
    item_version: int
    record_id: str = Field(foreign_key="records.id")
    actor: str
    at: datetime = Field(sa_type=UtcTime)
    action: str
    path: str
    field_group: str | None = None
    replaces: int | None = Field(default=None, sa_type=SERIAL)  # the decision that this one takes the place of
    reason: str | None = None
    before: str | None = Field(default=None, sa_type=Text)  # JSON of the Field decided on
    after: str | None = Field(default=None, sa_type=Text)  # JSON of the Field as decided
    nonce: str  # keeps the audited hash of the row from being guessed back to a value


class DifferenceRow(LedgerTable, table=True):
    """A later reading that differs from what a person verified; shown, never applied."""

    __tablename__ = "review_differences"
    __table_args__ = (Index(None, "record_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    record_id: str = Field(foreign_key="records.id")
    at: datetime = Field(sa_type=UtcTime)
    run_id: str | None = None
    path: str
    field_group: str | None = None
    verified: str = Field(sa_type=Text)
    reading: str | None = Field(default=None, sa_type=Text)  # None: not read any more


class DrawKeyRow(LedgerTable, table=True):
    """This installation's secret key of the audit draw: a single row, made with the tables, never shown."""

    __tablename__ = "draw_keys"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str


class AuditDrawRow(LedgerTable, table=True):
    """Whether a record that needed nobody was held back for a person all the same; append-only."""

    __tablename__ = "audit_draws"
    __table_args__ = (Index(None, "run_id"),)

    record_id: str = Field(primary_key=True)  # without a foreign key: the draw comes before the record's row
    content_key: str = Field(primary_key=True)
    drawn: bool
    share: float  # the probability with which it was drawn
    at: datetime = Field(sa_type=UtcTime)
    run_id: str | None = None


class FieldLabelRow(LedgerTable, table=True):
    """Whether a field as it was read was right, as a person found it: what weights learn from; append-only.

    No value and no quote: the feature row, and what the slices are made of.
    """

    __tablename__ = "field_labels"
    __table_args__ = (Index(None, "record_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    record_id: str = Field(foreign_key="records.id")
    item_version: int  # of the sign-off; a later sign-off of the same record takes its place field by field
    at: datetime = Field(sa_type=UtcTime)
    document_type: str
    sender: str | None = None
    payer: str | None = None
    path: str
    field_group: str | None = None
    ordinal: int
    kind: str
    features: str = Field(sa_type=Text)  # JSON
    confidence: float
    accepted: bool  # as it was read
    verdict: str
    audited: bool
    propensity: float
    weights: str  # version that scored it


# All tables of the installation: what the migrations are checked against.
METADATA = LedgerTable.metadata
REVIEW_ITEMS = METADATA.tables["review_items"]
REVIEW_DECISIONS = METADATA.tables["review_decisions"]
REVIEW_DIFFERENCES = METADATA.tables["review_differences"]
DRAW_KEYS = METADATA.tables["draw_keys"]
AUDIT_DRAWS = METADATA.tables["audit_draws"]
FIELD_LABELS = METADATA.tables["field_labels"]
APPEND_ONLY = ("review_decisions", "audit_draws", "field_labels")
