"""Labels: many wordings, one question."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.forms.labels import Lexicon

LEXICON = Lexicon(all_document_types()["prior_auth_request"])


@pytest.mark.parametrize(
    ("printed", "path"),
    [
        ("Patient Name:", "patient.name"),
        ("12b) Member ID # *", "patient.member_id"),
        ("Subscriber No.", "patient.member_id"),
        ("Patient's Name (Last, First, MI)", "patient.name"),
        ("D.O.B.", "patient.dob"),
        ("Pt. DOB (mm/dd/yyyy)", "patient.dob"),
        ("Ordering MD", "provider.name"),
        ("Name of Requesting Provider", "provider.name"),
        ("Prescriber NPI #", "provider.npi"),
        ("Facility NPI", "facility.npi"),
        ("Diagnosis Code(s)", "diagnosis.code"),
        ("Secondary diagnosis", "diagnosis.description"),
        ("CPT/HCPCS*", "procedure.code"),
        ("Svc from", "service.start"),
        ("Days' supply", "medication.days_supply"),
        ("Group no.", "payer.group_number"),
    ],
)
def test_wordings(printed: str, path: str) -> None:
    label = LEXICON.read(printed)
    assert label is not None
    assert label.paths[0] == path


@pytest.mark.parametrize(
    "printed", ["Tax ID", "DEA Number", "Contact person", "City / State / ZIP", "Height", "Pharmacy NPI"]
)
def test_labels_that_are_known_and_not_read(printed: str) -> None:
    label = LEXICON.read(printed)
    assert label is not None
    assert label.paths == ()


@pytest.mark.parametrize(
    "printed", ["Hannah Haddad", "Atopic dermatitis", "97110", "Silver PPO", "", "The patient was seen."]
)
def test_values_are_no_labels(printed: str) -> None:
    assert LEXICON.read(printed) is None


@pytest.mark.parametrize(
    ("printed", "paths"),
    [("Office phone / fax", ["provider.phone", "provider.fax"]), ("DOB/Sex", ["patient.dob", "patient.sex"])],
)
def test_labels_for_several_values(printed: str, paths: list[str]) -> None:
    label = LEXICON.read(printed)
    assert label is not None
    assert [part.paths[0] for part in label.parts] == paths


@pytest.mark.parametrize(
    ("printed", "ordinal"), [("Dx 2", "2"), ("Diagnosis code 1", "1"), ("Additional diagnosis", "other")]
)
def test_ordinals(printed: str, ordinal: str) -> None:
    label = LEXICON.read(printed)
    assert label is not None
    assert label.ordinal == ordinal


def test_confused_characters_count_for_recognised_text_only() -> None:
    assert LEXICON.read("Memher lD", False) is None
    recognised = LEXICON.read("Memher lD", True)
    assert recognised is not None
    assert recognised.paths == ("patient.member_id",)
    assert recognised.score < 1.0


@pytest.mark.parametrize("misread", ["MPI Number", "HPI Number"])
def test_a_misread_label_that_is_as_near_two_others_is_neither(misread: str) -> None:
    """The number behind it may be a clinician's NPI as well as a member's MBI."""
    label = LEXICON.read(misread, from_ocr=True)
    assert label is None or not {"patient.member_id", "provider.npi"} & set(label.paths)
