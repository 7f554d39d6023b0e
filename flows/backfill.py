"""Redoes, for documents received in a range of days, the stages whose version changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.logging import get_run_logger

from extractors.document_type import all_document_types
from flows.backfilling import BackfillRequest, plan, start
from flows.export import write_bundles
from flows.installation import opened
from flows.prefect_stages import THREADS, coded, process_all
from flows.report import run_report
from flows.settings import Settings

if TYPE_CHECKING:
    DocumentTypeName = str
else:
    # The form in Prefect's UI lists each type that yields records, a new one too.
    DocumentTypeName = Literal[tuple(name for name, declared in all_document_types().items() if declared.extracts)]
Redo = Literal["changed", "read", "extract", "check", "map"]


@flow(
    name="backfill",
    flow_run_name="backfill {received_from} to {received_to}",
    persist_result=False,
    log_prints=False,
    task_runner=THREADS,
)
def backfill(
    received_from: date,
    received_to: date,
    reason: str,
    document_types: list[DocumentTypeName] | None = None,
    redo: Redo = "changed",
    dry_run: bool = True,
) -> None:
    """Redoes stages for documents received in a range of days; a value that a person verified is never overwritten.

    Args:
        received_from: First day of reception, in the facility's time zone.
        received_to: Last day of reception, inclusive.
        reason: A code for the audit log, such as new-rules: letters, digits, - and _, at most 40. No names.
        document_types: Only documents with a record of these types; none chosen means all.
        redo: "changed" redoes the stages whose version changed since; a stage redoes it and all after it in any case.
        dry_run: Only say in the run's report what would be done. Switch it off to do it.
    """
    with coded("backfill"):
        request = BackfillRequest.checked(
            received_from=received_from,
            received_to=received_to,
            types=document_types or [],
            redo=redo,
            reason=reason,
        )
        with opened(Settings.from_environment(), kind="backfill", actor="backfill") as pipeline:
            planned = plan(pipeline, request)
            get_run_logger().info("%s", planned.in_words())
            if dry_run:
                text = f"## Dry run\n\n{planned.in_words()}\n"
            else:
                start(pipeline, request, planned)
                process_all(pipeline, run_id=pipeline.run_id)
                write_bundles(pipeline.ledger, pipeline.settings.bundles)
                report = run_report(pipeline.ledger, pipeline.run_id, pipeline.settings)
                text = f"{planned.in_words()}\n\n{report.in_markdown()}"
            create_markdown_artifact(text, key="backfill-report", description="Backfill report: ids and counts")
