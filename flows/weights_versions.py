"""The weights in force - a version that the ledger keeps, or the shipped ones - and how others take their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pydantic import ValidationError

from documents.errors import ConflictError, LedgerError, SettingsError
from evaluation.calibration.slices import named
from extractors.records.weighting import Slice, Weights, load_weights
from ledger import weights
from ledger.ledger import Ledger
from ledger.weights import KeptWeights, NewWeights

# Why a version came into force, as the audit chain has it.
RECALIBRATED = "recalibrated"
ALARM = "drift_alarm"
WARMED = "warmed"
# So often somebody else may replace the weights between looking and replacing.
_TRIES = 3


def weights_in_force(ledger: Ledger) -> Weights:
    """The weights that a run is to judge with.

    Raises:
        LedgerError: the version in force was changed, or this program does not understand it.
    """
    return _in_force(ledger)[0]


def understood(kept: KeptWeights) -> Weights:
    """The weights of a kept version.

    Raises:
        LedgerError: this program does not understand them.
    """
    try:
        return Weights.model_validate_json(kept.payload)
    except ValidationError:
        error = LedgerError("a version of the weights is not one of this program", subject=kept.name)
    error.remedy = "Run `fax2fhir weights rollback`, or install the version of the program that made it."
    raise error


def replaced(
    ledger: Ledger, change: Callable[[Weights, str], Weights | None], *, actor: str, reason: str
) -> Weights | None:
    """Puts in force what `change` makes of the weights in force; returns it, None if it makes nothing of them.

    Args:
        ledger: that keeps them.
        change: from the weights in force and the name of a new version to that version.
        actor: who asks.
        reason: a code.

    Raises:
        ConflictError: others replaced the weights again and again meanwhile.
    """
    for _ in range(_TRIES):
        current, parent = _in_force(ledger)
        with ledger.snapshot() as connection:
            name = weights.next_name(connection)
        new = change(current, name)
        if new is None:
            return None
        new = new.model_copy(update={"version": name})
        made = NewWeights(name=name, payload=new.model_dump_json(), labels=new.labels, parent=parent)
        try:
            with ledger.transaction(actor) as tx:
                weights.replace(tx, made, reason=reason)
        except ConflictError:
            continue
        return new
    raise ConflictError("the weights were replaced meanwhile, again and again")


def with_cold(current: Weights, rung: Iterable[Slice]) -> Weights | None:
    """The weights with slices judged COLD from now on; None if all of them are already."""
    held = {slice_name(each) for each in current.cold_slices}
    fresh = {slice_name(each): each for each in rung if slice_name(each) not in held}
    if not fresh:
        return None
    return current.model_copy(update={"cold_slices": (*current.cold_slices, *fresh.values())})


def warm(ledger: Ledger, name: str, *, actor: str) -> None:
    """Puts weights in force that no longer judge a slice COLD; the alarm about it is lifted.

    Raises:
        SettingsError: there is no such alarm.
    """

    def without(current: Weights, _name: str) -> Weights:
        kept = tuple(each for each in current.cold_slices if slice_name(each) != name)
        if kept == current.cold_slices:
            held = ", ".join(slice_name(each) for each in current.cold_slices) or "none"
            raise SettingsError(f"no alarm holds that slice; held are: {held}")
        return current.model_copy(update={"cold_slices": kept})

    replaced(ledger, without, actor=actor, reason=WARMED)


def roll_back(ledger: Ledger, to: str | None, *, actor: str) -> None:
    """Puts a version in force again: by default the last one that had learned otherwise than the one in force.

    It takes back what was learned, never an alarm: what is judged COLD stays so until a person lifts it. Where that
    differs from what the earlier version held, a version made from it is kept.

    Raises:
        SettingsError: nothing was learned before the version in force, or there is no such version.
        ConflictError: others replaced the weights meanwhile.
    """
    with ledger.snapshot() as connection:
        current = weights.name_in_force(connection)
        kept = {each.name: each for each in weights.versions(connection)}
        name = weights.next_name(connection)
    shipped = load_weights().version
    if to is None:
        to = _learned_before(kept, current)
    elif to == shipped:
        to = None
    elif to not in kept:
        raise SettingsError(f"no such version of the weights; there are {', '.join([shipped, *kept])}")
    if to is None and current is None:
        raise SettingsError("the shipped weights are in force; there is none before them")
    now = _readable(kept, current)
    target = load_weights() if to is None else understood(kept[to])
    made = None
    if now is not None and now.cold_slices != target.cold_slices:
        new = target.model_copy(update={"cold_slices": now.cold_slices, "version": name})
        made = NewWeights(name=name, payload=new.model_dump_json(), labels=new.labels, parent=to)
    with ledger.transaction(actor) as tx:
        weights.roll_back(tx, to, current=current, instead=made)


def _learned_before(kept: Mapping[str, KeptWeights], current: str | None) -> str | None:
    """The last version behind that of this name that differs by more than alarms; None is the shipped one.

    Raises:
        SettingsError: there is none.
    """
    name = current
    while name is not None:
        name, own = kept[name].parent, _learned(_readable(kept, name))
        if own is None or own != _learned(_readable(kept, name)):
            return name
    raise SettingsError("only alarms have changed the shipped weights, if anything; there is none before them")


def _readable(kept: Mapping[str, KeptWeights], name: str | None) -> Weights | None:
    """The weights of that name, the shipped ones for None; None if this program does not understand them."""
    try:
        return load_weights() if name is None else understood(kept[name])
    except LedgerError:
        return None


def _learned(version: Weights | None) -> Weights | None:
    """The weights without name and alarms."""
    return None if version is None else version.model_copy(update={"version": "", "cold_slices": ()})


def slice_name(slice_: Slice) -> str:
    """A slice as commands name it: `sender:16055550142`, `family:code+type:referral`."""
    return named(slice_, between="+", before_name=":")


def _in_force(ledger: Ledger) -> tuple[Weights, str | None]:
    """The weights in force, and the name of their version if the ledger keeps it."""
    with ledger.snapshot() as connection:
        kept = weights.in_force(connection)
    return (load_weights(), None) if kept is None else (understood(kept), kept.name)
