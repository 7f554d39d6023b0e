"""Learns from what people decided: labels from the ledger, weights refitted, and in force only if they judge better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from documents.value import Value
from evaluation.calibration.cusum import family_alarms
from evaluation.calibration.drift import Alarm
from evaluation.calibration.fitting import recalibrated
from evaluation.calibration.labels import Label
from evaluation.calibration.quality import Quality
from evaluation.calibration.recalibration import FamilyRefit, Recalibration
from extractors.document_type import all_document_types
from extractors.records.confidence import FAMILIES
from extractors.records.weighting import Slice, Weights
from flows.drift_watch import hold
from flows.weights_versions import RECALIBRATED, replaced, slice_name, understood, weights_in_force
from ledger import weights
from ledger.ledger import Ledger
from review_queue.labels import FieldLabel, FieldVerdict, labels


class LabelCounts(Value):
    """What people's decisions come to.

    Attributes:
        queue: values that the queue asked about, and were decided.
        audited: accepted values that the audit sample brought before a person.
        audited_wrong: of these, the wrong ones.
        in_passing: accepted values of queued records that somebody changed unasked; nobody was asked about the
            others, so these teach nothing about a rate.
        missed: values that people added.
    """

    queue: int
    audited: int
    audited_wrong: int
    in_passing: int
    missed: int

    def in_words(self) -> str:
        """One sentence."""
        return (
            f"{self.queue} values decided in the queue, {self.audited} accepted ones audited ({self.audited_wrong} "
            f"wrong), {self.in_passing} accepted ones changed in passing, {self.missed} added that were missed."
        )


class RecalibrationReport(Value):
    """What a recalibration did, in codes and counts.

    Attributes:
        labels: what it learned from.
        replaced: whether the weights were.
        version: in force afterwards.
        families: what became of each family, and why.
        before, after: of the weights so far and those in force, on the latest labels; None where no label judges.
        alarms: families whose values were wrong more often than their scores announced; judged COLD from now on.
    """

    labels: LabelCounts
    replaced: bool
    version: str
    families: tuple[FamilyRefit, ...]
    before: Quality | None = None
    after: Quality | None = None
    alarms: tuple[Alarm, ...]

    def in_words(self) -> str:
        """A line for the outcome, one a family, one an alarm."""
        outcome = "were replaced" if self.replaced else "stay as they are"
        lines = [self.labels.in_words(), f"The weights {outcome}: {self.version} is in force."]
        if self.before is not None and self.after is not None:
            lines.append(
                f"All families, on the latest {self.after.labels} labels: {self.after.compared_with(self.before)}."
            )
        lines += [f"{each.family} ({each.mode}): {each.why}" for each in self.families]
        lines += [f"ALARM {alarm.in_words}; judged COLD from now on" for alarm in self.alarms]
        return "\n".join(lines)


def recalibrate(ledger: Ledger, *, actor: str) -> RecalibrationReport:
    """Refits the weights in force to all labels, and puts the outcome in force where it judges no worse.

    Raises:
        LedgerError: the weights in force cannot be read.
        ConflictError: others replaced them again and again meanwhile.
    """
    with ledger.snapshot() as connection:
        kept = labels(connection)
    learned = list(as_labels(kept))
    outcome: Recalibration | None = None

    def refitted(current: Weights, name: str) -> Weights | None:
        nonlocal outcome
        outcome = recalibrated(learned, current, version=name)
        return outcome.weights if outcome.replaced else None

    # First what tells of the weights in force: afterwards they have learned from it.
    alarms = tuple(labelled_alarms(ledger, learned))
    if alarms:
        hold(ledger, alarms, actor=actor)
    new = replaced(ledger, refitted, actor=actor, reason=RECALIBRATED)
    return RecalibrationReport(
        labels=counted(kept),
        replaced=new is not None,
        version=weights_in_force(ledger).version,
        families=() if outcome is None else outcome.families,
        before=None if outcome is None else outcome.before,
        after=None if outcome is None else outcome.after,
        alarms=alarms,
    )


def as_labels(kept: Sequence[FieldLabel]) -> Iterator[Label]:
    """Yields what the weights learn from.

    A value that was missed has no feature row. An accepted value of a queued record that somebody changed in passing
    was chosen by its being wrong. A field that its document type no longer declares has no cost.
    """
    types = all_document_types()
    for each in kept:
        declared = types.get(each.document_type)
        if declared is None or each.path not in declared.specs or not _asked(each):
            continue
        yield Label(
            features=each.features,
            kind=each.kind,
            cost=declared.specs[each.path].reads.cost,
            path=each.path,
            right=each.verdict is FieldVerdict.CONFIRMED,
            accepted=each.accepted,
            audited=each.audited and each.accepted,
            propensity=each.propensity,
            at=each.at,
            sender=each.sender,
            payer=each.payer,
            document_type=each.document_type,
            record=each.record_id,
        )


def counted(kept: Sequence[FieldLabel]) -> LabelCounts:
    """What people's decisions come to, in numbers."""
    audited = [each for each in kept if each.audited and _asked(each)]
    added = [each for each in kept if each.verdict is FieldVerdict.ADDED]
    return LabelCounts(
        queue=sum(_asked(each) and not each.audited for each in kept),
        audited=len(audited),
        audited_wrong=sum(each.verdict is not FieldVerdict.CONFIRMED for each in audited),
        in_passing=sum(not _asked(each) for each in kept) - len(added),
        missed=len(added),
    )


def labelled_alarms(ledger: Ledger, learned: Sequence[Label]) -> Iterator[Alarm]:
    """Yields the alarms of families whose values are wrong more often than their scores announce."""
    rung = alarm_times(ledger)
    named = {family: slice_name(Slice(family=family)) for family in set(FAMILIES.values())}
    since = {family: rung[name] for family, name in named.items() if name in rung}
    yield from family_alarms(learned, weights_in_force(ledger), since=since)


def alarm_times(ledger: Ledger) -> dict[str, datetime]:
    """When each slice was last judged COLD anew."""
    with ledger.snapshot() as connection:
        versions, history = weights.versions(connection), weights.activations(connection)
    cold = {kept.name: {slice_name(each) for each in understood(kept).cold_slices} for kept in versions}
    times: dict[str, datetime] = {}
    before: set[str] = set()
    for activation in history:
        now = cold.get(activation.version or "", set())
        times |= dict.fromkeys(now - before, activation.at)
        before = now
    return times


def _asked(label: FieldLabel) -> bool:
    """Whether somebody was asked about the value: the queue asks about doubted ones, the sample about accepted ones."""
    return label.verdict is not FieldVerdict.ADDED and (label.audited or not label.accepted)
