"""The scorecard: gold judged against itself is perfect, each kind of error costs what it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.scorecard import Scorecard, normal, score, score_document
from tests.evaluation.conftest import DrawnSet

Json = dict[str, Any]


def answers(gold: Json) -> Json:
    """The prediction that says exactly what the gold says."""
    fields = [{k: f[k] for k in ("field", "value", "group", "page", "evidence")} for f in gold["fields"]]
    fields += [{"field": "missing_field", "value": m["field"]} for m in gold["missing_fields"]]
    fields += [{"field": "red_flag", "value": f["type"]} for f in gold["red_flags"]]
    return {"doc_id": gold["doc_id"], "fields": fields}


def entry(name: str, value: str, **more: Any) -> Json:
    return {"field": name, "value": value, "alternatives": [], "optional": False, "damaged": False} | more


def judged(predicted: list[Json], *golds: Json) -> Scorecard:
    card = Scorecard()
    gold = {"rendition": "digital", "fields": list(golds), "red_flags": [], "missing_fields": []}
    score_document(card, gold, predicted)
    return card


def test_gold_against_itself_is_perfect(drawn: DrawnSet, tmp_path: Path) -> None:
    for gold in drawn.golds:
        (tmp_path / f"{gold['doc_id']}.json").write_text(json.dumps(answers(gold)), "utf-8")
    card = score(drawn.folder / "gold", tmp_path)

    assert card.documents == len(drawn.golds)
    assert card.unpredicted == 0
    assert {name: count.f1 for name, count in card.fields.items() if count.f1 not in (None, 1.0)} == {}
    assert card.overall.right > 1000
    assert card.accepted.precision == 1.0


def test_no_prediction_misses_everything(drawn: DrawnSet, tmp_path: Path) -> None:
    card = score(drawn.folder / "gold", tmp_path)

    assert card.unpredicted == len(drawn.golds)
    assert card.overall.recall == 0.0
    assert card.overall.precision is None


def test_a_wrong_code_is_wrong_and_missed() -> None:
    card = judged([{"field": "diagnosis.code", "value": "I50.23"}], entry("diagnosis.code", "I50.22"))
    count = card.fields["diagnosis.code"]

    assert (count.right, count.wrong, count.missed) == (0, 1, 1)
    assert card.accepted.wrong == 1


def test_a_value_in_review_is_not_an_accepted_error() -> None:
    card = judged(
        [{"field": "diagnosis.code", "value": "I50.23", "status": "review"}], entry("diagnosis.code", "I50.22")
    )

    assert card.overall.wrong == 1
    assert card.accepted.wrong == 0


@pytest.mark.parametrize("state", ["optional", "damaged"])
def test_optional_and_damaged_values_may_be_omitted(state: str) -> None:
    assert judged([], entry("provider.fax", "(208) 555-0101", **{state: True})).overall.missed == 0


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("patient.phone", "(208) 555-0101", "+1 208.555.0101", True),
        ("diagnosis.code", "I50.22", "i5022", True),
        ("patient.member_id", "L544O86", "L544086", False),
        ("procedure.units", "1", "1.0", True),
        ("medication.strength", "2.5 mcg", "25 mcg", False),
        ("medication.strength", "150 mg/mL", "150mg/ml", True),
    ],
)
def test_normal_forms(name: str, one: str, other: str, same: bool) -> None:
    assert (normal(name, one) == normal(name, other)) is same


def test_names_may_lack_an_initial_but_not_differ() -> None:
    gold = entry("patient.name", "Oriana De Souza")

    assert judged([{"field": "patient.name", "value": "DE SOUZA, ORIANA J"}], gold).overall.right == 1
    assert judged([{"field": "patient.name", "value": "Oriana De Sousa"}], gold).overall.right == 0


def test_flags_and_missing_fields_are_counted_by_name() -> None:
    card = Scorecard()
    gold = {
        "rendition": "txt",
        "fields": [],
        "red_flags": [{"type": "invalid_npi"}],
        "missing_fields": [
            {"field": "patient.dob", "elsewhere": False},
            {"field": "provider.npi", "elsewhere": True},
        ],
    }
    named = [("red_flag", "future_dob"), ("missing_field", "patient.dob"), ("missing_field", "provider.npi")]
    score_document(card, gold, [{"field": name, "value": value} for name, value in named])

    flags, missing = card.fields["red_flag"], card.fields["missing_field"]
    assert (flags.right, flags.wrong, flags.missed) == (0, 1, 1)
    assert (missing.right, missing.wrong, missing.missed) == (1, 0, 0)
