"""The audit sample, the labels that people's decisions give, versions of the weights, and counts by slice."""

import secrets

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import refuse_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = ("audit_draws", "field_labels", "weights_versions", "weights_activations")
_KEY_BYTES = 32


def upgrade() -> None:
    """Creates the tables, and this installation's secret key of the draw."""
    _audit_draws()
    _field_labels()
    _weights()
    op.create_table(
        "slice_counts",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("slice", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "slice", name="pk_slice_counts"),
    )
    op.create_index("ix_slice_counts_slice_at", "slice_counts", ["slice", "at"])
    drawn = sa.text("INSERT INTO draw_keys (id, key) VALUES (1, :key)")
    op.execute(drawn.bindparams(key=secrets.token_hex(_KEY_BYTES)))
    for table in _APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """A ledger is never thrown away by a migration."""
    raise NotImplementedError("restore a backup instead")


def _audit_draws() -> None:
    op.create_table(
        "draw_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draw_keys"),
    )
    op.create_table(
        "audit_draws",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", "content_key", name="pk_audit_draws"),
    )
    op.create_index("ix_audit_draws_run_id", "audit_draws", ["run_id"])


def _field_labels() -> None:
    op.create_table(
        "field_labels",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("document_type", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("payer", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("field_group", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("weights", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_field_labels"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_field_labels_record_id"),
    )
    op.create_index("ix_field_labels_record_id_id", "field_labels", ["record_id", "id"])


def _weights() -> None:
    op.create_table(
        "weights_versions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_weights_versions"),
    )
    op.create_table(
        "weights_activations",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_weights_activations"),
        sa.ForeignKeyConstraint(["version"], ["weights_versions.name"], name="fk_weights_activations_version"),
    )
