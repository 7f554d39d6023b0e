"""The entities that document types are made of; each leaf says how it is labelled, parsed and how critical it is.

Names and normal forms are those of the neutral prediction format (docs/predictions.md).
"""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema

C = ErrorCost.CRITICAL
SERIOUS = ErrorCost.SERIOUS


def _called(wordings: str) -> tuple[str, ...]:
    """The labels in a list separated by bars, most usual first."""
    return tuple(w.strip() for w in wordings.split("|"))


class Patient(Schema):
    """The person the document is about."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            _called(
                "patient name | member name | patient | member | name of patient | name of member | enrollee name | "
                "beneficiary name | client name | recipient name | participant name | enrollee | beneficiary | "
                "recipient | last name first name | last name first name mi | last first mi | patient full name | "
                "patient legal name | legal name | full name | name | insured name if patient | who is the patient "
                "| re patient | re | customer name | covered person | who is the member | patient full legal name | "
                "name of enrollee | name of beneficiary | name of recipient | who is this for | person to be "
                "treated | name as shown on card"
            ),
            C,
            required=True,
        ),
    ] = None
    dob: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "date of birth | dob | birth date | birthdate | d o b | born | born on | patient dob | member dob | "
                "birth dt | birthday | when born | patient birth date | birthdate of patient | born when"
            ),
            C,
            required=True,
        ),
    ] = None
    sex: Annotated[
        str | None,
        Reads(
            Kind.SEX,
            _called(
                "sex | gender | sex at birth | legal sex | birth sex | administrative sex | gender identity | sex "
                "assigned at birth | male or female | m or f | sex m or f | sex as on card"
            ),
            asked=False,
        ),
    ] = None
    member_id: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            _called(
                "member id | subscriber id | id number | member number | policy id | insurance id | enrollee id | "
                "policy number | insurance policy number | subscriber number | recipient id | recipient number | "
                "beneficiary id | cardholder id | card id | coverage id | coverage number | plan id | plan member "
                "id | health plan id | identification number | member identification number | medicaid id | "
                "medicaid number | medicare id | medicare number | medicare beneficiary identifier | mbi | hicn | "
                "hic number | id card number | insured id | insured id number | contract number | certificate "
                "number | certificate id | contract id | insurance number | id | client id | participant id | "
                "customer id | health insurance id | insurance member id | insurance card id | member id as on card "
                "| cin | umpi | alternate id | id on card | id on member card | id on insurance card | number on "
                "card | member id on card | medicaid plan id | id as on card | member identification | subscriber "
                "member id | coverage id number | member policy number | id of member | card number"
            ),
            C,
        ),
    ] = None
    mrn: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            _called(
                "mrn | medical record number | chart number | record number | medical record | patient id | "
                "patient number | chart | hospital number | unit number | med rec number | patient account number "
                "| emr number | mr number | patient identifier | file number | chart id | clinic number"
            ),
            C,
            asked=False,
        ),
    ] = None
    phone: Annotated[
        str | None,
        Reads(
            Kind.PHONE,
            _called(
                "phone | telephone | patient phone | home phone | best phone | daytime phone | cell phone | cell | "
                "mobile phone | mobile | contact phone | primary phone | phone number | telephone number | best "
                "contact number | evening phone | day phone | preferred phone | reach at | daytime telephone | "
                "telephone home | phone daytime | best number | reachable at | phone where reachable | contact "
                "number"
            ),
            asked=False,
        ),
    ] = None
    address: Annotated[
        str | None,
        Reads(
            Kind.ADDRESS,
            _called(
                "address | home address | mailing address | street address | residence | residential address | "
                "lives at | patient address | street | address line 1 | address 1 | current address | permanent "
                "address | member address | residence street city state zip | where does patient live | home "
                "residence | street city state zip | address city state zip"
            ),
            asked=False,
        ),
    ] = None


class Payer(Schema):
    """The health plan."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            _called(
                "payer | payer name | payor | health plan | health plan name | insurance | insurance company | "
                "insurance company name | insurer | carrier | insurance carrier | primary insurance | insurance "
                "name | insurance plan | name of insurance | name of health plan | third party payer | health "
                "insurance | primary payer | primary carrier | primary insurance company | insurance provider | "
                "plan administrator | utilization review organization | coverage with | issuer | coverage | name of "
                "payer | name of insurance company | who pays | insured with | plan sponsor | health plan or payer "
                "| insurance carrier name | medical insurance"
            ),
            asked=False,
        ),
    ] = None
    plan: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "plan | plan name | product | plan type | line of business | plan product | benefit plan | product "
                "name | coverage type | lob | insurance type | type of coverage | plan or product | product type | "
                "coverage plan | program | policy type | benefit plan name | insurance product | plan or program | "
                "coverage product | name of plan | benefit | plan of benefits | benefit package | member plan | "
                "plan design"
            ),
            asked=False,
        ),
    ] = None
    group_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            _called(
                "group number | group | group id | group name or number | employer group number | group policy "
                "number | rx group | grp | account group | employer group"
            ),
            C,
            asked=False,
        ),
    ] = None


