from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from documents.errors import ConflictError, LedgerError
from ledger import weights
from ledger.ledger import Ledger
from ledger.weights import NewWeights
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock


def replace(ledger: Ledger, payload: str, *, parent: str | None) -> str:
    with ledger.transaction("recalibrate") as tx:
        name = weights.next_name(tx.connection)
        new = NewWeights(name=name, payload=payload, labels=60, parent=parent)
        weights.replace(tx, new, reason="recalibrated")
    return name


def roll_back(ledger: Ledger, to: str | None, *, current: str | None) -> None:
    with ledger.transaction("ops") as tx:
        weights.roll_back(tx, to, current=current)


def in_force(ledger: Ledger) -> str | None:
    with ledger.snapshot() as connection:
        kept = weights.in_force(connection)
    return None if kept is None else kept.payload


def test_the_shipped_weights_are_in_force_until_others_replace_them(ledger: Ledger, clock: Clock) -> None:
    assert in_force(ledger) is None
    first = replace(ledger, '{"first": 1}', parent=None)
    clock.advance(60)
    second = replace(ledger, '{"second": 2}', parent=first)
    assert in_force(ledger) == '{"second": 2}'
    roll_back(ledger, first, current=second)
    assert in_force(ledger) == '{"first": 1}'
    roll_back(ledger, None, current=first)
    assert in_force(ledger) is None
    with ledger.snapshot() as connection:
        assert [kept.name for kept in weights.versions(connection)] == [first, second]
        history = [(each.version, each.reason) for each in weights.activations(connection)]
    assert history == [(first, "recalibrated"), (second, "recalibrated"), (first, "rolled_back"), (None, "rolled_back")]
    assert ledger.verify().intact


def test_of_two_that_replace_the_same_version_one_wins(ledger: Ledger) -> None:
    first = replace(ledger, "{}", parent=None)
    with pytest.raises(ConflictError):
        replace(ledger, '{"late": 1}', parent=None)
    with pytest.raises(ConflictError):
        roll_back(ledger, None, current=None)
    assert in_force(ledger) == "{}"
    assert first == "weights-1"


def test_a_version_that_nobody_made_cannot_be_rolled_back_to(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no such version"):
        roll_back(ledger, "weights-7", current=None)
    assert in_force(ledger) is None


@on_sqlite
def test_weights_that_were_tampered_with_are_not_used_and_are_found(ledger: Ledger, tmp_path: Path) -> None:
    name = replace(ledger, '{"bias": 0.0}', parent=None)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        raw.execute("DROP TRIGGER weights_versions_no_update")
        raw.execute("UPDATE weights_versions SET payload = '{\"bias\": 9.0}'")
    raw.close()
    with pytest.raises(LedgerError, match="changed"):
        in_force(ledger)
    assert f"weights {name} were changed or added" in ledger.verify().problems
