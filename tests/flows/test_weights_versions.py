"""Replacing, holding, lifting and rolling back the weights, over a real ledger."""

from __future__ import annotations

import pytest

from documents.errors import SettingsError
from extractors.records.weighting import FamilyWeights, Mode, Slice, Weights, load_weights
from flows.recalibrating import alarm_times
from flows.weights_versions import ALARM, replaced, roll_back, slice_name, warm, weights_in_force, with_cold
from ledger import weights
from ledger.ledger import Ledger
from ledger.weights import NewWeights
from tests.ledger.databases import clock, database_url, ledger, postgres

__all__ = ["clock", "database_url", "ledger", "postgres"]

SENDER = Slice(sender="16055550142", reason="score")
TYPE = Slice(document_type="referral", family="code", reason="cusum")


def learn(ledger: Ledger) -> Weights:
    """A recalibration that moved the codes."""

    def moved(current: Weights, _name: str) -> Weights:
        warm_codes = FamilyWeights(mode=Mode.WARM, labels=70, deltas={"bias": 0.2})
        return current.model_copy(update={"families": {"code": warm_codes}, "labels": current.labels + 70})

    made = replaced(ledger, moved, actor="recalibrate", reason="recalibrated")
    assert made is not None
    return made


def hold(ledger: Ledger, *slices: Slice) -> Weights | None:
    return replaced(ledger, lambda current, _: with_cold(current, slices), actor="night", reason=ALARM)


def test_what_replaces_the_weights_bears_the_name_of_its_version(ledger: Ledger) -> None:
    assert weights_in_force(ledger) == load_weights()
    made = learn(ledger)
    assert weights_in_force(ledger) == made
    assert (made.version, made.labels) == ("weights-1", 70)
    assert learn(ledger).version == "weights-2"


def test_nothing_is_kept_where_nothing_changes(ledger: Ledger) -> None:
    assert replaced(ledger, lambda _current, _name: None, actor="recalibrate", reason="recalibrated") is None
    with ledger.snapshot() as connection:
        assert not weights.versions(connection)


def test_a_slice_under_an_alarm_is_judged_cold_until_a_person_lifts_it(ledger: Ledger) -> None:
    learn(ledger)
    held = hold(ledger, SENDER, TYPE)
    assert held is not None
    here = {"payer": None, "document_type": "clinical_note"}
    assert held.within(sender="16055550142", **here).family("code").mode is Mode.COLD
    assert held.within(sender="16055550199", **here).family("code").mode is Mode.WARM
    assert hold(ledger, SENDER) is None, "an alarm about what is held already changes nothing"
    with pytest.raises(SettingsError, match=r"sender:16055550142, family:code\+type:referral"):
        warm(ledger, "sender:1", actor="ops")
    warm(ledger, slice_name(SENDER), actor="ops")
    assert weights_in_force(ledger).cold_slices == (TYPE,)


def test_rolling_back_goes_to_what_each_version_was_made_from(ledger: Ledger) -> None:
    learn(ledger)
    learn(ledger)
    for expected in ("weights-1", load_weights().version):
        roll_back(ledger, None, actor="ops")
        assert weights_in_force(ledger).version == expected
    with pytest.raises(SettingsError, match="none before them"):
        roll_back(ledger, None, actor="ops")
    roll_back(ledger, "weights-2", actor="ops")
    assert weights_in_force(ledger).version == "weights-2"
    roll_back(ledger, load_weights().version, actor="ops")
    assert weights_in_force(ledger) == load_weights()
    with pytest.raises(SettingsError, match="no such version"):
        roll_back(ledger, "weights-9", actor="ops")


def test_rolling_back_takes_back_what_was_learned_and_never_an_alarm(ledger: Ledger) -> None:
    learn(ledger)
    learn(ledger)
    hold(ledger, SENDER)
    rung = alarm_times(ledger)
    for labels in (70, 0):
        roll_back(ledger, None, actor="ops")
        now = weights_in_force(ledger)
        assert (now.labels, now.cold_slices) == (labels, (SENDER,))
    with pytest.raises(SettingsError, match="none before them"):
        roll_back(ledger, None, actor="ops")
    roll_back(ledger, "weights-2", actor="ops")
    assert weights_in_force(ledger).cold_slices == (SENDER,)
    assert alarm_times(ledger) == rung, "it has held since it rang"
    warm(ledger, slice_name(SENDER), actor="ops")
    roll_back(ledger, "weights-3", actor="ops")
    assert weights_in_force(ledger).cold_slices == (), "nor does it bring back what a person has lifted"
    assert ledger.verify().intact


def test_a_version_that_this_program_cannot_read_can_be_rolled_back(ledger: Ledger) -> None:
    with ledger.transaction("later program") as tx:
        new = NewWeights(name="weights-1", payload='{"layers": 96}', labels=0, parent=None)
        weights.replace(tx, new, reason="recalibrated")
    roll_back(ledger, None, actor="ops")
    assert weights_in_force(ledger) == load_weights()


def test_of_two_that_replace_the_weights_at_once_neither_is_lost(ledger: Ledger) -> None:
    def while_another_alarm_rings(current: Weights, _name: str) -> Weights | None:
        if not current.cold_slices:
            hold(ledger, SENDER)
        return with_cold(current, [TYPE])

    replaced(ledger, while_another_alarm_rings, actor="night", reason=ALARM)
    assert weights_in_force(ledger).cold_slices == (SENDER, TYPE)
