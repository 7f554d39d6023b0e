"""Organization: the payer, the practice that asks, and the facilities where services are to be given."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import Profile, System
from fhir_mapping.elements import absent, meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.stated import stated
from validation.npi import is_valid_npi

PAYER = "payer"
FACILITY = "facility"
REQUESTER = "requester"  # a practice that asks itself: it stands where a clinician's name is asked for


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields the payer if it is named, and each facility with a name or a valid NPI."""
    payer = proven.one("payer.name")
    if payer is not None:
        yield _organization(proven, PAYER, name=payer)
    for group in proven.groups("facility"):
        name, npi = group.one("name"), group.one("npi")
        npi = npi if npi is not None and is_valid_npi(npi.value) else None
        asks = group == proven.asking_facility
        if name is not None or npi is not None:
            yield _organization(proven, REQUESTER if asks else FACILITY, group=group.key, name=name, npi=npi)


def _organization(
    proven: ProvenRecord, role: str, *, group: str | None = None, name: Field | None, npi: Field | None = None
) -> Draft:
    resource = present(
        resourceType="Organization",
        id=proven.id("Organization", role, group),
        meta=meta(Profile.ORGANIZATION),
        identifier=[{"system": System.NPI, "value": stated(npi)}] if npi else None,
        active=True,
        name=text_of(name),
        _name=None if name else absent(),
    )
    return Draft(resource, role=role)
