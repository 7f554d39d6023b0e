"""What questions to a model cost: one row each, by document, run and model. No text of a document is in it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field as PydanticField
from sqlalchemy import Connection, func, insert, select

from documents.value import Value
from ledger.tables import LLM_QUESTIONS
from ledger.transaction import LedgerTransaction


class Spent(Value):
    """What one question cost.

    Attributes:
        document_id: of which document.
        key: the question's content key.
        model: which model was asked.
        outcome: how it ended.
        requests: sent, failed ones included.
        input_tokens, output_tokens: as the endpoint counted them.
        seconds: wall time.
        cost: in the site's currency.
    """

    document_id: str
    key: str
    model: str
    outcome: str
    requests: int = PydanticField(ge=0)
    input_tokens: int = PydanticField(ge=0)
    output_tokens: int = PydanticField(ge=0)
    seconds: float = PydanticField(ge=0)
    cost: float = PydanticField(ge=0)


# A question whose answer was stored already: it cost nothing, and is counted for the run's report only.
KNOWN = "known"


class SpendTotal(Value):
    """Sums over questions of one model."""

    model: str
    questions: int
    requests: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float


def record(tx: LedgerTransaction, spent: Sequence[Spent], *, run_id: str) -> None:
    """Adds what questions cost, those that were not asked too: a record says why it has one reading only."""
    if spent:
        tx.connection.execute(
            insert(LLM_QUESTIONS), [{**each.model_dump(), "run_id": run_id, "at": tx.now} for each in spent]
        )


def outcomes_of_run(connection: Connection, run_id: str) -> dict[str, int]:
    """How many questions of a run ended how."""
    columns = LLM_QUESTIONS.c
    query = select(columns.outcome, func.count()).where(columns.run_id == run_id).group_by(columns.outcome)
    return {outcome: count for outcome, count in connection.execute(query.order_by(columns.outcome)).tuples()}


def cost_of_run(connection: Connection, run_id: str) -> float:
    """What a run has spent so far, in the site's currency."""
    query = select(func.coalesce(func.sum(LLM_QUESTIONS.c.cost), 0.0)).where(LLM_QUESTIONS.c.run_id == run_id)
    return float(connection.scalar(query) or 0.0)


def latest(connection: Connection, keys: Sequence[str]) -> dict[str, Spent]:
    """What each of these questions came to when it was last asked, by key."""
    columns = [LLM_QUESTIONS.c[name] for name in Spent.model_fields]
    query = select(*columns).where(LLM_QUESTIONS.c.key.in_(keys), LLM_QUESTIONS.c.outcome != KNOWN)
    query = query.order_by(LLM_QUESTIONS.c.at)
    return {row["key"]: Spent.model_validate(dict(row)) for row in connection.execute(query).mappings()}


def totals(
    connection: Connection, *, run_id: str | None = None, document_id: str | None = None
) -> Sequence[SpendTotal]:
    """Returns the sums by model, of one run or document if given."""
    columns = LLM_QUESTIONS.c
    query = select(
        columns.model,
        func.count().filter(columns.outcome != KNOWN).label("questions"),
        *(
            func.sum(columns[name]).label(name)
            for name in ("requests", "input_tokens", "output_tokens", "seconds", "cost")
        ),
    ).group_by(columns.model)
    if run_id is not None:
        query = query.where(columns.run_id == run_id)
    if document_id is not None:
        query = query.where(columns.document_id == document_id)
    rows = connection.execute(query.order_by(columns.model)).mappings()
    return [SpendTotal.model_validate(dict(row)) for row in rows]
