"""The proof that nothing is lost: received = published + in review + rejected + in flight, at every instant.

The counts come from facts (backlog rows, record states, bundles, outcome codes), never from the documents' state
column alone; each document whose column disagrees with its facts is named.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from documents.outcomes import OutcomeCode
from documents.value import Value
from ledger.states import CLOSED_BY_HAND, DocumentState, RecordState, derive_state
from ledger.tables import ARRIVALS, DOCUMENTS, IN_FLIGHT, PUBLICATIONS, RECORDS

# Enough to start looking; the counts say how many there are.
_NAMED = 20


class Reconciliation(Value):
    """The counts per distinct document, and what does not add up.

    Attributes:
        received: distinct documents among the arrivals.
        arrivals: deliveries, repeated receptions included.
        published, in_review, rejected, in_flight: as the facts say.
        routed_by_hand: of the published, those without any bundle: a person took the case over.
        bundles: current bundles.
        discrepancies: what does not add up, as sentences with ids; empty when all is well.
    """

    received: int
    arrivals: int
    published: int
    in_review: int
    rejected: int
    in_flight: int
    routed_by_hand: int
    bundles: int
    discrepancies: tuple[str, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every received document is in exactly one place and every cross-check held."""
        parts = self.published + self.in_review + self.rejected + self.in_flight
        return self.received == parts and not self.discrepancies

    def in_words(self) -> str:
        """Returns the reconciliation line, as each run prints it."""
        sign = "=" if self.balanced else "!="
        return (
            f"received {self.received} {sign} published {self.published} + in review {self.in_review}"
            f" + rejected {self.rejected} + in flight {self.in_flight}"
        )


class _Facts:
    """What the tables say about one document besides its state column."""

    def __init__(self) -> None:
        self.states: set[RecordState] = set()
        self.unbundled = 0  # records said to be published, minus current bundles of theirs
        self.bundles = 0


def reconcile(connection: Connection) -> Reconciliation:
    """Counts and cross-checks; one pass over narrow columns, inside the caller's snapshot."""
    facts = _facts(connection)
    backlog = set(connection.scalars(select(IN_FLIGHT.c.document_id)))
    found = dict.fromkeys(DocumentState, 0)
    problems: list[str] = []
    routed = 0
    columns = select(
        DOCUMENTS.c.id, DOCUMENTS.c.state, DOCUMENTS.c.outcome_code, DOCUMENTS.c.closing, DOCUMENTS.c.settled_at
    ).execution_options(yield_per=5000)
    for row in connection.execute(columns):
        own = facts.get(row.id) or _Facts()
        state = derive_state(
            in_flight=row.id in backlog,
            record_states=frozenset(own.states),
            outcome=None if row.outcome_code is None else OutcomeCode(row.outcome_code),
            closing=None if row.closing is None else RecordState(row.closing),
        )
        found[state] += 1
        routed += state is DocumentState.PUBLISHED and own.bundles == 0
        if state.value != row.state:
            problems.append(f"document {row.id} says {row.state}, its facts say {state.value}")
        if own.unbundled:
            problems.append(f"document {row.id} has a published record without a bundle, or a bundle without one")
        if state is DocumentState.REJECTED and not _has_reason(row.outcome_code, row.closing, own):
            problems.append(f"document {row.id} is rejected without a reason code")
    received, arrivals = _arrivals(connection)
    if received != sum(found.values()):
        problems.append(f"{received} documents arrived, {sum(found.values())} are known")
    return Reconciliation(
        received=received,
        arrivals=arrivals,
        published=found[DocumentState.PUBLISHED],
        in_review=found[DocumentState.IN_REVIEW],
        rejected=found[DocumentState.REJECTED],
        in_flight=found[DocumentState.IN_FLIGHT],
        routed_by_hand=routed,
        bundles=sum(own.bundles for own in facts.values()),
        discrepancies=tuple(problems[:_NAMED]),
    )


def _has_reason(outcome: str | None, closing: str | None, own: _Facts) -> bool:
    """Whether something says why a document was rejected."""
    return outcome is not None or closing is not None or bool(own.states & set(CLOSED_BY_HAND))


def _arrivals(connection: Connection) -> tuple[int, int]:
    """Returns the number of distinct documents that arrived, and of deliveries."""
    row = connection.execute(select(func.count(ARRIVALS.c.document_id.distinct()), func.count())).one()
    return int(row[0]), int(row[1])


def _facts(connection: Connection) -> dict[str, _Facts]:
    """Returns the facts about records and bundles, by document."""
    facts: dict[str, _Facts] = {}
    bundled: dict[str, int] = {}
    current = (
        select(PUBLICATIONS.c.record_id, PUBLICATIONS.c.document_id, func.count())
        .where(PUBLICATIONS.c.superseded_at.is_(None))
        .group_by(PUBLICATIONS.c.record_id, PUBLICATIONS.c.document_id)
    )
    for record_id, document_id, count in connection.execute(current):
        bundled[record_id] = count
        facts.setdefault(document_id, _Facts()).bundles += count
    heads = select(RECORDS.c.id, RECORDS.c.document_id, RECORDS.c.state)
    for row in connection.execute(heads):
        own = facts.setdefault(row.document_id, _Facts())
        state = RecordState(row.state)
        own.states.add(state)
        has = bundled.get(row.id, 0)
        # A record in review may keep the bundle of an earlier round until the person has signed off.
        expected = has if state is RecordState.IN_REVIEW and has <= 1 else int(state is RecordState.PUBLISHED)
        own.unbundled += has != expected
    return facts
