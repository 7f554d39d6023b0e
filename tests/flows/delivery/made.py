"""Published bundles in a ledger, and rounds that deliver them while a clock is set by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from documents.records import Record
from fhir_mapping.bundle import build_bundle
from fhir_mapping.transaction import resources
from flows.delivery.rounds import Round, sender_for
from flows.delivery.targets import Target
from ledger import delivery_statuses, record_keeping
from ledger.delivery_statuses import DeliveryRow
from ledger.ledger import Ledger
from ledger.record_keeping import Mapped
from ledger.states import RecordState
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS
from tests.ledger.made import Clock, arrival, document_id


def record_of(name: str, variant: str = "full") -> Record:
    """A record of a document of its own."""
    made = VARIANTS[variant]
    return made.model_copy(update={"id": document_id(f"record {name}")[:32], "document_id": document_id(name)})


def publish(ledger: Ledger, name: str, variant: str = "full") -> str:
    """Publishes a record as one of the variants, a first or a further time; returns its bundle."""
    made = record_of(name, variant)
    known = ledger.record(made.id)
    if known is None:
        ledger.record_arrival(arrival(name), actor="intake")
    bundle = build_bundle(made, SOURCE, recorded=RECORDED, software=SOFTWARE)
    with ledger.transaction("worker") as tx:
        revision = record_keeping.keep_record(tx, made, RecordState.PUBLISHED, prior=known, run_id=None)
        record_keeping.publish(tx, made, revision, Mapped(bundle=bundle, mapping="3"))
    return bundle


def withdraw(ledger: Ledger, name: str) -> None:
    """Withdraws what is published of a record."""
    kept = ledger.record(record_of(name).id)
    assert kept is not None
    with ledger.transaction("anna") as tx:
        record_keeping.set_record_state(tx, kept, RecordState.REFUSED)


def target(**given: object) -> Target:
    """A target on this machine with short patience."""
    return Target.model_validate({"name": "warehouse", "kind": "fhir", "deadline_s": 5.0, **given})


def deliver(ledger: Ledger, to: Target, clock: Clock, *, worker: str = "w1") -> Round:
    """One run; where it waits, the clock is advanced instead."""
    with sender_for(to) as sender:
        made = Round(ledger, to, sender, worker, clock=clock, sleep=clock.advance)
        made.run()
    return made


def rows(ledger: Ledger, name: str) -> list[DeliveryRow]:
    """The outbox's rows of a record."""
    with ledger.snapshot() as connection:
        return delivery_statuses.deliveries_of(connection, record_of(name).id)


def union(*bundles: str) -> dict[str, Any]:
    """What a server must hold: each resource by `Type/id`, as JSON."""
    return {key.url: plain(json.loads(_text(each))) for one in bundles for key, each in resources(one).items()}


def _text(value: Any) -> str:
    return json.dumps(value, default=float)


def plain(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource without what a server adds."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, **({"meta": meta} if meta else {})}


def files(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
