"""The first tables: the ledger and the review queue, with triggers that keep append-only tables append-only."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CURRENT = sa.text("superseded_at IS NULL")
_APPEND_ONLY = ("arrivals", "record_revisions", "audit_events", "review_decisions")
_GENESIS = "0" * 64


def upgrade() -> None:
    """Creates everything."""
    _documents()
    _arrivals()
    _in_flight()
    _stage_results()
    _records()
    _record_revisions()
    _publications()
    _runs()
    _audit_events()
    _audit_head()
    _review_items()
    _review_decisions()
    _review_differences()
    op.execute(
        sa.text("INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, :genesis)").bindparams(genesis=_GENESIS)
    )
    for table in _APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """There is nothing before the first revision; a ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("header_at", _TIME, nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome_code", sa.String(), nullable=True),
        sa.Column("closing", sa.String(), nullable=True),
        sa.Column("closing_reason", sa.String(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_received_at", "documents", ["received_at"], unique=False)
    op.create_index("ix_documents_state_received_at", "documents", ["state", "received_at"], unique=False)


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_arrivals_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.UniqueConstraint("document_id", "origin", name="uq_arrivals_document_id_origin"),
    )
    op.create_index("ix_arrivals_file_name", "arrivals", ["file_name"], unique=False)
    op.create_index("ix_arrivals_stem", "arrivals", ["stem"], unique=False)


def _in_flight() -> None:
    op.create_table(
        "in_flight",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(), nullable=True),
        sa.Column("lease_expires_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_in_flight_document_id"),
        sa.PrimaryKeyConstraint("document_id", name="pk_in_flight"),
    )
    op.create_index("ix_in_flight_queued_at_document_id", "in_flight", ["queued_at", "document_id"], unique=False)


def _stage_results() -> None:
    op.create_table(
        "stage_results",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_stage_results_document_id"),
        sa.PrimaryKeyConstraint("key", name="pk_stage_results"),
    )
    op.create_index("ix_stage_results_document_id_stage", "stage_results", ["document_id", "stage"], unique=False)


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("document_type", sa.String(), nullable=False),
        sa.Column("page_start", sa.Integer(), nullable=False),
        sa.Column("page_end", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("accepted_fields", sa.Integer(), nullable=False),
        sa.Column("review_fields", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_records_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
    )
    op.create_index("ix_records_document_id_page_start", "records", ["document_id", "page_start"], unique=False)
    op.create_index("ix_records_document_type_document_id", "records", ["document_type", "document_id"], unique=False)


def _record_revisions() -> None:
    op.create_table(
        "record_revisions",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_revisions_record_id"),
        sa.PrimaryKeyConstraint("record_id", "revision", name="pk_record_revisions"),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("published_at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("superseded_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_publications_document_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_publications_record_id"),
        sa.PrimaryKeyConstraint("record_id", "number", name="pk_publications"),
    )
    op.create_index("ix_publications_document_id_record_id", "publications", ["document_id", "record_id"], unique=False)
    op.create_index(
        "uq_publications_current",
        "publications",
        ["record_id"],
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"], unique=False)


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_events"),
    )
    op.create_index("ix_audit_events_document_id_sequence", "audit_events", ["document_id", "sequence"], unique=False)


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def _review_items() -> None:
    op.create_table(
        "review_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("expected_cost", sa.Float(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("rank_at", _TIME, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", _TIME, nullable=True),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closing", sa.String(), nullable=True),
        sa.Column("closing_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_review_items_document_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_review_items_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_items"),
    )
    op.create_index("ix_review_items_document_id", "review_items", ["document_id"], unique=False)
    op.create_index("ix_review_items_record_id", "review_items", ["record_id"], unique=False)
    op.create_index("ix_review_items_waiting_rank_at_id", "review_items", ["waiting", "rank_at", "id"], unique=False)


def _review_decisions() -> None:
    op.create_table(
        "review_decisions",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("field_group", sa.String(), nullable=True),
        sa.Column("replaces", _SERIAL, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_items.id"], name="fk_review_decisions_item_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_review_decisions_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_decisions"),
        sa.UniqueConstraint("item_id", "item_version", name="uq_review_decisions_item_id_item_version"),
    )
    op.create_index("ix_review_decisions_record_id_id", "review_decisions", ["record_id", "id"], unique=False)


def _review_differences() -> None:
    op.create_table(
        "review_differences",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("field_group", sa.String(), nullable=True),
        sa.Column("verified", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_review_differences_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_differences"),
    )
    op.create_index("ix_review_differences_record_id_id", "review_differences", ["record_id", "id"], unique=False)
