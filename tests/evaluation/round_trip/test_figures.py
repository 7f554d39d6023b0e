"""Recall falls with each element that is lost, precision with each that is invented, and with nothing else."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from evaluation.round_trip.comparison import judge
from evaluation.round_trip.documents import drawn, sheaves
from evaluation.round_trip.elements import elements_of, names_of
from evaluation.round_trip.packages import Example
from evaluation.round_trip.people import patient_rows
from evaluation.round_trip.printout import Printout
from evaluation.round_trip.results import ElementCounts, counts_by_type, in_words
from evaluation.round_trip.scope import Reason
from evaluation.round_trip.trial import Read, round_trip
from tests.evaluation.round_trip.examples import PATIENT, REQUEST
from tests.evaluation.round_trip.test_trial import BUNDLE

Change = Callable[[list[dict[str, Any]]], object]
# The patient of PATIENT as the five values that are printed of it come back.
WHOLE: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "x",
    "identifier": PATIENT["identifier"],
    "name": [{"family": "Holm", "given": ["Ines", "T."]}],
    "gender": "female",
    "birthDate": "1961-09-30",
}


def counts(change: Change = lambda _: None) -> ElementCounts:
    """The figures where what came back was changed."""
    out = Printout(random.Random(5), names_of(REQUEST))
    patient_rows(out, PATIENT, full=False)
    returned = [copy.deepcopy(WHOLE)]
    change(returned)
    judged = judge(out, [PATIENT], returned)
    named = {name: [e.path for e in getattr(judged, name)] for name in ("found", "missed", "right", "false")}
    by_type = counts_by_type(named)
    assert not [kind for kind in by_type if "." in kind]
    assert by_type["all"] == ElementCounts(
        **{name: sum(getattr(each, name) for kind, each in by_type.items() if kind != "all") for name in named}
    )
    return by_type["all"]


def test_what_comes_back_whole_is_found_and_right() -> None:
    whole = counts()
    assert (whole.found, whole.missed, whole.right, whole.false) == (5, 0, 5, 0)
    assert (whole.recall, whole.precision) == (1.0, 1.0)


@pytest.mark.parametrize(
    "lose",
    [
        lambda came: came[0].pop("identifier"),
        lambda came: came[0].pop("gender"),
        lambda came: came[0].pop("birthDate"),
        lambda came: came[0]["name"][0].pop("family"),
        lambda came: came[0]["name"][0].pop("given"),
    ],
)
def test_an_element_that_is_lost_costs_recall_only(lose: Change) -> None:
    lost = counts(lose)
    assert (lost.recall, lost.precision) == (0.8, 1.0)


def test_a_resource_that_is_lost_costs_all_of_its_elements() -> None:
    lost = counts(lambda came: came.clear())
    assert (lost.recall, lost.precision) == (0.0, None)
    assert lost.missed == 5


@pytest.mark.parametrize(
    "invent",
    [
        lambda came: came[0].update(telecom=[{"system": "phone", "value": "503-555-0148"}]),
        lambda came: came[0].update(deceasedBoolean=False),
        lambda came: came[0].update(maritalStatus={"text": "Married"}),
        lambda came: came.append({"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Penicillin"}}),
        lambda came: came.append({"resourceType": "Organization", "id": "o", "name": "Another Health Plan"}),
        lambda came: came.append({"resourceType": "Patient", "id": "y", "birthDate": "1961-09-03"}),
    ],
)
def test_an_element_that_is_invented_costs_precision_only(invent: Change) -> None:
    invented = counts(invent)
    assert (invented.recall, invented.false) == (1.0, 1)
    assert invented.precision == 5 / 6


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("birthDate", "1961-03-09"),
        ("gender", "male"),
        ("identifier", [{**PATIENT["identifier"][0], "value": "441770"}]),
    ],
)
def test_another_value_costs_both(member: str, value: object) -> None:
    other = counts(lambda came: came[0].update({member: value}))
    assert (other.recall, other.precision) == (0.8, 0.8)


def test_every_word_that_a_document_is_said_to_print_stands_in_it() -> None:
    (sheaf,) = sheaves([Example("pas-0", BUNDLE)])
    for variant in range(4):
        made = drawn(sheaf, variant)
        printed = _words(made.text.text)
        assert len(made.printout.stated) > 12
        for (_, path), said in made.printout.stated.items():
            assert [text for text in said if _words(text) in printed], path


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_the_figures_of_a_trial_are_those_of_its_documents() -> None:
    read: list[Read] = []
    again = copy.deepcopy(PATIENT)
    examples = [Example("pas-0", BUNDLE), Example("pas-0", again)]
    result = round_trip(examples, variants=2, faxes=0, look=read.append)
    names = names_of([*REQUEST, again])
    assert result.left_out[Reason.REPEATED] == len(elements_of(again, names))
    assert result.compared + sum(result.left_out.values()) == sum(len(elements_of(e, names)) for e in (*REQUEST, again))
    for trip in result.trips:
        judged = [each.judged[trip.mode] for each in read if each.sent.rendition == trip.rendition]
        assert trip.documents == len(judged) == 2
        whole = trip.by_type["all"]
        for name in ("found", "missed", "right", "false"):
            assert getattr(whole, name) == sum(len(getattr(each, name)) for each in judged)
        for name, told in (("missed", trip.missed), ("false", trip.false)):
            assert told == Counter(e.path for each in judged for e in getattr(each, name))
        assert 0 < whole.found + whole.missed <= 2 * result.compared
    by_mode = {(trip.rendition, trip.mode): trip.by_type["all"] for trip in result.trips}
    for rendition in ("digital", "txt"):
        assert by_mode[rendition, "alone"].found < by_mode[rendition, "all"].found
    for each in read:  # a document that nobody has to look at says no more after a person did
        assert not each.whole or len(each.judged["alone"].found) == len(each.judged["all"].found)
    assert f"{100 * (by_mode['digital', 'all'].recall or 0):.1f}" in in_words(result)


@pytest.mark.parametrize("seed", range(8))
def test_a_day_a_number_and_a_name_are_printed_whole(seed: int) -> None:
    out = Printout(random.Random(seed), {})
    day = out.day("2026-04-14T23:30:00-08:00")
    assert {"2026", "14"} <= set(re.findall(r"\d+", day))
    assert re.search(r"\b0?4\b|April|Apr", day)
    assert out.latest.isoformat() == "2026-04-14"
    assert re.sub(r"\D", "", out.phone("+1 503 555 0148")) == "5035550148"
    assert {"holm", "ines", "t"} <= set(_words(out.person(PATIENT)).split())
