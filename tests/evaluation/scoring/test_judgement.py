"""Each kind of right and wrong costs what it should, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.scoring.bootstrap import draws, figure_table
from evaluation.scoring.corpus import read_gold, read_prediction
from evaluation.scoring.figures import catalogue
from evaluation.scoring.judgement import judge
from evaluation.scoring.printed import PrintedText
from evaluation.scoring.tally import score_document, total
from tests.evaluation.conftest import DrawnSet
from tests.evaluation.scoring.labels import Json, counted, entry, gold_of, prediction, said, tally_of

CODE = "diagnosis.code"


def answers(gold: Json) -> Json:
    """The prediction that says exactly what the gold says."""
    fields = [{k: f[k] for k in ("field", "value", "group", "page", "evidence")} for f in gold["fields"]]
    fields += [{"field": "missing_field", "value": m["field"]} for m in gold["missing_fields"]]
    fields += [{"field": "red_flag", "value": f["type"]} for f in gold["red_flags"]]
    return {k: gold[k] for k in ("doc_id", "document_type", "segments", "needs_review")} | {"fields": fields}


def test_gold_against_itself_is_perfect(drawn: DrawnSet, tmp_path: Path) -> None:
    for gold in drawn.golds:
        (tmp_path / f"{gold['doc_id']}.json").write_text(json.dumps(answers(gold)), "utf-8")
    golds = read_gold(drawn.folder / "gold")
    scores = [score_document(gold, read_prediction(tmp_path, gold.doc_id))[0] for gold in golds]
    counts = total(scores)
    assert counts["documents"] == len(drawn.golds)
    assert counts["fields.right"] > 1000
    assert {key: n for key, n in counts.items() if n and key.endswith((".wrong", ".missed"))} == {}
    assert counts["type.right"] == counts["type.judged"]
    assert counts["packets.exact"] == counts["packets.judged"]
    assert counts["hallucinated.all"] == counts["unpredicted"] == 0
    figures = figure_table(scores, catalogue(counts), draws(scores))
    assert figures["fields.f1"].value == figures["fields.f1"].low == 1.0


def test_no_prediction_misses_everything() -> None:
    tally = tally_of(gold_of(entry(CODE, "I50.22"), entry("patient.dob", "1980-03-04")), None)
    assert (tally.get("fields.right", 0), tally.get("fields.wrong", 0), tally["fields.missed"]) == (0, 0, 2)
    assert tally["unpredicted"] == 1


def test_a_wrong_code_is_wrong_and_missed() -> None:
    gold, wrong = gold_of(entry(CODE, "I50.22")), prediction(said(CODE, "I50.23"))
    assert counted(gold, wrong, f"field.{CODE}") == (0, 1, 1)
    assert counted(gold, wrong, "codes") == (0, 1, 1)
    assert tally_of(gold, wrong)["accepted.wrong"] == 1


def test_a_value_in_review_is_not_an_accepted_error() -> None:
    tally = tally_of(gold_of(entry(CODE, "I50.22")), prediction(said(CODE, "I50.23", status="review")))
    assert tally["fields.wrong"] == 1
    assert tally.get("accepted.wrong", 0) == 0
    assert tally["review.documents"] == 1


@pytest.mark.parametrize("state", ["optional", "damaged"])
def test_optional_and_damaged_values_may_be_omitted(state: str) -> None:
    assert counted(gold_of(entry("provider.fax", "(208) 555-0101", **{state: True})), prediction(), "fields") == (
        0,
        0,
        0,
    )


def test_an_optional_value_that_is_said_neither_gains_nor_costs() -> None:
    gold = gold_of(entry("provider.role", "pcp", optional=True))
    assert counted(gold, prediction(said("provider.role", "pcp")), "fields") == (0, 0, 0)
    assert counted(gold, prediction(said("provider.role", "ordering")), "fields") == (0, 1, 0)


def test_saying_it_twice_counts_once() -> None:
    twice = prediction(said(CODE, "I50.22", group="a"), said(CODE, "I5022", group="b"))
    assert counted(gold_of(entry(CODE, "I50.22", group="d1")), twice, "fields") == (1, 0, 0)


def test_attributes_of_two_drugs_must_stand_with_the_right_one() -> None:
    gold = gold_of(
        entry("medication.drug", "metformin", group="m1"),
        entry("medication.strength", "500 mg", group="m1"),
        entry("medication.drug", "lisinopril", group="m2"),
        entry("medication.strength", "20 mg", group="m2"),
    )
    right = [("medication.drug", "metformin", "a"), ("medication.strength", "500 mg", "a")]
    right += [("medication.drug", "lisinopril", "b"), ("medication.strength", "20 mg", "b")]
    crossed = [(f, v, {"500 mg": "b", "20 mg": "a"}.get(v, g)) for f, v, g in right]
    predicted = prediction(*(said(f, v, group=g) for f, v, g in right))
    swapped = prediction(*(said(f, v, group=g) for f, v, g in crossed))
    assert counted(gold, predicted, "linked.medication") == (4, 0, 0)
    assert counted(gold, swapped, "linked.medication") == (2, 2, 2)
    assert counted(gold, swapped, "fields") == (4, 0, 0)  # value by value they are all there


def test_of_two_equal_values_the_one_of_the_linked_drug_is_found() -> None:
    drugs = [entry("medication.drug", name, group=group) for name, group in (("metformin", "m1"), ("lisinopril", "m2"))]
    strengths = [entry("medication.strength", "20 mg", group=group) for group in ("m1", "m2")]
    gold = gold_of(*drugs, *strengths)
    fields = [said("medication.drug", "lisinopril", group="a"), said("medication.strength", "20 mg", group="a")]
    found = judge(gold, prediction(*fields), PrintedText(gold))
    assert {(missed.field, missed.group) for missed in found.missed} == {
        ("medication.drug", "m1"),
        ("medication.strength", "m1"),
    }


def test_other_labels_leave_another_mark() -> None:
    golds = [gold_of(entry(CODE, code)) for code in ("I50.22", "I50.22", "I50.23")]
    one, same, other = (score_document(gold, None)[0].labels for gold in golds)
    assert one == same != other


@pytest.mark.parametrize(("status", "right"), [("negated", 1), ("active", 0), (None, 0)])
def test_a_condition_that_the_patient_has_not_must_say_so(status: str | None, right: int) -> None:
    gold = gold_of(entry("diagnosis.description", "pneumonia", group="d1", trap="negated_dx"), text="No pneumonia.")
    fields = [said("diagnosis.description", "pneumonia", group="a")]
    if status:
        fields.append(said("diagnosis.status", status, group="a"))
    found = counted(gold, prediction(*fields), "field.diagnosis.description")
    assert found == (right, 1 - right, 0)


def test_true_statements_that_gold_does_not_list_are_not_judged() -> None:
    gold = gold_of(text="The patient reports a dry cough.")
    assert counted(gold, prediction(said("diagnosis.description", "dry cough")), "fields") == (0, 0, 0)
    assert counted(gold, prediction(said("diagnosis.description", "gout attack")), "fields") == (0, 1, 0)
    assert counted(gold, prediction(said("medication.drug", "dry cough")), "fields") == (0, 1, 0)


def test_another_persons_value_is_wrong_even_if_it_is_printed() -> None:
    other = entry("diagnosis.description", "dry cough")
    gold = gold_of(text="The patient reports a dry cough.", excluded_fields=[other])
    assert counted(gold, prediction(said("diagnosis.description", "dry cough")), "fields") == (0, 1, 0)


def test_made_up_is_wrong_and_not_on_the_page() -> None:
    gold = gold_of(entry(CODE, "I50.22"), text="Diagnosis I50.22, not I11.0")
    printed, invented = prediction(said(CODE, "I11.0")), prediction(said(CODE, "E11.65"))
    assert tally_of(gold, printed).get("hallucinated.all", 0) == 0
    assert tally_of(gold, invented)["hallucinated.accepted"] == 1
    assert tally_of(gold, prediction(said(CODE, "I50.22"))).get("hallucinated.all", 0) == 0
    lost = gold_of(entry(CODE, "I50.22"), text="Diagnosis 150.Z2")  # right all the same: nothing was made up
    assert tally_of(lost, prediction(said(CODE, "I50.22"))).get("hallucinated.all", 0) == 0


@pytest.mark.parametrize(
    ("cited", "ungrounded"),
    [
        ({"evidence": "I50.22", "page": 1}, 0),
        ({"evidence": "I50.22", "page": 2}, 1),
        ({"evidence": "I50.23"}, 1),
        ({}, 1),
        ({"derived": True}, 0),
    ],
)
def test_a_value_must_cite_what_was_read_where_it_was_read(cited: Any, ungrounded: int) -> None:
    pages = [{"page": 1, "text": "Diagnosis\nI50.22"}, {"page": 2, "text": "nothing"}]
    predicted = prediction(said(CODE, "I50.22", **cited), pages=pages)
    assert tally_of(gold_of(entry(CODE, "I50.22")), predicted).get("ungrounded.all", 0) == ungrounded


def test_flags_and_missing_fields_are_counted_by_name() -> None:
    gold = gold_of(
        red_flags=[{"type": "invalid_npi"}],
        missing_fields=[{"field": "patient.dob"}, {"field": "provider.npi", "elsewhere": True}],
    )
    named = [("red_flag", "future_dob"), ("missing_field", "patient.dob"), ("missing_field", "provider.npi")]
    predicted = prediction(*(said(*each) for each in named))
    assert counted(gold, predicted, "red_flag") == (0, 1, 1)
    assert counted(gold, predicted, "missing_field") == (1, 0, 0)
    assert counted(gold, predicted, "missing_field:patient.dob") == (1, 0, 0)


def test_unknown_names_are_counted_and_not_judged() -> None:
    tally = tally_of(gold_of(), prediction(said("patient.shoe_size", "44")))
    assert (tally["unknown"], tally.get("fields.wrong", 0)) == (1, 0)


def test_word_error_is_summed_over_pages_that_were_read() -> None:
    tally = tally_of(gold_of(text="one two three four"), prediction(pages=[{"page": 1, "text": "one two three"}]))
    assert (tally["words.error"], tally["words.judged"]) == (0.25, 1)
    same = tally_of(gold_of(text="Jos\u00e9 Nu\u00f1ez,"), prediction(pages=[{"page": 1, "text": "JOSE NUNEZ"}]))
    assert (same.get("words.error", 0), same["words.judged"]) == (0, 1)
