"""Tables under heads worded as nobody knows them: the code or drug in a row says what the table lists."""

from __future__ import annotations

import pytest

from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.forms.cells import parse_drug
from extractors.forms.reading import read_forms
from extractors.forms.shapes import GUESSED
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def groups(text: str) -> list[dict[str, str]]:
    """What was read of each repeated thing, without what only follows from it."""
    found: dict[str, dict[str, str]] = {}
    for c in read_forms([draw(text)], TYPE).cited:
        if c.group is not None and c.path.split(".")[1] != "system" and c.path != "diagnosis.status":
            found.setdefault(c.group, {})[c.path.split(".")[1]] = c.value
    return list(found.values())


def cited(text: str, path: str) -> list[Cited]:
    return [c for c in read_forms([draw(text)], TYPE).cited if c.path == path]


SERVICES = """

 Billed under        M.       What we plan to do                 How often in all
 93306               26       Transthoracic echocardiogram       1
 93351               TC       Stress echocardiogram              2

 ICD list            Why we ask
 I35.0               Nonrheumatic aortic stenosis
 R06.02              Shortness of breath
"""


def test_services_and_diagnoses_under_unknown_heads() -> None:
    assert groups(SERVICES) == [
        {"code": "93306", "modifier": "26", "description": "Transthoracic echocardiogram", "units": "1"},
        {"code": "93351", "modifier": "TC", "description": "Stress echocardiogram", "units": "2"},
        {"code": "I35.0", "description": "Nonrheumatic aortic stenosis"},
        {"code": "R06.02", "description": "Shortness of breath"},
    ]
    scores = {c.features["label_score"] for c in cited(SERVICES, "procedure.description")}
    assert scores == {GUESSED}


def test_a_drug_with_its_columns_under_unknown_heads() -> None:
    text = """

 Wanted product      Potency       Comes as     Goes in           Timing of it     Pieces per fill    Lasts days
 Skyrizi             150 mg/mL     pen          subcutaneous      every 12 weeks   1                  84
"""
    (drug,) = groups(text)
    assert drug == {
        "drug": "Skyrizi", "strength": "150 mg/mL", "form": "pen", "route": "subcutaneous",
        "frequency": "every 12 weeks", "quantity": "1", "days_supply": "84", "status": "requested",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\n\n Town           Region      Zip\n Mesa           AZ          85201\n",
        "\n\n Home medicines                  Reacts badly to\n metformin 500 mg twice daily    latex, with hives\n",
        "\n\n Account         Seen on\n 71045           03/02/2026\n",
    ],
)
def test_other_rows_are_no_tables_of_services_or_drugs(text: str) -> None:
    assert not [g for g in groups(text) if "code" in g or "status" in g]


def test_a_heading_under_a_table_of_drugs_is_no_drug() -> None:
    text = """

 Medicine           Strength       Kind
 furosemide         40 mg          tablet
 Remedies given up in spring
 naproxen           500 mg         tablet
"""
    assert "Remedies given up in spring" not in {c.value for c in cited(text, "medication.drug")}


def test_a_drug_ordered_in_a_table_of_services_is_a_drug() -> None:
    text = """

 Order code     Order name                                          Count     Class
 Rx             Taltz (ixekizumab) 80 mg/mL autoinjector            2         Ext
                every 4 weeks
 93306          Transthoracic echocardiogram                        1         Ext
"""
    found = groups(text)
    assert {"drug": "Taltz (ixekizumab)", "strength": "80 mg/mL", "form": "autoinjector", "frequency": "every 4 weeks",
            "quantity": "2", "status": "requested"} in found  # fmt: skip
    assert {"code": "93306", "description": "Transthoracic echocardiogram", "units": "1"} in found


def test_strength_taken_is_no_dose() -> None:
    text = "\n\n Drug taken        Strength taken      Outcome\n topiramate        50 mg               tingling\n"
    assert [c.value for c in cited(text, "medication.strength")] == ["50 mg"]


def test_how_to_write_a_code_is_no_code() -> None:
    text = (
        "\n Diagnoses\n Enter ICD-10-CM codes with their dot, as in S72.001A.\n I35.0   Nonrheumatic aortic stenosis\n"
    )
    assert [c.value for c in cited(text, "diagnosis.code")] == ["I35.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("losartan tablet by mouth daily",
         {"drug": "losartan", "form": "tablet", "route": "by mouth", "frequency": "daily"}),
        ("Taltz 80 mg/mL pen every 4 weeks #2 3 refills",
         {"drug": "Taltz", "strength": "80 mg/mL", "form": "pen", "frequency": "every 4 weeks", "quantity": "2",
          "refills": "3"}),
        ("rituximab for infusion, 10 mg/mL", {"drug": "rituximab", "form": "infusion", "strength": "10 mg/mL"}),
        ("Trikafta (elexacaftor 100 mg/tezacaftor 50 mg)", {"drug": "Trikafta (elexacaftor 100 mg/tezacaftor 50 mg)"}),
    ],
)  # fmt: skip
def test_a_drug_with_its_sig(text: str, expected: dict[str, str]) -> None:
    pieces = parse_drug(text)
    assert {p.path.split(".")[1]: p.value for p in pieces} == expected
    assert all(text[p.start : p.end] for p in pieces)
