"""What holds of every request: it is whole and says nothing that nobody stated, or all that it lacks is listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from documents.records import Field, FieldStatus
from documents.values import Assertion
from fhir_mapping.pas.constants import PasSystem
from fhir_mapping.pas.gaps import IssueType, MissingElement
from fhir_mapping.pas.request import PasGaps, PasRequest
from fhir_mapping.pas.site_values import SiteValues
from tests.fhir_mapping.drawn import SLOTS, any_field, relaxed
from tests.fhir_mapping.pas.requests import COMPLETE, build, entered
from tests.fhir_mapping.pas.variants import SITE
from tests.fhir_mapping.tracing import Resource, leaves, resources_of
from validation.entered_paths import ENTERED

# What a person would enter for what a request lacks.
ANSWERS = {
    "submission.claim_type": "institutional",
    "submission.request_type": "SC",
    "submission.certification_type": "I",
    "submission.service_category": "3",
    "submission.level_of_service": "E",
    "submission.quantity_unit": "UN",
    "submission.report_type": "77",
    "submission.relationship": "01",
    "submission.subscriber_id": "S0001",
    "submission.payer_id": "60054",
    "submission.drug_code": "00074-4339-02",
    "patient.name": "Example, Ada",
    "patient.member_id": "W55",
    "patient.dob": "1969-04-12",
    "patient.address": "1 Main St",
    "patient.phone": "(806) 555-0160",
    "subscriber.name": "Example, Bo",
    "subscriber.relationship": "Spouse",
    "payer.name": "Example Health Plan",
    "payer.group_number": "G1",
    "provider.name": "Testdoc, Ana",
    "provider.npi": "1234567893",
    "provider.phone": "(806) 555-0112",
    "provider.role": "requesting",
    "facility.name": "Example Surgery Center",
    "facility.npi": "1003000126",
    "procedure.code": "27447",
    "procedure.modifier": "RT",
    "procedure.units": "1",
    "diagnosis.code": "M17.11",
    "service.place": "22",
    "service.start": "2026-12-15",
    "service.end": "2026-12-20",
    "request.urgency": "standard",
    "medication.drug": "adalimumab",
    "medication.quantity": "2",
}
# Systems whose codes only a person or the site's table gives, and the field that gives them.
GIVEN_BY = {
    PasSystem.CLAIM_TYPE: "submission.claim_type",
    PasSystem.X12_REQUEST_TYPE: "submission.request_type",
    PasSystem.X12_CERTIFICATION_TYPE: "submission.certification_type",
    PasSystem.X12_SERVICE_TYPE: "submission.service_category",
    PasSystem.X12_LEVEL_OF_SERVICE: "submission.level_of_service",
    PasSystem.X12_QUANTITY_UNIT: "submission.quantity_unit",
    PasSystem.X12_REPORT_TYPE: "submission.report_type",
    PasSystem.X12_RELATIONSHIP: "submission.relationship",
    PasSystem.NDC: "submission.drug_code",
}


@st.composite
def requests(draw: Callable[..., Any]) -> tuple[Field, ...]:
    """A complete request of which parts are gone, and to which others were added, in groups of its own or new ones."""
    gone = draw(st.sets(st.integers(0, len(COMPLETE) - 1), max_size=draw(st.sampled_from((0, 1, 4, 30)))))
    added = draw(st.lists(any_field(SLOTS["prior_auth_request"]), max_size=draw(st.sampled_from((0, 0, 2, 12)))))
    groups: dict[str, list[str | None]] = {}
    for each in COMPLETE:
        groups.setdefault(each.path.split(".")[0], []).append(each.group)
    placed = [  # who asks and who pays is said as a fact
        each.model_copy(update={} if each.path[:4] in ("diag", "medi", "proc") else {"assertion": Assertion.PRESENT})
        for each in added
    ]
    placed = [
        each.model_copy(update={"group": draw(st.sampled_from([each.group, *groups.get(each.path.split(".")[0], [])]))})
        for each in placed
    ]
    written = draw(st.lists(st.sampled_from(ENTERED), max_size=draw(st.sampled_from((0, 0, 3)))))
    values = [entered(path.path, draw(st.sampled_from((ANSWERS[path.path], "??", "1")))) for path in written]
    return (*(f for at, f in enumerate(COMPLETE) if at not in gone), *placed, *values)


def named(element: MissingElement) -> tuple[str, str | None]:
    """Path and group of the field that fills an element."""
    found = re.fullmatch(r"([^\[]+)(?:\[(.*)\])?", element.field, re.DOTALL)
    assert found is not None, element
    return found[1], found[2]


def completed(fields: tuple[Field, ...], missing: tuple[MissingElement, ...]) -> tuple[Field, ...]:
    """The fields after a person entered all that is said to be missing, and corrected what is said to be wrong."""
    for element in missing:
        path, group = named(element)
        if "which one provider asks" in element.message:
            group = next((f.group for f in fields if f.usable and f.path == "provider.npi"), group)
            fields = tuple(f for f in fields if f.path != path)
        elif "several codes" in element.message:
            # It is for one of several codes of a group: the others get lines of their own.
            codes = [f for f in fields if f.usable and (f.path, f.group or None) == ("procedure.code", group)]
            fields = tuple(f for f in fields if f not in codes[1:])
        elif element.issue is not IssueType.REQUIRED:
            fields = tuple(f for f in fields if (f.path, f.group or None) != (path, group))
        fields = (*fields, entered(path, ANSWERS[path], group)) if path in ANSWERS else fields
    return fields


def checked(request: PasRequest) -> list[Resource]:
    """The resources of a request that is what PAS wants at the least."""
    assert Bundle.model_validate_json(request.bundle)
    assert "AIAST" not in request.bundle
    assert "data-absent-reason" not in request.bundle
    found = resources_of(request.bundle)
    (claim, *members) = found
    assert claim["resourceType"] == "Claim"
    assert not [r for r in members if r["resourceType"] in ("Claim", "Device", "Provenance", "Task")]
    for name in ("identifier", "type", "patient", "created", "insurer", "provider", "priority", "insurance", "item"):
        assert claim[name], name
    assert (claim["status"], claim["use"], len(claim["insurance"])) == ("active", "preauthorization", 1)
    for item in claim["item"]:
        urls = [extension["url"].rsplit("-", 1)[1] for extension in item["extension"]]
        assert {"serviceItemRequestType", "certificationType"} <= set(urls)
        assert item["category"]["coding"]
        assert item["productOrService"]["coding"]
        assert item["locationCodeableConcept"]["coding"]
    for resource in found:
        check_member(resource)
    return found


def check_member(resource: Resource) -> None:
    kind = resource["resourceType"]
    assert resource["meta"].keys() == {"profile"}
    if kind == "Coverage":
        assert resource["identifier"][0]["value"] == resource["subscriberId"]
        assert resource["subscriber"]["reference"]
        assert resource["relationship"]["coding"]
    if kind == "Patient":
        assert resource["identifier"][0]["value"]
        assert resource["name"][0]["family"]
        assert len(resource.get("birthDate", "2026-01-31")) == 10
    if kind == "DocumentReference":
        attachment = resource["content"][0]["attachment"]
        assert attachment["data"]
        assert "url" not in attachment
    if kind.endswith("Request"):
        assert (resource["status"], resource["intent"]) == ("active", "order")


def given_codes(value: Any) -> Iterator[tuple[str, str]]:
    """The fields that give codes which no fax states, with the codes."""
    for name, code in leaves(value):
        if (system := name.removesuffix("#code")) in GIVEN_BY:
            yield GIVEN_BY[PasSystem(system)], code


@relaxed
@given(requests(), st.sampled_from([None, SITE]))
def test_a_request_is_whole_or_all_that_it_lacks_is_listed(fields: tuple[Field, ...], site: SiteValues | None) -> None:
    built = build(fields, site=site)
    if isinstance(built, PasRequest):
        checked(built)
        return
    assert Bundle.model_validate_json(built.bundle)
    assert built.missing
    assert "StructureDefinition/profile" not in built.bundle
    assert [r["resourceType"] for r in resources_of(built.bundle)] == ["OperationOutcome", "Task", "DocumentReference"]


@relaxed
@given(requests(), st.sampled_from([None, SITE]))
def test_who_enters_all_that_is_listed_has_a_request(fields: tuple[Field, ...], site: SiteValues | None) -> None:
    built = build(fields, site=site)
    for _ in range(3):
        if isinstance(built, PasRequest):
            break
        fields = completed(fields, built.missing)
        built = build(fields, site=site)
    assert isinstance(built, PasRequest), built.missing
    checked(built)


@relaxed
@given(requests(), st.sampled_from([None, SITE]))
def test_no_code_that_no_fax_states_is_made_up(fields: tuple[Field, ...], site: SiteValues | None) -> None:
    built = build(fields, site=site)
    said = {(f.path, f.value) for f in fields if f.status is FieldStatus.VERIFIED and f.source == "person"}
    rows = {(row.path, row.value) for row in site.rows} if site is not None else set()
    if isinstance(built, PasRequest):
        assert set(given_codes(resources_of(built.bundle))) <= said | rows


@relaxed
@given(requests())
def test_without_anything_entered_there_is_no_request(fields: tuple[Field, ...]) -> None:
    built = build(f for f in fields if not f.path.startswith("submission."))
    assert isinstance(built, PasGaps)
    required = {path.path for path in ENTERED if path.required}
    assert {named(each)[0] for each in built.missing} >= required
    assert built == build(f for f in fields if not f.path.startswith("submission."))


def test_the_answers_are_those_that_are_asked_for() -> None:
    assert all(path.shape.fullmatch(ANSWERS[path.path]) for path in ENTERED)
