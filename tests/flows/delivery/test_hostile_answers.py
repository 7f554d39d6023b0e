"""Whatever JSON a server answers with, a delivery ends in an outcome, and no word of the answer is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.delivery.client import Answer
from flows.delivery.parcels import Parcel
from flows.delivery.payers import PayerSender
from flows.delivery.servers import FhirSender
from flows.delivery.targets import Target
from ledger.deliveries import Claimed, DeliveryKind, DeliveryState, Doubt
from tests.fhir_mapping.pas.variants import bundles
from tests.flows.delivery.made import target

CANARY = "Quillfeatherstonehaugh"
# fmt: off
NAMES = (
    "resourceType", "entry", "resource", "response", "status", "outcome", "issue", "code", "severity", "expression",
    "location", "meta", "versionId", "id", "error", "coding", "type",
)
# fmt: on
WORDS = ("OperationOutcome", "ClaimResponse", "Bundle", "transaction-response", "200", "404", "error", "c1", CANARY)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
CLAIM = {"resourceType": "Claim", "id": "c1"}
BUNDLE = json.dumps({"resourceType": "Bundle", "entry": [{"fullUrl": "urn:uuid:c1", "resource": CLAIM}]})
CLAIMED = Claimed(
    target="warehouse",
    record_id="r1",
    kind=DeliveryKind.PUBLICATION,
    number=1,
    document_id="d1",
    attempts=1,
    fence=1,
    worker_id="w1",
)


REQUEST = bundles()["one-line"]
UNSURE = CLAIMED.model_copy(update={"kind": DeliveryKind.SUBMISSION, "attempts": 2, "doubt": Doubt.UNSURE})


class Saying:
    """Answers every request with the next of some answers, the last again and again."""

    target: Target = target(url="https://fhir.example.org")
    longest_s = 1.0

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def post(self, path: str, text: str) -> Answer:  # noqa: ARG002 - a client's signature
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.mark.parametrize("status", [200, 422])
@example(said={"resourceType": "ClaimResponse", "outcome": [], "error": [{"code": {"coding": [{"code": {}}]}}]})
@example(said={"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": [CANARY]}]})
@example(said={"entry": [{"response": [], "resource": {"resourceType": "Claim", "id": "c1", "meta": []}}]})
@example(
    said={"entry": [{"response": {"status": "200"}, "resource": {"resourceType": "Claim", "id": "c1", "meta": 1}}]}
)
@settings(max_examples=300, deadline=None)
@given(said=ANY)
def test_an_answer_of_any_shape_ends_in_an_outcome(status: int, said: Any) -> None:
    answer = Answer(f"http-{status}", status, json.dumps(said))
    absent = {"resourceType": "Bundle", "entry": [{"response": {"status": "404"}}]}
    asked = Answer("http-200", 200, json.dumps(absent))
    senders = (
        FhirSender(Saying(answer)),  # type: ignore[arg-type]
        FhirSender(Saying(asked, answer)),  # type: ignore[arg-type]
        PayerSender(Saying(answer)),  # type: ignore[arg-type]
    )
    for sender in senders:
        (outcome,) = sender.send([Parcel(CLAIMED, BUNDLE)], now=NOW)
        assert outcome.state in {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.REFUSED}
        assert CANARY not in outcome.model_copy(update={"answer": None}).model_dump_json()


@pytest.mark.parametrize("kind", ["Parameters", "Bundle", "ClaimResponse"])
@settings(max_examples=200, deadline=None)
@given(said=ANY)
def test_an_answer_to_an_inquiry_of_any_shape_ends_in_an_outcome(kind: str, said: Any) -> None:
    whole = {"resourceType": kind, "entry": said, "parameter": [{"resource": said}], "request": said, "outcome": said}
    for answer in (said, whole, {"resourceType": "Bundle", "entry": [{"resource": whole, "fullUrl": said}]}):
        found = Answer("http-200", 200, json.dumps(answer))
        sender = PayerSender(Saying(found, Answer("http-422", 422)))  # type: ignore[arg-type]
        (outcome,) = sender.send([Parcel(UNSURE, REQUEST)], now=NOW)
        assert outcome.state is DeliveryState.REFUSED
        assert CANARY not in outcome.model_dump_json()


@pytest.mark.parametrize("text", ["", "\0", "[" * 100_000, '{"a":' * 100_000, "9" * 5000, "NaN", '"\\ud800"'])
def test_an_answer_that_is_no_json_is_no_success(text: str) -> None:
    said = Saying(Answer("http-200", 200, text))
    for sender in (FhirSender(said), PayerSender(said)):  # type: ignore[arg-type]
        (outcome,) = sender.send([Parcel(CLAIMED, BUNDLE)], now=NOW)
        assert (outcome.state, outcome.status) == (DeliveryState.FAILED, "bad-answer")
