"""What a delivery holds: read from the ledger when its turn has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from documents.errors import LedgerError
from fhir_mapping.elements import Element
from fhir_mapping.transaction import ResourceKey, resources
from ledger import deliveries, statuses, submissions
from ledger.deliveries import Claimed, DeliveryKind, Outcome
from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery with its content.

    Attributes:
        claimed: the right to deliver it.
        text: JSON of the publication or submission; empty for a withdrawal.
        earlier: JSON of the record's publications that the target may have received before.
    """

    claimed: Claimed
    text: str = field(repr=False)
    earlier: Sequence[str] = field(default=(), repr=False)

    def wanted(self) -> dict[ResourceKey, Element]:
        """The record's resources as the target is to hold them; none after a withdrawal."""
        return resources(self.text) if self.text else {}

    def dropped(self, wanted: Collection[ResourceKey]) -> list[ResourceKey]:
        """What the target may hold of the record and is to hold no more, in order."""
        return sorted({key for bundle in self.earlier for key in resources(bundle)} - set(wanted))


class Sender(Protocol):
    """Brings deliveries to one target. It may be asked again for what it has brought already."""

    @property
    def kinds(self) -> Collection[DeliveryKind]:
        """What it delivers."""
        ...

    @property
    def together(self) -> int:
        """How many deliveries go together; 1: each alone."""
        ...

    @property
    def longest_s(self) -> float:
        """How long `send` can take."""
        ...

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Returns what came of each."""
        ...


def parcel(ledger: Ledger, claimed: Claimed) -> Parcel:
    """The content of a delivery.

    Raises:
        LedgerError: it is damaged or gone.
    """
    text: str | None = ""
    with ledger.snapshot() as connection:
        if claimed.kind is DeliveryKind.SUBMISSION:
            found = submissions.submission(connection, claimed.record_id, claimed.number)
            return Parcel(claimed, _there(None if found is None else found.payload, claimed))
        if claimed.kind is DeliveryKind.PUBLICATION:
            text = statuses.published_bundle(connection, claimed.record_id, claimed.number)
        return Parcel(claimed, _there(text, claimed), deliveries.tried_bundles(connection, claimed))


def _there(text: str | None, claimed: Claimed) -> str:
    if text is None:
        raise LedgerError("what is to be delivered is gone", subject=claimed.record_id)
    return text
