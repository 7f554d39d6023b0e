"""The members of a request beside its Claim: patient, subscriber, coverage, payer, and those who ask and give."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.organization import FACILITY, PAYER
from fhir_mapping.constants import (
    CoverageClass,
    Gender,
    IdentifierType,
    Relationship,
    System,
    Telecom,
)
from fhir_mapping.elements import Element, coding, concept, present, telecom
from fhir_mapping.human_names import human_name
from fhir_mapping.pas.answers import Answers, leaf, only
from fhir_mapping.pas.constants import ACTIVE, PAYER_ID, PasProfile, PasSystem
from fhir_mapping.pas.gaps import Gap, IssueType, partial
from fhir_mapping.proven import Draft
from fhir_mapping.stated import Stated
from fhir_mapping.tables import Table, tabled
from validation.entered_paths import PAYER_ID as ENTERED_PAYER_ID
from validation.entered_paths import RELATIONSHIP, SUBSCRIBER_ID
from validation.groups import Group
from validation.npi import is_valid_npi

_SUBSCRIBER = "subscriber"  # tells the subscriber's Patient from the patient's own
# Who gives the service or answers for the stay, as opposed to who asks.
_GIVING_ROLES = frozenset({"servicing", "attending"})
# X12 1069, compared with what was entered and never written: by it the invariant self-beneficiary of the coverage's
# profile knows that the patient is the subscriber.
_SELF = "18"
_NO_PAYER = "Enter the payer's name."


def profiled(*profiles: PasProfile) -> Element:
    """`meta` of a member: a request carries no labels of how it was made (conf-9)."""
    return {"profile": list(profiles)}


def patients(answers: Answers) -> Iterator[Draft]:
    """Yields the patient, and the subscriber where that is somebody else."""
    proven = answers.proven
    is_self = patient_is_subscriber(answers)
    address, phone, sex = map(answers.optional, ("patient.address", "patient.phone", "patient.sex"))
    profiles = (PasProfile.BENEFICIARY, PasProfile.SUBSCRIBER) if is_self else (PasProfile.BENEFICIARY,)
    resource = present(
        resourceType="Patient",
        id=proven.id("Patient"),
        meta=profiled(*profiles),
        identifier=[_member_identifier(answers, _member_id(answers))],
        name=[_name(answers.single("patient.name", "Enter the patient's name."))],
        telecom=[phone] if isinstance(phone, Gap) else telecom({Telecom.PHONE: phone}),
        gender=sex if isinstance(sex, Gap) else tabled(sex, Table.GENDER) or Gender.UNKNOWN,
        birthDate=answers.full_date("patient.dob"),
        address=[{"text": leaf(address)}] if address else None,
    )
    yield Draft(resource)
    if not is_self:
        yield _subscriber(answers)


def _subscriber(answers: Answers) -> Draft:
    resource = present(
        resourceType="Patient",
        id=answers.proven.id("Patient", _SUBSCRIBER),
        meta=profiled(PasProfile.SUBSCRIBER),
        identifier=[_member_identifier(answers, answers.need(SUBSCRIBER_ID))],
        name=[_name(answers.single("subscriber.name", "Enter the subscriber's name."))],
        gender=Gender.UNKNOWN,
    )
    return Draft(resource)


def patient_is_subscriber(answers: Answers) -> bool:
    """Whether it is said that the patient is the subscriber; nothing is assumed where nobody says it."""
    entered = answers.give(RELATIONSHIP)
    if entered is None:
        return _is_self(tabled(answers.proven.one("subscriber.relationship"), Table.RELATIONSHIP))
    return entered == _SELF


def coverage(answers: Answers) -> Draft:
    """The patient's membership of the payer's plan."""
    proven, group = answers.proven, answers.optional("payer.group_number")
    subscriber = proven.url("Patient", *(() if patient_is_subscriber(answers) else (_SUBSCRIBER,)))
    member = _member_id(answers)
    resource = present(
        resourceType="Coverage",
        id=proven.id("Coverage"),
        meta=profiled(PasProfile.COVERAGE),
        identifier=[_member_identifier(answers, member)],
        status=ACTIVE,
        subscriber={"reference": subscriber},
        subscriberId=member,
        beneficiary={"reference": proven.url("Patient")},
        relationship=_relationship(answers),
        payor=[{"reference": proven.url("Organization", PAYER, None)}],
        class_=[{"type": concept(coding(System.COVERAGE_CLASS, CoverageClass.GROUP)), "value": leaf(group)}]
        if group
        else None,
    )
    return Draft(resource)


def _relationship(answers: Answers) -> Element | Gap:
    printed, entered = answers.optional("subscriber.relationship"), answers.give(RELATIONSHIP)
    if isinstance(entered, Gap):
        return entered
    word = tabled(printed, Table.RELATIONSHIP) if isinstance(printed, Field) else None
    if word is None and entered is None:
        return Gap(RELATIONSHIP.path, f"Enter {RELATIONSHIP.asks}.")
    if word is not None and entered is not None and _is_self(word) != (entered == _SELF):
        message = "What was entered and what is printed contradict each other."
        return Gap(RELATIONSHIP.path, message, issue=IssueType.CONFLICT)
    codings = [coding(System.RELATIONSHIP, word)] if word else []
    if entered is not None:
        codings.append(coding(PasSystem.X12_RELATIONSHIP, entered))
    return concept(*codings)


def _is_self(word: str | None) -> bool:
    return word == Relationship.SELF


def insurer(answers: Answers) -> Draft:
    """The payer."""
    number = answers.give(ENTERED_PAYER_ID)
    resource = present(
        resourceType="Organization",
        id=answers.proven.id("Organization", PAYER, None),
        meta=profiled(PasProfile.INSURER),
        identifier=[
            {
                "type": concept(coding(PasSystem.IDENTIFIER_TYPE, PAYER_ID)),
                "system": _issuer(answers, Table.PAYER_ID_SYSTEM),
                "value": number,
            }
        ]
        if number
        else None,
        active=True,
        name=leaf(answers.single("payer.name", _NO_PAYER)),
    )
    return Draft(resource)


def asking(answers: Answers) -> tuple[Draft, ...]:
    """Who asks: a practitioner in a role, a practice, or the only facility where no clinician does.

    The first is referred to. Nothing where it cannot be told.
    """
    requester, practice = answers.proven.requester, answers.proven.asking_facility
    if practice is not None:
        return (_facility(answers, practice, PasProfile.REQUESTOR),)
    if requester is not None:
        return _practitioner(answers, requester)
    facilities = list(answers.proven.groups(FACILITY))
    if len(facilities) == 1 and not list(answers.proven.groups("provider")):
        return (_facility(answers, facilities[0], PasProfile.REQUESTOR),)
    return ()


def giving(answers: Answers) -> Iterator[tuple[Draft, ...]]:
    """Yields who gives the service: practitioners in their roles, and facilities; the first of each is referred to."""
    clinicians = list(answers.proven.groups("provider"))
    for group in clinicians:
        role = group.one("role")
        if role is not None and role.value in _GIVING_ROLES:
            yield _practitioner(answers, group)
    facilities = [group for group in answers.proven.groups(FACILITY) if group != answers.proven.asking_facility]
    for group in facilities if clinicians or len(facilities) > 1 else ():
        yield (_facility(answers, group, PasProfile.ORGANIZATION),)


def _practitioner(answers: Answers, group: Group) -> tuple[Draft, ...]:
    proven, specialty = answers.proven, group.one("specialty")
    name = only(group, "name") or Gap("provider.name", "Enter the provider's name.", group.key)
    number = only(group, "npi") or Gap("provider.npi", "Enter the provider's NPI.", group.key)
    person = present(
        resourceType="Practitioner",
        id=proven.id("Practitioner", group.key),
        meta=profiled(PasProfile.PRACTITIONER),
        identifier=[{"system": System.NPI, "value": _npi(number)}],
        name=[_name(name)],
    )
    role = present(
        resourceType="PractitionerRole",
        id=proven.id("PractitionerRole", group.key),
        meta=profiled(PasProfile.PRACTITIONER_ROLE),
        practitioner={"reference": proven.url("Practitioner", group.key)},
        specialty=[concept(text=specialty)] if specialty else None,
        # Constraint pd-1: a role has contact information.
        telecom=telecom({Telecom.PHONE: group.one("phone"), Telecom.FAX: group.one("fax")})
        or only(group, "phone")
        or only(group, "fax")
        or Gap("provider.phone", "Enter the provider's phone or fax number.", group.key),
    )
    return (Draft(role), Draft(person))


def _facility(answers: Answers, group: Group, profile: PasProfile) -> Draft:
    number = only(group, "npi")
    resource = present(
        resourceType="Organization",
        id=answers.proven.id("Organization", FACILITY, group.key),
        meta=profiled(profile),
        identifier=[{"system": System.NPI, "value": _npi(number)}] if number else None,
        active=True,
        name=leaf(only(group, "name") or Gap("facility.name", "Enter the facility's name.", group.key)),
    )
    return Draft(resource)


def _npi(number: Field | Gap) -> Stated | Gap | None:
    if isinstance(number, Field) and not is_valid_npi(number.value):
        return partial(number, "The NPI's check digit is wrong: correct it.")
    return leaf(number)


def _name(name: Field | Gap) -> Element | Gap:
    if isinstance(name, Gap):
        return name
    parts = human_name(name)
    return parts if "family" in parts else partial(name, "Enter the name as: Family, Given.")


def _member_id(answers: Answers) -> Stated | Gap | None:
    return leaf(answers.single("patient.member_id", "Enter the member id."))


def _member_identifier(answers: Answers, number: object) -> Element:
    type_ = concept(coding(System.IDENTIFIER_TYPE, IdentifierType.MEMBER))
    return {"type": type_, "system": _issuer(answers, Table.MEMBER_ID_SYSTEM), "value": number}


def _issuer(answers: Answers, table: Table) -> str | Gap | None:
    payer = answers.single("payer.name", _NO_PAYER)
    return payer if isinstance(payer, Gap) else tabled(payer, table)
