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
                "treated | name as shown on card"
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
                "birth dt | birthday | when born | patient birth date | birthdate of patient | born when"
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
                "assigned at birth | male or female | m or f | sex m or f | sex as on card"
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
                "member id | coverage id number | member policy number | id of member | card number"
            ),
            ErrorCost.CRITICAL,
        ),
    ] = None
    mrn: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "mrn | medical record number | chart number | record number | medical record | patient id | "
                "patient number | chart | hospital number | unit number | med rec number | patient account number "
                "| emr number | mr number | patient identifier | file number | chart id | clinic number"
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
                "number"
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
            called(
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
            called(
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
            called(
                "group number | group | group id | group name or number | employer group number | group policy "
                "number | rx group | grp | account group | employer group"
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
                "insured | relationship to patient | relation to subscriber | relationship to member"
            ),
            asked=False,
        ),
    ] = None
