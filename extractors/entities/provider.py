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
                "clinician | requesting prescriber | requested by provider | sending provider | referring clinician "
                "| name of requesting provider | name of ordering provider | name of referring provider | "
                "requesting physician name | ordering physician name | referring physician name | requesting "
                "practitioner name | attending physician name | treating physician name | prescribing provider name "
                "| prescriber full name | prescriber first and last name | ordering clinician name | requesting md "
                "| referring md | attending md | physician requesting service | provider requesting service | "
                "physician ordering service | medication prescribed by | drug prescribed by | provider making "
                "request | dentist | dentist name | therapist | therapist name | surgeon name | operating surgeon | "
                "rendering provider name | servicing provider name | performing physician name | referred to "
                "provider | referred to physician | consulting physician | consultant name | refer to provider | "
                "authorizing physician | physician of record | certifying physician | certifying provider | "
                "responsible physician | treating specialist | family doctor | family physician | examiner | "
                "proceduralist | hospitalist | seen by | seen by clinician | seen by provider | visit with | "
                "preferred specialist | consultant | dictated by | dictating provider | dictating physician | "
                "physician in charge | professional | ordering professional | requesting professional | treating "
                "professional | ordered through | originating provider | clinician sending patient | "
                "practitioner asking | evaluated by | examined by | performed by | provider of service | author | "
                "note author | operating physician | responsible clinician | responsible physician | supervising "
                "physician | supervising provider | care provider | health care provider | healthcare provider | hcp "
                "name | hcp | primary provider | physician or provider | referring source | referral source | "
                "referred from | consulting physician | consulting provider | consultant name | to doctor | "
                "specialist name | specialist requested | requested specialist | preferred provider | refer patient "
                "to | receiving provider | receiving clinician | receiving physician | accepting physician | "
                "accepting provider | recipient of letter | letter to | addressee | dr | doctor name | md name"
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
                "national provider identifier | billing npi | ordering provider npi | clinician npi | practice npi "
                "| attending npi | attending physician npi | treating provider npi | treating physician npi | "
                "prescriber npi number | pcp npi | servicing provider npi | rendering provider npi | surgeon npi | "
                "npi type 1 | npi of provider | npi of prescriber | npi of physician | npi of ordering provider | "
                "npi of requesting provider | referring provider npi | referring physician npi | ordering physician "
                "npi | requesting physician npi | certifying physician npi | 10 digit npi | national provider "
                "identification | prescribing npi"
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
                "specialty | type of practice | field of practice | kind of practice | board specialty | prescriber "
                "specialty | specialty of provider | specialty of prescriber | specialty of physician | medical "
                "specialty | type of specialist | requesting provider specialty | referring specialty | board "
                "certification | board certified in | clinician specialty | primary specialty | provider taxonomy | "
                "practitioner specialty"
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
                "telephone | dept phone | department phone | office contact phone | business phone | work phone | "
                "provider telephone | provider office phone | prescriber phone | physician phone | clinic telephone "
                "| practice telephone | office number | prescriber telephone | phone of provider | office phone "
                "number | doctor phone | ordering provider phone | requesting provider phone | call office at | "
                "peer to peer phone | provider contact phone | best number for peer to peer | voice | tel office | "
                "office tel | ph office | call back line | clinic line | office line | main line | nurse line | back "
                "line"
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
                "determination to fax | response fax | prescriber fax | physician fax | requesting provider fax | "
                "ordering provider fax | fax results to | fax decision to | fax determination to | office fax "
                "number | provider fax number | confidential fax | clinic fax number | fax of provider | doctor fax "
                "| fax reply to | reply fax"
            ),
            asked=False,
        ),
    ] = None


_FACILITY_NAMES = called(
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
    "treatment site | treatment center | dialysis center | place | name of program | name of facility "
    "where service will be performed | rendering location | outpatient facility | surgical facility | "
    "facility of service | infusion provider | infusion pharmacy | home infusion provider | imaging "
    "site | radiology facility | laboratory performing test | testing laboratory | place of treatment "
    "name | treating location | hospital where performed | ambulatory surgery center | asc name | "
    "skilled nursing facility | snf name | rehab facility | dme provider | dme vendor | equipment "
    "supplier | supplying company | service provider facility | location of service | where service is "
    "performed | sleep lab | referral facility | hospital or center | hospital or surgery center | "
    "facility or hospital | center | center name | perform site | site performing | place of surgery | "
    "place of procedure | surgical site facility | admitting hospital | hospital or asc | operating "
    "facility | where done | where service takes place"
)


class Facility(Schema):
    """Where the service is to be given."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            _FACILITY_NAMES,
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
                "site | npi of facility | npi of supplier | program npi | rendering facility npi | performing "
                "facility npi | treating facility npi | npi type 2 | group facility npi | imaging facility npi | "
                "laboratory npi | infusion center npi | surgery center npi | asc npi | dme npi | dme supplier npi | "
                "npi of servicing facility | npi of rendering facility | facility national provider identifier | "
                "npi of vendor | npi of location"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None


class ServingFacility(Facility):
    """Where a requested service or drug comes from: for a drug that is the pharmacy which dispenses it."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            (
                *_FACILITY_NAMES,
                *called(
                    "dispensing pharmacy | dispensing pharmacy name | pharmacy | pharmacy name | specialty pharmacy | "
                    "specialty pharmacy name | servicing pharmacy | filling pharmacy | pharmacy to dispense | "
                    "pharmacy where filled | preferred specialty pharmacy | drug supplied by | dispensed by | "
                    "dispensing provider | shipping pharmacy | site of dispensing | name of pharmacy"
                ),
            ),
            asked=False,
        ),
    ] = None
