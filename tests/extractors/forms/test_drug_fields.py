"""A requested drug's fields under labels that no list holds, without colons; a code's own words beside it."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.forms.cells import parse_drug, parse_sig
from extractors.forms.code_wording import own_wording, without_label
from extractors.forms.labels import Lexicon
from extractors.forms.reading import read_forms
from extractors.grammar.sig import whole_frequency
from extractors.lexicon.drugs import is_same_drug
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


def drugs(text: str) -> list[dict[str, str]]:
    """The drugs that were read, each with what was read of it."""
    found: dict[str, dict[str, str]] = {}
    for c in read_forms([draw(text)], TYPE).cited:
        if c.path.startswith("medication.") and c.group is not None:
            found.setdefault(c.group, {})[c.path.split(".")[1]] = c.value
    return list(found.values())


def test_drugs_tried_line_by_line() -> None:
    text = """
 4. Which agents did the person try?
 Drug topiramate      Strength 50 mg       Outcome tingling
 Drug propranolol     Strength 80 mg       Outcome fatigue
"""
    assert drugs(text) == [
        {"drug": "topiramate", "strength": "50 mg", "status": "tried-failed"},
        {"drug": "propranolol", "strength": "80 mg", "status": "tried-failed"},
    ]


def test_a_sentence_that_goes_on_with_a_label_is_no_label() -> None:
    assert not drugs("\n Please be so kind and change the\n drug oxycodone\n")


def test_a_head_of_two_lines_is_one_head() -> None:
    text = """

 CPT/HCPCS      Description                        Modifier      Units
 code                                                            requested
 93306          Transthoracic echocardiogram       26            1
"""
    assert {("procedure.code", "93306"), ("procedure.modifier", "26"), ("procedure.units", "1")} <= values(text)


def test_rows_of_plain_text_follow_the_order_of_their_heads() -> None:
    text = """

 CPT    Procedure    Mod    Units
 31267    Endoscopic opening and clearing of the cheek sinus    50    1
 30140    Reduction of the lower turbinate    50    2
"""
    found = values(text)
    assert {("procedure.modifier", "50"), ("procedure.units", "1"), ("procedure.units", "2")} <= found
    assert ("procedure.units", "50") not in found


def test_a_counted_piece_names_the_form() -> None:
    parts = {p.path.split(".")[1]: p.value for p in parse_sig(" 0.1 mg 1 tab PO QHS")}
    assert parts == {"strength": "0.1 mg", "dose": "1 tab", "form": "tab", "route": "po", "frequency": "qhs"}
    assert "form" not in {p.path.split(".")[1] for p in parse_sig(" 90 mcg 2 puffs q4h")}


def test_insulin_isophane_is_one_name() -> None:
    assert parse_drug("insulin isophane 24 units twice daily")[0].value == "insulin isophane"
    assert is_same_drug("insulin isophane", "NPH insulin")


def test_an_amount_belongs_to_the_drug_before_it() -> None:
    first = parse_drug("naproxen 500 mg tablet twice daily; simvastatin 40 mg tablet, 2 tablets at bedtime")
    assert [(p.path, p.value) for p in first] == [
        ("medication.drug", "naproxen"),
        ("medication.strength", "500 mg"),
        ("medication.form", "tablet"),
        ("medication.frequency", "twice daily"),
    ]


def test_directions_state_dose_and_route_beside_the_frequency() -> None:
    text = """
 PRESCRIPTION DRUG PRIOR AUTHORIZATION REQUEST
 Patient's Relationship to Insured: Spouse
 Prescription Details
 Medication Name: Lansoprazole 30 mg capsule
 Directions for Use: 15 mL by mouth every morning
"""
    assert {
        ("medication.dose", "15 mL"),
        ("medication.route", "by mouth"),
        ("subscriber.relationship", "Spouse"),
    } <= values(text)
