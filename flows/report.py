"""What came of a run, in ids, codes and counts: for the ledger and for Prefect's artifact."""

from __future__ import annotations

from documents.value import Value
from flows.settings import Settings
from ledger.ledger import Ledger
from review_queue import checks
from review_queue.audit_sample import SampleCounts, counts_of_run


class RunReport(Value):
    """Counts of what a run settled by outcome or state, of its audit sample, and the reconciliation at its end."""

    run_id: str
    settled: dict[str, int]
    reconciliation: str
    balanced: bool
    in_review: int
    sample: SampleCounts

    def in_markdown(self) -> str:
        """For Prefect's artifact: no name, no value, no file name."""
        rows = "\n".join(f"| {outcome} | {count} |" for outcome, count in self.settled.items())
        queue = f"{self.in_review} documents wait for a person: `fax2fhir queue list`."
        return (
            f"## Run {self.run_id}\n\n| outcome | documents |\n|---|---|\n{rows}\n\n"
            f"{self.reconciliation}\n\n{self.sample.in_words()}\n\n{queue}\n"
        )


def run_report(ledger: Ledger, run_id: str, settings: Settings) -> RunReport:
    """The report of a run under these settings as the ledger knows it now."""
    reconciled = checks.reconcile(ledger)
    with ledger.snapshot() as connection:
        sample = counts_of_run(connection, run_id, share=settings.audit_share)
    return RunReport(
        run_id=run_id,
        settled=ledger.settled_by(run_id),
        reconciliation=reconciled.in_words(),
        balanced=reconciled.balanced,
        in_review=reconciled.in_review,
        sample=sample,
    )
