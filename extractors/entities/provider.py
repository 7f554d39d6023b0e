"""Who gives care and where."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Provider(Schema):
    """A clinician: requesting, ordering, servicing, attending."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            called(
                "requesting provider | ordering provider | provider name | prescriber | physician | rendering "
                "provider | prescriber name | physician name | referring provider | referring physician | ordering "
                "physician | ordering clinician | requesting physician | treating physician | treating provider | "
                "attending physician | attending provider | attending | clinician | practitioner | prescribing "
                "physician | prescribing provider | prescribing clinician | primary care provider | primary care "
                "physician | pcp | pcp name | servicing provider | performing provider | rendering physician | "
                "surgeon | provider | doctor | requesting practitioner | requested by | ordered by | referred by | "
                "authorizing provider | ordering practitioner | requesting clinician | provider first and last name "
                "| name | signing provider | specialist | requester | requestor | requesting provider name | "
                "referring doctor | responsible provider | submitting provider | practitioner name | doctor name | "
                "provider full name | treating clinician | who orders | who is ordering | who is requesting | who "
                "asks | orderer | clinician name and degree | provider name and degree | name of clinician | name "
                "of prescriber | name of physician | name of provider | ordering provider name | authorizing "
                "clinician | requesting prescriber | requested by provider | sending provider | referring clinician"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None
    npi: Annotated[
        str | None,
        Reads(
            Kind.NPI,
            called(
                "npi | provider npi | national provider identifier | npi number | individual npi | prescriber npi | "
                "requesting provider npi | ordering npi | referring npi | physician npi | rendering npi | "
                "requesting npi | nat l provider id | national provider id | type 1 npi | npi individual | provider "
                "national provider identifier | billing npi | ordering provider npi | clinician npi | practice npi"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
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
    specialty: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "specialty | provider specialty | speciality | taxonomy | physician specialty | specialty type | "
                "practice specialty | area of practice | specialty taxonomy | clinical specialty | department "
                "specialty | type of practice | field of practice | kind of practice | board specialty"
            ),
            asked=False,
        ),
    ] = None
    phone: Annotated[
        str | None,
        Reads(
            Kind.PHONE,
            called(
                "phone | office phone | telephone | provider phone | phone number | telephone number | clinic phone "
                "| practice phone | contact phone | direct line | call back number | callback number | office "
                "telephone | dept phone | department phone | office contact phone | business phone | work phone"
            ),
            asked=False,
        ),
    ] = None
    fax: Annotated[
        str | None,
        Reads(
            Kind.PHONE,
            called(
                "fax | office fax | fax number | provider fax | return fax | facsimile | clinic fax | practice fax "
                "| dept fax | department fax | fax back number | secure fax | contact fax | fax for response | send "
                "determination to fax | response fax"
            ),
            asked=False,
        ),
    ] = None


class Facility(Schema):
    """Where the service is to be given."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            called(
                "facility | facility name | servicing facility | place of treatment | service facility | treating "
                "facility | rendering facility | perform at | performing site | performing facility | site | site "
                "name | site of service | site of care name | facility or supplier name | supplier | supplier name "
                "| dme supplier | vendor | vendor name | hospital | hospital name | location | location name | "
                "service location | infusion center | infusion site | imaging center | servicing provider facility "
                "| facility or vendor | rendering site | agency | agency name | treatment location | where service "
                "will be performed | place where service will be rendered | name | servicing vendor | surgery "
                "center | performing location | admitting facility | performing lab | performing laboratory | "
                "referred to facility | facility or agency | facility or practice | provider facility name | lab | "
                "where will it be done | where will service be done | rendered at | performed at | done at | to be "
                "done at | place of performance | servicing site | facility where performed | performing facility "
                "name | rendering facility name | service site | name of facility | name of supplier | dme company "
                "| home health agency | where service is given | hospital or facility | imaging facility | "
                "performing provider or facility | program | program or site | program site | treatment program | "
                "treatment site | treatment center | dialysis center | place | name of program"
            ),
            asked=False,
        ),
    ] = None
    npi: Annotated[
        str | None,
        Reads(
            Kind.NPI,
            called(
                "facility npi | site npi | location npi | servicing npi | npi | supplier npi | vendor npi | "
                "servicing facility npi | group npi | hospital npi | organization npi | organizational npi | "
                "facility npi number | type 2 npi | agency npi | performing site npi | npi of site | npi of that "
                "site | npi of facility | npi of supplier | program npi"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None
