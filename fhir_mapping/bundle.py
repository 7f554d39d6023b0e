"""The internal bundle of a record: everything proven, as FHIR R4 with US Core 6.1.0 profiles and its provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from documents.records import Record
from fhir_mapping.builders import (
    allergy_intolerance,
    care_plan,
    claim,
    claim_response,
    communication,
    condition,
    coverage,
    device_request,
    diagnostic_report,
    document_reference,
    encounter,
    family_member_history,
    location,
    medication_request,
    medication_statement,
    observation,
    organization,
    patient,
    practitioner,
    practitioner_role,
    service_request,
    specimen,
    task,
)
from fhir_mapping.builders.provenance import build_provenance
from fhir_mapping.citations import uncited
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element
from fhir_mapping.identity import full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.proven import Built, Draft, ProvenRecord, lacks
from fhir_mapping.self_check import check_drafts, entry
from fhir_mapping.source import RequestLink, SoftwareIdentity, SourceDocumentReference, facts_of, instant
from fhir_mapping.structure import check_structure

VERSION = "4"  # of the mapping; raised whenever a bundle would differ, so that a backfill maps again

# In the order in which they refer to each other: a builder sees what those before it have built.
BUILDERS: tuple[Callable[[ProvenRecord, Built], Iterator[Draft]], ...] = (
    organization.build,
    location.build,
    practitioner.build,
    practitioner_role.build,
    coverage.build,
    encounter.build,
    condition.build,
    family_member_history.build,
    allergy_intolerance.build,
    medication_request.build,
    medication_statement.build,
    specimen.build,
    observation.build,
    diagnostic_report.build,
    service_request.build,
    device_request.build,
    care_plan.build,
    communication.build,
    claim.build,
    claim_response.build,
    patient.build,
    task.build,
    document_reference.build,
)


def build_bundle(
    record: Record,
    source: SourceDocumentReference,
    *,
    recorded: datetime,
    software: SoftwareIdentity,
    verified_by: str | None = None,
    request: RequestLink | None = None,
) -> str:
    """The bundle of a record as JSON; the same record, source and time give the same text.

    Args:
        record: of which only usable fields are mapped.
        source: the document it was read from.
        recorded: when it is mapped, aware.
        software: what read it.
        verified_by: the opaque id of the person who signed it off.
        request: the submitted request that a decision of a payer answers, where it is known.

    Raises:
        FhirMappingError: the result fails our own check or FHIR's structure; a defect of ours.
        ValueError: `recorded` has no zone.
    """
    built = assembled(record, source, recorded=recorded, software=software, verified_by=verified_by, request=request)
    facts = facts_of(source, software, recorded=recorded, verified_by=verified_by, request=request)
    check_drafts(built, facts | lacks(record))
    bundle = collection(record, built, recorded=recorded)
    validate(bundle)
    return json_text(bundle)


def assembled(
    record: Record,
    source: SourceDocumentReference,
    *,
    recorded: datetime,
    software: SoftwareIdentity,
    verified_by: str | None = None,
    request: RequestLink | None = None,
) -> Built:
    """The resources of a record, not yet checked; the arguments are those of `build_bundle`."""
    proven = ProvenRecord(record, source, request)
    built: Built = ()
    for build in BUILDERS:
        built = (*built, *build(proven, built))
    built = tuple(draft.identified() for draft in built)
    proofs = build_provenance(proven, built, recorded=recorded, software=software, verified_by=verified_by)
    return (*built, *proofs)


def collection(record: Record, built: Built, *, recorded: datetime) -> Element:
    """The bundle that holds a record's resources."""
    identifier = resource_id(record.id, "Bundle")
    return {
        "resourceType": "Bundle",
        "id": identifier,
        "identifier": {"system": System.URI, "value": full_url(identifier)},
        "type": BUNDLE_TYPE,
        "timestamp": instant(recorded),
        "entry": [entry(draft) for draft in built],
    }


def validate(bundle: Element) -> None:
    """Has fhir.resources look at the structure of a bundle and of each resource in it.

    Raises:
        FhirMappingError: it is none; places are named, values are not.
    """
    resources = [{name: member for name, member in bundle.items() if name != "entry"}]
    for held in bundle["entry"]:
        bare = _without_what_we_compare(held["resource"])
        if bare["resourceType"] != "Provenance" or bare not in resources:
            resources.append(bare)
    for resource in resources:
        check_structure(resource)


def _without_what_we_compare(resource: Element) -> Element:
    """A resource without what our own check compares as a whole, and fhir.resources takes milliseconds for.

    These are the labels of each and the ids of its primitives, and of a Provenance its id and what it cites; then most
    of a bundle's are the same.
    """
    if resource["resourceType"] == "Provenance":
        return uncited(resource)
    return {n: m for n, m in resource.items() if n != "meta" and not (n.startswith("_") and "id" in m and len(m) == 1)}
