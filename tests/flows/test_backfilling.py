"""A backfill redoes only the stages whose version changed, and never overwrites what a person verified."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from documents.errors import SettingsError
from flows.backfilling import BackfillRequest, plan, start
from flows.installation import opened
from flows.mapping import bundle_of
from flows.pipeline import Pipeline
from flows.settings import Settings
from ledger.states import DocumentState
from review_queue.items import Action, FieldDecision, FieldRef
from review_queue.queue import ReviewQueue, SignOff

WIDE = {"received_from": date(2000, 1, 1), "received_to": date.today() + timedelta(days=2)}


def _request(redo: str = "changed", types: tuple[str, ...] = ()) -> BackfillRequest:
    return BackfillRequest.checked(**WIDE, types=types, redo=redo, reason="test")


def _process(pipeline: Pipeline, run_id: str | None = None) -> Counter[str]:
    """Processes what is in flight; returns how often each stage boundary was passed."""
    points: Counter[str] = Counter()

    def count(_document_id: str, point: str) -> None:
        points[point] += 1

    counted = dataclasses.replace(pipeline, boundary=count)
    for chunk in counted.chunks(size=10, run_id=run_id):
        counted.process(chunk)
    return points


@pytest.fixture
def texts(tmp_path: Path, drawn: Path) -> Path:
    """Text documents only: they need no OCR."""
    folder = tmp_path / "texts"
    folder.mkdir()
    note = "PROGRESS NOTE\nPatient: Ada Brook\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\nVisit number {}\n"
    for weeks in range(2, 5):
        (folder / f"note-{weeks}.txt").write_text(note.format(weeks))
    # Nobody's date of birth: a person must look at this one.
    (folder / "note-x.txt").write_text("PROGRESS NOTE\nPatient: Bo Carver\nDate of visit: 02/03/2026\n")
    for path in (drawn / "docs").glob("*.txt"):
        shutil.copy(path, folder)
    return folder


def test_new_rules_cost_no_reading_and_no_extraction(texts: Path, settings: Settings) -> None:
    count = len(list(texts.iterdir()))
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(texts)
        assert _process(pipeline)["read"] == count
        assert plan(pipeline, _request()).document_ids == ()
        changed = dataclasses.replace(
            pipeline, versions=pipeline.versions.model_copy(update={"check": "new rules"}), run_id="second"
        )
        planned = plan(changed, _request())
        assert (len(planned.document_ids), planned.stages) == (count, {"check": count, "map": count})
        assert start(changed, _request(), planned) == count
        points = _process(changed, "second")
        assert (points["read"], points["extract"], points["check"]) == (0, 0, count)
        assert plan(changed, _request()).document_ids == ()
        assert changed.reconcile().in_flight == 0


def test_a_dry_run_writes_nothing(texts: Path, settings: Settings) -> None:
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(texts)
        _process(pipeline)
        before = pipeline.ledger.audit_head()
        assert len(plan(pipeline, _request("read")).document_ids) == pipeline.reconcile().received
        assert pipeline.ledger.audit_head() == before


def test_a_verified_value_survives_a_backfill(texts: Path, settings: Settings) -> None:
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(texts)
        _process(pipeline)
        queue = ReviewQueue(pipeline.ledger)
        item = next(each for each in queue.waiting() if each.record_id is not None)
        view = queue.view(queue.claim(item.id, actor="ann").id, actor="ann")
        assert view.record is not None
        corrected = view.record.fields[0]
        ref = FieldRef(path=corrected.path, group=corrected.group)
        decision = FieldDecision(action=Action.CORRECT, field=ref, value="Corrected Value")
        view = queue.decide(item.id, decision, actor="ann", version=view.item.version)
        view = _decide_the_rest(queue, item.id)
        document = pipeline.ledger.document(item.document_id)
        queue.sign_off(
            item.id,
            SignOff(version=view.item.version, mapping=pipeline.versions.map),
            actor="ann",
            build_bundle=lambda record, given: bundle_of(
                record, given, document=document, store=pipeline.store, recorded=pipeline.clock()
            ),
        )
        planned = plan(pipeline, _request("read"))
        start(pipeline, _request("read"), planned)
        _process(pipeline, pipeline.run_id)
        kept = pipeline.ledger.record(item.record_id or "")
        assert kept is not None
        held = {(f.path, f.group): f.value for f in kept.record.fields}
        assert held[ref.path, ref.group] == "Corrected Value"
        assert pipeline.ledger.document(item.document_id).state is DocumentState.PUBLISHED
        assert pipeline.ledger.verify().intact


def _decide_the_rest(queue: ReviewQueue, item_id: str):  # type: ignore[no-untyped-def]
    view = queue.view(item_id, actor="ann")
    while view.undecided:
        name = view.undecided[0]
        path, _, rest = name.partition("[")
        field = FieldRef(path=path, group=rest.rstrip("]") or None)
        decision = FieldDecision(action=Action.REJECT, field=field, reason="not_on_page")
        view = queue.decide(item_id, decision, actor="ann", version=view.item.version)
    return view


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"received_to": date(1999, 1, 1)}, "before"),
        ({"types": ["opera"]}, "document type"),
        ({"redo": "everything"}, "redo"),
        ({"reason": "a sentence about Jane"}, "reason"),
    ],
)
def test_a_request_whose_parts_do_not_fit_is_refused(change: dict[str, object], word: str) -> None:
    asked: dict[str, object] = {**WIDE, "types": [], "redo": "changed", "reason": "test", **change}
    with pytest.raises(SettingsError, match=word):
        BackfillRequest.checked(**asked)  # type: ignore[arg-type]
