"""Keys by which a payer's decision finds the request that it answers: same member and case, or member, service and day.

A key is a hash of values that are accepted or verified, so that the ledger finds a request by indexed look-ups and
holds no patient text for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from documents.records import Record
from documents.value import Value
from validation.request_keys import asked_for, patients_of, stated_once
from validation.requests import asks_for_decision, decides

REQUEST, DECISION = "request", "decision"
# Shorter ones (a page's number, a year) are many cases'.
_LEAST_REFERENCE = 5


class CaseKeys(Value):
    """The keys of a record.

    Attributes:
        role: whether it asks or decides.
        reference: of patient and case number.
        service: of patient, service or drug, and the day that it starts.
    """

    role: str
    reference: tuple[str, ...] = ()
    service: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Both kinds."""
        return (*self.reference, *self.service)


def case_keys(record: Record) -> CaseKeys | None:
    """The keys of a request or of a decision; None for other documents."""
    if not asks_for_decision(record) and not decides(record):
        return None
    role = REQUEST if asks_for_decision(record) else DECISION
    proven = record.model_copy(update={"fields": tuple(f for f in record.fields if f.usable)})
    patients = patients_of(proven)
    number = _plain(stated_once(proven, "case.reference_number") or "")
    references = [f"case {number}"] if len(number) >= _LEAST_REFERENCE else []
    day = stated_once(proven, "service.start") or ""
    services = [f"{asked}|{day}" for asked in asked_for(proven)] if len(day) == len("2026-01-31") else []
    return CaseKeys(role=role, reference=_keys(patients, references), service=_keys(patients, services))


def _keys(patients: Iterable[str], said: list[str]) -> tuple[str, ...]:
    texts = {f"answer|{patient}|{each}" for patient in patients for each in said}
    return tuple(sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts))


def _plain(number: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", number.upper())
