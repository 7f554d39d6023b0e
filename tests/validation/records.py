"""Records for the rules."""

from __future__ import annotations

from collections.abc import Iterable

from documents.pages import Box
from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Alignment, Assertion, Evidence, Kind


def field(
    path: str,
    value: str,
    group: str | None = None,
    *,
    status: FieldStatus = FieldStatus.REVIEW,
    assertion: Assertion = Assertion.PRESENT,
) -> Field:
    return Field(
        path=path,
        group=group,
        value=value,
        kind=Kind.TEXT,
        quote=value,
        evidence=(Evidence(page=1, start=0, end=len(value), quote=value, boxes=(Box(0, 0, 1, 1),)),),
        alignment=Alignment.EXACT,
        assertion=assertion,
        confidence=0.9,
        status=status,
    )


def record(fields: Iterable[Field], document_type: str = "prior_auth_request") -> Record:
    return Record(
        id="r-0001",
        document_id="00" * 32,
        segment=Segment(document_type=document_type, page_start=1, page_end=1, confidence=1.0),
        fields=tuple(fields),
    )
