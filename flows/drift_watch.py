"""After a run: what its documents look like by sender, payer and type, and alarms where that is not as before.

A slice about which an alarm rings is judged COLD from the next run on, until a person lifts it. Backfills are not
watched: their documents came before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from documents.records import Record
from documents.value import Value
from evaluation.calibration.drift import Alarm, label_free_alarms
from evaluation.calibration.slices import SliceSummary, added, judged_by, summarise
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.settings import LlmSettings
from extractors.records.weighting import Weights
from flows.stages import SECOND_READING
from flows.weights_versions import ALARM, replaced, slice_name, with_cold
from ledger import slice_counts
from ledger.ledger import Ledger
from ledger.slice_counts import SliceCount

# A slice is compared with itself over so many days at most: what came longer ago says little about tonight.
_REMEMBERED = timedelta(days=180)
_PAYER = "payer.name"


class Counted(Value):
    """What a run counted of a slice, and the alarms it raised there; kept as JSON.

    Attributes:
        summaries: one for each state of the weights that judged the slice's documents.
        alarms: of this run; what the slice was like before them is no measure for later runs.
    """

    summaries: tuple[SliceSummary, ...]
    alarms: tuple[Alarm, ...] = ()


def watch_drift(
    ledger: Ledger, run_id: str, weights: Weights, *, actor: str, model: LlmSettings | None = None
) -> tuple[Alarm, ...]:
    """Keeps what a run's documents look like, and returns its alarms; their slices are judged COLD from now on.

    Args:
        ledger: that the run settled its documents in.
        run_id: of the run.
        weights: that judged it.
        actor: who runs it.
        model: that reads beside the rules, if one is configured.
    """
    tonight: dict[str, list[SliceSummary]] = defaultdict(list)
    for summary in added(_summaries(ledger, run_id, weights, model)):
        tonight[slice_name(summary.slice)].append(summary)
    with ledger.transaction(actor) as tx:
        kept = slice_counts.since(tx.connection, tx.now - _REMEMBERED, sorted(tonight))
    before = _nights([count for count in kept if count.run_id != run_id])
    alarms = label_free_alarms([*before, [summary for each in tonight.values() for summary in each]])
    counted = {
        name: Counted(summaries=tuple(each), alarms=tuple(a for a in alarms if slice_name(a.slice) == name))
        for name, each in tonight.items()
    }
    # Held first: an alarm that is kept is not looked for again.
    if alarms:
        hold(ledger, alarms, actor=actor)
    with ledger.transaction(actor) as tx:
        slice_counts.keep(tx, run_id, {name: each.model_dump_json() for name, each in counted.items()})
    return alarms


def hold(ledger: Ledger, alarms: Sequence[Alarm], *, actor: str) -> Weights | None:
    """Has the slices of alarms judged COLD; returns the new version of the weights, None if they are already."""
    rung = [alarm.slice.model_copy(update={"reason": alarm.statistic}) for alarm in alarms]
    return replaced(ledger, lambda current, _: with_cold(current, rung), actor=actor, reason=ALARM)


def alarms_of_run(ledger: Ledger, run_id: str) -> tuple[Alarm, ...]:
    """The alarms that a run raised."""
    with ledger.snapshot() as connection:
        kept = slice_counts.of_run(connection, run_id)
    return tuple(alarm for count in kept for alarm in Counted.model_validate_json(count.counts).alarms)


def _summaries(ledger: Ledger, run_id: str, weights: Weights, model: LlmSettings | None) -> Iterator[SliceSummary]:
    """Yields the summaries of each document that the run settled with records."""
    for document in ledger.all_documents(run_id=run_id):
        records = [kept.record for kept in ledger.records_of(document.document_id) if kept.current]
        if not records:
            continue
        # A payer that was not accepted may be anybody's name.
        payer = next((f.value for record in records for f in record.values(_PAYER, usable_only=True)), None)
        types = {record.segment.document_type for record in records}
        judged = judged_by(weights, sender=document.sender, payer=payer, types=types)
        reading = _reading(records, model)
        yield from summarise(records, sender=document.sender, payer=payer, weights=judged, reading=reading)


def _reading(records: Sequence[Record], model: LlmSettings | None) -> str:
    """Which model read a document: its name if every window was answered, the same `in part`, or "" if none was."""
    told = ", ".join(words for record in records if (words := record.versions.get(SECOND_READING)))
    outcomes = {each.rpartition(" ")[0] for each in told.split(", ")}
    if LlmOutcome.ANSWERED not in outcomes:
        return ""
    name = "a model" if model is None else model.model
    return name if outcomes == {LlmOutcome.ANSWERED} else f"{name}, in part"


def _nights(kept: Sequence[SliceCount]) -> list[list[SliceSummary]]:
    """What earlier runs counted, run by run; of a slice only what came after its last alarm."""
    counted = [(count, Counted.model_validate_json(count.counts)) for count in kept]
    rung = {count.slice: place for place, (count, each) in enumerate(counted) if each.alarms}
    nights: dict[str, list[SliceSummary]] = defaultdict(list)
    for place, (count, each) in enumerate(counted):
        if place > rung.get(count.slice, -1):
            nights[count.run_id] += each.summaries
    return list(nights.values())
