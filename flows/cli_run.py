"""`run` and `backfill`: the pipeline in this process, with progress on stderr."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from documents.errors import SettingsError
from flows.actor import os_user
from flows.backfilling import BackfillRequest, plan, start
from flows.delivery.rounds import deliver_all
from flows.drift_watch import alarms_of_run, watch_drift
from flows.export import write_bundles
from flows.installation import opened
from flows.pipeline import Pipeline
from flows.report import RunReport, run_report
from flows.settings import Settings
from flows.submission_lines import counted
from flows.tables import columns, document_table, say
from ledger.ledger import Ledger

# Small chunks keep the progress moving; there is no task run to pay for here.
CHUNK = 8


def run_inbox(inbox: Path, *, keep: bool, as_json: bool) -> None:
    """Takes in a folder and processes everything in flight."""
    settings = Settings.from_environment()
    with opened(settings, kind="run", actor=os_user()) as pipeline:
        taken = pipeline.take_in(inbox, keep=keep)
        if not as_json:
            place = "the files stay where they are" if keep else f"the files were taken over into {settings.store}"
            say(f"{taken.in_words()}; {place}.")
        process_in_flight(pipeline)
        write_bundles(pipeline.ledger, settings.bundles)
        deliver_all(pipeline.ledger, settings.targets, actor=pipeline.worker_id)
        watch_drift(
            pipeline.ledger,
            pipeline.run_id,
            pipeline.weights,
            actor=pipeline.worker_id,
            model=pipeline.settings.llm,
        )
        report = run_report(pipeline.ledger, pipeline.run_id, pipeline.settings)
        if as_json:
            say(json.dumps({"intake": taken.model_dump(), **report.model_dump()}))
        else:
            say(document_table(pipeline.ledger, settings.zone, run_id=pipeline.run_id))
            _say_outcome(report, pipeline.ledger)


def run_backfill(request: BackfillRequest, *, dry_run: bool, as_json: bool) -> None:
    """Plans a backfill, and runs it unless `dry_run`."""
    settings = Settings.from_environment()
    with opened(settings, kind="backfill", actor=os_user()) as pipeline:
        planned = plan(pipeline, request)
        if dry_run:
            say(planned.model_dump_json() if as_json else planned.in_words())
            return
        start(pipeline, request, planned)
        process_in_flight(pipeline, run_id=pipeline.run_id)
        write_bundles(pipeline.ledger, settings.bundles)
        deliver_all(pipeline.ledger, settings.targets, actor=pipeline.worker_id)
        report: RunReport = run_report(pipeline.ledger, pipeline.run_id, pipeline.settings)
        if as_json:
            say(json.dumps({"plan": planned.model_dump(), **report.model_dump()}))
        else:
            say(planned.in_words())
            say(columns(("outcome", "documents"), [(k, str(v)) for k, v in report.settled.items()]))
            _say_outcome(report, pipeline.ledger)


def _say_outcome(report: RunReport, ledger: Ledger) -> None:
    say(report.reconciliation)
    say(report.sample.in_words())
    if report.model is not None:
        say(report.model.in_words())
    if report.submissions:
        say(counted(report.submissions))
    for line in report.delivered_in_words:
        say(line)
    # The report holds no name that was read from paper; whoever sits at the command line may see it.
    for alarm in alarms_of_run(ledger, report.run_id):
        say(f"ALARM {alarm.in_words}; judged COLD from the next run on")


def process_in_flight(pipeline: Pipeline, *, run_id: str | None = None) -> None:
    """Processes what is in flight, with a bar on stderr where that is a terminal and lines where it is not."""
    total = len(pipeline.ledger.in_flight_ids())
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("documents"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True
    )
    with bar:
        task = bar.add_task("documents", total=total)
        done = 0
        for chunk in (each for _ in pipeline.rounds() for each in pipeline.chunks(size=CHUNK, run_id=run_id)):
            counts = pipeline.process(chunk)
            done += len(chunk.leases) - counts.waiting
            bar.update(task, completed=done)
            if not console.is_terminal:
                print(f"{done} of {total} documents", file=sys.stderr, flush=True)


def day(text: str, option: str) -> date:
    """The day that an option names.

    Raises:
        SettingsError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{option} must be a day like 2026-11-20") from None
