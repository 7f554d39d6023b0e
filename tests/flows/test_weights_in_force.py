"""The version of the weights that the ledger holds judges the run; a backfill under new ones redoes the check only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from documents.errors import LedgerError
from extractors.records.weighting import load_weights
from flows.backfilling import BackfillRequest, plan, start
from flows.installation import opened
from flows.pipeline import Pipeline
from flows.settings import Settings
from ledger import weights
from ledger.weights import NewWeights
from tests.flows.command_line import NOTE

WIDE = BackfillRequest.checked(
    received_from=date(2000, 1, 1),
    received_to=date.today() + timedelta(days=2),
    types=(),
    redo="changed",
    reason="weights",
)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for weeks, name in ((2, "Ada Brook"), (3, "Bo Carver")):
        (folder / f"note-{weeks}.txt").write_text(NOTE.format(name=name, weeks=weeks))
    return folder


def process(pipeline: Pipeline, run_id: str | None = None) -> None:
    for chunk in pipeline.chunks(size=10, run_id=run_id):
        pipeline.process(chunk)


def replaced(pipeline: Pipeline, payload: str) -> str:
    with pipeline.ledger.transaction("test") as tx:
        name = weights.next_name(tx.connection)
        new = NewWeights(name=name, payload=payload, labels=60, parent=None)
        weights.replace(tx, new, reason="recalibrated")
    return name


def judged_by(pipeline: Pipeline) -> set[tuple[str, str, str]]:
    found = [
        kept.record.versions
        for d in pipeline.ledger.all_documents()
        for kept in pipeline.ledger.records_of(d.document_id)
    ]
    return {(each["weights"], each["labels"], each["mode"]) for each in found}


def test_new_weights_judge_the_next_run_and_cost_no_reading(notes: Path, settings: Settings) -> None:
    shipped = load_weights()
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(notes)
        process(pipeline)
        assert judged_by(pipeline) == {(shipped.version, "0", "COLD")}
        doubting = {**shipped.weights, "bias": -9.0}
        new = shipped.model_copy(update={"version": "weights-1", "labels": 60, "weights": doubting})
        assert replaced(pipeline, new.model_dump_json()) == "weights-1"
        assert pipeline.weights == shipped, "a run ends with the weights that it began with"
    with opened(settings, kind="backfill", actor="test") as pipeline:
        planned = plan(pipeline, WIDE)
        assert planned.stages == {"check": 2, "map": 2}
        start(pipeline, WIDE, planned)
        process(pipeline, pipeline.run_id)
        assert judged_by(pipeline) == {("weights-1", "60", "COLD")}
        records = [
            kept.record for d in pipeline.ledger.all_documents() for kept in pipeline.ledger.records_of(d.document_id)
        ]
        assert not any(field.usable for record in records for field in record.fields)


def test_weights_of_another_program_stop_the_run_before_it_begins(settings: Settings) -> None:
    with opened(settings, kind="run", actor="test") as pipeline:
        replaced(pipeline, '{"version": "weights-1", "from": "elsewhere"}')
    with pytest.raises(LedgerError, match="not one of this program"), opened(settings, kind="run", actor="test"):
        pass
