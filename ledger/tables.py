"""The ledger's tables. Patient text lives in payloads and in arrivals' file names only.

Classes declare the tables; statements use the `Table` objects below them, because Core inserts cost a tenth of the
ORM's unit of work (7.7 against 91 microseconds a row, measured).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ledger.column_types import UtcTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Alembic's head; `Ledger.open` compares it without importing Alembic (a test keeps the two equal).
SCHEMA_REVISION = "0008"

# SQLite numbers rows by itself only in an INTEGER key; PostgreSQL's INTEGER would end at two thousand million.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")


_CURRENT = text("superseded_at IS NULL")


class LedgerTable(SQLModel):
    """Base of every table of the installation; the review queue's tables share its metadata."""

    metadata = METADATA


class Document(LedgerTable, table=True):
    """One document per distinct content, and where it is."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "state", "received_at"), Index(None, "received_at"))

    id: str = Field(primary_key=True)  # SHA-256 of its bytes
    media_type: str | None = None
    size: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(sa_type=UtcTime)  # first arrival
    header_at: datetime | None = Field(default=None, sa_type=UtcTime)  # as its fax header says
    sender: str | None = None  # number in its fax header
    page_count: int | None = None
    state: str
    outcome_code: str | None = None
    closing: str | None = None  # how a person closed the document's own item
    closing_reason: str | None = None
    fence: int = 0  # never falls, so that a worker of an earlier round is refused too
    settled_at: datetime | None = Field(default=None, sa_type=UtcTime)
    run_id: str | None = None


class Arrival(LedgerTable, table=True):
    """One row per reception; append-only."""

    __tablename__ = "arrivals"
    __table_args__ = (UniqueConstraint("document_id", "origin"), Index(None, "stem"), Index(None, "file_name"))

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    document_id: str = Field(foreign_key="documents.id")
    file_name: str
    stem: str
    origin: str  # identity of the delivered object, so that taking it over twice is one arrival
    received_at: datetime = Field(sa_type=UtcTime)
    nonce: str  # keeps the audited hash of the row from being guessed back to a file name


class InFlight(LedgerTable, table=True):
    """The documents that await or undergo processing, with their leases: as long as the backlog, not the ledger."""

    __tablename__ = "in_flight"
    __table_args__ = (Index(None, "queued_at", "document_id"),)

    document_id: str = Field(primary_key=True, foreign_key="documents.id")
    queued_at: datetime = Field(sa_type=UtcTime)
    reason: str  # arrival, backfill
    run_id: str | None = None
    attempts: int = 0  # begun and neither settled nor released
    worker_id: str | None = None
    lease_expires_at: datetime | None = Field(default=None, sa_type=UtcTime)


class StageResultRow(LedgerTable, table=True):
    """The result of one stage under its content key."""

    __tablename__ = "stage_results"
    __table_args__ = (Index(None, "document_id", "stage"),)

    key: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    stage: str
    versions: str = Field(sa_type=Text)  # canonical JSON
    payload: bytes
    digest: str
    created_at: datetime = Field(sa_type=UtcTime)


class RecordHead(LedgerTable, table=True):
    """The current state of a record; its content is in its revisions."""

    __tablename__ = "records"
    __table_args__ = (Index(None, "document_id", "page_start"), Index(None, "document_type", "document_id"))

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    revision: int
    content_key: str
    document_type: str
    page_start: int
    page_end: int
    state: str
    accepted_fields: int
    review_fields: int
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)


class RecordRevision(LedgerTable, table=True):
    """What a record said at one time; append-only."""

    __tablename__ = "record_revisions"

    record_id: str = Field(primary_key=True, foreign_key="records.id")
    revision: int = Field(primary_key=True)
    payload: bytes
    digest: str
    created_at: datetime = Field(sa_type=UtcTime)
    actor: str
    run_id: str | None = None


class RequestKey(LedgerTable, table=True):
    """The record that first asked for a service for a patient on a date; the key is a hash of the three."""

    __tablename__ = "request_keys"
    __table_args__ = (Index(None, "record_id"),)

    key: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    record_id: str  # without a foreign key: a record's keys are claimed before its row is written


class Publication(LedgerTable, table=True):
    """A published bundle. At most one per record is current."""

    __tablename__ = "publications"
    __table_args__ = (
        Index(None, "document_id", "record_id"),
        Index("uq_publications_current", "record_id", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    record_id: str = Field(primary_key=True, foreign_key="records.id")
    number: int = Field(primary_key=True)  # 1 for the record's first bundle
    revision: int
    document_id: str = Field(foreign_key="documents.id")
    mapping: str  # version of the mapping
    payload: bytes
    digest: str
    published_at: datetime = Field(sa_type=UtcTime)
    actor: str
    superseded_at: datetime | None = Field(default=None, sa_type=UtcTime)
    request_id: str | None = None  # the submission that a payer's decision answers, as record/number


class SubmissionRow(LedgerTable, table=True):
    """What a person released for a payer, or why it cannot be yet; content append-only. One per record is current."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index(None, "document_id"),
        Index("uq_submissions_current", "record_id", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    record_id: str = Field(primary_key=True, foreign_key="records.id")
    number: int = Field(primary_key=True)  # 1 for the record's first
    revision: int
    document_id: str = Field(foreign_key="documents.id")
    kind: str  # request, update, cancel
    state: str  # ready, blocked
    content_key: str  # of what it says
    mapping: str  # version of the mapping
    missing: str = Field(sa_type=Text)  # JSON: what blocks it
    payload: bytes
    digest: str
    created_at: datetime = Field(sa_type=UtcTime)
    actor: str
    superseded_at: datetime | None = Field(default=None, sa_type=UtcTime)


class CaseKey(LedgerTable, table=True):
    """A hash by which a payer's decision finds the request that it answers; several records may hold one."""

    __tablename__ = "case_keys"
    __table_args__ = (Index(None, "record_id"),)

    key: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)  # without a foreign key: see RequestKey
    role: str  # request, decision
    document_id: str = Field(foreign_key="documents.id")


