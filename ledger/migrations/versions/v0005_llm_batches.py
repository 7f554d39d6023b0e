"""Batches of questions to a model."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "llm_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endpoint_id", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_llm_batches"),
    )
    op.create_index("ix_llm_batches_state", "llm_batches", ["state"])
    op.create_table(
        "llm_batch_questions",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("reserved", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "key", "document_id", name="pk_llm_batch_questions"),
        sa.ForeignKeyConstraint(["batch_id"], ["llm_batches.id"], name="fk_llm_batch_questions_batch_id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_llm_batch_questions_document_id"),
    )
    op.create_index("ix_llm_batch_questions_document_id", "llm_batch_questions", ["document_id"])
    op.create_index("ix_llm_batch_questions_key", "llm_batch_questions", ["key"])


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")
