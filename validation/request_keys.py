"""Keys by which a request is known again: same patient, same service or drug, same date.

A key is a hash of normalised values, so that the ledger finds an earlier request by one indexed look-up and holds no
patient text for it. The same values give the same key, whatever the fax looked like.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from documents.records import Record
from documents.values import Assertion
from validation.groups import group_fields, readings
from validation.requests import asks_for_decision


def request_keys(record: Record) -> tuple[str, ...]:
    """The keys of a request, sorted; none for other documents, or where patient, service or date is not known.

    A patient is known by the member id, and by name and date of birth: each gives keys of its own, so that a request
    is found again even if one of them is misread or missing. The date is the service's first, else the request's.
    """
    if not asks_for_decision(record):
        return ()
    patients, day = patients_of(record), _day(record)
    if day is None:
        return ()
    texts = {f"{patient}|{asked}|{day}" for patient in patients for asked in asked_for(record)}
    return tuple(sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts))


def patients_of(record: Record) -> list[str]:
    """Whom a record is about: by member id, and by name and date of birth."""
    found = []
    member = stated_once(record, "patient.member_id")
    if member:
        found.append(f"member {re.sub(r'[^A-Z0-9]', '', member.upper())}")
    name, birth = stated_once(record, "patient.name"), stated_once(record, "patient.dob")
    if name and birth:
        found.append(f"person {_plain_name(name)} {birth}")
    return found


def _plain_name(name: str) -> str:
    """First and last name without case, accents, order, initials and suffixes."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = [
        w for w in re.findall(r"[a-z]+", text.replace("'", "")) if len(w) > 1 and w not in ("jr", "sr", "ii", "iii")
    ]
    return " ".join(sorted(words))


def _day(record: Record) -> str | None:
    for path in ("service.start", "request.date"):
        stated = stated_once(record, path)
        if stated is not None and len(stated) == len("2026-01-31"):
            return f"{path} {stated}"
    return None


def asked_for(record: Record) -> list[str]:
    """The codes of services and the requested drugs that a record names."""
    read = readings(record)
    codes = [f"code {f.value}" for g in group_fields(read, "procedure") if g.is_current_fact for f in g.all("code")]
    drugs = [
        f"drug {f.value.casefold()}"
        for g in group_fields(read, "medication")
        if any(s.value == "requested" for s in g.all("status"))
        for f in g.all("drug")
        if f.assertion is Assertion.PRESENT
    ]
    return sorted({*codes, *drugs})


def stated_once(record: Record, path: str) -> str | None:
    """The value of a path; None if it is not stated, or in two ways."""
    found = {f.value for f in readings(record) if f.path == path}
    return found.pop() if len(found) == 1 else None
