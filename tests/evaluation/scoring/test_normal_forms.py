"""Two values are the same where a careful person would say so, and nowhere else."""

from __future__ import annotations

import pytest

from evaluation.scoring.corpus import GoldField
from evaluation.scoring.normal_forms import as_date, is_same, kind_of, normal


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("patient.phone", "(208) 555-0101", "+1 208.555.0101", True),
        ("diagnosis.code", "I50.22", "i5022", True),
        ("patient.member_id", "L544O86", "L544086", False),
        ("procedure.units", "1", "1.0", True),
        ("medication.quantity", "#1,200 tablets", "1200", True),
        ("medication.strength", "2.5 mcg", "25 mcg", False),
        ("medication.strength", "1,000 mg", "1000mg", True),
        ("medication.dose", "150 mg/mL", "150mg/ml", True),
        ("patient.dob", "March 4, 1980", "1980-03-04", True),
        ("patient.dob", "03/04/1980", "1980-04-03", False),
        ("medication.route", "by mouth", "PO", True),
        ("medication.route", "PO", "PR", False),
        ("medication.frequency", "q 12 h", "twice daily", True),
        ("medication.frequency", "every 2 weeks", "q12 weeks", False),
        ("request.urgency", "STAT", "expedited", True),
        ("diagnosis.status", "ruled out", "negated", True),
        ("observation.unit", "\u00b5mol/L", "umol / l", True),
        ("medication.drug", "Lisinopril 20 mg tablet", "lisinopril", True),
        ("medication.drug", "Zestril (lisinopril)", "lisinopril", True),
        ("medication.drug", "hydroxyzine", "hydralazine", False),
    ],
)
def test_values_by_kind(field: str, one: str, other: str, same: bool) -> None:
    assert is_same(field, one, GoldField(field=field, value=other)) is same


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("patient.name", "DE SOUZA, ORIANA", "Oriana De Souza", True),
        ("provider.name", "Ann Wu, MD", "Dr. Ann Wu", True),
        ("patient.name", "Maximiliano", "Maximiliana", False),
        ("patient.name", "Maximiliano Reyes", "Maximiliana Reyes", True),  # 94 %
        ("facility.name", "Lakeside Clinic", "Hillside Clinic", False),
        ("requirement.text", "office note dated within the last 60 days", "an office note dated within 60 days", True),
        ("requirement.text", "three months of physical therapy", "six weeks of a home programme", False),
        ("diagnosis.description", "with complications", "without complications", True),  # 94 %: why codes decide
    ],
)
def test_names_and_text_are_lenient_within_bounds(field: str, one: str, other: str, same: bool) -> None:
    assert is_same(field, one, GoldField(field=field, value=other)) is same


def test_what_is_printed_and_alternatives_count_as_right_but_not_for_dates() -> None:
    gold = GoldField.model_validate(
        {
            "field": "payer.name",
            "value": "Harbor Health",
            "alternatives": ["HHP"],
            "mentions": [{"page": 1, "text": "Harbor Mutual Health Plan of Ohio"}],
        }
    )
    assert is_same("payer.name", "hhp", gold)
    assert is_same("payer.name", "Harbor Mutual Health Plan of Ohio", gold)
    day = gold.model_copy(update={"field": "patient.dob", "value": "1980-04-03", "alternatives": ()})
    printed = day.model_copy(update={"mentions": (gold.mentions[0].model_copy(update={"text": "03/04/1980"}),)})
    assert not is_same("patient.dob", "03/04/1980", printed)


def test_an_empty_value_is_nothing() -> None:
    assert not is_same("patient.phone", "none", GoldField(field="patient.phone", value="n/a"))


def test_unknown_fields_have_no_kind() -> None:
    assert kind_of("patient.dob") == "date"
    assert kind_of("patient.shoe_size") is None


@pytest.mark.parametrize("written", ["1980-03-04", "3/4/1980", "03/04/80", "04MAR1980", "March 4, 1980", "4 Mar 1980"])
def test_days_in_any_usual_way(written: str) -> None:
    assert str(as_date(written)) == "1980-03-04"
    assert normal("patient.dob", written) == "1980-03-04"
