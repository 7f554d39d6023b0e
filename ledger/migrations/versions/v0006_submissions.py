"""Submissions: what a person released for a payer; the keys by which a decision finds its request."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import refuse_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_CURRENT = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    """Creates the tables and the column."""
    _submissions()
    _case_keys()
    op.add_column("publications", sa.Column("request_id", sa.String(), nullable=True))


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")


def _submissions() -> None:
    columns = (
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_table(
        "submissions",
        *columns,
        sa.Column("superseded_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("record_id", "number", name="pk_submissions"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_submissions_record_id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_submissions_document_id"),
    )
    op.create_index("ix_submissions_document_id", "submissions", ["document_id"])
    op.create_index(
        "uq_submissions_current",
        "submissions",
        ["record_id"],
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    )
    refuse_changes("submissions", columns=tuple(column.name for column in columns))


def _case_keys() -> None:
    op.create_table(
        "case_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id", name="pk_case_keys"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_case_keys_document_id"),
    )
    op.create_index("ix_case_keys_record_id", "case_keys", ["record_id"])
