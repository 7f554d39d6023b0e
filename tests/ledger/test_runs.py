from __future__ import annotations

from ledger.ledger import Ledger
from tests.ledger.made import Clock


def test_a_run_is_kept_with_its_settings_and_its_report(ledger: Ledger, clock: Clock) -> None:
    ledger.start_run("r1", kind="nightly", actor="worker", settings={"backend": "rules"})
    ledger.start_run("r1", kind="nightly", actor="worker", settings={"backend": "rules"})
    clock.advance(60)
    ledger.start_run("r2", kind="backfill", actor="ops", settings={})
    ledger.finish_run("r1", actor="worker", report={"published": 3})
    newest, oldest = ledger.runs()
    assert (newest.id, newest.report, newest.finished_at) == ("r2", None, None)
    assert (oldest.settings, oldest.report) == ({"backend": "rules"}, {"published": 3})
    assert oldest.finished_at is not None
    assert ledger.audit_head().sequence == 3
