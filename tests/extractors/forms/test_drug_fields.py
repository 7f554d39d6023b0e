"""A requested drug's fields under labels that no list holds, without colons; a code's own words beside it."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.forms.code_wording import own_wording, without_label
from extractors.forms.labels import Lexicon
from extractors.forms.reading import read_forms
from extractors.grammar.sig import whole_frequency
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]
LEXICON = Lexicon(TYPE)


def values(text: str) -> set[tuple[str, str]]:
    return {(c.path, c.value) for c in read_forms([draw(text)], TYPE).cited if not c.derived}


@pytest.mark.parametrize(
    ("printed", "path"),
    [
        ("Number of pens per fill", "medication.quantity"),
        ("Tablets dispensed per script, total", "medication.quantity"),
        ("Days one fill lasts", "medication.days_supply"),
        ("How many days per prescription", "medication.days_supply"),
        ("Renewals allowed", "medication.refills"),
        ("Strength of each tablet", "medication.strength"),
        ("Size of vial", "medication.strength"),
        ("Amount given each time", "medication.dose"),
        ("Form it is dispensed in", "medication.form"),
        ("Way it is given", "medication.route"),
        ("How often given to patient", "medication.frequency"),
        ("Biologic requested", "medication.drug"),
        ("Illness code", "diagnosis.code"),
        ("Condition being treated by it", "diagnosis.description"),
        ("Surgery code", "procedure.code"),
        ("Study wanted", "procedure.description"),
        ("Sessions wanted", "procedure.units"),
        ("Modifier, if any", "procedure.modifier"),
    ],
)
def test_labels_understood_by_their_words(printed: str, path: str) -> None:
    label = LEXICON.read(printed)
    assert label is not None
    assert path in label.paths


@pytest.mark.parametrize("printed", ["Other drugs tried before", "Date form completed", "Days since surgery"])
def test_labels_of_other_things(printed: str) -> None:
    label = LEXICON.read(printed)
    assert label is None or not any(p.startswith("medication.") for p in label.paths)


def test_values_that_no_colon_sets_apart() -> None:
    text = """
 PRODUCT REQUESTED
 Biologic requested: Tremfya        Potency 100 mg/mL          Shape syringe
 Way it is given under the skin     Interval every 8 weeks     Repeat fills 4
"""
    found = values(text)
    assert {
        ("medication.drug", "Tremfya"), ("medication.strength", "100 mg/mL"), ("medication.form", "syringe"),
        ("medication.frequency", "every 8 weeks"), ("medication.refills", "4"),
    } <= found  # fmt: skip


def test_a_list_keeps_its_heading_though_its_words_make_a_label() -> None:
    text = """
 Larkmoor Heart Clinic

 Patient name: Ola Berg
 Date of birth: 03/14/1961




 Services wanted (code, name, number of each)
 93306 Transthoracic echocardiogram, units: 1
 93351 Stress echocardiogram, units: 2
"""
    assert {("procedure.code", "93306"), ("procedure.code", "93351"), ("procedure.units", "2")} <= values(text)


def test_codes_under_a_label_for_words_are_codes() -> None:
    text = """

 Service        Region      Service considered                  Count
 93306          26          Transthoracic echocardiogram        1
"""
    assert {("procedure.code", "93306"), ("procedure.description", "Transthoracic echocardiogram")} <= values(text)


def test_words_of_a_label_are_no_part_of_a_codes_wording() -> None:
    assert without_label("I35.0", "Illness it is Nonrheumatic aortic stenosis") == len("Illness it is ")
    assert without_label("I35.0", "Nonrheumatic aortic stenosis") == 0
    assert own_wording("I35.0", "in words: aortic stenosis, nonrheumatic.") == (10, 39)
    assert own_wording("I35.0", "in words: migraine") is None


def test_doubt_is_no_label() -> None:
    assert without_label("I35.0", "Suspected nonrheumatic aortic stenosis") == 0
    assert without_label("Z86.73", "Personal history of stroke") == 0


def test_the_words_beside_a_labelled_code_are_its_description() -> None:
    text = "\n Diagnosis code: I35.0        Ailment as put plainly aortic stenosis, nonrheumatic\n"
    assert ("diagnosis.code", "I35.0") in values(text)
    text = "\n Diagnosis code: I35.0        Nonrheumatic aortic stenosis\n"
    assert ("diagnosis.description", "Nonrheumatic aortic stenosis") in values(text)


def test_a_frequency_that_its_cell_breaks_off_is_not_whole() -> None:
    assert whole_frequency("once daily with") is None
    assert whole_frequency("once daily with food") is not None
