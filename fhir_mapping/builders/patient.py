"""Patient: whom the document is about, as far as it says so."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.coverage import member_identifier
from fhir_mapping.constants import Gender, IdentifierType, Profile, System, Telecom
from fhir_mapping.elements import Element, absent, absent_identifier, coding, concept, meta, present, telecom, text_of
from fhir_mapping.human_names import human_name
from fhir_mapping.proven import Built, Draft, ProvenRecord, having, role_of, with_role
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled

_PATHS = tuple(f"patient.{leaf}" for leaf in ("name", "dob", "sex", "member_id", "mrn", "phone", "address"))


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields the Patient if something is stated of it, or if another resource speaks of it.

    Name, identifier and gender are mandatory in US Core: what is not stated is said to be unknown.
    """
    name, dob, sex, member, mrn, phone, address = said = [
        proven.date(path) if path == "patient.dob" else proven.one(path) for path in _PATHS
    ]
    subject = {"reference": proven.url("Patient")}
    spoken_of = any(subject in (d.resource.get(m) for m in ("subject", "patient", "beneficiary")) for d in built)
    if not any(said) and not spoken_of:
        return
    payer = proven.one("payer.name") if member else None
    resource = present(
        resourceType="Patient",
        id=proven.id("Patient"),
        meta=meta(Profile.PATIENT),
        identifier=_identifiers(member, mrn, payer),
        name=[human_name(name) if name else absent()],
        telecom=telecom({Telecom.PHONE: phone}),
        gender=tabled(sex, Table.GENDER) or Gender.UNKNOWN,
        birthDate=text_of(dob),
        address=[{"text": stated(address)}] if address else None,
        generalPractitioner=[d.reference for d in with_role(proven, built, "pcp")],
    )
    yield Draft(resource, role_of(*having(proven, "pcp")))


def _identifiers(member: Field | None, mrn: Field | None, payer: Field | None) -> list[Element]:
    found: list[Element] = []
    if member is not None:
        found.append(member_identifier(member, payer))
    if mrn is not None:
        # Which facility's number it is, no field says; its system stays unknown.
        type_ = concept(coding(System.IDENTIFIER_TYPE, IdentifierType.MEDICAL_RECORD))
        found.append({"type": type_, "_system": absent(), "value": stated(mrn)})
    return found or [absent_identifier()]
