"""Delivers many bundles to a loopback FHIR server that fails, kills the delivering process, and counts what arrived.

`python -m evaluation.bench_delivery --bundles 1000 --fail 0.1 --kill` ends with 1 unless the server holds the union of
the published bundles exactly, each resource in its first version. With `--payer` requests go to a payer that takes
each as a new one and cuts off such a share of its answers; it must have taken each once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.records import Record
from documents.value import Value
from evaluation.bench_mapping import record_of
from evaluation.loopback.fhir_store import FhirStore
from fhir_mapping.bundle import VERSION, build_bundle
from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference
from fhir_mapping.transaction import is_same, parsed, resources
from ledger import delivery_statuses, record_keeping
from ledger.arrivals import Arrival
from ledger.ledger import Ledger
from ledger.record_keeping import Mapped
from ledger.schema_migration import upgrade
from ledger.states import RecordState
from review_queue.tables import METADATA

if TYPE_CHECKING:
    from evaluation.bench_submissions import SubmissionCounts

RECORDED = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
_SOFTWARE = SoftwareIdentity(name="fax2fhir", version="0")
_ACTOR = "bench"
# Clinical resources of a bundle, in turn.
_SIZES = (3, 8, 15)
# What is cut off without an answer is noticed after so many seconds.
_DEADLINE_S = "10"
MOST_RUNS = 5
TARGET = "bench"


class DeliveryCounts(Value):
    """What was published, and what the server holds at the end.

    Attributes:
        bundles, resources: published.
        kills: of the delivering process.
        runs: of the delivering process until everything was delivered.
        delivered: of the outbox's rows.
        lost: resources that the server lacks or holds otherwise than published.
        extra: resources that it holds beyond them.
        double: resources written more than once.
        intact: whether the ledger's audit chain holds.
        seconds: from the first run's beginning.
    """

    bundles: int
    resources: int
    kills: int
    runs: int
    delivered: int
    lost: int
    extra: int
    double: int
    intact: bool
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything arrived once."""
        return self.intact and self.delivered == self.bundles and not (self.lost or self.extra or self.double)


def published(ledger: Ledger, bundles: int) -> list[str]:
    """Publishes so many bundles of different records; returns them."""
    drawn = [record_of(size) for size in _SIZES]
    made = []
    for number in range(bundles):
        record = numbered(drawn[number % len(drawn)], number)
        source = arrived(ledger, str(number).encode())
        bundle = build_bundle(record, source, recorded=RECORDED, software=_SOFTWARE)
        with ledger.transaction(_ACTOR) as tx:
            revision = record_keeping.keep_record(tx, record, RecordState.PUBLISHED, prior=None, run_id=None)
            record_keeping.publish(tx, record, revision, Mapped(bundle=bundle, mapping=VERSION))
        made.append(bundle)
    return made


def numbered(record: Record, number: int) -> Record:
    """A record of another document, and of another member."""
    member = f"W{number:09}"
    fields = [
        field.model_copy(
            update={
                "value": member,
                "quote": member,
                "evidence": tuple(each.model_copy(update={"quote": member}) for each in field.evidence),
            }
        )
        if field.path == "patient.member_id"
        else field
        for field in record.fields
    ]
    document = _names(str(number).encode())[0]
    return record.model_copy(update={"id": document[:32], "document_id": document, "fields": tuple(fields)})


def arrived(ledger: Ledger, content: bytes) -> SourceDocumentReference:
    """A document that came in."""
    document, sha1 = _names(content)
    arrival = Arrival(document_id=document, file_name="fax.pdf", origin="1", received_at=RECORDED, size=len(content))
    ledger.record_arrival(arrival, actor=_ACTOR)
    return SourceDocumentReference(
        document_id=document,
        sha1=sha1,
        size=len(content),
        media_type="application/pdf",
        received_at=RECORDED,
        page_count=3,
    )


def _names(content: bytes) -> tuple[str, str]:
    return hashlib.sha256(content).hexdigest(), hashlib.sha1(content, usedforsecurity=False).hexdigest()


