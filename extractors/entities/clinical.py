"""Clinical statements: diagnoses, procedures, drugs, allergies, observations."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Diagnosis(Schema):
    """A diagnosis as printed."""

    code: Annotated[
        str | None,
        Reads(
            Kind.DIAGNOSIS_CODE,
            called(
                "icd-10 code | icd-10 | diagnosis code | dx code | icd10 | code | icd | icd code | icd-10-cm | "
                "icd-10-cm code | icd-10 diagnosis code | icd 10 cm diagnosis code | primary dx code | diag code | "
                "icd-10 dx | icd10 code | icd 9 or 10 code | diagnosis icd-10 | dx icd-10 | icd-10 dx code | "
                "condition code | icd 10 cm | icd code and description | icd10 cm code | primary icd 10 | primary "
                "icd 10 code | principal diagnosis code | icd diagnosis code | dx code icd 10 | icd 10 number | "
                "diagnosis code number | code for diagnosis | icd10 dx code | billing diagnosis code | supporting "
                "diagnosis code | secondary icd 10 code | icd 10 diagnosis"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    description: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "diagnosis | description | diagnosis description | condition | dx description | diagnosis being "
                "treated | primary diagnosis | reason for exam | reason for request | reason for service | "
                "indication | medical condition | other condition | also relevant | working diagnosis | reason for "
                "referral | clinical indication | condition being treated | diagnosis name | disease | problem | "
                "admitting diagnosis | reason for study | reason for test | reason for order | secondary diagnosis "
                "| comorbidity | comorbid condition | associated diagnosis | treating diagnosis | diagnosis "
                "narrative | diagnosis text | icd description | related condition | relevant history | further "
                "diagnosis | reason | what is wrong | clinical diagnosis | main diagnosis | diagnosis for this "
                "request | further condition | why is it needed | clinical reason | symptom | chief complaint | "
                "clinical condition | presenting diagnosis | disease state | diagnosis related to request | "
                "diagnosis for treatment | diagnosis for drug | condition requiring treatment | medical diagnosis | "
                "primary condition | diagnosis requiring service | diagnosis supporting request | indication for "
                "use | indication for therapy | indication for procedure | reason for medication | what condition "
                "is being treated | diagnosis relevant to request | presenting problem | pre operative diagnosis | "
                "preoperative diagnosis | active diagnosis | current diagnosis"
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
            called(
                "cpt | hcpcs | cpt hcpcs | procedure code | cpt code | service code | hcpcs code | cpt hcpcs code | "
                "cpt or hcpcs code | code | cpt hcpcs rev code | exam code | exam service code | test code | proc "
                "code | billing code | procedure service code | j code | jcode | hcpcs cpt | hcpcs cpt code | item "
                "code | order code | cpt 4 | cpt procedure code | revenue code or cpt | service procedure code | "
                "cpt 4 hcpcs | equipment code | hcpc | hcpcs j code | code requested | code of service | code for "
                "service | service or procedure code | cpt or hcpcs | hcpcs or cpt | billing code requested | cpt "
                "code requested | cpt hcpcs requested | hcpcs cpt code requested | procedure cpt code | cpt code "
                "number | primary cpt | primary procedure code | requested cpt | requested code | requested "
                "procedure code | hcpcs level ii code | healthcare service code | dme code | test cpt | imaging cpt "
                "| surgical cpt code | service cpt code | cpt number | drug hcpcs | drug code | medical procedure "
                "code | treatment code | surgery code"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    system: Annotated[str | None, Reads(Kind.CHOICE, choices=(("CPT", ()), ("HCPCS", ())), asked=False)] = None
    description: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "description of service | procedure | service | description | procedure description | service "
                "description | service requested | procedure requested | requested service | exam | test | study | "
                "item | item description | description of procedure | equipment | exam requested | type of service "
                "| treatment requested | services or items requested | procedure name | service name | item or "
                "service | test name | study requested | description of item | requested procedure | requested item "
                "| order | test requested | order description | product description | requested treatment | "
                "nomenclature | exam or service | service or item | what is requested | what is ordered | requested "
                "exam | line item | item requested | drug or service | procedure or service | ordered service | "
                "scan requested | description of procedure or service | surgical procedure | planned procedure | "
                "proposed procedure | proposed treatment | planned surgery | surgery requested | imaging requested "
                "| imaging study | study type | type of study | type of exam | type of test | type of procedure | "
                "equipment requested | equipment description | supply requested | dme item | service being "
                "requested | procedure being requested | services being requested | therapy requested | treatment "
                "plan requested | code description | procedure or test | requested test | requested imaging | "
                "requested equipment | operation | surgery"
            ),
            asked=False,
        ),
    ] = None
    modifier: Annotated[
        str | None,
        Reads(
            Kind.MODIFIER,
            called("modifier | mod | modifiers | mod 1 | mods | modifier code"),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None
    units: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            called(
                "units | qty | quantity | visits | number of visits | number of units | units requested | units "
                "visits | visits requested | quantity requested | sessions | number of sessions | total units | "
                "days or units | number of treatments | units of service | num units | count | frequency units | "
                "total visits | number of days | hours | unit count | how many | number requested | amount "
                "requested | unit or visits | amount | number | how many units | units or visits | number of units "
                "requested | units needed | units per month | total units requested | quantity of units | requested "
                "quantity | visits needed | visit count | total number of visits | session count | requested visits "
                "| requested units | number of doses | doses requested | treatments requested | number of hours | "
                "hours requested | days requested | number of procedures | total quantity"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None


class Medication(Schema):
    """A drug: requested, current, tried and failed, or discontinued."""

    drug: Annotated[
        str | None,
        Reads(
            Kind.DRUG,
            called(
                "drug | medication | drug name | medication name | medication requested | requested drug | "
                "requested medication | drug requested | medicine | drug product | product | name of drug | name of "
                "medication | medication name and strength | drug name brand or generic | brand name | generic name "
                "| medication product | therapy | treatment | prescription | prior drug | previous medication | "
                "drug tried | medication tried | medicine tried | product tried | preferred drug | drug being "
                "requested | medication being requested | name | drug medication | drug and dosage form | name of "
                "medicine | medicine name | drug prescribed | medication prescribed | tried drug | product "
                "requested | drug already tried"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    strength: Annotated[
        str | None,
        Reads(
            Kind.STRENGTH,
            called(
                "strength | drug strength | product strength | strength mg | concentration | strength and form | "
                "medication strength | strength concentration | strength or concentration | product strength and "
                "form | potency | vial size | tablet size | strength of drug"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    form: Annotated[
        str | None,
        Reads(
            Kind.FORM,
            called(
                "dosage form | form | formulation | dose form | drug form | product form | package form | shape | "
                "presentation | comes as | dispensed as | preparation"
            ),
            asked=False,
        ),
    ] = None
    route: Annotated[
        str | None,
        Reads(
            Kind.ROUTE,
            called(
                "route | route of administration | route of admin | administration route | roa | how given | how taken "
                "| given by | taken by | administered by | given via | goes in | by way of"
            ),
            asked=False,
        ),
    ] = None
    dose: Annotated[
        str | None,
        Reads(
            Kind.DOSE,
            called(
                "dose | dosage | dose per administration | amount per dose | dose given | dose amount | each dose "
                "| amount | per dose | each time | single dose | dose per time"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    frequency: Annotated[
        str | None,
        Reads(
            Kind.FREQUENCY,
            called(
                "frequency | how often | directions | sig | directions for use | directions frequency | directions "
                "sig | instructions | dosing frequency | dosing schedule | schedule | dose frequency | dosing "
                "interval | administration schedule | times per day | directions for administration | how often "
                "taken | frequency of administration | sig directions | dosing | how often given | how often is it "
                "taken | times | interval | dose interval"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    quantity: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            called(
                "quantity | qty | dispense | quantity requested | qty requested | quantity per month | quantity "
                "dispensed | qty per 30 days | disp | amount dispensed | quantity per fill | number dispensed | qty "
                "per fill | dispense quantity | quantity per 30 days | dispense qty | quantity for fill | amount "
                "per fill | number per fill | number supplied | pieces per fill | to dispense | how much | amount to "
                "dispense | pack size | qty 30 days | quantity 30 days | qty 30 day | qty month | qty fill"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    days_supply: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            called(
                "days supply | day supply | supply days | ds | days of supply | number of days supply | days per "
                "fill | duration days | day s supply | days | supply in days | for how many days | days supplied | "
                "lasting days | lasts days | lasting | supply lasts"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    refills: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            called(
                "refills | refill | number of refills | refills requested | refills authorized | rf | renewals | "
                "repeats | repeat fills | additional fills"
            ),
        ),
    ] = None
    status: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("requested", ()), ("current", ()), ("tried-failed", ()), ("discontinued", ())),
            cost=ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None


class Allergy(Schema):
    """An allergy; `none` says that the document states there is none."""

    substance: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "allergies | allergy | drug allergies | allergen | allergic to | known allergies | medication "
                "allergies | known drug allergies | substance | adverse reactions"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    reaction: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called("reaction | type of reaction | reaction type | allergic reaction | manifestation"),
            asked=False,
        ),
    ] = None
    none: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=(("none known", ("nkda", "nka", "no known drug allergies", "no known allergies")),),
            cost=ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class Observation(Schema):
    """A laboratory result or vital sign."""

    name: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "test | lab | analyte | component | test name | lab test | laboratory test | measure | measurement "
                "| observation | parameter | lab name | vital | vital sign | procedure test | assay | finding name "
                "| result name | exam | lab value name | study | measured | lab value | what was measured | test or "
                "measurement"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None
    value: Annotated[
        str | None,
        Reads(
            Kind.NUMBER,
            called(
                "result | value | finding | test result | lab value | results | reading | observed | level | score "
                "| measured value | latest value | most recent value | current value | latest result | most recent "
                "| latest | outcome value | value and unit | result and unit | reading and unit"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None
    unit: Annotated[
        str | None, Reads(Kind.UNIT, called("units | unit | uom | unit of measure"), ErrorCost.CRITICAL, asked=False)
    ] = None
    flag: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called("flag | abnormal | abnormal flag | h l | interpretation | status flag | abn"),
            asked=False,
        ),
    ] = None
