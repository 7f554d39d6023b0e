"""What the `weights` commands and `recalibrate` do, and how they say it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evaluation.calibration.certificate import audited, by_record, in_words
from evaluation.calibration.holds import Hold, belongs, still_held
from evaluation.calibration.labels import Label
from evaluation.calibration.quality import Quality, quality
from extractors.records.confidence import FAMILIES
from extractors.records.weighting import Weights, tolerated_risk
from extractors.schema import ErrorCost
from flows.actor import os_user
from flows.installation import opened_ledger
from flows.recalibrating import alarm_times, as_labels, counted, recalibrate
from flows.settings import Settings
from flows.tables import columns, local, say
from flows.weights_versions import roll_back, slice_name, warm, weights_in_force
from ledger import weights
from ledger.ledger import Ledger
from ledger.weights import KeptWeights
from review_queue.audit_sample import progress
from review_queue.labels import labels


def print_weights(*, as_json: bool) -> None:
    """Prints what is in force and how sure it is."""
    with _opened() as (settings, ledger):
        current = weights_in_force(ledger)
        with ledger.snapshot() as connection:
            versions, history = weights.versions(connection), weights.activations(connection)
            kept, sample = labels(connection), progress(connection)
        learned = list(as_labels(kept))
        if as_json:
            say(
                json.dumps(
                    {
                        "in_force": current.model_dump(mode="json"),
                        "versions": [each.model_dump(mode="json", exclude={"payload"}) for each in versions],
                        "activations": [each.model_dump(mode="json") for each in history],
                        "labels": counted(kept).model_dump(),
                        "sample": sample.model_dump(),
                        "audit": list(_proven(learned, current)),
                    }
                )
            )
            return
        say(f"in force   {current.version}: {current.labels} labels; {current.mode} where no family is listed")
        say(counted(kept).in_words())
        say(sample.in_words())
        say(_families(current, learned))
        if learned:
            say(_figures(quality(learned, current)))
        for line in _proven(learned, current):
            say(line)
        for line in held(ledger, current, learned):
            say(line)
        if versions:
            say(_versions(versions, settings))
        for activation in history[-5:]:
            at = local(activation.at, settings.zone)
            say(f"{at}  {activation.version or 'the shipped weights'}  {activation.reason} by {activation.actor}")


def print_recalibration(*, as_json: bool) -> None:
    """Learns from what people decided, and prints what came of it."""
    with _opened() as (_, ledger):
        report = recalibrate(ledger, actor=os_user())
        say(report.model_dump_json() if as_json else report.in_words())


def roll_weights_back(version: str | None) -> None:
    """Puts an earlier version in force."""
    with _opened() as (_, ledger):
        roll_back(ledger, version, actor=os_user())
        current = weights_in_force(ledger)
        say(f"{current.version} is in force from the next run on")
        for each in current.cold_slices:
            say(f"stays under its alarm: {slice_name(each)} (`weights warm` lifts it)")


def warm_slice(name: str) -> None:
    """Lifts an alarm."""
    with _opened() as (_, ledger):
        warm(ledger, name, actor=os_user())
        say(f"{name} is judged by {weights_in_force(ledger).version} from the next run on")


@contextmanager
def _opened() -> Iterator[tuple[Settings, Ledger]]:
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        yield settings, ledger


def _families(current: Weights, learned: Sequence[Label]) -> str:
    """A row a family: its mode, the labels behind it, those there are, and how many of them were audited."""
    head = ("family", "mode", "learned from", "labels", "wrong", "audited", "wrong", "certified")
    rows = []
    for name in sorted(set(FAMILIES.values())):
        own, family = [label for label in learned if label.family == name], current.family(name)
        certified = ", ".join(f"cost {int(c.cost)}: p > {c.threshold:g}" for c in family.certificates)
        seen = [label for label in own if label.audited]
        counts = (family.labels, len(own), _wrong(own), len(seen), _wrong(seen))
        rows.append((name, family.mode.value, *map(str, counts), certified))
    return columns(head, rows)


def _figures(found: Quality) -> str:
    """The figures over all labels in a line."""
    ranked = "-" if found.auroc is None else f"{found.auroc:.3f}"
    return (
        f"over {found.labels} labels ({found.wrong} wrong), which these weights may have learned from: AUROC {ranked}, "
        f"Brier {found.brier:.4f}, AUGRC {found.augrc:.5f}, {found.coverage_99:.1%} kept at 99 % precision"
    )


def _proven(learned: Sequence[Label], current: Weights) -> Iterator[str]:
    """Yields for each cost of an error what the audit proves of the values that are accepted now."""
    seen = audited(learned, current)
    for cost in sorted(ErrorCost, key=int, reverse=True):
        own = [label for label in seen if label.cost is cost]
        proven = in_words(*by_record(own), tolerated_risk(cost))
        yield f"{cost.name.lower()} values (an error costs {int(cost)} reviews): {proven}"


def _wrong(found: Sequence[Label]) -> int:
    return sum(not label.right for label in found)


def held(ledger: Ledger, current: Weights, learned: Sequence[Label]) -> Iterator[str]:
    """Yields a line for each slice under an alarm, with what people have found there since."""
    since = alarm_times(ledger)
    for each in current.cold_slices:
        hold = Hold(slice=each, since=since[slice_name(each)], statistic=each.reason)
        fresh = sum(belongs(label, each) and label.at > hold.since for label in learned)
        found = f"{fresh} values decided there since, too few or too many of them wrong to lift it"
        if not still_held([hold], learned, current):
            found = f"{fresh} values decided there since show that it may be lifted: `weights warm {slice_name(each)}`"
        yield f"ALARM      {slice_name(each)} is judged COLD ({each.reason}): {found}"


def _versions(versions: Sequence[KeptWeights], settings: Settings) -> str:
    head = ("version", "made", "by", "labels", "from")
    rows = [
        (v.name, local(v.created_at, settings.zone), v.created_by, str(v.labels), v.parent or "shipped")
        for v in versions
    ]
    return columns(head, rows)
