"""Which parts of a packet go with a request: those that support it and are proven to be of its patient.

A page of another patient, or of somebody who cannot be told, goes to no payer (45 CFR 164.502(b): no more than is
needed). So a part is left out for whatever speaks against it, and why is told to whoever releases the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from documents.records import Record
from documents.value import Value
from extractors.records.same_patient import is_of_same_patient
from ledger.record_keeping import KeptRecord
from ledger.states import RecordState
from validation.requests import supports_request


class Withheld(StrEnum):
    """Why a part of the packet is not sent along, besides the states of records that are not published."""

    NOT_SUPPORTING = "not_supporting"
    PATIENT_NOT_PROVEN = "patient_not_proven"
    NOT_CUT = "cannot_be_cut"


class Choice(Value):
    """What goes with a request.

    Attributes:
        supporting: the records whose pages go with it, in page order.
        withheld: the other records of the packet, and why their pages stay: a `Withheld` or the record's state.
    """

    supporting: tuple[KeptRecord, ...] = ()
    withheld: tuple[tuple[KeptRecord, str], ...] = ()


def chosen(record: Record, packet: Sequence[KeptRecord], entered: Sequence[Record]) -> Choice:
    """What of a packet goes with a request.

    Args:
        record: the request, as it is released.
        packet: all records of its document, in page order.
        entered: the same with what was entered for them since they were published.
    """
    supporting, withheld = [], []
    for kept, now in zip(packet, entered, strict=True):
        if kept.record.id == record.id or not kept.current:
            continue
        reason = _against(record, kept, now)
        if reason is None:
            supporting.append(kept)
        else:
            withheld.append((kept, reason))
    return Choice(supporting=tuple(supporting), withheld=tuple(withheld))


def _against(record: Record, kept: KeptRecord, now: Record) -> str | None:
    if not supports_request(kept.record):
        return Withheld.NOT_SUPPORTING.value
    if kept.state is not RecordState.PUBLISHED:
        return kept.state.value
    same = is_of_same_patient(record, kept.record) and is_of_same_patient(record, now)
    return None if same else Withheld.PATIENT_NOT_PROVEN.value