class Run(LedgerTable, table=True):
    """One run of the pipeline: what it was asked, with which settings, and what came of it."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "started_at"),)

    id: str = Field(primary_key=True)
    kind: str
    actor: str
    settings: str = Field(sa_type=Text)  # JSON, secrets masked
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcTime)
    report: str | None = Field(default=None, sa_type=Text)  # JSON: counts, ids and codes


class LlmQuestion(LedgerTable, table=True):
    """What one question to a model cost, and how it ended."""

    __tablename__ = "llm_questions"
    __table_args__ = (Index(None, "run_id"), Index(None, "document_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    document_id: str = Field(foreign_key="documents.id")
    run_id: str
    key: str  # of the question
    model: str
    outcome: str
    requests: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float  # in the site's currency
    at: datetime = Field(sa_type=UtcTime)


class WeightsVersion(LedgerTable, table=True):
    """A version of the weights that confidence is computed with; append-only."""

    __tablename__ = "weights_versions"

    name: str = Field(primary_key=True)
    payload: str = Field(sa_type=Text)  # JSON
    digest: str
    labels: int
    parent: str | None = None  # the version in force when it was made; None: the shipped one
    created_at: datetime = Field(sa_type=UtcTime)
    created_by: str


class WeightsActivation(LedgerTable, table=True):
    """Which version of the weights came into force, when and why; append-only. The last row is in force."""

    __tablename__ = "weights_activations"

    id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    version: str | None = Field(default=None, foreign_key="weights_versions.name")  # None: the shipped one
    at: datetime = Field(sa_type=UtcTime)
    actor: str
    reason: str


class SliceCounts(LedgerTable, table=True):
    """What a run counted of the documents of one sender, payer or type: what drift is seen by."""

    __tablename__ = "slice_counts"
    __table_args__ = (Index(None, "slice", "at"),)

    run_id: str = Field(primary_key=True)
    slice: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    counts: str = Field(sa_type=Text)  # JSON: counts, means and histograms


class LlmBatch(LedgerTable, table=True):
    """A batch of questions to a model, from its first question until its answers are kept or it is given up."""

    __tablename__ = "llm_batches"
    __table_args__ = (Index(None, "state"),)

    id: str = Field(primary_key=True)
    state: str  # gathering, submitting, submitted, closed
    host: str
    model: str
    run_id: str  # that began it
    worker_id: str  # who sees to it
    held_until: datetime = Field(sa_type=UtcTime)  # another may take it over then; renewed by whoever sees to it
    created_at: datetime = Field(sa_type=UtcTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    endpoint_id: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    end: str | None = None  # how it was closed


class LlmBatchQuestion(LedgerTable, table=True):
    """A question in a batch, for a document that awaits it."""

    __tablename__ = "llm_batch_questions"
    __table_args__ = (Index(None, "document_id"), Index(None, "key"))

    batch_id: str = Field(primary_key=True, foreign_key="llm_batches.id")
    key: str = Field(primary_key=True)  # of the question: its custom_id in the batch
    document_id: str = Field(primary_key=True, foreign_key="documents.id")
    reserved: float  # of the run's money
    outcome: str | None = None  # None until the batch answered it


class Delivery(LedgerTable, table=True):
    """What a target is to receive or to take back, and how far that is: the outbox."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "target", "state", "next_at"),)

    target: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True, foreign_key="records.id")
    kind: str = Field(primary_key=True)  # publication, withdrawal, submission
    number: int = Field(primary_key=True)  # of the publication or the submission
    document_id: str = Field(foreign_key="documents.id")
    state: str
    enqueued_at: datetime = Field(sa_type=UtcTime)
    next_at: datetime = Field(sa_type=UtcTime)  # not before
    attempts: int = 0  # begun; from the first on the target may have received it
    fence: int = 0  # rises with each claim; who writes with an older one is refused
    worker_id: str | None = None
    lease_expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    batch: str | None = None  # what was claimed together and is written as one
    status: str | None = None  # code of the last answer
    issues: str | None = Field(default=None, sa_type=Text)  # JSON: resource, code and path of what was complained of
    answer: bytes | None = None  # a payer's response
    answer_digest: str | None = None
    delivered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    doubt: str | None = None  # unsure, twice: whether a payer may have taken it, or taken it twice


