"""Whether a payer may have taken a submission whose answer was lost."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; a submission that was under way or had failed before may have reached its payer."""
    op.add_column("deliveries", sa.Column("doubt", sa.String(), nullable=True))
    op.execute(
        "UPDATE deliveries SET doubt = 'unsure'"
        " WHERE kind = 'submission' AND attempts > 0 AND state IN ('sending', 'failed')"
    )


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")
