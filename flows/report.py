"""What came of a run, in ids, codes and counts: for the ledger and for Prefect's artifact."""

from __future__ import annotations

import hashlib

from pydantic import Field
from sqlalchemy import Connection

from documents.value import Value
from evaluation.calibration.drift import Alarm
from extractors.records.weighting import Slice
from flows.drift_watch import alarms_of_run
from flows.settings import Settings
from flows.submission_lines import counted
from flows.weights_versions import slice_name
from ledger import delivery_statuses, spend, submissions
from ledger.ledger import Ledger
from review_queue import checks
from review_queue.audit_sample import SampleCounts, counts_of_run


class ModelUse(Value):
    """What a run asked a model: questions by how they ended (`known`: answered before), and what that cost."""

    outcomes: dict[str, int]
    requests: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float

    def in_words(self) -> str:
        """One line: counts by outcome, requests, tokens and cost."""
        ended = ", ".join(f"{outcome} {count}" for outcome, count in self.outcomes.items())
        tokens = f"{self.input_tokens} tokens in, {self.output_tokens} out"
        return f"questions to the model: {ended}; requests {self.requests}, {tokens}, cost {self.cost:.4f}"


class RungAlarm(Value):
    """An alarm in codes and counts: see evaluation.calibration.drift.Alarm; `slice` as `coded_name` has it."""

    slice: str
    statistic: str
    observed: float
    expected: float
    n: int


class RunReport(Value):
    """What a run settled by outcome or state, the reconciliation at its end, its audit sample, its alarms.

    `model` is what it asked a model; None where it asked nothing. `submissions` are the installation's PAS requests by
    state. `deliveries` are counts by state for each target, of all that were ever due.
    """

    run_id: str
    settled: dict[str, int]
    reconciliation: str
    balanced: bool
    in_review: int
    sample: SampleCounts
    alarms: tuple[RungAlarm, ...] = ()
    model: ModelUse | None = None
    submissions: dict[str, int] = Field(default_factory=dict)
    deliveries: dict[str, dict[str, int]] = Field(default_factory=dict)

    @property
    def delivered_in_words(self) -> list[str]:
        """A line a target."""
        return [
            f"deliveries to {target}: {', '.join(f'{state} {count}' for state, count in counts.items())}"
            for target, counts in self.deliveries.items()
        ]

    def in_markdown(self) -> str:
        """For Prefect's artifact: no name, no value, no file name."""
        rows = "\n".join(f"| {outcome} | {count} |" for outcome, count in self.settled.items())
        # A slice is named by what was read from paper, so Prefect is shown how many rang, and not where.
        alarms = f"{len(self.alarms)} drift alarms rang: `fax2fhir weights show`.\n\n" if self.alarms else ""
        model = "" if self.model is None else f"{self.model.in_words()}\n\n"
        sent = "".join(f"{line}\n\n" for line in self.delivered_in_words)
        submitted = f"{counted(self.submissions)}\n\n" if self.submissions else ""
        queue = f"{self.in_review} documents wait for a person: `fax2fhir queue list`."
        return (
            f"## Run {self.run_id}\n\n| outcome | documents |\n|---|---|\n{rows}\n\n"
            f"{self.reconciliation}\n\n{self.sample.in_words()}\n\n{model}{submitted}{sent}{alarms}{queue}\n"
        )


def run_report(ledger: Ledger, run_id: str, settings: Settings) -> RunReport:
    """The report of a run under these settings as the ledger knows it now."""
    reconciled = checks.reconcile(ledger)
    with ledger.snapshot() as connection:
        sample = counts_of_run(connection, run_id, share=settings.audit_share)
        model = _model_use(connection, run_id)
        submitted = submissions.counts(connection)
        delivered = delivery_statuses.counts(connection)
    return RunReport(
        run_id=run_id,
        settled=ledger.settled_by(run_id),
        reconciliation=reconciled.in_words(),
        balanced=reconciled.balanced,
        in_review=reconciled.in_review,
        sample=sample,
        model=model,
        submissions=submitted,
        deliveries=delivered,
        alarms=tuple(_coded(alarm) for alarm in alarms_of_run(ledger, run_id)),
    )


def coded_name(slice_: Slice) -> str:
    """A slice as `slice_name` has it, with a hash for each name that was read from paper: `sender:5d41402abc4b`."""
    printed = {"sender": slice_.sender, "payer": slice_.payer}
    hashes = {what: name and hashlib.sha256(name.encode()).hexdigest()[:12] for what, name in printed.items()}
    return slice_name(slice_.model_copy(update=hashes))


def _coded(alarm: Alarm) -> RungAlarm:
    same = {name: getattr(alarm, name) for name in ("statistic", "observed", "expected", "n")}
    return RungAlarm(slice=coded_name(alarm.slice), **same)


def _model_use(connection: Connection, run_id: str) -> ModelUse | None:
    outcomes = spend.outcomes_of_run(connection, run_id)
    if not outcomes:
        return None
    totals = spend.totals(connection, run_id=run_id)
    return ModelUse(
        outcomes=outcomes,
        requests=sum(each.requests for each in totals),
        input_tokens=sum(each.input_tokens for each in totals),
        output_tokens=sum(each.output_tokens for each in totals),
        seconds=sum(each.seconds for each in totals),
        cost=sum(each.cost for each in totals),
    )
