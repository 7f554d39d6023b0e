"""What is asked for, for when, and the case it belongs to."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Request(Schema):
    """What is asked for, and how fast."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "date of request | request date | date submitted | date | submission date | date requested | date "
                "signed | order date | ordered on | date ordered | asked on | requested on | submitted on | date of "
                "order | signature date | today date | date sent | date faxed | referral date | date of referral | "
                "date form completed | date completed | date prepared | letter date | date of letter | date of "
                "submission | requested date | signed on | date written | order placed | filled in on | sheet "
                "filled in on | form filled in on | completed on | form completed on | filled out on | date filled "
                "in | date of this request | requested | today | submission | sent on | ordered | written on | "
                "request made on | date of application | application date | request submission date | date request "
                "submitted | date request sent | date of fax | fax date | form date | date of form | date received "
                "by fax | date signed by provider | date of signature | provider signature date | todays date | "
                "current date | date initiated | date of order request | date prescription written | rx date | date "
                "rx written | date of prescription | prescription date | written date | authorization request date "
                "| date of referral request | date submitted to plan | date form submitted | day submitted | opened |"
                " written | filled out | dated | form dated | order written | statement date | entered | initiated | "
                "created | filed | prepared | filled in | submitted | date order written | date of this form | rx "
                "written | rx written date | prescription written | order dated"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None
    urgency: Annotated[
        str | None,
        Reads(
            Kind.URGENCY,
            called(
                "request type | urgency | urgent | expedited | priority | review type | type of request | type of "
                "review | level of urgency | request priority | how soon | processing | turnaround | turnaround "
                "requested | review priority | timeframe | time frame | level of service requested | service type "
                "priority | request urgency | processing type | class | referral priority | order priority | "
                "determination requested | review timeframe | how urgent | case type | kind of review | speed | how "
                "fast | review requested | type of review requested | urgency of request | how quickly | review "
                "speed | urgency level | level of service | level of priority | priority level | review urgency | "
                "request category | expedite | expedited review | expedited request | urgent request | is this "
                "urgent | type of submission | submission type | determination type | turn around time | requested "
                "turnaround | decision timeframe | decision time frame | processing time | review time frame | "
                "standard or expedited | urgent or routine | routine or urgent | service urgency | referral urgency "
                "| admission type | request status | request class | class of request | review class | timeline | "
                "requested timeline | priority class | answer needed | response needed | decision needed | clearance "
                "needed | decision wanted | how soon is this needed | when is decision needed | needed how soon | "
                "pace | requested review | speed of review | response time | turnaround needed | type of "
                "authorization | request processing | priority of request | referral type priority"
            ),
            ErrorCost.SERIOUS,
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
            called(
                "service date | date of service | start date | from | from date | dos | service from | svc from | "
                "start of care | start of care date | planned date | expected date | proposed date | scheduled date "
                "| requested start date | service start date | anticipated date of service | begin date | dates of "
                "service | date of service from | planned date of service | proposed start date | requested date of "
                "service | requested service date | date of procedure | procedure date | surgery date | date of "
                "surgery | scheduled for | appointment date | anticipated start date | requested dos | admit date | "
                "admission date | date of admission | start | service start | service begin date | from dos | "
                "authorization start date | expected start | planned service date | anticipated service date | "
                "expected date of service | soc date | date needed | planned for | first date of service | expected "
                "on | expected for | earliest date | begins | begins on | first service date | first dos | starts "
                "on | from date of service | beginning date | proposed date of service | planned start | requested "
                "for | anticipated date | procedure scheduled for | scheduled on | service to begin | date service "
                "begins | first visit | date of exam | start of need | service dates from | dates from | date from "
                "| service date from | first session | first day | first session day | first session or day | "
                "treatment start | treatment start date | start of service | start of treatment | date of first "
                "treatment | to begin | to begin on | need begins | effective from | valid from | target date | "
                "first treatment date | date of first service | beginning on | service on | dos from | service from "
                "date | authorization from | requested start | requested begin date | proposed service date | "
                "proposed surgery date | proposed procedure date | date of planned procedure | planned procedure "
                "date | planned surgery date | scheduled procedure date | scheduled surgery date | scheduled "
                "service date | date scheduled | date of admission or service | date of treatment | expected "
                "admission date | anticipated admission date | planned admission date | anticipated procedure date "
                "| therapy start | infusion start date | first infusion date | date of infusion | date of test | "
                "date of study | test date requested | delivery date | date of delivery | date equipment needed | "
                "coverage start date | effective start date | service effective date | requested effective date | "
                "expected begin date | initial visit date | first appointment | date care begins | certification "
                "period from | cert period from | certification from | certification period start | authorization "
                "period from | period from | service period from | care period from | certification start date | "
                "episode start date | start of episode | approval period from | requested period from | "
                "recertification from | treatment period from | authorization begin date | auth from | auth start | "
                "approved dates | dates approved | approved from | authorized dates | authorized from | authorization "
                "dates | approval dates | approved date range | authorization date range | authorization period | "
                "approved dates of service | authorized dates of service | date span | certified dates | certification "
                "dates | "
                "delivery wanted by | delivery needed by | delivery by | deliver by | needed by date | equipment "
                "needed by | delivery requested | supplies needed by | item needed by"
            ),
            ErrorCost.SERIOUS,
        ),
    ] = None
    end: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "end date | to | to date | through | thru | service to | svc to | service end date | stop date | "
                "service end | requested end date | date of service to | through date | thru date | authorization "
                "end date | end | until | end dos | to dos | last date of service | last service date | ends on | "
                "ends | end of service | final date | last dos | planned end | service ends | ending date | needed "
                "until | end of need | last session | last day | last date | end of treatment | valid until | valid "
                "through | need ends | treatment end | treatment end date | ending on | date of last service | dos "
                "to | service to date | authorization to | requested end | projected end date | anticipated end "
                "date | expected end date | proposed end date | date of discharge expected | anticipated discharge "
                "date | expected discharge date | therapy end | coverage end date | service expiration date | "
                "requested through | authorization through | end of care date | last visit | date care ends | date "
                "service ends | final visit date | certification period to | cert period to | certification to | "
                "certification period end | authorization period to | period to | service period to | care period to "
                "| certification end date | certification through | episode end date | approval period to | requested"
                " period to | recertification to | treatment period to | auth to | auth end"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    place: Annotated[
        str | None,
        Reads(
            Kind.PLACE_OF_SERVICE,
            called(
                "place of service | pos | setting | place of service code | pos code | service setting | site of "
                "care | service place | where | care setting | location type | treatment setting | place of service "
                "pos | level of care | site of service | location of care | site of treatment | treatment location "
                "type | patient setting | inpatient or outpatient | inpatient outpatient | facility type | type of "
                "facility | service location type | place of care | place of treatment code | pos number | cms "
                "place of service | place of service type | where performed"
            ),
        ),
    ] = None


class Case(Schema):
    """The sender's or payer's own number for the case."""

    reference_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "reference number | case number | authorization number | tracking number | auth number | case id | "
                "prior authorization number | pa number | request number | confirmation number | certification "
                "number | order number | existing authorization number | referral number | ref number | request id "
                "| auth reference number | previous authorization number | transaction number | reference id | auth "
                "id | authorization id | prior auth number | prior authorization reference number | pa reference "
                "number | pa case number | intake number | event number | cert number | call reference number | "
                "review number | determination number | inquiry number | ticket number | existing case number | "
                "original authorization number | prior reference number | pre certification number | precert number "
                "| preauthorization number | pre authorization number | um case number | file reference number"
            ),
            ErrorCost.CRITICAL,
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
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
