"""The pipeline's stages as Prefect tasks, one per chunk of documents; Prefect sees opaque ids and counts only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from documents.errors import Fax2FhirError
from flows.counts import Chunk, StageCounts
from flows.pipeline import Pipeline

R = TypeVar("R")

# Two chunks overlap: while one is extracted and published, the next is read. More would only hold more in memory.
CHUNKS_IN_FLIGHT = 2
# Task runs of a chunk.
STAGE_TASKS = ("read", "extract", "publish")
# A small backlog is cut into this many chunks, so that progress shows.
CHUNKS_SHOWN = 4
# Threads of a flow run: three stages of two chunks at most. Prefect's default is unbounded.
THREADS: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=4)  # type: ignore[assignment]  # invariant stub


class CodedFailureError(RuntimeError):
    """What Prefect may show of a failure: a code, a remedy and an opaque id, never the text of the cause."""


@contextmanager
def coded(step: str) -> Iterator[None]:
    """The boundary to Prefect, which keeps exception texts in the clear: only codes pass it."""
    try:
        yield
    except CodedFailureError:
        raise
    except Fax2FhirError as error:
        failure = CodedFailureError(f"{step}: {error.code}: {error} {error.remedy}")
    except Exception as error:  # the text of a foreign error may hold patient text, so only its type passes
        failure = CodedFailureError(
            f"{step}: UNEXPECTED: {type(error).__name__}. Run `fax2fhir verify`, then run again."
        )
    else:
        return
    raise failure from None


def stage_task(name: str, function: Callable[..., R]) -> Task[..., R]:
    """A task that runs `function` behind the boundary; nothing of it is cached, persisted or printed."""

    def guarded(*arguments: object) -> R:
        with coded(name):
            return function(*arguments)

    options: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "log_prints": False}
    made: Task[..., R] = task(name=name, task_run_name=name, **options)(guarded)
    return made


def process_all(pipeline: Pipeline, *, run_id: str | None = None) -> None:
    """Processes everything in flight, chunk by chunk: read, extract and publish are one task run each."""
    for _ in pipeline.rounds():
        _process_round(pipeline, run_id)


def _process_round(pipeline: Pipeline, run_id: str | None) -> None:
    size = chunk_size(len(pipeline.ledger.in_flight_ids()), pipeline.settings.chunk)
    read, extract, publish = (stage_task(name, _stage(getattr(pipeline, name))) for name in STAGE_TASKS)
    waiting: list[PrefectFuture[StageCounts]] = []
    for chunk in pipeline.chunks(size=size, run_id=run_id):
        pages = read.submit(chunk)
        values = extract.submit(chunk, wait_for=[pages])
        waiting.append(publish.submit(chunk, wait_for=[values]))
        if len(waiting) >= CHUNKS_IN_FLIGHT:
            waiting.pop(0).result()
    for future in waiting:
        future.result()


def chunk_size(backlog: int, largest: int) -> int:
    """Documents a task handles: a small backlog shows as several tasks, a large one in chunks of `largest`.

    With three task runs a chunk, 10,000 documents in chunks of 100 are 300 task runs; Prefect spends 25 ms of server
    CPU and 19 KiB on each.
    """
    return max(1, min(largest, -(-backlog // CHUNKS_SHOWN)))


def _stage(function: Callable[[Chunk], StageCounts]) -> Callable[[Chunk], StageCounts]:
    """A stage that logs its counts to the run."""

    def logged(chunk: Chunk) -> StageCounts:
        counts = function(chunk)
        get_run_logger().info("chunk %d: %s", chunk.number, counts.in_words())
        return counts

    return logged
