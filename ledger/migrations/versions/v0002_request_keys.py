"""Keys of requests: which record first asked for a service for a patient on a date."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table; requests that were settled before get their keys when they are settled again."""
    op.create_table(
        "request_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_request_keys"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_request_keys_document_id"),
    )
    op.create_index("ix_request_keys_record_id", "request_keys", ["record_id"])


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")