@contextmanager
def serving(store: Path, *options: str) -> Iterator[str]:
    """A server process of its own; yields its base URL."""
    command = [sys.executable, "-m", "evaluation.loopback.fhir_server", "--store", str(store), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("no output")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def delivering(home: Path, target: Mapping[str, str], kill_now: Callable[[FhirStore], bool] | None) -> bool:
    """Delivers in a process of its own.

    Args:
        home: of the installation, with the server's store.
        target: its settings; others have short names here.
        kill_now: whether to kill it, by what the server holds; None: it is left alone.

    Returns:
        whether it was killed.
    """
    settings = {"deadline_s": _DEADLINE_S, **target}
    given = {"FAX2FHIR_HOME": str(home), "FAX2FHIR_TARGETS": TARGET}
    given |= {f"FAX2FHIR_TARGET_{TARGET.upper()}_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", "deliver", "--json"],
        env={**os.environ, **given},
        stdout=sys.stderr,
    )
    store = FhirStore(str(home / "server.sqlite"))
    try:
        while process.poll() is None:
            if kill_now is not None and kill_now(store):
                process.send_signal(signal.SIGKILL)
            time.sleep(0.02)
    finally:
        store.close()
    return process.returncode == -signal.SIGKILL


def measure(bundles: int, *, fail: float, kill: bool, home: Path) -> DeliveryCounts:
    """Publishes and delivers; `home` becomes an installation and holds the server's store."""
    url = f"sqlite:///{home / 'ledger.sqlite'}"
    upgrade(url, METADATA)
    with Ledger.open(url, clock=lambda: datetime.now(UTC)) as ledger:
        wanted = {key: each for one in published(ledger, bundles) for key, each in resources(one).items()}
        begun, runs, kills = time.monotonic(), 0, 0
        with serving(home / "server.sqlite", "--fail", str(fail)) as base:
            while runs < MOST_RUNS and delivered(ledger) < bundles:
                runs += 1
                kill_now = (lambda store: store.history() >= len(wanted) // 2) if kill and not kills else None
                kills += delivering(home, {"kind": "fhir", "url": base}, kill_now)
        seconds = round(time.monotonic() - begun, 1)
        store = FhirStore(str(home / "server.sqlite"))
        held = {url: parsed(json.dumps(body)) for url, (_, body) in store.everything().items()}
        versions = store.history()
        store.close()
        return DeliveryCounts(
            bundles=bundles,
            resources=len(wanted),
            kills=kills,
            runs=runs,
            delivered=delivered(ledger),
            lost=sum(key.url not in held or not is_same(each, held[key.url]) for key, each in wanted.items()),
            extra=len(held.keys() - {key.url for key in wanted}),
            double=versions - len(held),
            intact=ledger.verify().intact,
            seconds=seconds,
        )


def delivered(ledger: Ledger) -> int:
    """How many deliveries to the target are confirmed."""
    with ledger.snapshot() as connection:
        return delivery_statuses.counts(connection).get(TARGET, {}).get("delivered", 0)


def _measured(given: argparse.Namespace, home: Path) -> DeliveryCounts | SubmissionCounts:
    if not given.payer:
        return measure(given.bundles, fail=given.fail, kill=given.kill, home=home)
    from evaluation.bench_submissions import measure as measure_payer

    return measure_payer(given.bundles, cut=given.fail, kill=given.kill, inquire=not given.no_inquiries, home=home)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the counts; ends with 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundles", type=int, default=1000)
    parser.add_argument("--fail", type=float, default=0.1, help="share of the server's calls that fail")
    parser.add_argument("--kill", action="store_true", help="kill -9 the delivering process in the middle")
    parser.add_argument("--payer", action="store_true", help="requests to a payer, whose answers are cut off")
    parser.add_argument("--no-inquiries", action="store_true", help="with --payer: it is never asked for a request")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        counts = _measured(given, Path(folder))
    shown: dict[str, Any] = counts.model_dump()
    print(json.dumps(shown) if given.json else "\n".join(f"{name}: {value}" for name, value in shown.items()))
    if not counts.holds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
