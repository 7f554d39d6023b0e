"""The queue's order: expected cost of what nobody has looked at, against the time left to the deadline.

`rank_at = due - 6 h x log2(expected cost)`, earliest first. It is the order of `expected cost x 2^(-time left / 6 h)`:
doubling the expected cost weighs as much as six hours less. As `now` shifts all items alike, the order needs no clock
and an index holds it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from documents.records import FieldStatus, Record, Severity
from extractors.document_type import all_document_types
from extractors.schema import ErrorCost

# Usual records cost 20 to 500 reviews, so risk moves an item by 26 to 54 hours: it orders items of one kind of
# deadline, and no standard request (7 days) passes an expedited one (72 hours) on risk alone.
_DOUBLING = timedelta(hours=6)
# Twice the standard time of CMS-0057-F: what has no legal clock comes after what has one, and still comes.
_NO_DEADLINE = timedelta(days=14)


def field_costs(document_type: str) -> Mapping[str, int]:
    """Returns the cost of a wrong value by path, as the document type's schema declares it."""
    declared = all_document_types().get(document_type)
    return {} if declared is None else {path: int(spec.reads.cost) for path, spec in declared.specs.items()}


def expected_cost(record: Record, costs: Mapping[str, int]) -> float:
    """Returns the expected cost of a record in reviews, at least 1.

    The sum, over fields that wait for a person, of (1 - confidence) x cost of an error; a missing required field and
    an error about the record as a whole count as wrong.
    """
    ordinary = int(ErrorCost.ORDINARY)
    waiting = sum(
        (1.0 - field.confidence) * costs.get(field.path, ordinary)
        for field in record.fields
        if field.status is FieldStatus.REVIEW
    )
    missing = sum(costs.get(path, ordinary) for path in record.missing)
    errors = sum(ordinary for f in record.findings if f.severity is Severity.ERROR and f.path is None)
    return max(1.0, waiting + missing + errors)


def rank_at(cost: float, *, due: datetime | None, received_at: datetime) -> datetime:
    """Returns an item's place in the queue (see module), in UTC."""
    latest = received_at.astimezone(UTC) + _NO_DEADLINE if due is None else due.astimezone(UTC)
    return latest - _DOUBLING * math.log2(max(1.0, cost))
