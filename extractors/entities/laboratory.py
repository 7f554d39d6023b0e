"""What laboratories report: specimens, results with their ranges and dates, and the report itself."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.entities.clinical import Observation
from extractors.entities.provider import Facility, Provider
from extractors.schema import ErrorCost, Reads, Schema, called


class Specimen(Schema):
    """What was examined: when it was taken, and when the laboratory got it."""

    collected: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "collected | collection date | date collected | collected on | specimen collected | date of "
                "collection | collection date time | date time collected | collected date | collected date time | "
                "drawn | draw date | date drawn | drawn on | drawn date time | specimen date | specimen collection "
                "date | collection | collect date | coll date | collection time | sample date | sample collected | "
                "sample taken | date of specimen | specimen taken | specimen taken on | obtained | date obtained | "
                "specimen collected on | collection d t | collected at | time of collection | collection dt tm | "
                "test date | date of test | specimen drawn | blood drawn | bled on | bled | sampled | sampled on | "
                "taken | taken on | draw | draw time | time drawn | phlebotomy date | coll | spec collected | "
                "specimen obtained | obtained on | date of draw | date of sample | taken at | date bled"
                " | date taken | time taken | phlebotomy | coll date time | collection dttm | spec date | "
                "specimen date time | date and time collected | drawn at | draw date time | date in | date of "
                "sampling | "
                "sampling date | specimen collection time | specimen collected date | collection date and time"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    received: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "received | date received | received date | received on | specimen received | received in lab | "
                "received in laboratory | received date time | date time received | lab received | receipt date | "
                "sample received | received at | date entered | accessioned | accession date | rec d | recvd | "
                " arrived | arrived in lab | logged in | in lab | recd"
            ),
            asked=False,
        ),
    ] = None


class Report(Schema):
    """The report as a paper of its own."""

    date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "reported | report date | date reported | reported on | date of report | reported date | report "
                "date time | date time reported | reported date time | final report date | final report | finalized "
                "| finalized on | report finalized | result date | results date | date resulted | resulted | "
                "resulted on | date of result | date of results | released | released on | date released | report "
                "released | issued | date issued | issue date | report issued | completed | date completed | "
                "signed out | sign out date | verified on | result reported | report time | final on | last updated "
                "| reported at | date out | result issued | results issued | final | finaled | finalised | sign out |"
                " authorised | authorized | authorized on | verified | released to chart | date of final report | "
                "reporting date"
                " | out | reported out | out date | rept | rept date | report dt | report dttm | report generated | "
                "report run | result issued | results reported | results released | final result date | "
                "date finalized | date completed by lab | sent out | report sent"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class LabResult(Observation):
    """A result in a report: in words or numbers, with the range that the laboratory calls normal and its own date."""

    value: Annotated[
        str | None,
        Reads(Kind.RESULT, called("result | value | your value | test result | current result"), ErrorCost.CRITICAL,
              asked=False),
    ] = None  # fmt: skip
    range: Annotated[
        str | None,
        Reads(
            Kind.RANGE,
            called("reference range | reference interval | normal range | ref range | standard range"),
            asked=False,
        ),
    ] = None
    date: Annotated[
        str | None, Reads(Kind.DATE, called("date of result"), ErrorCost.SERIOUS, asked=False)
    ] = None  # fmt: skip


class OrderingProvider(Provider):
    """Who ordered the tests; on a report every clinician that a label names did, but for who directs the laboratory."""

    name: Annotated[
        str | None,
        Reads(
            Kind.PERSON_NAME,
            called(
                "ordering provider | ordering physician | ordering clinician | ordered by | ordering | ordering "
                "practitioner | ordering doctor | ordering md | requesting provider | requesting physician | "
                "requested by | requesting clinician | requesting | referring provider | referring physician | "
                "referring doctor | referring clinician | referred by | physician | physician name | provider | "
                "provider name | doctor | clinician | practitioner | submitting physician | submitting provider | "
                "submitted by | attending physician | attending provider | attending | client physician | treating "
                "physician | treating provider | authorizing provider | authorized by | order provider | "
                "ordering provider name | physician of record | requester | requestor | account physician | "
                "ordering prov | order by | account clinician | account provider | sent in by | sent by | dr | md |"
                " ordering npi provider | "
                "submitting clinician | clinician of record | provider of record | for doctor | requesting dr |"
                " ordering dr |  req physician | ref physician | phys"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None


class ClientFacility(Facility):
    """Where the tests were ordered; the laboratory that performed them treats nobody."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            called(
                "facility | facility name | hospital | hospital name | clinic | clinic name | ordering facility | "
                "ordering "
                "location | ordering clinic | ordering practice | ordering site | ordering hospital | submitting "
                "facility | "
                "submitting clinic | requesting facility | requesting clinic | client facility | referring facility | "
                "treating facility | place of service | location name"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
