from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from documents.errors import LedgerError
from ledger.ledger import Ledger
from ledger.packing import content_key, digest, pack, unpack
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock, arrival, document_id, leased, result


def test_a_result_is_stored_once_and_given_back(ledger: Ledger, clock: Clock) -> None:
    ledger.record_arrival(arrival("a"), actor="x")
    (lease,) = ledger.claim("w", limit=1, lease_s=60)
    ledger.store_stage_results(lease, [result("a"), result("a", stage="extract", payload=b"one")])
    clock.advance(1)
    ledger.store_stage_results(lease, [result("a", stage="extract", payload=b"other")])
    key = result("a", stage="extract").key
    assert ledger.stage_result(key) == b"one"
    assert ledger.known_keys([key, "nothing"]) == {key}
    assert set(ledger.stage_results([key, result("a").key, "nothing"])) == {key, result("a").key}
    assert ledger.latest_stage_result(document_id("a"), "extract") == b"one"
    assert ledger.latest_stage_result(document_id("a"), "map") is None
    assert ledger.stage_result("nothing") is None


def test_discarded_results_are_computed_anew(ledger: Ledger) -> None:
    ledger.record_arrival(arrival("a"), actor="x")
    (lease,) = ledger.claim("w", limit=1, lease_s=60)
    ledger.store_stage_results(lease, [result("a"), result("a", stage="extract")])
    ledger.requeue([document_id("a")], actor="ops", reason="redo", run_id="r1", discard_stages=["extract"])
    assert ledger.stage_result(result("a").key) is not None
    assert ledger.stage_result(result("a", stage="extract").key) is None


@on_sqlite
@pytest.mark.parametrize("column", ["payload", "stage", "versions", "document_id"])
def test_a_damaged_result_is_not_handed_on(ledger: Ledger, tmp_path: Path, column: str) -> None:
    ledger.record_arrivals([arrival("a"), arrival("b")], actor="x")
    lease = leased(ledger, "a")
    ledger.store_stage_results(lease, [result("a")])
    other = {"payload": pack(b"other"), "document_id": document_id("b")}.get(column, "other")
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        raw.execute(f"UPDATE stage_results SET {column} = ?", (other,))  # noqa: S608 - a fixed list of columns
    raw.close()
    with pytest.raises(LedgerError, match="damaged"):
        ledger.stage_result(result("a").key)


def test_different_parts_never_share_a_key() -> None:
    parts: list[tuple[str | int | None, ...]] = [
        ("ab",),
        ("a", "b"),
        ("a", None, "b"),
        ("a,b",),
        ('a","b',),
        (1,),
        ("1",),
    ]
    assert len({content_key(*each) for each in parts}) == len(parts)
    assert content_key({"a": "1", "b": "2"}) == content_key({"b": "2", "a": "1"})


def test_packing_gives_back_what_it_took_and_notices_damage() -> None:
    packed = pack(b"text" * 100)
    assert unpack(packed) == b"text" * 100
    assert len(packed) < 100
    with pytest.raises(ValueError, match="damaged"):
        unpack(packed[:-3])
    assert digest(packed, "a", 1) != digest(packed, "a", 2)
