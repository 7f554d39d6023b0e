"""Lists side by side under their own headers: each is read by itself, tables are left whole."""

from extractors.document_type import all_document_types
from extractors.prose.reading import read_prose
from extractors.prose.sections import sectioned
from tests.extractors.prose.reads import entities, page_of, pairs, printed_page


def _sections(text: str, *, boxes: bool = True) -> list[tuple[str, str]]:
    page = printed_page(text) if boxes else page_of(text)
    return [(p.section, " ".join(p.text.split())) for p in sectioned([page])]


def test_columns_are_read_each_under_its_header() -> None:
    text = (
        "Home medications                  Drug allergies\n"
        "lisinopril 10 mg daily            penicillin - hives\n"
        "metformin 500 mg twice daily      codeine - nausea\n"
        "Surgeon\n"
    )
    page = printed_page(text)
    cited = list(read_prose([page], all_document_types()["prior_auth_request"]))
    assert pairs(cited, "medication", "drug", "status") == {"lisinopril": "current", "metformin": "current"}
    assert pairs(cited, "allergy", "substance", "reaction") == {"penicillin": "hives", "codeine": "nausea"}
    assert all(page.text[c.start : c.start + len(c.quote)] == c.quote for c in cited if c.start is not None)


def test_a_column_that_wraps_goes_on_over_its_own_lines_only() -> None:
    text = (
        "Current medications               Allergies\n"
        "tamsulosin 0.4 mg at bedtime;     latex - rash\n"
        "atenolol 25 mg once a day\n"
    )
    drugs = entities(read_prose([printed_page(text)], all_document_types()["referral"]), "medication")
    assert [(d["drug"], d["strength"], d["frequency"]) for d in drugs] == [
        ("tamsulosin", "0.4 mg", "at bedtime"),
        ("atenolol", "25 mg", "once a day"),
    ]


def test_what_stands_below_the_columns_is_no_part_of_the_last_one() -> None:
    text = "Current medications      Allergies\nlisinopril 10 mg daily   latex - rash\n\nA. Clinician\n"
    assert ("allergies", "A. Clinician") not in _sections(text)


def test_columns_of_plain_text_are_told_by_their_offsets() -> None:
    text = "Current medications      Allergies\nlisinopril 10 mg daily   latex - rash\n"
    assert _sections(text, boxes=False) == [
        ("medications", "lisinopril 10 mg daily"),
        ("allergies", "latex - rash"),
    ]


def test_a_table_of_one_list_stays_whole() -> None:
    text = "Medication           Dose      Frequency\nlisinopril           10 mg     daily\n"
    assert any("lisinopril 10 mg daily" in said for _, said in _sections(text))


def test_a_paragraph_below_two_labels_is_no_column() -> None:
    text = (
        "Medications              Allergies\n"
        "The list was reviewed with the patient and her daughter and is up to date in every part of it.\n"
    )
    assert any("reviewed with the patient and her daughter" in said for _, said in _sections(text))


def test_a_table_that_says_what_to_do_is_no_pair_of_lists() -> None:
    text = (
        "Medication               Instructions               Change\n"
        "azelastine nasal spray   Spray in the nose daily    CONTINUE\n"
        "pseudoephedrine 120 mg   poor sleep                 STOP TAKING\n"
    )
    cited = read_prose([printed_page(text)], all_document_types()["clinical_note"])
    assert pairs(cited, "medication", "drug", "status")["pseudoephedrine"] == "discontinued"
