from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from documents.errors import LeaseLostError
from ledger.leases import MAX_ATTEMPTS, Among
from ledger.ledger import Ledger
from tests.ledger.made import Clock, arrival, document_id, result


def receive(ledger: Ledger, *names: str) -> None:
    ledger.record_arrivals([arrival(name) for name in names], actor="intake")


def test_a_document_is_leased_to_one_worker_at_a_time(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "a", "b", "c")
    first = ledger.claim("w1", limit=2, lease_s=60)
    second = ledger.claim("w2", limit=9, lease_s=60)
    assert (len(first), len(second)) == (2, 1)
    assert not {lease.document_id for lease in first} & {lease.document_id for lease in second}
    clock.advance(60)
    assert len(ledger.claim("w3", limit=9, lease_s=60)) == 3


def test_many_workers_never_share_a_document(ledger: Ledger) -> None:
    receive(ledger, *(f"fax{n}" for n in range(40)))
    with ThreadPoolExecutor(4) as threads:
        chunks = threads.map(lambda n: ledger.claim(f"w{n}", limit=3, lease_s=60), range(20))
        claimed = [lease.document_id for chunk in chunks for lease in chunk]
    assert len(claimed) == len(set(claimed)) == 40


def test_a_worker_that_slept_past_its_lease_cannot_write_once_another_took_over(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "a")
    (slow,) = ledger.claim("w1", limit=1, lease_s=60)
    clock.advance(61)
    (quick,) = ledger.claim("w2", limit=1, lease_s=60)
    assert quick.fence > slow.fence
    for write in (
        lambda: ledger.store_stage_results(slow, [result("a")]),
        lambda: ledger.begin(slow),
    ):
        with pytest.raises(LeaseLostError):
            write()
    assert ledger.stage_result(result("a").key) is None
    assert ledger.renew([slow], lease_s=60) == []
    ledger.release([slow])
    ledger.store_stage_results(quick, [result("a")])
    assert ledger.stage_result(result("a").key) == result("a").payload


def test_a_lease_lasts_as_long_in_the_night_when_the_clocks_change(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "a")
    (lease,) = ledger.claim("w1", limit=1, lease_s=3600)
    assert lease.expires_at.timestamp() - clock.now.timestamp() == 3600
    clock.advance(3600)
    assert len(ledger.claim("w2", limit=1, lease_s=60)) == 1


def test_an_expired_lease_that_nobody_took_over_still_holds(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "a")
    (lease,) = ledger.claim("w1", limit=1, lease_s=60)
    clock.advance(3600)
    ledger.store_stage_results(lease, [result("a")])
    assert ledger.stage_result(result("a").key) is not None


def test_a_renewed_lease_is_not_taken_over(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "a")
    leases = ledger.claim("w1", limit=1, lease_s=60)
    clock.advance(50)
    (renewed,) = ledger.renew(leases, lease_s=60)
    clock.advance(50)
    assert ledger.claim("w2", limit=1, lease_s=60) == []
    assert renewed.fence == leases[0].fence


def test_a_document_that_ends_its_worker_three_times_is_exhausted(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "poison")
    for attempt in range(MAX_ATTEMPTS):
        (lease,) = ledger.claim(f"w{attempt}", limit=1, lease_s=60)
        assert not lease.exhausted
        assert not ledger.begin(lease).exhausted
        clock.advance(61)
    (lease,) = ledger.claim("w9", limit=1, lease_s=60)
    assert lease.exhausted


def test_a_worker_that_stops_in_good_order_leaves_no_attempt(ledger: Ledger) -> None:
    receive(ledger, "a")
    for _ in range(MAX_ATTEMPTS + 1):
        (lease,) = ledger.claim("w", limit=1, lease_s=60)
        ledger.release([ledger.begin(lease)])
    assert ledger.claim("w", limit=1, lease_s=60)[0].attempts == 0


def test_a_failed_stage_counts_as_an_attempt(ledger: Ledger) -> None:
    receive(ledger, "a")
    for _ in range(MAX_ATTEMPTS):
        ledger.release(ledger.begin_all(ledger.claim("w", limit=1, lease_s=60)), failed=True)
    assert ledger.claim("w", limit=1, lease_s=60)[0].exhausted


def test_after_a_crash_documents_are_leased_alone_so_that_neighbours_are_not_blamed(
    ledger: Ledger, clock: Clock
) -> None:
    receive(ledger, "a", "b", "c")
    assert len(ledger.begin_all(ledger.claim("w1", limit=3, lease_s=60))) == 3
    clock.advance(61)
    ledger.record_arrivals([arrival(name, at=clock.now) for name in ("d", "e")], actor="intake")
    assert [len(ledger.claim("w2", limit=9, lease_s=600)) for _ in range(5)] == [1, 1, 1, 2, 0]


def test_only_the_asked_documents_are_leased(ledger: Ledger) -> None:
    receive(ledger, "a", "b")
    leases = ledger.claim("w", limit=9, lease_s=60, among=Among(ids=(document_id("b"), document_id("unknown"))))
    assert [lease.document_id for lease in leases] == [document_id("b")]


def test_leases_of_dead_workers_can_be_ended(ledger: Ledger) -> None:
    receive(ledger, "a", "b")
    ledger.claim("dead", limit=1, lease_s=6000)
    ledger.claim("alive", limit=1, lease_s=6000)
    assert ledger.lease_holders() == {"dead", "alive"}
    assert ledger.expire_leases(["dead"], actor="new") == 1
    assert len(ledger.claim("new", limit=9, lease_s=60)) == 1


def test_no_lease_work_on_empty_hands(ledger: Ledger) -> None:
    assert ledger.claim("w", limit=3, lease_s=60) == []
    assert ledger.begin_all([]) == []
    assert ledger.renew([], lease_s=1) == []
    ledger.release([])
