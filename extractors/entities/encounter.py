"""Contacts with care: visits, admissions, discharges."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Encounter(Schema):
    """The visit a note is about."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "date of service | visit date | encounter date | date of visit | dos | service date | seen on | "
                "date of encounter | appointment date | office visit date | date seen | exam date | date of exam "
                "| note date | seen | date of consultation | consultation date | date of evaluation | evaluation "
                "date | visit on | visit | examined on | day of operation | date of operation | operation date | "
                "date of surgery | surgery date | date of procedure | procedure date | day of visit | visited on "
                "| visit of | evaluated on | date of consult | day of service | session date | date of session | "
                "clinic date | date of examination | examination date | encounter | date of contact | contact "
                "date | operated on | session | examined | evaluated | procedure day | day of procedure | date of "
                "care | date of contact with patient | telehealth visit date | date and time of visit | visit date "
                "time | encounter date time | appt date | appt | appointment | time of visit | office visit | service"
                " on | call on | call date | date of call | day seen"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None


class Admission(Schema):
    """Start of a hospital stay."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "admission date | date of admission | admitted | admit date | date admitted | admitted on | "
                "admission | admit | came in | date in | arrived | arrival date | hospitalized on | inpatient "
                "from | admit dt | adm date | adm | date of hospitalization | hospital admission date | start of "
                "stay | admitted to hospital"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None


class FollowUp(Schema):
    """What has to happen next: a visit, a test to repeat, a colleague to see."""

    text: Annotated[str | None, Reads(Kind.TEXT, asked=False)] = None
    interval: Annotated[str | None, Reads(Kind.TEXT, asked=False)] = None


class Discharge(Schema):
    """End of a hospital stay."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "discharge date | date of discharge | discharged | discharge | disch date | date discharged | "
                "discharged on | dc date | went home | disch | d c date | date out | released | release date | "
                "date released | left hospital | end of stay | discharge dt | sent home | date of d c | "
                "discharged home"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None
