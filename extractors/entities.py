"""The entities that document types are made of; each leaf says how it is labelled, parsed and how critical it is.

Names and normal forms are those of the neutral prediction format (docs/predictions.md).
"""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema

C = ErrorCost.CRITICAL


class Patient(Schema):
    """The person the document is about."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            (
                "patient name",
                "member name",
                "patient",
                "member",
                "name of patient",
                "enrollee name",
                "beneficiary name",
                "client name",
            ),
            C,
            required=True,
        ),
    ] = None
    dob: Annotated[
        str | None,
        Reads(Kind.DATE, ("date of birth", "dob", "birth date", "birthdate", "d.o.b.", "born"), C, required=True),
    ] = None
    sex: Annotated[str | None, Reads(Kind.SEX, ("sex", "gender"))] = None
    member_id: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            ("member id", "subscriber id", "id number", "policy id", "insurance id", "enrollee id", "member number"),
            C,
        ),
    ] = None
    mrn: Annotated[
        str | None, Reads(Kind.IDENTIFIER, ("mrn", "medical record number", "chart number", "record number"), C)
    ] = None
    phone: Annotated[str | None, Reads(Kind.PHONE, ("phone", "telephone", "patient phone"))] = None
    address: Annotated[str | None, Reads(Kind.ADDRESS, ("address", "home address", "mailing address"))] = None


class Payer(Schema):
    """The health plan."""

    name: Annotated[
        str | None,
        Reads(Kind.ORGANIZATION, ("payer", "health plan", "insurance", "insurance company", "insurer", "carrier")),
    ] = None
    plan: Annotated[str | None, Reads(Kind.TEXT, ("plan", "plan name", "product", "plan type", "line of business"))] = (
        None
    )
    group_number: Annotated[
        str | None, Reads(Kind.IDENTIFIER, ("group number", "group no", "group", "group id"), C)
    ] = None


class Subscriber(Schema):
    """The policy holder, where the form names one."""

    name: Annotated[
        str | None, Reads(Kind.PERSON_NAME, ("subscriber name", "policy holder", "insured name"), asked=False)
    ] = None
    relationship: Annotated[
        str | None,
        Reads(Kind.TEXT, ("relationship to subscriber", "relationship to insured", "relationship"), asked=False),
    ] = None


class Provider(Schema):
    """A clinician: requesting, ordering, servicing, attending."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            (
                "requesting provider",
                "ordering provider",
                "provider name",
                "prescriber",
                "physician",
                "rendering provider",
            ),
            C,
        ),
    ] = None
    npi: Annotated[str | None, Reads(Kind.NPI, ("npi", "provider npi", "national provider identifier"), C)] = None
    role: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(
                ("requesting", ()),
                ("referring", ()),
                ("ordering", ()),
                ("attending", ()),
                ("servicing", ()),
                ("pcp", ()),
            ),
            asked=False,
        ),
    ] = None
    specialty: Annotated[str | None, Reads(Kind.TEXT, ("specialty", "provider specialty"))] = None
    phone: Annotated[str | None, Reads(Kind.PHONE, ("phone", "office phone", "telephone"))] = None
    fax: Annotated[str | None, Reads(Kind.PHONE, ("fax", "office fax", "fax number"))] = None


class Facility(Schema):
    """Where the service is to be given."""

    name: Annotated[
        str | None, Reads(Kind.ORGANIZATION, ("facility", "facility name", "servicing facility", "place of treatment"))
    ] = None
    npi: Annotated[str | None, Reads(Kind.NPI, ("facility npi", "npi"), C)] = None


class Request(Schema):
    """What is asked for, and how fast."""

    date: Annotated[
        str | None, Reads(Kind.DATE, ("date of request", "request date", "date submitted", "date"), ErrorCost.DEADLINE)
    ] = None
    urgency: Annotated[
        str | None,
        Reads(
            Kind.URGENCY,
            ("request type", "urgency", "priority", "review type"),
            ErrorCost.DEADLINE,
            choices=(
                ("standard", ("standard", "routine", "elective", "non-urgent")),
                ("expedited", ("expedited", "urgent", "stat", "emergent")),
            ),
        ),
    ] = None


class Service(Schema):
    """Dates and place of the requested service."""

    start: Annotated[
        str | None,
        Reads(
            Kind.DATE, ("service date", "date of service", "start date", "from", "from date", "dos"), ErrorCost.DEADLINE
        ),
    ] = None
    end: Annotated[
        str | None, Reads(Kind.DATE, ("end date", "to", "to date", "through"), ErrorCost.DEADLINE, asked=False)
    ] = None
    place: Annotated[str | None, Reads(Kind.PLACE_OF_SERVICE, ("place of service", "pos", "setting"))] = None


