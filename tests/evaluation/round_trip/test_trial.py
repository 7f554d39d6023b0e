"""The whole way there and back, with hand-written resources, and with the published packages where they are at hand."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from documents.errors import Fax2FhirError
from evaluation.round_trip.documents import drawn, sheaves
from evaluation.round_trip.packages import Example, packages_folder, read_examples
from evaluation.round_trip.results import in_words, read_round_trip
from evaluation.round_trip.scope import Reason
from evaluation.round_trip.trial import round_trip
from tests.evaluation.round_trip.examples import REQUEST

BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "id": "KneeRequest",
    "entry": [{"resource": resource} for resource in REQUEST],
}


def _package(folder: Path) -> None:
    with tarfile.open(folder / "pas-0.tgz", "w:gz") as package:
        for name, content in (
            ("package/example/Bundle-KneeRequest.json", BUNDLE),
            ("package/package.json", {"name": "x"}),
        ):
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))


def test_the_examples_of_a_package_are_read_and_its_other_files_are_not(tmp_path: Path) -> None:
    _package(tmp_path)
    assert [(each.package, each.resource["id"]) for each in read_examples(tmp_path)] == [("pas-0", "KneeRequest")]


def test_a_folder_without_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fax2FhirError, match="no package"):
        read_examples(packages_folder(tmp_path))
    with pytest.raises(Fax2FhirError, match="FHIR_PACKAGES"):
        packages_folder(tmp_path / "absent")


def test_a_document_is_drawn_alike_each_time_and_otherwise_for_each_office() -> None:
    (sheaf,) = sheaves([Example("pas-0", BUNDLE)])
    one, again, other = drawn(sheaf, 0), drawn(sheaf, 0), drawn(sheaf, 1)
    assert one.text.text == again.text.text != other.text.text
    for document in (one, other):
        assert "CM7730219" in document.text.text
        assert "27447" in document.text.text


def test_a_request_comes_back() -> None:
    result = round_trip([Example("pas-0", BUNDLE)], variants=2, faxes=0)
    trips = {(trip.rendition, trip.mode): trip for trip in result.trips}
    assert set(trips) == {(way, mode) for way in ("digital", "txt") for mode in ("alone", "all")}
    whole = trips["digital", "all"].by_type["all"]
    assert whole.recall is not None
    assert whole.recall > 0.3
    assert result.left_out[Reason.FALSE_NPI] == 1
    assert f"{Reason.FORMER}" in in_words(result)


def test_a_result_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "fax2fhir-evaluation/1"}')
    for name, message in (("absent.json", "does not exist"), ("other.json", "is no fax2fhir-round-trip/1")):
        with pytest.raises(Fax2FhirError, match=message):
            read_round_trip(tmp_path / name)


@pytest.mark.skipif("FHIR_PACKAGES" not in os.environ, reason="FHIR_PACKAGES names no folder")
def test_every_element_of_the_packages_is_compared_or_left_out_for_a_reason() -> None:
    examples = read_examples(packages_folder(None))
    documents = sheaves(examples)
    assert len(documents) > 30
    for sheaf in documents:
        assert drawn(sheaf, 0).printout.stated
