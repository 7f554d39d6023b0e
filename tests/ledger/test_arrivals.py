from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from documents.errors import LedgerError
from ledger.ledger import Ledger
from ledger.states import DocumentState
from ledger.tables import DOCUMENTS
from tests.ledger.made import START, arrival, document_id


def test_the_same_bytes_twice_are_one_document_received_twice(ledger: Ledger) -> None:
    first = ledger.record_arrival(arrival("fax"), actor="intake")
    second = ledger.record_arrival(arrival("fax", origin="2"), actor="intake")
    counts = ledger.reconcile()
    assert (first.first, second.first, second.repeated) == (True, False, False)
    assert (counts.received, counts.arrivals, counts.in_flight, counts.balanced) == (1, 2, 1, True)


def test_a_take_over_that_was_cut_short_is_not_a_second_reception(ledger: Ledger) -> None:
    ledger.record_arrival(arrival("fax"), actor="intake")
    again = ledger.record_arrival(arrival("fax"), actor="intake")
    assert again.repeated
    assert ledger.reconcile().arrivals == 1


@pytest.mark.parametrize("name", ["a\0b", "a\udcffb", "../../x", "<b>", "ü" * 255, " "])
def test_any_file_name_can_be_kept(ledger: Ledger, name: str) -> None:
    ledger.record_arrival(arrival("fax").model_copy(update={"file_name": name}), actor="x")
    (status,) = ledger.documents()
    assert "\0" not in status.file_names[0]
    assert ledger.verify().problems == ()


@pytest.mark.parametrize("fold", [0, 1])
def test_times_come_back_as_the_moment_they_were(ledger: Ledger, fold: int) -> None:
    at = START.replace(fold=fold)
    ledger.record_arrival(arrival("fax", at=at), actor="intake")
    (status,) = ledger.documents()
    assert status.received_at.timestamp() == at.timestamp()
    assert status.received_at.utcoffset() is not None


def test_a_naive_time_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="timezone"):
        arrival("fax", at=START.replace(tzinfo=None))
    with pytest.raises(LedgerError), ledger.transaction("x") as tx:
        tx.connection.execute(update(DOCUMENTS).values(settled_at=START.replace(tzinfo=None)))
    assert ledger.reconcile().received == 0


def test_many_threads_record_the_same_document_once(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = threads.map(lambda n: ledger.record_arrival(arrival("fax", origin=str(n % 4)), actor="x"), range(16))
        recorded = list(made)
    assert sum(one.first for one in recorded) == 1
    assert sum(not one.repeated for one in recorded) == ledger.reconcile().arrivals == 4


def test_a_document_is_found_by_id_prefix_stem_and_file_name(ledger: Ledger) -> None:
    for name in ("north", "south"):
        ledger.record_arrival(arrival(name), actor="x")
    for reference in (document_id("north"), document_id("north")[:12], "north", "north.pdf"):
        assert [s.document_id for s in ledger.documents_matching(reference)] == [document_id("north")]
    assert ledger.documents_matching("nor") == []
    assert ledger.documents_matching("") == []


def test_statuses_are_paged_in_order_of_arrival(ledger: Ledger) -> None:
    for number in range(450):
        ledger.record_arrival(arrival(f"fax{number}"), actor="x")
    seen = [status.document_id for status in ledger.all_documents(state=DocumentState.IN_FLIGHT)]
    assert len(seen) == len(set(seen)) == 450
    assert ledger.known_documents([document_id("fax1"), document_id("nothing")]) == {document_id("fax1")}
