"""Runs the migrations on the connection that ledger.schema_migration hands over; there is no alembic.ini."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    # The caller's transaction holds everything: half a migration is never visible, on SQLite either.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
