"""Coverage: the patient's membership of a health plan, as far as the document states it."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.organization import PAYER
from fhir_mapping.constants import (
    ACTIVE,
    CoverageClass,
    IdentifierType,
    Profile,
    System,
)
from fhir_mapping.elements import Element, absent, absent_concept, coding, concept, meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled
from validation.requests import is_about_a_patient


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one Coverage if a payer, a plan, a group or a member id is stated; the profile needs the member id.

    A payer's policy names a payer and plans, and insures nobody: of it there is none.
    """
    if not is_about_a_patient(proven.record):
        return
    payer, member = proven.one("payer.name"), proven.one("patient.member_id")
    plan, group = proven.one("payer.plan"), proven.one("payer.group_number")
    if not any((payer, member, plan, group)):
        return
    subscriber, relationship = proven.one("subscriber.name"), proven.one("subscriber.relationship")
    payers = drafts_of(built, "Organization", PAYER)
    resource = present(
        resourceType="Coverage",
        id=proven.id("Coverage"),
        meta=meta(Profile.COVERAGE) if member else meta(),
        identifier=[member_identifier(member, payer)] if member else None,
        status=ACTIVE,
        subscriber={"display": stated(subscriber)} if subscriber else None,
        subscriberId=text_of(member),
        beneficiary={"reference": proven.url("Patient")},
        relationship=_relationship(relationship),
        payor=[payers[0].reference if payers else absent()],
        class_=[*_class(CoverageClass.GROUP, group), *_class(CoverageClass.PLAN, plan)],
    )
    yield Draft(resource)


def member_identifier(member: Field, payer: Field | None) -> Element:
    """A member id; its system is known only if the payer is."""
    system: Element = {"system": tabled(payer, Table.MEMBER_ID_SYSTEM)} if payer else {"_system": absent()}
    type_ = concept(coding(System.IDENTIFIER_TYPE, IdentifierType.MEMBER))
    return {"type": type_, **system, "value": stated(member)}


def _relationship(field: Field | None) -> Element:
    if field is None:
        return absent_concept()
    code = tabled(field, Table.RELATIONSHIP)
    return concept(*([coding(System.RELATIONSHIP, code)] if code else []), text=field)


def _class(kind: CoverageClass, field: Field | None) -> list[Element]:
    if field is None:
        return []
    type_ = concept(coding(System.COVERAGE_CLASS, kind))
    # A group's number is its value; of a plan the document prints a name, and its number is not stated.
    if kind is CoverageClass.GROUP:
        return [{"type": type_, "value": stated(field)}]
    return [{"type": type_, "_value": absent(), "name": stated(field)}]
