"""`weights` and `recalibrate` as users run them, and what a run and a record say of alarms and of the audit sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.records.weighting import Slice, load_weights
from flows.installation import opened, opened_ledger
from flows.settings import Settings
from flows.weights_versions import replaced, with_cold
from ledger.ledger import Ledger
from tests.flows.command_line import NOTE, InProcess

TYPE = Slice(document_type="clinical_note", reason="score")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE.format(name="Ada Brook", weeks=2))
    return folder


def hold(ledger: Ledger) -> None:
    replaced(ledger, lambda current, _: with_cold(current, [TYPE]), actor="night", reason="drift_alarm")


def test_an_installation_without_decisions_says_what_it_lacks(call: InProcess) -> None:
    shown = call("weights").out
    assert f"in force   {load_weights().version}" in shown
    assert "critical" in shown
    assert "299 more audited records" in shown
    assert "0 values decided" in call("recalibrate").out
    said = json.loads(call("weights", "show", "--json").out)
    assert (said["versions"], said["labels"]["queue"]) == ([], 0)
    assert "none before them" in call("weights", "rollback", expect=2).err


def test_an_alarm_is_shown_with_the_record_and_the_weights_until_it_is_lifted(
    call: InProcess, note: Path, settings: Settings
) -> None:
    call("run", note)
    with opened_ledger(settings) as ledger:
        hold(ledger)
        (document,) = ledger.all_documents()
        record = document.records[0].record_id
    assert "under an alarm: type:clinical_note" in call("show", record).out
    assert "type:clinical_note is judged COLD (score): 0 values decided there since, too few" in call("weights").out
    assert "held are: type:clinical_note" in call("weights", "warm", "type:referral", expect=2).err
    assert "none before them" in call("weights", "rollback", expect=2).err
    assert "stays under its alarm: type:clinical_note" in call("weights", "rollback", load_weights().version).out
    assert "under an alarm" in call("show", record).out
    call("weights", "warm", "type:clinical_note")
    assert "under an alarm" not in call("show", record).out
    assert "ALARM" not in call("weights").out
    assert f"{load_weights().version} is in force" in call("weights", "rollback", load_weights().version).out
    assert json.loads(call("verify", "--json").out)["problems"] == []


def test_a_drawn_record_is_listed_with_its_reason_signed_off_and_learned_from(
    call: InProcess, note: Path, settings: Settings
) -> None:
    everything = settings.model_copy(update={"audit_share": 1.0})
    with opened(everything, kind="run", actor="test") as pipeline:
        pipeline.take_in(note)
        for chunk in pipeline.chunks(size=5):
            pipeline.process(chunk)
        (record,) = (
            kept.record for d in pipeline.ledger.all_documents() for kept in pipeline.ledger.records_of(d.document_id)
        )
    assert record.accepted
    assert "audit_sample (audit: compare each value with the page)" in call("queue", "list").out
    assert "audit: compare each value with the page; what is left" in call("queue", "show", record.id).out
    assert "needs a person: audit_sample" in call("status", record.document_id).out
    call("queue", "claim", record.id)
    call("queue", "correct", record.id, "patient.dob", "1980-04-03")
    call("queue", "sign-off", record.id)
    accepted = sum(field.usable for field in record.fields)
    assert f"{accepted} accepted ones audited (1 wrong)" in call("weights").out
    assert f"over {accepted} labels (1 wrong)" in call("weights", "show").out
    assert f"{accepted} accepted ones audited (1 wrong)" in call("recalibrate").out
