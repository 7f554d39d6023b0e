"""Values in their printed shapes, and what must never become a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.values import Kind
from extractors.grammar.dates import ambiguous_century
from extractors.grammar.find import find_values, normalise
from extractors.grammar.folding import alike, to_digits, to_letters


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("7/17/1984", "1984-07-17"),
        ("07-17-84", "1984-07-17"),
        ("07.17.1984", "1984-07-17"),
        ("17-Jul-1984", "1984-07-17"),
        ("July 17, 1984", "1984-07-17"),
        ("Sept. 3rd 2025", "2025-09-03"),
        ("1984-07-17", "1984-07-17"),
        ("20260513", "2026-05-13"),
        ("05132026", "2026-05-13"),
        ("0 5 1 3 2 0 2 6", "2026-05-13"),
        ("05 / 13 / 2026", "2026-05-13"),
        ("05 13 2026", "2026-05-13"),
        ("May 2026", "2026-05"),
        ("05/2026", "2026-05"),
        ("2026", "2026"),
        ("03/04/26", "2026-03-04"),
        ("3/4/36", "1936-03-04"),
    ],
)
def test_dates_keep_order_and_precision(printed: str, value: str) -> None:
    assert normalise(Kind.DATE, printed) == value


@pytest.mark.parametrize(
    "printed", ["13/05/2026", "02/30/2026", "00/10/2026", "4/31/2025", "may", "M54", "2/3", "in 14 days"]
)
def test_what_is_no_us_date_is_no_date(printed: str) -> None:
    assert normalise(Kind.DATE, printed) is None
    assert find_values(Kind.DATE, f"seen {printed} and again") == []


def test_look_alikes_in_dates_fold_for_ocr_only() -> None:
    assert normalise(Kind.DATE, "O5/I3/2O26") is None
    assert normalise(Kind.DATE, "O5/I3/2O26", from_ocr=True) == "2026-05-13"
    assert find_values(Kind.DATE, "O5/I3/2O26", from_ocr=True)[0].folded


@pytest.mark.parametrize(
    ("printed", "unsure"), [("3/4/26", True), ("3/4/52", False), ("3/4/2026", False), ("4-Mar-31", True)]
)
def test_two_digit_years_that_could_be_a_century_ago(printed: str, unsure: bool) -> None:
    assert ambiguous_century(printed) is unsure


@pytest.mark.parametrize(
    ("printed", "from_ocr", "value"),
    [
        ("M54.16", False, "M54.16"),
        ("m54.16", False, "M54.16"),
        ("M5416", False, "M54.16"),
        ("S72.001A", False, "S72.001A"),
        ("M54,16", True, "M54.16"),
        ("M54.I6", True, "M54.16"),
        ("MS4.16", True, "M54.16"),
        ("l50.22", True, "I50.22"),
        ("M 5 4 . 1 6", True, "M54.16"),
        ("M54.I6", False, "M54.I6"),  # a text layer is what was typed
        ("E66.81Z", True, "E66.81Z"),  # no grammar demands a digit there
    ],
)
def test_diagnosis_codes(printed: str, from_ocr: bool, value: str) -> None:
    assert normalise(Kind.DIAGNOSIS_CODE, printed, from_ocr=from_ocr) == value


@pytest.mark.parametrize(
    "text",
    [
        "100 mL daily",
        "vitamin B12 level",
        "C3-C4 fusion",
        "type-III",
        "A1C 7.2",
        "T12 fracture",
        "HCPCS code E2103",
        "Plan",
        "Joan",
    ],
)
@pytest.mark.parametrize("from_ocr", [False, True])
def test_what_only_looks_like_a_diagnosis_code(text: str, from_ocr: bool) -> None:
    assert find_values(Kind.DIAGNOSIS_CODE, text, from_ocr=from_ocr) == []


def test_undotted_codes_need_to_be_announced() -> None:
    assert [m.value for m in find_values(Kind.DIAGNOSIS_CODE, "ICD-10 codes: I10, E119")] == ["I10", "E11.9"]
    assert [m.value for m in find_values(Kind.DIAGNOSIS_CODE, "I10, E11.9")] == ["I10", "E11.9"]
    assert find_values(Kind.DIAGNOSIS_CODE, "level I10 seats E119") == []


@pytest.mark.parametrize(
    ("printed", "from_ocr", "values"),
    [
        ("72148", False, ["72148"]),
        ("72148-26", False, ["72148"]),
        ("CPT 72148, 72149", False, ["72148", "72149"]),
        ("J1745", False, ["J1745"]),
        ("0123T", False, ["0123T"]),
        ("JI745", True, ["J1745"]),
        ("7214B", True, ["72148"]),
        ("Group: 72148", False, []),
        ("Member ID 72148", False, []),
        ("Lubbock, TX 79401", False, []),
        ("Zip 79401-1234", False, []),
        ("15000 units", False, []),
        ("$12500", False, []),
        ("72148.5", False, []),
        ("(806) 727-2148", False, []),
        ("D0120", False, []),  # dental codes are another set
    ],
)
def test_procedure_codes(printed: str, from_ocr: bool, values: list[str]) -> None:
    assert [m.value for m in find_values(Kind.PROCEDURE_CODE, printed, from_ocr=from_ocr)] == values


@pytest.mark.parametrize(
    ("kind", "printed", "value"),
    [
        (Kind.NPI, "1234567893", "1234567893"),
        (Kind.NPI, "1 2 3 4 5 6 7 8 9 3", "1234567893"),
        (Kind.IDENTIFIER, "XQB 123 456 789", "XQB 123 456 789"),
        (Kind.IDENTIFIER, "W1234-567 01", "W1234-567 01"),
        (Kind.IDENTIFIER, "M R N 0 0 1 2 3", "MRN00123"),
        (Kind.IDENTIFIER, "7/17/1984", None),
        (Kind.IDENTIFIER, "see attached", None),
        (Kind.PHONE, "(806) 555-0167", "(806) 555-0167"),
        (Kind.PHONE, "806.555.0167", "(806) 555-0167"),
        (Kind.PHONE, "1-806-555-0167 x12", "(806) 555-0167"),
        (Kind.PHONE, "8065550167", "(806) 555-0167"),
        (Kind.STRENGTH, "500 mg", "500 mg"),
        (Kind.STRENGTH, "1,000 units", "1000 units"),
        (Kind.STRENGTH, "40mg/0.8mL", "40 mg/0.8 mL"),
        (Kind.STRENGTH, "875-125 mg", "875-125 mg"),
        (Kind.STRENGTH, "5 mg-325 mg", "5 mg-325 mg"),
        (Kind.STRENGTH, "0.05 %", "0.05%"),
        (Kind.DOSE, "1-2 tablets", "1-2 tablets"),
        (Kind.DOSE, "two tablets", "2 tablets"),
        (Kind.DOSE, ".5 mL", "0.5 mL"),
        (Kind.NUMBER, "#30", "30"),
        (Kind.NUMBER, "30 (thirty)", "30"),
        (Kind.NUMBER, "128/84", "128/84"),
        (Kind.NUMBER, "<0.5", "<0.5"),
        (Kind.FREQUENCY, "Every 12 Weeks", "every 12 weeks"),
        (Kind.FREQUENCY, "q8h PRN pain", "q8h prn pain"),
        (Kind.ROUTE, "By mouth", "by mouth"),
        (Kind.FORM, "pen injector", "pen injector"),
        (Kind.SEX, "F", "female"),
        (Kind.URGENCY, "Non-urgent", "standard"),
        (Kind.URGENCY, "STAT", "expedited"),
        (Kind.PLACE_OF_SERVICE, "22 - Outpatient Hospital", "22"),
        (Kind.PLACE_OF_SERVICE, "Office", "11"),
        (Kind.MODIFIER, "26", "26"),
        (Kind.PERSON_NAME, "Doe, Jane M", "Jane M Doe"),
        (Kind.PERSON_NAME, "Dr. Alan K. Smith, MD, FACS", "Alan K Smith"),
        (Kind.PERSON_NAME, "O'Brien, Sean Jr.", "Sean O'Brien Jr"),
        (Kind.PERSON_NAME, "PATIENT NAME", None),
        (Kind.PERSON_NAME, "12345", None),
    ],
)
def test_normal_forms(kind: Kind, printed: str, value: str | None) -> None:
    assert normalise(kind, printed) == value


def test_the_urgent_box_is_not_found_in_non_urgent() -> None:
    assert [m.value for m in find_values(Kind.URGENCY, "[ ] Non-urgent  [X] Urgent")] == ["standard", "expedited"]
    assert find_values(Kind.SEX, "Female")[0].value == "female"


def test_an_id_is_never_folded() -> None:
    assert normalise(Kind.IDENTIFIER, "AB8I0", from_ocr=True) == "AB8I0"


@given(st.text(alphabet="0O1lI5S8B2Z6G|aM.", max_size=12))
def test_folding_keeps_the_length_and_is_idempotent(text: str) -> None:
    assert len(to_digits(text)) == len(text) == len(to_letters(text))
    assert to_digits(to_digits(text)) == to_digits(text)
    assert alike(text, text)


@given(st.sampled_from(sorted(Kind)), st.text(max_size=60), st.booleans())
def test_every_match_is_a_span_of_its_text(kind: Kind, text: str, from_ocr: bool) -> None:
    for match in find_values(kind, text, from_ocr=from_ocr):
        assert 0 <= match.start < match.end <= len(text)
        assert match.value


@given(st.dates())
def test_a_date_survives_its_own_normal_form(day: object) -> None:
    text = str(day)
    expected = text if 1900 <= int(text[:4]) <= 2099 else None
    assert normalise(Kind.DATE, text) == expected


def test_the_other_case_of_a_look_alike_is_none() -> None:
    """`0l` may be 01, `0L` is nothing: it must neither pass for a date nor stop the document."""
    assert normalise(Kind.DATE, "0l/O5/2O26", from_ocr=True) == "2026-01-05"
    assert normalise(Kind.DATE, "0L/O5/2O26", from_ocr=True) is None
    assert find_values(Kind.DATE, "signed 0L/15/2026", from_ocr=True) == []
    assert normalise(Kind.DATE, "5 mAY 2026", from_ocr=True) == "2026-05-05"


_RECOGNISED = st.lists(
    st.one_of(
        st.text(alphabet="0123456789OoIlLiI|SsBbZzGg/-. ,:()#", max_size=4),
        st.sampled_from(["May", "MAR", "mg", "mcg", "days", "tab", "20", "2o26", " ", "/"]),
    ),
    max_size=7,
).map("".join)


@given(kind=st.sampled_from(Kind), text=_RECOGNISED)
def test_no_text_breaks_a_grammar(kind: Kind, text: str) -> None:
    for from_ocr in (False, True):
        normalise(kind, text, from_ocr=from_ocr)
        find_values(kind, text, from_ocr=from_ocr)
