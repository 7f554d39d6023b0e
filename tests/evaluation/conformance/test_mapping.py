"""Every record gives a bundle for each way in which it may have been decided, and a request when all is entered."""

from __future__ import annotations

import json
from collections import Counter

from evaluation.conformance.mapping import Kind, bundles_of, records_of
from tests.evaluation.conformance.specimens import gold, record_of, specimen
from validation.packs.shelf import Shelf


def test_a_request_gives_each_kind_once() -> None:
    read = specimen(gold())
    made = list(bundles_of(read, records_of(read, Shelf())))
    assert [each.fault for _, each in made] == [""] * len(made)
    assert Counter(each.kind for _, each in made) == Counter(set(Kind) - {Kind.INCOMPLETE})
    assert {name for name, _ in made} == {"request-1"}
    by_kind = {each.kind: json.loads(each.bundle) for _, each in made}
    assert by_kind[Kind.REQUEST]["entry"][0]["resource"]["resourceType"] == "Claim"
    assert "1234567890" not in json.dumps(by_kind[Kind.REVIEWED])
    assert by_kind[Kind.GAPS]["entry"][0]["resource"]["resourceType"] == "OperationOutcome"


def test_without_labels_a_document_is_confirmed_as_it_was_read() -> None:
    made = [each for _, each in bundles_of(specimen(None), [record_of(specimen(None))])]
    assert Kind.REVIEWED not in {each.kind for each in made}
    assert Kind.REQUEST in {each.kind for each in made}


def test_another_patients_pages_ask_nobody_for_anything() -> None:
    own = record_of(specimen(None))
    other = own.model_copy(update={"segment": own.segment.model_copy(update={"other_patient": True})})
    kinds = {each.kind for _, each in bundles_of(specimen(None), [other])}
    assert kinds == {Kind.ACCEPTED, Kind.CONFIRMED}
