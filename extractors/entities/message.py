"""A message of a patient: when it was sent, what about, and which desk it belongs to."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called

# Where a clinic routes messages. A symptom goes before everything else.
BUCKETS = ("symptom_escalation", "refill_request", "appointment", "billing", "other")


class Message(Schema):
    """The message as a paper of its own."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "sent | date sent | sent on | message date | date of message | sent date | date time sent | date "
                "received | received | received on | message received | date and time | date time | date | "
                "submitted | submitted on | date submitted | created | created on | message sent | call date | "
                "date of call | time of call | call received | called on | posted | posted on | sent at | voicemail "
                "date | voicemail received | left on | taken on | date taken | today s date | written on | call on "
                "| called | "
                "phoned on | rang on | opened | opened on | date opened | open date | arrived | arrived on | logged "
                "| logged "
                "on | date logged | entered | entered on | time received | call time | call date time | call date "
                "and time "
                "| date and time of call | date of contact | contact date | message taken | delivered | delivered "
                "on | when "
                "| timestamp | time stamp | date called | letter date | date of letter | received at | received time | "
                "date and time received | message time | sent time | msg date | call taken | started | started on | "
                "initiated | date of message received | date written | taken at | recorded | recorded on | "
                "encounter date"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    subject: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "subject | topic | message subject | message type | reason for call | reason for message | message "
                "topic | subject line | about | regarding | reason for contact | category"
            ),
            asked=False,
        ),
    ] = None
    bucket: Annotated[
        str | None,
        Reads(
            Kind.CHOICE,
            choices=tuple((bucket, ()) for bucket in BUCKETS),
            cost=ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
