"""Required entries that were left blank: by the label's mark and by where things stand, read or not."""

from __future__ import annotations

import pytest

from documents.pages import WordSource
from extractors.document_type import all_document_types
from extractors.forms.collected import Collected, Place
from extractors.forms.empty_places import note_required
from extractors.forms.labels import Lexicon
from extractors.forms.ownership import Ownership
from extractors.forms.reading import read_forms
from extractors.forms.sheet import Sheet
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def blank(text: str, source: WordSource = WordSource.TEXT_LAYER) -> set[str]:
    page = draw(text, source=source, confidence=0.93).model_copy(update={"quality": 0.95})
    return set(read_forms([page], TYPE).blank)


FIELDS = """
Member name (required)  Ola Finch          Member birth date (required)  04/18/1971
Member ID (required)                       Rx group K55120
Home address  12 Elm St, Boise, ID 83702
"""


def test_a_required_label_among_labels_with_their_answers_beside() -> None:
    assert "patient.member_id" in blank(FIELDS)
    assert "patient.member_id" not in blank(FIELDS.replace("ID (required)   ", "ID (required)  QRS8827161   "))


@pytest.mark.parametrize("mark", ["*", "(required)", "†", "(needed)", "(req'd)"])
def test_a_marked_label_before_another_labels_answer(mark: str) -> None:
    line = f"\nSubscriber ID {mark}        Employer group: K55120\nHome address: 12 Elm St, Boise, ID 83702\n"
    assert "patient.member_id" in blank(line)
    assert "patient.member_id" not in blank(line.replace(f"ID {mark} ", f"ID {mark} QRS882716 "))


def test_what_stands_in_the_place_need_not_be_readable() -> None:
    form = "\nDate of request*    Requesting provider*\n{date}     Ida Roe, MD\n"
    assert "request.date" not in blank(form.format(date="O2/l?/ZO2b      "), WordSource.OCR)
    assert "request.date" in blank(form.format(date=" " * 16), WordSource.OCR)


def test_boxes_for_single_characters_are_no_empty_place() -> None:
    assert "patient.member_id" not in blank("\nMember ID* [m|4|4|7|1\n", WordSource.OCR)


def test_a_signature_without_a_box_may_stand_anywhere() -> None:
    assert "provider.signature" not in blank("\nProvider signature*\n\n\n", WordSource.OCR)


def test_a_choice_word_beside_its_label_answers_it() -> None:
    assert "request.urgency" not in blank(
        "\nPriority:    Elective    Perform on or after:  03/10/2026\n", WordSource.OCR
    )


@pytest.mark.parametrize(
    "label", ["Treatment already attempted*", "Therapies already tried*", "Previous treatment and outcome*"]
)
def test_treatments_that_are_not_listed(label: str) -> None:
    form = f"\n{label}\n\n\nOther medications now\nlisinopril 10 mg daily\n"
    assert "medication.tried" in blank(form)


UNDER = """
Lopez, Maria                               QRS8827161
Member name*          Date of birth*       Member ID*
14 Elm Street, Boise, ID 83702 (208) 555-0143
"""


@pytest.mark.parametrize("side", ["above", "below"])
def test_answers_stand_where_the_pages_others_do(side: str) -> None:
    lexicon = Lexicon(TYPE)
    sheet = Sheet(draw(UNDER, source=WordSource.TEXT_LAYER), lexicon)
    collected = Collected(lexicon, TYPE.specs)
    start = sheet.page.text.index("Lopez")
    collected.add("patient.name", "Maria Lopez", sheet.page, (start, start + 12), place=Place(side))
    note_required(sheet, collected, Ownership(collected))
    assert ("patient.dob" in collected.blank) is (side == "above")
