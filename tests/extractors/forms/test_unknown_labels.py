"""Labels never seen, torn or lost: shapes of values and neighbours propose the field, below the neutral score."""

from __future__ import annotations

from documents.pages import Page, WordSource
from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.forms.labels import Lexicon, labels_version
from extractors.forms.reading import read_forms
from extractors.forms.shapes import GUESSED
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def scanned(text: str) -> Page:
    return draw(text, source=WordSource.OCR, confidence=0.93)


def cited(page: Page, path: str) -> list[Cited]:
    return [c for c in read_forms([page], TYPE).cited if c.path == path]


def test_a_date_beside_a_word_of_birth_is_proposed() -> None:
    found = cited(
        draw("\n PATIENT INFORMATION\n Patient Name: Ola Berg\n Birthday as told by mother: 03/14/2015\n"),
        "patient.dob",
    )
    assert [c.value for c in found] == ["2015-03-14"]
    assert found[0].features["label_score"] == GUESSED


def test_a_valid_npi_under_an_unreadable_label_is_the_sections_own() -> None:
    page = scanned("\n REQUESTING PROVIDER\n Provider Name: Lena Zhou, NP\n Nqt~:   1932102084\n")
    found = cited(page, "provider.npi")
    assert [c.value for c in found] == ["1932102084"]
    assert found[0].features["label_score"] == GUESSED


def test_ten_digits_with_a_wrong_check_digit_are_not_guessed() -> None:
    page = scanned("\n REQUESTING PROVIDER\n Provider Name: Lena Zhou, NP\n Nqt~:   1932102085\n")
    assert cited(page, "provider.npi") == []


def test_a_known_label_is_not_overruled() -> None:
    page = draw("\n REQUESTING PROVIDER\n Provider Name: Lena Zhou, NP\n Tax ID: 1932102084\n")
    assert cited(page, "provider.npi") == []


def test_a_history_is_not_searched_for_dates() -> None:
    page = draw("\n MEDICATION HISTORY\n Treatment began elsewhere: 03/14/2015\n")
    assert cited(page, "service.start") == []


TABLE = """
 SERVICES REQUESTED
+----------+-------+-------------------------------+--------+-------------+
| {head} | Mod   | Description of service        | Units  | From        |
+----------+-------+-------------------------------+--------+-------------+
| 93306    | 26    | Transthoracic echocardiogram  | 1      | 03/02/2026  |
+----------+-------+-------------------------------+--------+-------------+
| 93225    | TC    | Holter monitor, hookup        | 2      | 03/09/2026  |
+----------+-------+-------------------------------+--------+-------------+
"""


def test_a_column_of_codes_under_a_lost_header_is_the_code_column() -> None:
    found = cited(scanned(TABLE.format(head="c9Tuqxe*")), "procedure.code")
    assert [c.value for c in found] == ["93306", "93225"]
    assert {c.features["label_score"] for c in found} == {GUESSED}


def test_under_a_known_header_the_column_is_sure() -> None:
    found = cited(scanned(TABLE.format(head="CPT code")), "procedure.code")
    assert [c.features["label_score"] for c in found] == [1.0, 1.0]


def test_a_label_glued_or_torn_is_read_as_one() -> None:
    lexicon = Lexicon(TYPE)
    glued = lexicon.read("FacilityNPl", True)
    assert glued is not None
    assert glued.paths[0] == "facility.npi"
    assert lexicon.read("FacilityNPl") is None  # only recognition loses spaces
    page = scanned(
        """
+------------------------+
| Member  ID (as shown)  |
| KLM4471903             |
+------------------------+
"""
    )
    assert [c.value for c in cited(page, "patient.member_id")] == ["KLM4471903"]


def test_the_wordings_have_a_version() -> None:
    assert len(labels_version()) == 12
    assert labels_version() == labels_version()
