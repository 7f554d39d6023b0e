"""Whose a telephone number or a name is: the patient's own is never accepted as a clinician's."""

from __future__ import annotations

import pytest

from documents.records import Record, Segment
from documents.values import Cited
from extractors.backend import Reading, Readings
from extractors.records.assembly import build_record
from extractors.records.packet import cross_check
from tests.extractors.records_of import CONTEXT, pages_of

SURE = {"label_score": 1.0}
PERSON = "Ida Roe\nInsured   Nora Blum   born 03/04/1961\nReach at   44 Oak Rd   (303) 555-0142"
CLINIC = "Insured   Nora Blum   born 03/04/1961\nOrdered by   Ida Roe, MD   1234567893\nReach at   (303) 555-0142"


def record(text: str, *, page: int = 1, **values: str) -> Record:
    pages = pages_of(*[text] * page)
    cited = [
        Cited(path=path.replace("_", "."), value=v, quote=v, page=page, group="p" if "provider" in path else None,
              features=SURE)
        for path, v in values.items()
    ]  # fmt: skip
    segment = Segment(document_type="prior_auth_request", page_start=page, page_end=page, confidence=0.97)
    reading = Reading(cited=tuple(cited))
    return build_record("0" * 64, segment, pages[page - 1 :], Readings(first=reading), context=CONTEXT)


@pytest.mark.parametrize(("text", "usable"), [(PERSON, False), (CLINIC, True)])
def test_a_number_right_under_the_patients_name_is_left_to_a_person(text: str, usable: bool) -> None:
    built = record(text, patient_name="Nora Blum", provider_phone="(303) 555-0142", provider_name="Ida Roe")
    (phone,) = built.values("provider.phone")
    assert phone.usable is usable
    assert usable or "weak_label" in phone.reasons


def test_no_clinician_bears_the_name_that_another_part_gives_to_the_patient() -> None:
    first = record(PERSON, patient_name="Nora Blum")
    second = record("Seen   Nora Blum\n", page=2, provider_name="Nora Blum")
    assert [f.usable for f in second.values("provider.name")] == [True]
    checked = cross_check([first, second])
    assert [f.usable for f in checked[1].values("provider.name")] == [False]
    assert [f.usable for f in checked[0].values("patient.name")] == [True]


@pytest.mark.parametrize(
    ("values", "usable"),
    [
        ({"provider_name": "Ida Roe", "provider_npi": "1234567893"}, True),
        ({"provider_name": "Ida Rowe", "provider_npi": "1234567893"}, False),
        ({"provider_npi": "1234567893"}, False),
    ],
)
def test_a_number_is_no_surer_than_the_name_of_its_owner(values: dict[str, str], usable: bool) -> None:
    built = record(CLINIC, page=1, **values)
    (npi,) = built.values("provider.npi")
    assert npi.usable is usable
