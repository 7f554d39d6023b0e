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
                "date of encounter | appointment date | office visit date | date seen | exam date | date of exam | "
                "note date | seen | date of consultation | consultation date | date of evaluation | evaluation "
                "date | visit on | visit"
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
                "admission | admit"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None


class Discharge(Schema):
    """End of a hospital stay."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "discharge date | date of discharge | discharged | discharge | disch date | date discharged | "
                "discharged on | dc date"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None
