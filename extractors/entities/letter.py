"""What a payer's letter says of its decision: when, what, why, what is wanted, until when, and who reviewed it."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Letter(Schema):
    """The letter itself."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "letter date | date of letter | date of this letter | notice date | date of notice | date of this "
                "notice | date | mail date | mailing date | date mailed | mailed on | mailed | date issued | issue "
                "date | issued on | issued | notice issued | date of issue | notice mailed | date sent | sent on | "
                "notification date | date of notification | today date | letter dated | dated | date of mailing | "
                "date notice mailed | date letter issued"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class LetterCase(Schema):
    """The payer's number for the case."""

    reference_number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "reference number | case number | authorization number | tracking number | auth number | case id | "
                "prior authorization number | pa number | request number | confirmation number | certification number "
                "| referral number | ref number | request id | auth reference number | transaction number | reference "
                "| our reference | our file | file number | authorization reference | case reference | case | "
                "reference id | reference # | tracking id | tracking | authorization id | authorization | service "
                "request number | review number | review id | review reference | determination number "
                "| decision number | notice number | notice id | document control number | intake number "
                "| event number | episode number | pre certification number | precertification number "
                "| pre authorization number | preauthorization "
                "number | prior auth number | inquiry number | your reference | your case number | um number | um "
                "reference number | control number | correspondence number | letter id | call reference number | "
                "eoc id | rx reference number | request reference | our case number | our reference number | case file "
                "| appeal number | ticket number | pa reference | pa ref | pa id | pa case number | pa reference "
                "number | pa case "
                "| auth ref | auth id | auth case number | authorization no | authorization ref | um case number | "
                "um case | "
                "um reference | determination reference | notice reference | letter reference | review case number | "
                "request no | ref | our ref | your ref | our number | claim reference | claim reference number | "
                "task id | "
                "submission id | submission number | service reference | service reference number | decision id | "
                "denial number "
                "| denial reference | grievance number | file reference | key | epa key | request key | work item | "
                "log number"
            ),
            ErrorCost.CRITICAL,
            asked=False,
        ),
    ] = None


class LetterDecision(Schema):
    """What the payer decided."""

    outcome: Annotated[
        str | None,
        # What a sentence decides follows from its words, not from one of them: derived, never looked up.
        Reads(
            Kind.CHOICE,
            choices=(("denied", ()), ("pended", ()), ("approved", ()), ("partially_approved", ())),
            cost=ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "decision date | date of decision | determination date | date of determination | denial date | date "
                "of denial | date of action | action date | date of adverse determination | review date | date "
                "reviewed | date of review | decided on | date decision made | review completed | review completed on"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class LetterRequest(Schema):
    """The request that the letter answers."""

    received: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "date received | received date | received on | date request received | request received | request "
                "received on | date of receipt | receipt date | date of request | request date | request received "
                "date | date requested | received"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class Denial(Schema):
    """One reason why something was refused, as the letter words it."""

    reason: Annotated[str | None, Reads(Kind.TEXT, asked=False)] = None


class Requirement(Schema):
    """One criterion that is to be met, or one paper that is to be sent."""

    text: Annotated[str | None, Reads(Kind.TEXT, asked=False)] = None


def _until(labels: str) -> Reads:
    return Reads(Kind.DATE, called(labels), ErrorCost.SERIOUS, asked=False)


class Appeal(Schema):
    """Until when the decision may be appealed: the day, or a time and what it runs from."""

    deadline: Annotated[
        str | None,
        _until(
            "appeal deadline | appeal by | deadline to appeal | deadline for appeal | appeal due date | last day to "
            "appeal | last day to file an appeal | appeal must be received by | appeal due by | appeal due | appeal "
            "filing deadline | file appeal by | appeals must be filed by | appeal until | reconsideration deadline | "
            "last date to appeal | grievance deadline | redetermination deadline | appeal rights expire | appeal "
            "rights end | appeal request due"
        ),
    ] = None
    window: Annotated[str | None, Reads(Kind.TEXT, cost=ErrorCost.SERIOUS, asked=False)] = None


class PeerToPeer(Schema):
    """Until when a clinician may talk to the reviewer."""

    deadline: Annotated[
        str | None,
        _until(
            "peer to peer deadline | peer to peer by | peer to peer due date | deadline for peer to peer | p2p "
            "deadline | p2p by | peer to peer available until | peer to peer review deadline | peer to peer request "
            "by | last day for peer to peer | peer to peer discussion deadline | peer to peer until | peer to peer "
            "expires | request peer to peer by"
        ),
    ] = None
    window: Annotated[str | None, Reads(Kind.TEXT, cost=ErrorCost.SERIOUS, asked=False)] = None


class Response(Schema):
    """Until when the papers that a payer asks for have to arrive."""

    deadline: Annotated[
        str | None,
        _until(
            "response due | response due date | response deadline | respond by | reply by | due by | due date | "
            "information due | information due by | information due date | records due | records due by | return "
            "by | submit by | documents due | documentation due | documentation due date | needed by | additional "
            "information due by | additional information due | reply due"
        ),
    ] = None
    window: Annotated[str | None, Reads(Kind.TEXT, cost=ErrorCost.SERIOUS, asked=False)] = None


class Reviewer(Schema):
    """The payer's clinician who decided; not a provider of the patient's."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            called(
                "medical director | reviewed by | reviewing physician | physician reviewer | clinical reviewer | "
                "reviewer name | reviewing medical director | reviewing clinician | reviewing pharmacist | clinical "
                "pharmacist | decision made by | determination made by | peer reviewer | health plan reviewer | "
                "medical director name | name of reviewer"
            ),
            asked=False,
        ),
    ] = None