class AuditEvent(LedgerTable, table=True):
    """One link of the audit chain; append-only."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "document_id", "sequence"),)

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    actor: str
    action: str
    document_id: str | None = None
    record_id: str | None = None
    details: str = Field(sa_type=Text)  # canonical JSON: ids, paths, codes, counts
    previous_hash: str
    hash: str


class AuditHeadRow(LedgerTable, table=True):
    """The chain's last link. Its single row is also the lock that puts writers of the chain in order."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sequence: int = Field(sa_type=BigInteger)
    hash: str


DOCUMENTS = METADATA.tables["documents"]
ARRIVALS = METADATA.tables["arrivals"]
IN_FLIGHT = METADATA.tables["in_flight"]
STAGE_RESULTS = METADATA.tables["stage_results"]
RECORDS = METADATA.tables["records"]
RECORD_REVISIONS = METADATA.tables["record_revisions"]
REQUEST_KEYS = METADATA.tables["request_keys"]
PUBLICATIONS = METADATA.tables["publications"]
SUBMISSIONS = METADATA.tables["submissions"]
CASE_KEYS = METADATA.tables["case_keys"]
RUNS = METADATA.tables["runs"]
LLM_QUESTIONS = METADATA.tables["llm_questions"]
WEIGHTS_VERSIONS = METADATA.tables["weights_versions"]
WEIGHTS_ACTIVATIONS = METADATA.tables["weights_activations"]
SLICE_COUNTS = METADATA.tables["slice_counts"]
LLM_BATCHES = METADATA.tables["llm_batches"]
LLM_BATCH_QUESTIONS = METADATA.tables["llm_batch_questions"]
DELIVERIES = METADATA.tables["deliveries"]
AUDIT_EVENTS = METADATA.tables["audit_events"]
AUDIT_HEAD = METADATA.tables["audit_head"]
APPEND_ONLY = ("arrivals", "record_revisions", "audit_events", "weights_versions", "weights_activations")
