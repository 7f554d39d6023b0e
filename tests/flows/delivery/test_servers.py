from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from evaluation.loopback.fhir_server import Fault, FhirServer
from fhir_mapping.assigned_ids import assigned, matched, searches
from fhir_mapping.transaction import parsed, referring, resources
from flows.delivery.client import FhirClient
from flows.delivery.parcels import Parcel
from flows.delivery.rounds import Round, deliver_to, sender_for
from ledger import deliveries, outbox
from ledger.deliveries import DeliveryKind, Outcome
from ledger.ledger import Ledger
from tests.flows.delivery.made import deliver, plain, publish, record_of, rows, target, union, withdraw
from tests.ledger.made import Clock


def holds(server: FhirServer, *bundles: str) -> bool:
    """Whether the server holds exactly these bundles."""
    return {url: plain(body) for url, (_, body) in server.store.everything().items()} == union(*bundles)


def versions(server: FhirServer) -> set[int]:
    return {version for version, _ in server.store.everything().values()}


def test_what_is_published_is_at_the_server_once(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    first, second = publish(ledger, "a"), publish(ledger, "b")
    to = target(url=server.base)
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert holds(server, first, second)
    assert versions(server) == {1}
    assert deliver(ledger, to, clock).counts == {}
    with ledger.transaction("ops") as tx:  # as after a backup of the ledger was restored
        tx.connection.exec_driver_sql("DELETE FROM deliveries")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert [row.status for row in rows(ledger, "a")] == ["unchanged"]
    assert versions(server) == {1}


def test_a_newer_publication_writes_what_differs_and_deletes_what_is_gone(
    ledger: Ledger, server: FhirServer, clock: Clock
) -> None:
    publish(ledger, "a")
    other = publish(ledger, "b")
    to = target(url=server.base)
    deliver(ledger, to, clock)
    less = publish(ledger, "a", "nothing-proven")
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert holds(server, less, other)
    more = publish(ledger, "a")
    deliver(ledger, to, clock)
    assert holds(server, more, other)


def test_a_withdrawn_publication_is_gone_from_the_server(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    other = publish(ledger, "b")
    to = target(url=server.base)
    deliver(ledger, to, clock)
    withdraw(ledger, "a")
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert holds(server, other)
    assert [(row.kind.value, row.state.value) for row in rows(ledger, "a")] == [
        ("publication", "delivered"),
        ("withdrawal", "delivered"),
    ]


def test_what_a_lost_attempt_may_have_left_is_taken_back_too(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    to = target(url=server.base, patience_s=0)
    server.faults.extend([None, Fault.CUT_AFTER])
    assert deliver(ledger, to, clock).counts == {"failed": 1}
    assert server.store.everything()
    withdraw(ledger, "a")
    clock.advance(60)
    deliver(ledger, to, clock)
    assert server.store.everything() == {}


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.GATEWAY_AFTER, Fault.DRIP_AFTER])
@pytest.mark.parametrize("at", [0, 1])
def test_an_unknown_outcome_is_looked_up_and_not_repeated(
    ledger: Ledger, server: FhirServer, clock: Clock, fault: Fault, at: int
) -> None:
    bundle = publish(ledger, "a")
    server.faults.extend([None] * at + [fault])
    made = deliver(ledger, target(url=server.base, deadline_s=1.0), clock)
    assert made.counts == {"failed": 1, "delivered": 1}
    assert holds(server, bundle)
    assert versions(server) == {1}
    assert [(row.attempts, row.status) for row in rows(ledger, "a")] == [(2, "unchanged" if at else "http-200")]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.UNAVAILABLE, "http-503"),
        (Fault.BUSY, "http-429"),
        (Fault.CUT, "cut"),
        (Fault.PAGE, "bad-answer"),
        (Fault.HUGE, "too-large"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_what_passes_is_tried_again(
    ledger: Ledger, server: FhirServer, clock: Clock, fault: Fault, status: str, at: int
) -> None:
    bundle = publish(ledger, "a")
    server.faults.extend([None] * at + [fault])
    stopped = deliver(ledger, target(url=server.base, patience_s=0), clock)
    assert stopped.counts == {"failed": 1}
    assert [row.status for row in rows(ledger, "a")] == [status]
    assert server.store.everything() == {}
    clock.advance(60)
    assert deliver(ledger, target(url=server.base), clock).counts == {"delivered": 1}
    assert holds(server, bundle)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    publish(ledger, "b")
    server.retry_after = "120"
    server.faults.append(Fault.BUSY)
    waited: list[tuple[bool, int]] = []

    def wait(seconds: float) -> None:
        waited.append((seconds > 119, len(server.calls)))
        clock.advance(seconds)

    to = target(url=server.base, patience_s=600)
    with sender_for(to) as sender:
        made = Round(ledger, to, sender, "w1", clock=clock, sleep=wait)
        made.run()
    assert made.counts == {"failed": 1, "delivered": 2}
    assert waited[0] == (True, 1)  # nothing was sent meanwhile, of no record
    assert len(server.calls) == 5


def test_a_target_that_is_away_is_not_asked_for_every_record(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    for name in "abcdefgh":
        publish(ledger, name)
    server.faults.extend([Fault.CUT] * 20)
    made = deliver(ledger, target(url=server.base, patience_s=0.5), clock)
    assert made.stopped == "cut"
    assert len(server.calls) == 3


def test_nothing_follows_a_redirect(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    server.faults.append(Fault.ELSEWHERE)
    made = deliver(ledger, target(url=server.base), clock)
    assert (made.counts, made.stopped) == ({"failed": 1}, "http-307")
    assert len(server.calls) == 1


def test_what_a_server_refuses_is_recorded_in_codes_and_not_repeated(
    ledger: Ledger, server: FhirServer, clock: Clock
) -> None:
    publish(ledger, "a")
    publish(ledger, "b")
    place = "Bundle.entry[0].resource.ofType(Organization).name[0]"
    server.outcome = {
        "resourceType": "OperationOutcome",
        "text": {"status": "generated", "div": "<div>Canary Quill</div>"},
        "issue": [
            {"severity": "error", "code": "value", "diagnostics": "Canary Quill is no name", "expression": [place]},
            {"severity": "error", "code": "Canary", "expression": ["Patient.name.where(family='Quill')"]},
            {"severity": "warning", "code": "invalid"},
        ],
    }
    server.faults.extend([None, Fault.INVALID])
    made = deliver(ledger, target(url=server.base), clock)
    assert made.counts == {"refused": 1, "delivered": 1}
    refused = next(row for name in "ab" for row in rows(ledger, name) if row.state == "refused")
    assert refused.status == "http-422"
    assert [(each.code, each.path) for each in refused.issues] == [("value", place), ("unknown", "")]
    assert refused.issues[0].resource.startswith("Organization/")
    assert "Quill" not in refused.model_dump_json()
    assert deliver(ledger, target(url=server.base), clock).counts == {}


def test_somebody_elses_change_between_read_and_write_is_read_again(
    ledger: Ledger, server: FhirServer, clock: Clock
) -> None:
    publish(ledger, "a", "nothing-proven")
    to = target(url=server.base)
    deliver(ledger, to, clock)
    bundle = publish(ledger, "a")
    key = next(url for url in union(bundle) if url in server.store.everything())
    held = server.store.everything()[key][1]
    put, read = server.store.put, server.store.read

    def raced(type_: str, id_: str) -> dict[str, object]:
        found = read(type_, id_)
        if f"{type_}/{id_}" == key and server.store.version(type_, id_) == 1:
            put({**held, "language": "en"})
        return found

    server.store.read = raced  # type: ignore[method-assign]
    made = deliver(ledger, to, clock)
    assert made.counts["delivered"] == 1
    assert holds(server, bundle)


def by_our_ids(server: FhirServer) -> dict[str, Any]:
    """What a server holds that names resources itself, as if we had named them."""
    held = {url: plain(body) for url, (_, body) in server.store.everything().items()}
    ours = {url: f"{body['resourceType']}/{body['meta']['tag'][-1]['code'][9:]}" for url, body in held.items()}
    return {ours[url]: _untagged(referring(body, ours), ours[url]) for url, body in held.items()}


def _untagged(body: dict[str, Any], url: str) -> dict[str, Any]:
    meta = {name: value for name, value in body["meta"].items() if name != "tag"}
    rest = {name: value for name, value in body.items() if name != "meta"}
    return {**rest, "id": url.partition("/")[2], **({"meta": meta} if meta else {})}


@pytest.fixture
def naming(server: FhirServer) -> FhirServer:
    """A server that refuses to create what a client names."""
    server.store.assigns_ids = True
    return server


def test_a_server_that_names_resources_itself_holds_each_once(ledger: Ledger, naming: FhirServer, clock: Clock) -> None:
    bundles = [publish(ledger, "a"), publish(ledger, "b")]
    assert deliver(ledger, target(url=naming.base), clock).counts == {"refused": 2}
    with ledger.transaction("ops") as tx:
        assert deliveries.retry(tx, "warehouse") == 2
    to = target(url=naming.base, identify="conditional")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert by_our_ids(naming) == union(*bundles)
    with ledger.transaction("ops") as tx:  # as after a backup of the ledger was restored
        tx.connection.exec_driver_sql("DELETE FROM deliveries")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert [row.status for row in rows(ledger, "a")] == ["unchanged"]
    assert versions(naming) == {1}


@pytest.mark.parametrize("at", [0, 1])
def test_a_lost_answer_creates_nothing_a_second_time(ledger: Ledger, naming: FhirServer, clock: Clock, at: int) -> None:
    bundle = publish(ledger, "a")
    naming.faults.extend([None] * at + [Fault.CUT_AFTER])
    to = target(url=naming.base, identify="conditional")
    assert deliver(ledger, to, clock).counts == {"failed": 1, "delivered": 1}
    assert by_our_ids(naming) == union(bundle)
    assert versions(naming) == {1}


def test_two_that_write_at_once_create_each_resource_once(ledger: Ledger, naming: FhirServer, clock: Clock) -> None:
    bundle = publish(ledger, "a")
    to = target(url=naming.base, identify="conditional")
    search = naming.store.search
    # Both saw nothing there: the condition, not the search, keeps the second from creating it again.
    naming.store.search = lambda *_: []  # type: ignore[method-assign]
    with FhirClient(to) as client:
        seen = parsed(client.post("", searches(list(resources(bundle)))).text)
        naming.store.search = search  # type: ignore[method-assign]
        written = assigned(resources(bundle), matched(seen, list(resources(bundle))))
        assert written is not None
        assert [client.post("", written).status for _ in range(2)] == [200, 200]
    assert by_our_ids(naming) == union(bundle)
    assert versions(naming) == {1}
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert [row.status for row in rows(ledger, "a")] == ["unchanged"]


def test_corrections_and_withdrawals_find_what_the_server_named(
    ledger: Ledger, naming: FhirServer, clock: Clock
) -> None:
    publish(ledger, "a")
    other = publish(ledger, "b")
    to = target(url=naming.base, identify="conditional")
    deliver(ledger, to, clock)
    less = publish(ledger, "a", "nothing-proven")
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert by_our_ids(naming) == union(less, other)
    more = publish(ledger, "a")
    deliver(ledger, to, clock)
    assert by_our_ids(naming) == union(more, other)
    withdraw(ledger, "a")
    deliver(ledger, to, clock)
    assert by_our_ids(naming) == union(other)


def test_several_workers_at_once_deliver_each_record_once(
    ledger: Ledger, server: FhirServer, database_url: str
) -> None:
    bundles = [publish(ledger, name) for name in "abcdef"]
    to = target(url=server.base)

    def work(number: int) -> dict[str, int]:
        with Ledger.open(database_url, clock=lambda: datetime.now(UTC)) as own:
            return dict(deliver_to(own, to, actor=f"w{number}").counts)

    with ThreadPoolExecutor(3) as threads:
        counts = list(threads.map(work, range(3)))
    assert sum(each.get("delivered", 0) for each in counts) == len(bundles)
    assert sum(each.get("failed", 0) for each in counts) == 0
    assert len(server.calls) == 2 * len(bundles)
    assert holds(server, *bundles)
    assert versions(server) == {1}


def test_what_is_damaged_here_never_leaves_and_holds_back_nothing_else(
    ledger: Ledger, server: FhirServer, clock: Clock
) -> None:
    publish(ledger, "a")
    bundle = publish(ledger, "b")
    with ledger.transaction("intruder") as tx:
        damaged = {"id": record_of("a").id, "payload": b"damaged"}
        tx.connection.execute(text("UPDATE publications SET payload = :payload WHERE record_id = :id"), damaged)
    made = deliver(ledger, target(url=server.base), clock)
    assert made.counts == {"refused": 1, "delivered": 1}
    assert [row.status for row in rows(ledger, "a")] == ["damaged-here"]
    assert holds(server, bundle)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_worker_gives_back_what_it_held(
    ledger: Ledger, server: FhirServer, clock: Clock, interruption: type[BaseException]
) -> None:
    bundle = publish(ledger, "a")
    to = target(url=server.base)
    with sender_for(to) as sender:
        made = Round(ledger, to, sender, "w1", clock=clock, sleep=clock.advance)

        def interrupted(_parcels: object, *, now: object) -> list[Outcome]:
            raise interruption

        sender.send = interrupted  # type: ignore[method-assign,assignment]
        with pytest.raises(interruption):
            made.run()
    assert [(row.state.value, row.status) for row in rows(ledger, "a")] == [("failed", "interrupted")]
    clock.advance(2)
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert holds(server, bundle)


def test_a_killed_worker_is_not_waited_for_longer_than_needed(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    bundle = publish(ledger, "a")
    ended = subprocess.run(
        [sys.executable, "-c", "from flows.worker import worker_id; print(worker_id())"],
        capture_output=True,
        text=True,
        check=True,
    )
    with ledger.transaction(ended.stdout.strip()) as tx:
        outbox.enqueue(tx, "warehouse", tuple(DeliveryKind))
        deliveries.claim(tx, "warehouse", lease_s=3600)
    begun = clock()
    assert deliver(ledger, target(url=server.base), clock).counts == {"delivered": 1}
    assert 15 <= (clock() - begun).total_seconds() < 60
    assert holds(server, bundle)


def test_a_defect_at_one_record_holds_back_no_other(
    ledger: Ledger, server: FhirServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(ledger, "a")
    bundle = publish(ledger, "b")
    to = target(url=server.base, patience_s=0)
    with sender_for(to) as sender:
        real = sender.send

        def defective(parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
            if parcels[0].claimed.record_id == record_of("a").id:
                raise ValueError("Quillfeatherstonehaugh")
            return real(parcels, now=now)

        sender.send = defective  # type: ignore[method-assign]
        made = Round(ledger, to, sender, "w1", clock=clock, sleep=clock.advance)
        made.run()
    assert made.counts == {"failed": 1, "delivered": 1}
    assert holds(server, bundle)
    assert [row.status for row in rows(ledger, "a")] == ["unexpected"]
    assert "ValueError" in caplog.text
    assert "Quill" not in caplog.text
