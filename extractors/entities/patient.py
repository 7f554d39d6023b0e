"""The patient, the health plan and the policy holder."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Patient(Schema):
    """The person the document is about."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            called(
                "patient name | member name | patient | member | name of patient | name of member | enrollee name | "
                "beneficiary name | client name | recipient name | participant name | enrollee | beneficiary | "
                "recipient | last name first name | last name first name mi | last first mi | patient full name | "
                "patient legal name | legal name | full name | name | insured name if patient | who is the patient "
                "| re patient | re | customer name | covered person | who is the member | patient full legal name | "
                "name of enrollee | name of beneficiary | name of recipient | who is this for | person to be "
                "treated | name as shown on card | patient first and last name | member first and last name | name "
                "of insured person | name of person covered | covered member | enrolled member | patient name last "
                "first | patient last first | name of child | name of resident | resident name | participant full "
                "name | claimant name | name on id card | name as it appears on card | individual name | veteran "
                "name | who needs care | recipient of care | person receiving care | person | person seen | inpatient"
                " | outpatient | donor | insured | surname given name | surname first name | last first middle | last"
                " first | last name given name | family name given name | surname and given name | patient last first"
                " middle | pt last first | who called about | call concerning | matched chart | person named | chart "
                "of | concerning | about | on behalf of | individual | child | name of child last first | dependent |"
                " dependent name | name of dependent | patient being referred | referred patient | individual "
                "receiving service | patient surname given name | insured person | plan member | name of plan member "
                "| health plan member name | client | participant | resident | veteran | claimant | subject of care"
            ),
            ErrorCost.CRITICAL,
            required=True,
        ),
    ] = None
    dob: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "date of birth | dob | birth date | birthdate | d o b | born | born on | patient dob | member dob | "
                "birth dt | birthday | when born | patient birth date | birthdate of patient | born when | date "
                "born | member birth date | patient birthdate | enrollee dob | dob of patient | dob of member | "
                "enrollee date of birth | subscriber dob | beneficiary dob | insured dob | client dob | resident "
                "dob | member birthdate | recipient date of birth | date patient born | child dob | birth | bd | b d "
                "| b date | bdate | dt of birth | birth information | dob mm dd yyyy | date of birth mm dd yyyy"
            ),
            ErrorCost.CRITICAL,
            required=True,
        ),
    ] = None
    sex: Annotated[
        str | None,
        Reads(
            Kind.SEX,
            called(
                "sex | gender | sex at birth | legal sex | birth sex | administrative sex | gender identity | sex "
                "assigned at birth | male or female | m or f | m f | sex m f | sex m or f | gender m f | sex as on "
                "card | patient sex | patient gender | member sex | member gender | f m | sex m f u | recorded sex "
                "| male female | sex male female | sx | identifies as | assigned sex | sex listed | male or female sex"
            ),
            asked=False,
        ),
    ] = None
    member_id: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
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
                "member id | coverage id number | member policy number | id of member | card number | member card "
                "number | health id | wellness id | unique member id | medicaid recipient id | medicaid client id | "
                "mcd id | ahcccs id | mbi number | medicare claim number | enrollee number | participant number | "
                "coverage member id | plan enrollee id | insured policy number | subscriber policy number | insured "
                "member id | health plan member id | rx member id | pharmacy member id | prescription id | primary "
                "insurance id | primary insurance policy number | dod benefit number | policy certificate number | "
                "insurance member number | rid | recipient rid | beneficiary number | funding id | payer member id | "
                "policyholder number | tricare id | sponsor id | dod id | va id | member id plus suffix | individual "
                "id | alien number | ohip | health card number | ins id | ins id number | ins number | ins policy "
                "number | insurance id no | medicaid chip id | chip id | medicaid or chip id | medicaid chip number |"
                " subscriber member number | policy or member id"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    mrn: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "mrn | medical record number | chart number | record number | medical record | patient id | patient "
                "number | chart | hospital number | unit number | med rec number | patient account number | emr "
                "number | mr number | patient identifier | file number | chart id | clinic number | emr id | ehr "
                "number | health record number | mrn number | patient mrn | hospital mrn | patient account | "
                "encounter mrn | unit record number | facility mrn | patient chart number | record | med rec | rec "
                "number | rec | mr | mr number | mrn or account number | account | emr | ehr id | enterprise id | "
                "empi | person number | visit account | patient record"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None
    phone: Annotated[
        str | None,
        Reads(
            Kind.PHONE,
            called(
                "phone | telephone | patient phone | home phone | best phone | daytime phone | cell phone | cell | "
                "mobile phone | mobile | contact phone | primary phone | phone number | telephone number | best "
                "contact number | evening phone | day phone | preferred phone | reach at | daytime telephone | "
                "telephone home | phone daytime | best number | reachable at | phone where reachable | contact "
                "number | patient contact number | patient telephone | member phone | member telephone | call "
                "patient at | patient cell | home telephone | home cell | mobile number | cell number | home number "
                "| patient mobile | phone home | phone cell | phone mobile | telephone day | best phone number | "
                "best number to reach patient | patient daytime phone | member contact number | tel home | h phone | "
                "h ph | c phone | phone h | phone c | phone m | patient tel | ph home | number to reach | number to "
                "call | number to ring | reach me at | call me at | caller number | call back | callback | called "
                "from | calling from | phone called from | number called from | caller phone | phone of caller | "
                "return call to | call back to | home or cell"
            ),
            asked=False,
        ),
    ] = None
    address: Annotated[
        str | None,
        Reads(
            Kind.ADDRESS,
            called(
                "address | home address | mailing address | street address | residence | residential address | "
                "lives at | patient address | street | address line 1 | address 1 | current address | permanent "
                "address | member address | residence street city state zip | where does patient live | home "
                "residence | street city state zip | address city state zip | patient home address | member home "
                "address | enrollee address | patient residence | complete address | patient street address | "
                "member street address | member mailing address | patient mailing address | address of patient | "
                "address of member | home street address | beneficiary address | place of residence | residing at | "
                "resident address | home | resides at | residing | patient home | street city zip | street city state"
                " zip | street address city state zip | address city state | street and number | number and street | "
                "living at | lives | mailing | domicile | permanent residence | delivery address | ship to address | "
                "address where care will be provided | service delivery address | address of delivery | shipping "
                "address | home address of patient | care address"
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
            called(
                "payer | payer name | payor | health plan | health plan name | insurance | insurance company | "
                "insurance company name | insurer | carrier | insurance carrier | primary insurance | insurance "
                "name | insurance plan | name of insurance | name of health plan | third party payer | health "
                "insurance | primary payer | primary carrier | primary insurance company | insurance provider | "
                "plan administrator | utilization review organization | coverage with | issuer | coverage | name of "
                "payer | name of insurance company | who pays | insured with | plan sponsor | health plan or payer "
                "| insurance carrier name | medical insurance | insurance co | ins co | primary ins | primary "
                "health insurance | health plan payer | managed care organization | mco | mco name | health "
                "maintenance organization | payer organization | submitted to payer | to health plan | benefit "
                "administrator | tpa | third party administrator | insurance company or plan | pharmacy benefit "
                "manager | pbm | pbm name | carrier name | insurer name | covered by | who is the insurer | "
                "insuring company | name of carrier | name of insurer | medicaid plan | medicare plan | health "
                "insurer | primary health plan | current insurance | patient insurance | funding | funded by | "
                "funding source | insured by | insured through | coverage through | guarantor plan | responsible "
                "payer | sent to plan | plan or insurer | insurer or plan | company | insurance co name | third party"
                " administrator name | payer organization name | benefit plan administrator | health care plan | hmo "
                "| ipa or health plan | administered by"
            ),
            asked=False,
        ),
    ] = None
    plan: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "plan | plan name | product | plan type | line of business | plan product | benefit plan | product "
                "name | coverage type | lob | insurance type | type of coverage | plan or product | product type | "
                "coverage plan | program | policy type | benefit plan name | insurance product | plan or program | "
                "coverage product | name of plan | benefit | plan of benefits | benefit package | member plan | "
                "plan design | product line | plan product name | type of plan | type of insurance | benefit plan "
                "type | network type | health product | insurance plan type | kind of plan | coverage level | plan "
                "description | benefit design | plan option | metal level | health plan product | member product | "
                "business line | line of coverage | product tier | benefit tier | tier | coverage tier | coverage "
                "held | aid category | medicaid category | category of aid | eligibility category | "
                "formulary | program type | policy kind | plan category | plan level | plan variety | benefit | kind "
                "of coverage | class of coverage | network | plan network"
            ),
            asked=False,
        ),
    ] = None
    group_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "group number | group | group id | group name or number | employer group number | group policy "
                "number | rx group | grp | account group | employer group | policy group | group plan number | "
                "group policy | rx grp | rxgrp | group account | group account number | plan group number | "
                "insurance group number | group identification | group code | insured group number"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None


class Subscriber(Schema):
    """The policy holder, where the form names one."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            called(
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
            called(
                "relationship to subscriber | relationship to insured | relationship | patient relationship to "
                "insured | relationship to patient | relation to subscriber | relationship to member | patient "
                "relationship to subscriber | patient's relationship to subscriber | patient's relationship to "
                "insured | pt relationship to subscriber | pt relationship to insured | relationship to "
                "policyholder | relationship to policy holder | patient relationship to policyholder | patient "
                "relationship to policy holder | relation to insured | relation to policyholder | relationship to "
                "cardholder | relationship to card holder | patient relation to insured | patient relation to "
                "subscriber | relationship of patient to subscriber | relationship of patient to insured | rel to "
                "subscriber | rel to insured | relationship to the subscriber | relationship to the insured"
            ),
            asked=False,
        ),
    ] = None
