"""Errors planted in a model's answers: what the model says of them, and what is found to have become of them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from evaluation.loopback.answers import Error, GoldModel, Planted
from evaluation.scoring.planted import Fate, PlantedErrors, fates
from evaluation.scoring.tally import score_document
from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of
from tests.evaluation.conftest import DrawnSet
from tests.evaluation.scoring.labels import Json, entry, gold_of, prediction, said

DRUG, DOSE = "medication.drug", "medication.dose"
LABELS = (
    entry("patient.dob", "1948-02-11"),
    entry(DRUG, "Furosemide", group="m1"),
    entry(DOSE, "40 mg", group="m1"),
    entry(DRUG, "Warfarin", group="m2"),
    entry(DOSE, "5 mg", group="m2"),
    entry("diagnosis.description", "Chronic systolic heart failure of long standing", group="d1"),
)
RIGHT = [said(f["field"], f["value"], group=f.get("group"), status="accepted") for f in LABELS]


def fate_of(field: str, wrong: str, *fields: Json, group: str | None = None) -> Fate:
    gold, predicted = gold_of(*LABELS), prediction(*fields)
    planted = Planted("d", field, group, wrong, "", Error.MISREAD)
    (found,) = fates([planted], gold, predicted, score_document(gold, predicted)[1])
    return found.fate


def test_a_wrong_value_is_accepted_queued_or_gone() -> None:
    wrong = said("patient.dob", "02/17/1948")
    assert fate_of("patient.dob", "1948-02-17", *RIGHT[1:], {**wrong, "status": "accepted"}) is Fate.ACCEPTED
    assert fate_of("patient.dob", "1948-02-17", *RIGHT[1:], {**wrong, "status": "review"}) is Fate.QUEUED
    assert fate_of("patient.dob", "1948-02-17", *RIGHT) is Fate.GONE


def test_a_dose_is_wrong_only_with_the_drug_it_was_planted_for() -> None:
    assert fate_of(DOSE, "5 mg", *RIGHT, group="m1") is Fate.GONE  # the other drug's own
    swapped = [{**f, "value": "5 mg"} if f["value"] == "40 mg" else f for f in RIGHT]
    assert fate_of(DOSE, "5 mg", *swapped, group="m1") is Fate.ACCEPTED


def test_an_entity_that_is_none_of_the_golds_may_be_the_one_if_the_judge_calls_its_value_wrong() -> None:
    alone = [said(DOSE, "7 mg", group="x9", status="accepted"), *RIGHT]
    assert fate_of(DOSE, "7 mg", *alone, group="m1") is Fate.ACCEPTED
    other = [said(DOSE, "5 mg", group="x9", status="accepted"), *(f for f in RIGHT if f["group"] != "m2")]
    assert fate_of(DOSE, "5 mg", *other, group="m1") is Fate.GONE  # right: the other drug's, whose name was not read


def test_a_letter_that_the_judge_forgives_is_no_error() -> None:
    misspelt = "Chronic systolic heart failvre of long standing"
    assert fate_of("diagnosis.description", misspelt, *RIGHT, group="d1") is Fate.HARMLESS


def test_the_share_that_was_stopped_leaves_out_what_is_no_error() -> None:
    gold, predicted = gold_of(*LABELS), prediction(*RIGHT, said("patient.dob", "1948-02-17", status="accepted"))
    judgement = score_document(gold, predicted)[1]
    planted = [
        Planted("d", "patient.dob", None, "1948-02-17", "1948-02-11", Error.MISREAD),
        Planted("d", "patient.dob", None, "1943-02-11", "1948-02-11", Error.MISREAD),
        Planted("d", "patient.dob", None, "2/11/1948", "1948-02-11", Error.MISREAD),
        Planted("another", "patient.dob", None, "1948-02-17", "1948-02-11", Error.MISREAD),
    ]
    found = PlantedErrors(fates=tuple(fates(planted, gold, predicted, judgement)))
    assert found.counts() == {Fate.ACCEPTED: 1, Fate.GONE: 1, Fate.HARMLESS: 1}
    assert found.stopped() == found.stopped(of="digital") == 0.5
    assert found.stopped(of="fax") is None


def asked_about(gold: dict[str, Any]) -> dict[str, Any]:
    """A request that shows a document's clean pages and asks for all that the first segment's type holds."""
    kind = next(t for t in all_document_types().values() if t.prediction_type == gold["segments"][0]["type"])
    shown = "\n".join(f"--- page {page['page']} ---\n{page['text']}" for page in gold["pages"])
    schema = answer_model_of(kind).model_json_schema()
    return {"messages": [{"role": "user", "content": shown}], "tools": [{"function": {"parameters": schema}}]}


def quoted(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, dict):
        return [answer] if "quote" in answer else [q for each in answer.values() for q in quoted(each)]
    return [q for each in answer for q in quoted(each)] if isinstance(answer, list) else []


@pytest.fixture(scope="module")
def request_and_gold(drawn: DrawnSet) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    single = [g for g in drawn.golds if g["document_type"] == "prior_auth_request" and not g["is_packet"]]
    return list(drawn.golds), max(single, key=lambda g: len(g["fields"]))


def test_a_model_that_errs_always_says_nothing_right(request_and_gold: tuple[list[Any], dict[str, Any]]) -> None:
    golds, document = request_and_gold
    right, wrong = GoldModel(golds), GoldModel(golds, error_rate=1.0)
    asked = asked_about(document)
    sure, unsure = quoted(right(asked)), quoted(wrong(asked))
    assert not right.planted
    assert len(sure) == len(unsure) > 10
    assert all(one["value"] != other["value"] for one, other in zip(sure, unsure, strict=True))
    kinds = Counter(each.error for each in wrong.planted)
    assert all(kinds[error] for error in Error)
    printed = re.sub(r"\W", "", " ".join(page["text"] for page in document["pages"]))
    genuine = {each.said for each in wrong.planted if each.error is Error.SWAPPED}
    swapped = [q for q in unsure if q["value"] in genuine]
    assert all(re.sub(r"\W", "", q["quote"]) in printed for q in swapped)


def test_what_is_printed_nowhere_is_quoted_by_what_it_follows_from(
    request_and_gold: tuple[list[Any], dict[str, Any]],
) -> None:
    golds, document = request_and_gold
    told = GoldModel(golds)(asked_about(document))
    active = [one for one in told["diagnosis"] if isinstance(one["status"], dict)]
    assert active
    for one in active:
        named = [leaf["quote"] for leaf in (one["code"], one["description"]) if isinstance(leaf, dict)]
        assert one["status"]["quote"] in named


def test_a_question_that_comes_back_gets_the_same_answer(request_and_gold: tuple[list[Any], dict[str, Any]]) -> None:
    golds, document = request_and_gold
    model = GoldModel(golds, error_rate=0.2)
    first = asked_about(document)
    again = {**first, "messages": [*first["messages"], {"role": "user", "content": "These values are not proven."}]}
    assert model(again) == model(first)
