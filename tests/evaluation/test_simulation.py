"""A small simulation from documents to verdict: a change is noticed and named, without one nothing rings."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.simulation.bank import Condition, orders, senders_of, stocked
from evaluation.simulation.events import Event, Story
from evaluation.simulation.judged import ReadDocument, judged, read_document
from evaluation.simulation.second_model import second_readings
from evaluation.simulation.site import Bank, Case, Site
from evaluation.simulation.verdict import promises, table
from extractors.records.weighting import Mode, load_weights

SENDERS = senders_of(12, 2)
CHANGE = 14


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Documents with a text layer, as they usually come and with a code of another release."""
    drawn = [
        order
        for sender in SENDERS
        for order in orders(sender, 8, (Condition.USUAL, Condition.RECODED), 12)
        if order[0].rendition == "digital"
    ]
    held: dict[Case, dict[int, ReadDocument]] = {}
    for specimen in stocked(drawn, tmp_path_factory.mktemp("bank")):
        read = read_document(specimen, [None] * len(specimen.parts), model="none")
        held.setdefault((specimen.sender, specimen.condition, False), {})[specimen.number] = read
    return held


def lived(bank: Bank, begins: dict[Event, int]) -> Site:
    story = Story(weeks=3, begins=begins, worsens="nobody", newcomer="nobody")
    site = Site(story, bank, bank, nightly=16, share=0.2, rng=np.random.default_rng(4))
    site.run()
    return site


def test_codes_of_another_release_are_noticed_and_nothing_before(bank: Bank) -> None:
    site = lived(bank, {Event.NEW_RELEASE: CHANGE})
    rung = [each for week in site.weeks for each in week.rung]
    assert all(each.night >= CHANGE for each in rung)
    assert site.noticed[Event.NEW_RELEASE].alarm.statistic == "unknown_code"
    assert site.touched[Event.NEW_RELEASE] <= 150
    assert any("hold one that the release does not" in line for line in table(site))


def test_without_a_change_nothing_rings_and_more_is_accepted(bank: Bank) -> None:
    site = lived(bank, {})
    assert not [each for week in site.weeks for each in week.rung]
    assert set(site.weeks[-1].modes.values()) != {Mode.COLD}
    assert site.weeks[-1].values.coverage > site.weeks[0].values.coverage
    assert sum(week.audited for week in site.weeks) > 0


def test_the_verdict_names_the_promise_that_fails(bank: Bank) -> None:
    site = lived(bank, {})
    assert all(promise.holds for promise in promises([site]))
    site.weeks[1].values.wrong += 600
    assert [p.in_words.split(":")[0] for p in promises([site]) if not p.holds] == [
        "wrong among accepted stays under 1%"
    ]


def test_a_failing_model_agrees_with_less(tmp_path: Path) -> None:
    drawn = [o for o in orders(SENDERS[0], 4, (Condition.USUAL,), 12) if o[0].rendition == "digital"]
    specimens = stocked(drawn, tmp_path)
    agreed = []
    for rate in (0.0, 0.5):
        readings = second_readings(specimens, error_rate=rate, seed=2)
        read = [read_document(s, second, model=str(rate)) for s, second in zip(specimens, readings, strict=True)]
        outcomes = [judged(document, load_weights()) for document in read]
        agreed.append(sum(outcome.accepted for outcome in outcomes))
    assert agreed[1] < agreed[0]
