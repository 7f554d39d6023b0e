"""Triggers that keep append-only tables append-only."""

from collections.abc import Sequence

from alembic import op


def refuse_changes(table: str, *, columns: Sequence[str] = ()) -> None:
    """Makes the database refuse UPDATE and DELETE on a table, whoever asks.

    Args:
        table: its name.
        columns: those that may not be updated, where others may; without any, none may.
    """
    of_columns = f" OF {', '.join(columns)}" if columns else ""
    if op.get_bind().dialect.name == "sqlite":
        for verb, what in (("UPDATE", f"UPDATE{of_columns}"), ("DELETE", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE{of_columns} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
