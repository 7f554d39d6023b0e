"""Practitioner: each clinician who is named or numbered."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import Profile, System, Telecom
from fhir_mapping.elements import absent_identifier, meta, present, telecom
from fhir_mapping.human_names import family_name
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.stated import stated
from validation.npi import is_valid_npi

REVIEWER = "reviewer"


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields a Practitioner for each provider with a name or a valid NPI; the other is said to be unknown.

    The payer's clinician who decided is one too, and never one of the patient's.
    """
    for group in proven.groups("provider"):
        name, npi = group.one("name"), group.one("npi")
        npi = npi if npi is not None and is_valid_npi(npi.value) else None
        if name is None and npi is None:
            continue
        phone, fax = group.one("phone"), group.one("fax")
        resource = present(
            resourceType="Practitioner",
            id=proven.id("Practitioner", group.key),
            meta=meta(Profile.PRACTITIONER),
            identifier=[{"system": System.NPI, "value": stated(npi)} if npi else absent_identifier()],
            name=[family_name(name)],
            telecom=telecom({Telecom.PHONE: phone, Telecom.FAX: fax}),
        )
        yield Draft(resource, role=group.key or "")
    for group in proven.groups("reviewer"):
        name = group.one("name")
        if name is not None:
            resource = present(
                resourceType="Practitioner",
                id=proven.id("Practitioner", REVIEWER, group.key),
                meta=meta(Profile.PRACTITIONER),
                identifier=[absent_identifier()],
                name=[family_name(name)],
            )
            yield Draft(resource, role=REVIEWER)