class Subscriber(Schema):
    """The policy holder, where the form names one."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            _called(
                "subscriber name | policy holder | policyholder | insured name | policy holder name | cardholder "
                "name | subscriber | insured | name of insured | name of subscriber | primary insured | guarantor | "
                "guarantor name | employee name | sponsor name"
            ),
            asked=False,
        ),
    ] = None
    relationship: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "relationship to subscriber | relationship to insured | relationship | patient relationship to "
                "insured | relationship to patient | relation to subscriber | relationship to member"
            ),
            asked=False,
        ),
    ] = None


class Provider(Schema):
    """A clinician: requesting, ordering, servicing, attending."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            _called(
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
            SERIOUS,
        ),
    ] = None
    npi: Annotated[
        str | None,
        Reads(
            Kind.NPI,
            _called(
                "npi | provider npi | national provider identifier | npi number | individual npi | prescriber npi | "
                "requesting provider npi | ordering npi | referring npi | physician npi | rendering npi | "
                "requesting npi | nat l provider id | national provider id | type 1 npi | npi individual | provider "
                "national provider identifier | billing npi | ordering provider npi | clinician npi | practice npi"
            ),
            C,
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
            _called(
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
            _called(
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
            _called(
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
            _called(
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
            _called(
                "facility npi | site npi | location npi | servicing npi | npi | supplier npi | vendor npi | "
                "servicing facility npi | group npi | hospital npi | organization npi | organizational npi | "
                "facility npi number | type 2 npi | agency npi | performing site npi | npi of site | npi of that "
                "site | npi of facility | npi of supplier | program npi"
            ),
            C,
            asked=False,
        ),
    ] = None


class Request(Schema):
    """What is asked for, and how fast."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "date of request | request date | date submitted | date | submission date | date requested | date "
                "signed | order date | ordered on | date ordered | asked on | requested on | submitted on | date "
                "of order | signature date | today date | date sent | date faxed | referral date | date of "
                "referral | date form completed | date completed | date prepared | letter date | date of letter | "
                "date of submission | requested date | signed on | date written | order placed | filled in on | "
                "sheet filled in on | form filled in on | completed on | form completed on | filled out on | date "
                "filled in | date of this request | requested | today | submission | sent on | ordered | written "
                "on | request made on | date of application | application date"
            ),
            SERIOUS,
        ),
    ] = None
    urgency: Annotated[
        str | None,
        Reads(
            Kind.URGENCY,
            _called(
                "request type | urgency | urgent | expedited | priority | review type | type of request | type of "
                "review | level of urgency | request priority | how soon | processing | turnaround | turnaround "
                "requested | review priority | timeframe | time frame | level of service requested | service type "
                "priority | request urgency | processing type | class | referral priority | order priority | "
                "determination requested | review timeframe | how urgent | case type | kind of review | speed | how "
                "fast | review requested | type of review requested | urgency of request | how quickly | review "
                "speed"
            ),
            SERIOUS,
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
            Kind.DATE,
            _called(
                "service date | date of service | start date | from | from date | dos | service from | svc from | "
                "start of care | start of care date | planned date | expected date | proposed date | scheduled "
                "date | requested start date | service start date | anticipated date of service | begin date | "
                "dates of service | date of service from | planned date of service | proposed start date | "
                "requested date of service | requested service date | date of procedure | procedure date | surgery "
                "date | date of surgery | scheduled for | appointment date | anticipated start date | requested "
                "dos | admit date | admission date | date of admission | start | service start | service begin "
                "date | from dos | authorization start date | expected start | planned service date | anticipated "
                "service date | expected date of service | soc date | date needed | planned for | first date of "
                "service | expected on | expected for | earliest date | begins | begins on | first service date | "
                "first dos | starts on | from date of service | beginning date | proposed date of service | "
                "planned start | requested for | anticipated date | procedure scheduled for | scheduled on | "
                "service to begin | date service begins | first visit | date of exam | start of need | "
                "service dates from | dates from | date from | service date from | first "
                "session | first day | first session day | first session or day | treatment start | treatment "
                "start date | start of service | start of treatment | date of first treatment | to begin | to "
                "begin on | need begins | effective from | valid from | target date | first treatment date | date "
                "of first service | beginning on | service on"
            ),
            SERIOUS,
        ),
    ] = None
    end: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "end date | to | to date | through | thru | service to | svc to | service end date | stop date | "
                "service end | requested end date | date of service to | through date | thru date | authorization "
                "end date | end | until | end dos | to dos | last date of service | last service date | ends on | "
                "ends | end of service | final date | last dos | planned end | service ends | ending date | needed "
                "until | end of need | last session | last day | last date | end of treatment | valid until | "
                "valid through | need ends | treatment end | treatment end date | ending on | date of last service"
            ),
            SERIOUS,
            asked=False,
        ),
    ] = None
    place: Annotated[
        str | None,
        Reads(
            Kind.PLACE_OF_SERVICE,
            _called(
                "place of service | pos | setting | place of service code | pos code | service setting | site of "
                "care | service place | where | care setting | location type | treatment setting | place of service "
                "pos | level of care | site of service"
            ),
        ),
    ] = None


class Diagnosis(Schema):
    """A diagnosis as printed."""

    code: Annotated[
        str | None,
        Reads(
            Kind.DIAGNOSIS_CODE,
            _called(
                "icd-10 code | icd-10 | diagnosis code | dx code | icd10 | code | icd | icd code | icd-10-cm | "
                "icd-10-cm code | icd-10 diagnosis code | icd 10 cm diagnosis code | primary dx code | diag code | "
                "icd-10 dx | icd10 code | icd 9 or 10 code | diagnosis icd-10 | dx icd-10 | icd-10 dx code | "
                "condition code"
            ),
            C,
        ),
    ] = None
    description: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "diagnosis | description | diagnosis description | condition | dx description | diagnosis being "
                "treated | primary diagnosis | reason for exam | reason for request | reason for service | "
                "indication | medical condition | other condition | also relevant | working diagnosis | reason for "
                "referral | clinical indication | condition being treated | diagnosis name | disease | problem | "
                "admitting diagnosis | reason for study | reason for test | reason for order | secondary diagnosis "
                "| comorbidity | comorbid condition | associated diagnosis | treating diagnosis | diagnosis "
                "narrative | diagnosis text | icd description | related condition | relevant history | further "
                "diagnosis | reason | what is wrong | clinical diagnosis | main diagnosis | diagnosis for this "
                "request | further condition | why is it needed | clinical reason | symptom | chief complaint"
            ),
            asked=False,
        ),
    ] = None
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
        Reads(
            Kind.PROCEDURE_CODE,
            _called(
                "cpt | hcpcs | cpt hcpcs | procedure code | cpt code | service code | hcpcs code | cpt hcpcs code | "
                "cpt or hcpcs code | code | cpt hcpcs rev code | exam code | exam service code | test code | proc "
                "code | billing code | procedure service code | j code | jcode | hcpcs cpt | hcpcs cpt code | item "
                "code | order code | cpt 4 | cpt procedure code | revenue code or cpt | service procedure code | "
                "cpt 4 hcpcs | equipment code | hcpc | hcpcs j code | code requested | code of service | code for "
                "service | service or procedure code | cpt or hcpcs | hcpcs or cpt | billing code requested"
            ),
            C,
        ),
    ] = None
    system: Annotated[str | None, Reads(Kind.CHOICE, choices=(("CPT", ()), ("HCPCS", ())), asked=False)] = None
    description: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "description of service | procedure | service | description | procedure description | service "
                "description | service requested | procedure requested | requested service | exam | test | study | "
                "item | item description | description of procedure | equipment | exam requested | type of service "
                "| treatment requested | services or items requested | procedure name | service name | item or "
                "service | test name | study requested | description of item | requested procedure | requested item "
                "| order | test requested | order description | product description | requested treatment | "
                "nomenclature | exam or service | service or item | what is requested | what is ordered | requested "
                "exam | line item | item requested | drug or service | procedure or service | ordered service | "
                "scan requested"
            ),
            asked=False,
        ),
    ] = None
    modifier: Annotated[
        str | None,
        Reads(Kind.MODIFIER, _called("modifier | mod | modifiers | mod 1 | mods | modifier code"), C, asked=False),
    ] = None
    units: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            _called(
                "units | qty | quantity | visits | number of visits | number of units | units requested | units "
                "visits | visits requested | quantity requested | sessions | number of sessions | total units | "
                "days or units | number of treatments | units of service | num units | count | frequency units | "
                "total visits | number of days | hours | unit count | how many | number requested | amount "
                "requested | unit or visits | amount | number | how many units | units or visits"
            ),
            SERIOUS,
        ),
    ] = None


class Medication(Schema):
    """A drug: requested, current, tried and failed, or discontinued."""

    drug: Annotated[
        str | None,
        Reads(
            Kind.DRUG,
            _called(
                "drug | medication | drug name | medication name | medication requested | requested drug | "
                "requested medication | drug requested | medicine | drug product | product | name of drug | name of "
                "medication | medication name and strength | drug name brand or generic | brand name | generic name "
                "| medication product | therapy | treatment | prescription | prior drug | previous medication | "
                "drug tried | medication tried | medicine tried | product tried | preferred drug | drug being "
                "requested | medication being requested | name | drug medication | drug and dosage form | name of "
                "medicine | medicine name | drug prescribed | medication prescribed | tried drug | product "
                "requested | drug already tried"
            ),
            C,
        ),
    ] = None
    strength: Annotated[
        str | None,
        Reads(
            Kind.STRENGTH,
            _called(
                "strength | drug strength | product strength | strength mg | concentration | strength and form | "
                "medication strength | strength concentration | strength or concentration | product strength and "
                "form"
            ),
            C,
        ),
    ] = None
    form: Annotated[
        str | None,
        Reads(
            Kind.FORM,
            _called("dosage form | form | formulation | dose form | drug form | product form | package form"),
            asked=False,
        ),
    ] = None
    route: Annotated[
        str | None,
        Reads(
            Kind.ROUTE,
            _called(
                "route | route of administration | route of admin | administration route | roa | how given | how taken"
            ),
            asked=False,
        ),
    ] = None
    dose: Annotated[
        str | None,
        Reads(
            Kind.DOSE,
            _called(
                "dose | dosage | dose per administration | amount per dose | dose given | dose amount | each dose "
                "| amount"
            ),
            C,
        ),
    ] = None
    frequency: Annotated[
        str | None,
        Reads(
            Kind.FREQUENCY,
            _called(
                "frequency | how often | directions | sig | directions for use | directions frequency | directions "
                "sig | instructions | dosing frequency | dosing schedule | schedule | dose frequency | dosing "
                "interval | administration schedule | times per day | directions for administration | how often "
                "taken | frequency of administration | sig directions | dosing | how often given | how often is it "
                "taken | times | interval | dose interval"
            ),
            C,
        ),
    ] = None
    quantity: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            _called(
                "quantity | qty | dispense | quantity requested | qty requested | quantity per month | quantity "
                "dispensed | qty per 30 days | disp | amount dispensed | quantity per fill | number dispensed | qty "
                "per fill | dispense quantity | quantity per 30 days | dispense qty | quantity for fill | amount "
                "per fill | number per fill"
            ),
            C,
        ),
    ] = None
    days_supply: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            _called(
                "days supply | day supply | supply days | ds | days of supply | number of days supply | days per "
                "fill | duration days | day s supply | days | supply in days | for how many days | days supplied"
            ),
            C,
        ),
    ] = None
    refills: Annotated[
        str | None,
        Reads(
            Kind.NUMBER, _called("refills | refill | number of refills | refills requested | refills authorized | rf")
        ),
    ] = None
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

    substance: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "allergies | allergy | drug allergies | allergen | allergic to | known allergies | medication "
                "allergies | known drug allergies | substance | adverse reactions"
            ),
            SERIOUS,
            asked=False,
        ),
    ] = None
    reaction: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called("reaction | type of reaction | reaction type | allergic reaction | manifestation"),
            asked=False,
        ),
    ] = None
    none: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("none known", ("nkda", "nka", "no known drug allergies", "no known allergies")),),
            cost=SERIOUS,
            asked=False,
        ),
    ] = None


class Observation(Schema):
    """A laboratory result or vital sign."""

    name: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called(
                "test | lab | analyte | component | test name | lab test | laboratory test | measure | measurement "
                "| observation | parameter | lab name | vital | vital sign | procedure test | assay | finding name "
                "| result name | exam | lab value name | study | measured | lab value | what was measured | test or "
                "measurement"
            ),
            C,
            asked=False,
        ),
    ] = None
    value: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            _called(
                "result | value | finding | test result | lab value | results | reading | observed | level | score "
                "| measured value | latest value | most recent value | current value | latest result | most recent "
                "| latest | outcome value | value and unit | result and unit | reading and unit"
            ),
            C,
            asked=False,
        ),
    ] = None
    unit: Annotated[str | None, Reads(Kind.UNIT, _called("units | unit | uom | unit of measure"), C, asked=False)] = (
        None
    )
    flag: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            _called("flag | abnormal | abnormal flag | h l | interpretation | status flag | abn"),
            asked=False,
        ),
    ] = None


class Encounter(Schema):
    """The visit a note is about."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "date of service | visit date | encounter date | date of visit | dos | service date | seen on | "
                "date of encounter | appointment date | office visit date | date seen | exam date | date of exam | "
                "note date | seen | date of consultation | consultation date | date of evaluation | evaluation "
                "date | visit on | visit"
            ),
            SERIOUS,
        ),
    ] = None


class Admission(Schema):
    """Start of a hospital stay."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "admission date | date of admission | admitted | admit date | date admitted | admitted on | "
                "admission | admit"
            ),
            SERIOUS,
        ),
    ] = None


class Discharge(Schema):
    """End of a hospital stay."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            _called(
                "discharge date | date of discharge | discharged | discharge | disch date | date discharged | "
                "discharged on | dc date"
            ),
            SERIOUS,
        ),
    ] = None


class Case(Schema):
    """The sender's or payer's own number for the case."""

    reference_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            _called(
                "reference number | case number | authorization number | tracking number | auth number | case id | "
                "prior authorization number | pa number | request number | confirmation number | certification "
                "number | order number | existing authorization number | referral number | ref number | request id "
                "| auth reference number | previous authorization number | transaction number"
            ),
            C,
            asked=False,
        ),
    ] = None


class Decision(Schema):
    """What the sender asks the payer to keep to."""

    deadline: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            (
                "decision needed by",
                "determination needed by",
                "decision due",
                "needed by",
                "response needed by",
                "decision requested by",
                "due date",
                "respond by",
            ),
            SERIOUS,
            asked=False,
        ),
    ] = None
