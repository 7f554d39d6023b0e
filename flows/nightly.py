"""The scheduled run: takes in what arrived, processes it, publishes what is proven, queues the rest, reconciles."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows.delivery.rounds import Delivered, deliver_all
from flows.drift_watch import watch_drift
from flows.export import write_bundles
from flows.installation import opened
from flows.pipeline import Pipeline
from flows.prefect_stages import THREADS, coded, process_all, stage_task
from flows.report import run_report
from flows.settings import Settings


def watched(pipeline: Pipeline) -> None:
    """Compares the night's documents with those before; an alarm is in the run's report, whatever Prefect shows."""
    watch_drift(
        pipeline.ledger,
        pipeline.run_id,
        pipeline.weights,
        actor=pipeline.worker_id,
        model=pipeline.settings.llm,
    )


def delivered(pipeline: Pipeline) -> list[Delivered]:
    """Delivers what is due; a target that is away is in the run's report, and does not make the night fail."""
    return deliver_all(pipeline.ledger, pipeline.settings.targets, actor=pipeline.worker_id)


def _run_name() -> str:
    """`nightly 2026-11-20`: the day the run was scheduled for, in the facility's zone."""
    start = flow_run.scheduled_start_time
    return f"nightly {start.astimezone(Settings.from_environment().zone):%Y-%m-%d}"


@flow(
    name="nightly",
    flow_run_name=_run_name,
    persist_result=False,
    log_prints=False,
    task_runner=THREADS,
)
def nightly() -> None:
    """Processes everything that arrived and everything an earlier run left unfinished.

    A missed night heals itself: the run takes every document without a result, whatever day it came.
    """
    with coded("nightly"):
        settings = Settings.from_environment()
        with opened(settings, kind="nightly", actor="nightly") as pipeline:
            taken = stage_task("take in", pipeline.take_in)(settings.inbox)
            get_run_logger().info("intake: %s", taken.in_words())
            process_all(pipeline)
            stage_task("write bundles", write_bundles)(pipeline.ledger, settings.bundles)
            if settings.targets:
                made = stage_task("deliver", delivered)(pipeline)
                for each in made:
                    get_run_logger().info("deliver: %s", each.in_words())
            stage_task("watch drift", watched)(pipeline)
            reconciled = stage_task("reconcile", pipeline.reconcile)()
            report = run_report(pipeline.ledger, pipeline.run_id, pipeline.settings)
            create_markdown_artifact(report.in_markdown(), key="run-report", description="Run report: ids and counts")
            get_run_logger().info("%s", reconciled.in_words())