class Diagnosis(Schema):
    """A diagnosis as printed."""

    code: Annotated[
        str | None,
        Reads(Kind.DIAGNOSIS_CODE, ("icd-10 code", "icd-10", "diagnosis code", "dx code", "icd10", "code"), C),
    ] = None
    description: Annotated[str | None, Reads(Kind.TEXT, ("diagnosis", "description", "diagnosis description"))] = None
    status: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("active", ()), ("negated", ()), ("family_history", ()), ("historical", ())),
            asked=False,
        ),
    ] = None


class Procedure(Schema):
    """A requested service line."""

    code: Annotated[
        str | None,
        Reads(Kind.PROCEDURE_CODE, ("cpt", "hcpcs", "cpt/hcpcs", "procedure code", "cpt code", "service code"), C),
    ] = None
    system: Annotated[str | None, Reads(Kind.CHOICE, choices=(("CPT", ()), ("HCPCS", ())), asked=False)] = None
    description: Annotated[
        str | None, Reads(Kind.TEXT, ("description of service", "procedure", "service", "description"))
    ] = None
    modifier: Annotated[str | None, Reads(Kind.MODIFIER, ("modifier", "mod"), C, asked=False)] = None
    units: Annotated[str | None, Reads(Kind.NUMBER, ("units", "qty", "quantity", "visits"), C)] = None


class Medication(Schema):
    """A drug: requested, current, tried and failed, or discontinued."""

    drug: Annotated[
        str | None, Reads(Kind.DRUG, ("drug", "medication", "drug name", "medication name", "medication requested"), C)
    ] = None
    strength: Annotated[str | None, Reads(Kind.STRENGTH, ("strength",), C)] = None
    form: Annotated[str | None, Reads(Kind.FORM, ("dosage form", "form"))] = None
    route: Annotated[str | None, Reads(Kind.ROUTE, ("route",))] = None
    dose: Annotated[str | None, Reads(Kind.DOSE, ("dose", "dosage"), C)] = None
    frequency: Annotated[str | None, Reads(Kind.FREQUENCY, ("frequency", "how often", "directions", "sig"), C)] = None
    quantity: Annotated[str | None, Reads(Kind.NUMBER, ("quantity", "qty", "dispense"), C)] = None
    days_supply: Annotated[str | None, Reads(Kind.NUMBER, ("days supply", "day supply"), C)] = None
    refills: Annotated[str | None, Reads(Kind.NUMBER, ("refills", "refill"))] = None
    status: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("requested", ()), ("current", ()), ("tried-failed", ()), ("discontinued", ())),
            cost=C,
            asked=False,
        ),
    ] = None


class Allergy(Schema):
    """An allergy; `none` says that the document states there is none."""

    substance: Annotated[str | None, Reads(Kind.TEXT, ("allergies", "allergy", "drug allergies"), C, asked=False)] = (
        None
    )
    reaction: Annotated[str | None, Reads(Kind.TEXT, ("reaction",), asked=False)] = None
    none: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("none known", ("nkda", "nka", "no known drug allergies", "no known allergies")),),
            cost=C,
            asked=False,
        ),
    ] = None


class Observation(Schema):
    """A laboratory result or vital sign."""

    name: Annotated[str | None, Reads(Kind.TEXT, ("test", "lab", "analyte", "component"), C, asked=False)] = None
    value: Annotated[str | None, Reads(Kind.NUMBER, ("result", "value"), C, asked=False)] = None
    unit: Annotated[str | None, Reads(Kind.UNIT, ("units", "unit"), C, asked=False)] = None
    flag: Annotated[str | None, Reads(Kind.TEXT, ("flag", "abnormal"), asked=False)] = None


class Encounter(Schema):
    """The visit a note is about."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE, ("date of service", "visit date", "encounter date", "date of visit", "dos"), ErrorCost.DEADLINE
        ),
    ] = None


class Admission(Schema):
    """Start of a hospital stay."""

    date: Annotated[
        str | None, Reads(Kind.DATE, ("admission date", "date of admission", "admitted"), ErrorCost.DEADLINE)
    ] = None


class Discharge(Schema):
    """End of a hospital stay."""

    date: Annotated[
        str | None, Reads(Kind.DATE, ("discharge date", "date of discharge", "discharged"), ErrorCost.DEADLINE)
    ] = None


class Case(Schema):
    """The sender's or payer's own number for the case."""

    reference_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            ("reference number", "case number", "authorization number", "tracking number"),
            C,
            asked=False,
        ),
    ] = None
