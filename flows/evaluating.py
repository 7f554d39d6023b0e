"""Runs the pipeline over labelled documents, for a judge: predictions and costs by the documents' names in gold."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from documents.reading import ReadDocument
from documents.records import Record
from evaluation.scoring.corpus import Prediction, prediction_of
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered
from flows.actor import os_user
from flows.backend_runs import Labelled, questions_about
from flows.backfilling import CHANGED, LAST_YEAR, BackfillRequest, plan, start
from flows.counts import Chunk
from flows.export import stored_prediction
from flows.installation import opened
from flows.packs import loaded_shelf
from flows.pipeline import Pipeline
from flows.settings import PREFIX, Settings
from flows.stages import Extracted, Facility
from flows.versions import Stage
from ledger import spend
from ledger.ledger import Ledger
from ledger.spend import Spent
from ledger.states import DocumentState
from ledger.statuses import DocumentStatus

# Small chunks keep the progress moving and tell what reading costs chunk by chunk.
CHUNK = 8


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """What a run over labelled documents gave.

    Attributes:
        predictions: by the documents' names in gold.
        records: as they were kept, by the same names.
        counts: by the same names, for a tally: costs in milliseconds, `unprocessed` where nothing could be read.
        versions: of the stages.
    """

    predictions: Mapping[str, Prediction]
    records: Mapping[str, Sequence[Record]]
    counts: Mapping[str, Mapping[str, float]]
    versions: Mapping[str, str]


@dataclass(slots=True)
class _Meter:
    """What was spent, in milliseconds, while it is measured.

    Attributes:
        readings: the documents of each chunk that was read anew, with wall and own CPU time.
        extracted: (extraction CPU, publication CPU, wall of both) by document id.
        warm: whether what is loaded once has been loaded; that is no document's cost.
    """

    readings: list[tuple[tuple[str, ...], float, float]] = field(default_factory=list)
    extracted: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    warm: bool = False


def run_over(
    documents: Mapping[str, Path],
    home: Path,
    *,
    say: Callable[[str], None],
    asking: bool = True,
    also: Callable[[Labelled, Facility], None] | None = None,
) -> PipelineRun:
    """Runs the whole pipeline, in an installation of its own, over copies of the documents.

    In an installation that holds some of them already, only the stages whose version changed are run again.

    Args:
        documents: file by name in gold.
        home: folder of the installation; made if missing.
        say: is told how far it is.
        asking: whether the model that the environment names is asked; if not, the documents are read without one.
        also: is given each document that could be read, as it was read and split.
    """
    settings = _own_settings(home, asking=asking)
    _stage(documents, settings.inbox)
    ids = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in documents.items()}
    meter = _Meter()
    children = _children_ms()
    with opened(settings, kind="run", actor=os_user()) as pipeline:
        pipeline.take_in(settings.inbox)
        _requeue_changed(pipeline)
        done = 0
        for chunk in pipeline.chunks(size=CHUNK):
            _process(pipeline, chunk, meter)
            done += len(chunk.leases)
            say(f"{done} documents processed")
        kept = {each: pipeline.ledger.document(each) for each in ids.values()}
        predictions = {
            name: prediction_of(stored_prediction(pipeline.ledger, kept[document_id], name))
            for name, document_id in ids.items()
        }
        records = {name: _current(pipeline, document_id) for name, document_id in ids.items()}
        versions = {stage: str(version) for stage, version in pipeline.versions.model_dump().items()}
        if also is not None:
            facility = Facility(settings.zone, loaded_shelf(settings))
            for held in _held(pipeline, {name: kept[document_id] for name, document_id in ids.items()}):
                also(held, facility)
    pages = {each: max(1, document.page_count or 1) for each, document in kept.items()}
    counts = _costs(meter, pages, _children_ms() - children)
    for name, each in ids.items():
        stopped = kept[each].state is DocumentState.IN_FLIGHT  # by a fault of the program; a later run tries again
        counts[each]["unprocessed"] = float(stopped or not predictions[name].pages)
    return PipelineRun(predictions, records, {name: counts[each] for name, each in ids.items()}, versions)


def _current(pipeline: Pipeline, document_id: str) -> tuple[Record, ...]:
    return tuple(kept.record for kept in pipeline.ledger.records_of(document_id) if kept.current)


def _held(pipeline: Pipeline, kept: Mapping[str, DocumentStatus]) -> Iterator[Labelled]:
    """The documents that were read and split, by their names in gold, with what a model answered about them."""
    for name, document in kept.items():
        read = pipeline.ledger.latest_stage_result(document.document_id, Stage.READ)
        extracted = pipeline.ledger.latest_stage_result(document.document_id, Stage.EXTRACT)
        if read is None or extracted is None:
            continue
        pages = ReadDocument.model_validate_json(read).pages
        held = Labelled(name, pages, Extracted.model_validate_json(extracted), document.received_at)
        if pipeline.settings.llm is None:
            yield held
        else:
            asked = questions_about(held, pipeline.settings.llm)
            yield replace(held, answers=_answered(pipeline.ledger, [q.key for each in asked for q in each]))


def _answered(ledger: Ledger, keys: Sequence[str]) -> dict[str, Answered]:
    """The answers to questions by their keys; of one that failed, how, and what it cost."""
    answers = {key: Answered.model_validate_json(payload) for key, payload in ledger.stage_results(keys).items()}
    with ledger.snapshot() as connection:
        failed = spend.latest(connection, [key for key in keys if key not in answers])
    return answers | {key: _failure(each) for key, each in failed.items()}


def _failure(spent: Spent) -> Answered:
    """A question that ended without an answer; the ledger keeps only how its last request ended."""
    outcome = LlmOutcome(spent.outcome)
    return Answered(
        outcome=outcome,
        ends=(outcome,) * spent.requests,
        input_tokens=spent.input_tokens,
        output_tokens=spent.output_tokens,
        seconds=spent.seconds,
    )


def _own_settings(home: Path, *, asking: bool) -> Settings:
    """The environment's settings, packs included, for an installation that shares no state with the environment's."""
    asked = Settings.from_environment()
    own = {PREFIX + name for name in ("HOME", "DATABASE_URL", "INBOX", "SETTLE_S", "TARGETS")}
    environ = {name: value for name, value in os.environ.items() if name not in own}
    environ |= {PREFIX + "HOME": str(home), PREFIX + "SETTLE_S": "0", PREFIX + "AUDIT_SHARE": "0"}
    if asked.packs.is_dir():
        environ[PREFIX + "PACKS"] = str(asked.packs)
    own_settings = Settings.from_environment(environ)
    return own_settings if asking else own_settings.model_copy(update={"llm": None})


def _stage(documents: Mapping[str, Path], inbox: Path) -> None:
    """Copies the documents into an empty inbox: intake removes what it has taken over."""
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir(parents=True, mode=0o700)
    for number, path in enumerate(documents.values()):
        shutil.copyfile(path, inbox / f"{number:06}{path.suffix}")


def _requeue_changed(pipeline: Pipeline) -> None:
    """Documents of an earlier evaluation come back in flight where the code has changed since."""
    request = BackfillRequest.checked(
        received_from=date(1970, 1, 1), received_to=date(LAST_YEAR, 12, 31), types=(), redo=CHANGED, reason="evaluate"
    )
    planned = plan(pipeline, request)
    if planned.document_ids:
        start(pipeline, request, planned)


def _process(pipeline: Pipeline, chunk: Chunk, meter: _Meter) -> None:
    """Reads a chunk, several documents at a time; extracts and publishes one by one, so that each has its own cost."""
    started, cpu = time.monotonic(), time.process_time()
    counts = pipeline.read(chunk)
    wall, own = 1000 * (time.monotonic() - started), 1000 * (time.process_time() - cpu)
    if counts.done == len(chunk.leases):
        meter.readings.append((tuple(lease.document_id for lease in chunk.leases), wall, own))
    for lease in chunk.leases:
        _extract_one(pipeline, Chunk(number=chunk.number, leases=(lease,)), meter)


def _extract_one(pipeline: Pipeline, alone: Chunk, meter: _Meter) -> None:
    (lease,) = alone.leases
    started, before = time.monotonic(), time.process_time()
    extracted = pipeline.extract(alone)
    between = time.process_time()
    pipeline.publish(alone)
    after, wall = time.process_time(), time.monotonic() - started
    if extracted.done and meter.warm:
        meter.extracted[lease.document_id] = 1000 * (between - before), 1000 * (after - between), 1000 * wall
    meter.warm = True


def _costs(meter: _Meter, pages: Mapping[str, int], children_ms: float) -> dict[str, dict[str, float]]:
    """Costs by document id, as counts for a tally.

    A chunk's reading is shared among its documents by pages; the CPU of the reading processes, known for the whole run
    only, by the time that reading took.
    """
    costs: dict[str, dict[str, float]] = {each: {} for each in pages}
    for document_id, (extract, publish, _) in meter.extracted.items():
        costs[document_id] |= {"cost.extract_cpu_ms": extract, "cost.publish_cpu_ms": publish}
        costs[document_id]["cost.extract_pages"] = pages[document_id]
    all_wall = sum(wall for _, wall, _ in meter.readings) or 1.0
    for members, wall, own in meter.readings:
        together = sum(pages[each] for each in members)
        for each in members:
            share = pages[each] / together
            read = share * (own + children_ms * wall / all_wall)
            extract, publish, rest = meter.extracted.get(each, (0.0, 0.0, 0.0))
            costs[each] |= {"cost.pages": pages[each], "cost.read_cpu_ms": read}
            costs[each] |= {"cost.cpu_ms": read + extract + publish, "cost.wall_ms": share * wall + rest}
    return costs


def _children_ms() -> float:
    """CPU of this process's children that have ended, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (used.ru_utime + used.ru_stime)
