"""Sends many requests to a loopback payer that cuts off answers, kills the sending process, and counts what it took.

`python -m evaluation.bench_delivery --payer --bundles 300 --fail 0.1 --kill` ends with 1 unless the payer took each
request exactly once. It is a payer that compares no identifiers: whatever is sent again is one more request to it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from documents.records import Record
from documents.value import Value
from evaluation.bench_delivery import MOST_RUNS, RECORDED, arrived, delivered, delivering, numbered, serving
from evaluation.bench_mapping import record_of
from evaluation.conformance.reviewing import completed, with_answers
from evaluation.loopback.fhir_store import FhirStore, Json
from fhir_mapping.bundle import VERSION
from fhir_mapping.pas.attachments import Attachment, SentAlong
from fhir_mapping.pas.request import PasRequest, Release, build_pas_request
from fhir_mapping.source import SourceDocumentReference
from ledger import record_keeping, submissions
from ledger.ledger import Ledger
from ledger.schema_migration import upgrade
from ledger.states import RecordState
from ledger.submissions import NewSubmission, SubmissionKind, SubmissionState
from review_queue.tables import METADATA

_PERSON = "u-1"
# Completing what is missing may show what else is.
_ROUNDS = 4
# Of the loopback payer, which answers in milliseconds.
_SETTLE_S = "1"


class SubmissionCounts(Value):
    """What was released, and what the payer took.

    Attributes:
        requests: released.
        kills: of the sending process.
        runs: of the sending process until everything was answered.
        delivered: of the outbox's rows.
        lost: requests that the payer does not have.
        double: requests that it took more than once.
        intact: whether the ledger's audit chain holds.
        seconds: from the first run's beginning.
    """

    requests: int
    kills: int
    runs: int
    delivered: int
    lost: int
    double: int
    intact: bool
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything was taken once."""
        return self.intact and self.delivered == self.requests and not (self.lost or self.double)


def released(ledger: Ledger, requests: int) -> list[str]:
    """Releases so many requests of different patients; returns the identifiers of their Claims."""
    drawn = with_answers(record_of(3))
    made = []
    for number in range(requests):
        content = str(number).encode()
        source = arrived(ledger, content)
        drawn, bundle = _request(drawn, number, source, content)
        record = numbered(drawn, number)
        new = NewSubmission(
            kind=SubmissionKind.REQUEST,
            state=SubmissionState.READY,
            payload=bundle,
            content_key=source.document_id,
            mapping=VERSION,
        )
        with ledger.transaction(_PERSON) as tx:
            revision = record_keeping.keep_record(tx, record, RecordState.PUBLISHED, prior=None, run_id=None)
            submissions.submit(tx, new, record_id=record.id, document_id=record.document_id, revision=revision)
        made.append(_claim(json.loads(bundle)))
    return made


def _request(drawn: Record, number: int, source: SourceDocumentReference, content: bytes) -> tuple[Record, str]:
    """The drawn record with what a request needs of it, and the request.

    Raises:
        RuntimeError: nothing completes it.
    """
    for _ in range(_ROUNDS):
        sends = SentAlong(own=Attachment(source=source, content=content))
        release = Release(by=_PERSON, at=RECORDED)
        built = build_pas_request(numbered(drawn, number), source, sends, site=None, release=release)
        if isinstance(built, PasRequest):
            return drawn, built.bundle
        drawn = completed(drawn, built.missing)
    raise RuntimeError("the drawn record gives no request")


def _claim(bundle: Json) -> str:
    return str(bundle["entry"][0]["resource"]["identifier"][0]["value"])


def measure(requests: int, *, cut: float, kill: bool, inquire: bool, home: Path) -> SubmissionCounts:
    """Releases and sends; `home` becomes an installation and holds the payer's store."""
    url, store = f"sqlite:///{home / 'ledger.sqlite'}", home / "server.sqlite"
    upgrade(url, METADATA)
    with Ledger.open(url, clock=lambda: datetime.now(UTC)) as ledger:
        wanted = released(ledger, requests)
        begun, runs, kills = time.monotonic(), 0, 0
        with serving(store, "--cut", str(cut), "--forgetful") as base:
            target = {"kind": "pas", "url": base, "payers": "*", "settle_s": _SETTLE_S, "inquire": str(inquire)}
            while runs < MOST_RUNS and delivered(ledger) < requests:
                runs += 1
                kill_now = (lambda held: len(held.submissions()) >= requests // 2) if kill and not kills else None
                kills += delivering(home, target, kill_now)
        seconds = round(time.monotonic() - begun, 1)
        taken = _taken(store)
        return SubmissionCounts(
            requests=requests,
            kills=kills,
            runs=runs,
            delivered=delivered(ledger),
            lost=sum(taken[each] == 0 for each in wanted),
            double=sum(taken.values()) - len(taken),
            intact=ledger.verify().intact,
            seconds=seconds,
        )


def _taken(file: Path) -> Counter[str]:
    """How often the payer took each request."""
    store = FhirStore(str(file))
    try:
        return Counter(_claim(bundle) for bundle, _ in store.submissions())
    finally:
        store.close()
