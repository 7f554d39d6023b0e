"""What questions to a model cost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "llm_questions",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_llm_questions"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_llm_questions_document_id"),
    )
    op.create_index("ix_llm_questions_run_id", "llm_questions", ["run_id"])
    op.create_index("ix_llm_questions_document_id", "llm_questions", ["document_id"])


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")
