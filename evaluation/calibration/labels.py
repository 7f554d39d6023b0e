"""A label: a field as it was judged, and whether a person found it right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from documents.value import Value
from documents.values import Kind
from extractors.records.confidence import FAMILIES, NOTED, Judgement, judge
from extractors.records.weighting import Weights
from extractors.schema import ErrorCost


class Label(Value):
    """What a person's decision says about one field. Holds no value of the document.

    Attributes:
        features: the row the confidence was computed from, as stored with the field.
        kind, cost, path: of the field.
        right: whether the person left it as it was.
        accepted: whether it had been accepted.
        audited: whether it came before the person by chance alone: one of a random sample of what was accepted and
            nobody would have seen.
        propensity: the probability with which it came before a person: 1 for the queue, the sample's rate for an
            audited value.
        at: when the person decided; aware.
        sender, payer: slice keys (see `slice_key`) of where it came from, if known.
        document_type: of its segment, if known.
        record: id of the record that it is of; without one it counts as the only value of a record.
    """

    features: dict[str, float]
    kind: Kind
    cost: ErrorCost
    path: str
    right: bool
    accepted: bool
    audited: bool = False
    propensity: float = 1.0
    at: datetime
    sender: str | None = None
    payer: str | None = None
    document_type: str | None = None
    record: str | None = None

    @property
    def family(self) -> str:
        """The family of its kind."""
        return FAMILIES[self.kind]

    @property
    def noted(self) -> bool:
        """Whether the evidence itself spoke against it, whatever its probability."""
        return bool(self.features.get(NOTED))

    def judged(self, weights: Weights) -> Judgement:
        """How these weights judge it."""
        notes = (NOTED,) if self.noted else ()
        return judge(self.features, kind=self.kind, cost=self.cost, notes=notes, weights=weights)


def by_family(labels: Iterable[Label]) -> dict[str, list[Label]]:
    """The labels of each family, the earliest first."""
    found: dict[str, list[Label]] = {}
    for label in sorted(labels, key=lambda each: each.at):
        found.setdefault(label.family, []).append(label)
    return found
