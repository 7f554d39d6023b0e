"""A resource's elements are the same in whatever way FHIR lets them be written."""

from __future__ import annotations

from evaluation.round_trip.elements import Element, elements_of, names_of
from evaluation.round_trip.sameness import is_same
from tests.evaluation.round_trip.examples import CLAIM, COVERAGE, PATIENT, REQUEST


def _values(resource: dict[str, object]) -> dict[str, str]:
    return {element.path: element.value for element in elements_of(resource, names_of(REQUEST))}


def test_references_become_the_names_of_what_they_refer_to() -> None:
    found = _values(CLAIM)
    assert found["Claim.insurer"] == "Cascade Mutual Health Plan"
    assert found["Claim.item.productOrService"] == "Total knee arthroplasty"
    assert found["Claim.item.serviced"] == "2026-04-14"


def test_a_former_name_is_told_from_the_one_that_holds() -> None:
    found = _values(PATIENT)
    assert found["Patient.name.family"] == "Holm"
    assert found["Patient.name(former)"] == "Ines Varga"
    assert found["Patient.address"] == "12 Alder Court, Salem, OR 97301"


def test_the_number_of_a_member_has_one_name() -> None:
    by_slice = {**COVERAGE, "identifier": [{"type": {"coding": [{"code": "MB"}]}, "value": "CM7730219"}]}
    del by_slice["subscriberId"]
    assert _values(by_slice)["Coverage.memberId"] == _values(COVERAGE)["Coverage.memberId"] == "CM7730219"


def test_a_pressure_is_one_value_however_it_is_written() -> None:
    parts = [
        {"code": {"text": name}, "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"}}
        for name, value in (("s", 131), ("d", 84))
    ]
    split = elements_of({"resourceType": "Observation", "component": parts}, {})
    assert split == [Element("Observation.value", "131/84 mmHg")]


def test_values_are_the_same_only_where_their_meaning_is() -> None:
    assert is_same("Observation.value", "1.50 mg/dL", "1.5 MG/DL")
    assert not is_same("Observation.value", "1.5 mg/dL", "15 mg/dL")
    assert not is_same("Observation.value", "-1.5 T-score", "1.5 T-score")
    assert is_same("Patient.birthDate", "1961-09-30", "September 30, 1961")
    assert is_same("MedicationRequest.dispenseRequest.quantity", "90", "90 tablets")
    assert not is_same("Condition.code", "Fracture of rib 4", "Fracture of rib 5")


def test_cpt_and_hcpcs_are_told_apart_by_their_shape() -> None:
    cpt = "http://www.ama-assn.org/go/cpt|27447"
    path = "Claim.item.productOrService.coding"
    assert is_same(path, "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets|27447", cpt)
    assert not is_same(path, "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets|27446", cpt)


def test_an_element_s_id_changes_nothing() -> None:
    plain = {"resourceType": "Condition", "code": {"text": "Gout"}, "onsetPeriod": {"start": "2020-02-01"}}
    marked = {**plain, "code": {"id": "a", "text": "Gout"}, "onsetPeriod": {"id": "b", "start": "2020-02-01"}}
    assert elements_of(plain, {}) == elements_of(marked, {})
