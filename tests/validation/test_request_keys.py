"""Requests for the same are known again; others are not."""

from __future__ import annotations

import pytest

from documents.records import Record
from tests.validation.records import field, record
from validation.request_keys import request_keys

BASE = {
    "patient.name": "Noor Haddad",
    "patient.dob": "1981-03-09",
    "patient.member_id": "SC 1234-5678",
    "service.start": "2026-05-04",
    "procedure.code": "29881",
}


def request(**changes: str | None) -> Record:
    document_type = changes.pop("document_type", None) or "prior_auth_request"
    stated = {**BASE, **{path.replace("__", "."): value for path, value in changes.items()}}
    fields = [field(p, v, "s1" if p.startswith("procedure") else None) for p, v in stated.items() if v is not None]
    return record(fields, document_type)


def again(**changes: str | None) -> bool:
    return not set(request_keys(request())).isdisjoint(request_keys(request(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"patient__member_id": "sc12345678"},
        {"patient__name": "HADDAD, Noor L."},
        {"patient__name": "Noor Haddad Jr"},
        {"patient__member_id": None},
        {"patient__name": None},
        {"patient__dob": None},
    ],
)
def test_the_same_request(changes: dict[str, str | None]) -> None:
    assert again(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"procedure__code": "29880"},
        {"service__start": "2026-05-05"},
        {"service__start": None},
        {"service__start": "2026-05"},
        {"patient__member_id": "SC12345679", "patient__dob": "1981-03-08"},
        {"patient__member_id": None, "patient__name": None},
        {"document_type": "clinical_note"},
    ],
)
def test_another_request(changes: dict[str, str | None]) -> None:
    assert not again(**changes)


def test_keys_hold_no_text_and_do_not_depend_on_order() -> None:
    read = request()
    turned = read.model_copy(update={"fields": tuple(reversed(read.fields))})
    assert request_keys(read) == request_keys(turned)
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in request_keys(read))


def test_only_requested_drugs_make_keys() -> None:
    def drug(status: str) -> Record:
        extra = [field("medication.drug", "etanercept", "m1"), field("medication.status", status, "m1")]
        return record([*request(procedure__code=None).fields, *extra])

    assert request_keys(drug("current")) == ()
    assert len(request_keys(drug("requested"))) == 2
