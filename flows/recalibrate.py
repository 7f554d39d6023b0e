"""After the night: the weights learn from what people decided, and replace those in force only if they judge better."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.logging import get_run_logger

from flows.installation import opened_ledger
from flows.prefect_stages import coded
from flows.recalibrating import recalibrate as learn
from flows.settings import Settings


@flow(name="recalibrate", flow_run_name="recalibrate", persist_result=False, log_prints=False)
def recalibrate() -> None:
    """Refits the weights to all labels; the artifact says family by family what became of them, in codes and counts."""
    with coded("recalibrate"), opened_ledger(Settings.from_environment()) as ledger:
        report = learn(ledger, actor="recalibrate")
        create_markdown_artifact(
            f"## Recalibration\n\n{report.in_words()}\n",
            key="recalibration-report",
            description="Recalibration: families, modes and counts",
        )
        get_run_logger().info("%s labels; replaced: %s", report.labels.queue + report.labels.audited, report.replaced)
