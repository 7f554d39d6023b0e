"""Workers that die: by kill -9 in the middle of a transaction, and several at once on one database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.ledger import Ledger
from tests.ledger.made import Clock, arrival, document_id, result

_KILLED = """
import os, signal, sys
from ledger import arrivals
from ledger.ledger import Ledger
from ledger.tables import IN_FLIGHT
from tests.ledger.made import Clock, arrival, result

url, point = sys.argv[1:]
ledger = Ledger.open(url, clock=Clock())
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
if point == "before":
    die()
with ledger.transaction("killed") as tx:
    arrivals.record_arrival(tx, arrival("second"))
    if point == "written":
        die()
    tx.close()
    if point == "audited":
        die()
if point == "committed":
    die()
"""


@pytest.mark.parametrize(("point", "documents"), [("before", 1), ("written", 1), ("audited", 1), ("committed", 2)])
def test_a_worker_killed_in_a_transaction_leaves_all_of_it_or_nothing(
    ledger: Ledger, database_url: str, point: str, documents: int
) -> None:
    ledger.record_arrival(arrival("first"), actor="x")
    died = subprocess.run([sys.executable, "-c", _KILLED, database_url, point], cwd=Path.cwd(), check=False)
    assert died.returncode == -9
    counts = ledger.reconcile()
    assert (counts.received, counts.in_flight, counts.balanced) == (documents, documents, True)
    assert ledger.verify().intact
    assert ledger.audit_head().sequence == documents
    assert ledger.record_arrival(arrival("second"), actor="x").first is (documents == 1)


_HAMMER = """
import sys
from ledger.ledger import Ledger
from tests.ledger.made import Clock, arrival, result

url, me = sys.argv[1:3]
ledger = Ledger.open(url, clock=Clock())
for n in range(int(sys.argv[3])):
    ledger.record_arrival(arrival(f"fax{n}", origin=me), actor=me)
    for lease in ledger.claim(me, limit=1, lease_s=600):
        ledger.begin(lease)
        ledger.reconcile()
"""


def test_four_writers_at_once_meet_no_lock_error(ledger: Ledger, database_url: str) -> None:
    rounds = 60
    writers = [
        subprocess.Popen([sys.executable, "-c", _HAMMER, database_url, f"w{n}", str(rounds)], cwd=Path.cwd())
        for n in range(4)
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    counts = ledger.reconcile()
    assert (counts.received, counts.arrivals, counts.balanced) == (rounds, 4 * rounds, True)
    assert ledger.verify().intact


def test_a_killed_workers_document_is_finished_by_another(ledger: Ledger, clock: Clock) -> None:
    ledger.record_arrival(arrival("a"), actor="x")
    (dead,) = ledger.claim("dead", limit=1, lease_s=60)
    ledger.store_stage_results(ledger.begin(dead), [result("a")])
    clock.advance(60)
    (lease,) = ledger.claim("next", limit=1, lease_s=60)
    assert lease.attempts == 1
    assert ledger.stage_result(result("a").key) == result("a").payload
    assert [s.worker_id for s in ledger.documents_matching(document_id("a"))] == ["next"]
