"""What a second reading of a value's words says for or against it."""

from __future__ import annotations

import pytest

from documents.pages import Box, Page, SecondReading, Word, WordSource
from documents.values import Cited, Evidence, Kind
from extractors.document_type import all_document_types
from extractors.records.mentions import make_mention
from extractors.records.second_readings import second_features

AGREES, DIFFERS = {"second_agrees": 1.0}, {"second_differs": 1.0}


def page_of(text: str, second: dict[str, str], *, sure: float = 0.9) -> Page:
    """A recognised page: its words as sure as said, and what the second reading made of some of its passages."""
    words, at = [], 0
    for piece in text.split():
        at = text.index(piece, at)
        box = Box(0.1, 0.1, 0.2, 0.2)
        words.append(Word(text=piece, box=box, confidence=sure, source=WordSource.OCR, start=at, end=at + len(piece)))
        at += len(piece)
    readings = [
        SecondReading(start=text.index(passage), end=text.index(passage) + len(passage), text=read, confidence=0.9)
        for passage, read in second.items()
    ]
    ordered = tuple(sorted(readings, key=lambda reading: reading.start))
    return Page(number=1, width_pt=612, height_pt=792, text=text, words=tuple(words), second=ordered)


def said(page: Page, quote: str, kind: Kind) -> dict[str, float]:
    start = page.text.index(quote)
    evidence = Evidence(page=1, start=start, end=start + len(quote), quote=quote, boxes=())
    return second_features(quote, kind, [evidence], {1: page})


@pytest.mark.parametrize(
    ("kind", "first", "second", "expected"),
    [
        (Kind.PROCEDURE_CODE, "72148", "72148", AGREES),
        (Kind.PROCEDURE_CODE, "72148", "72143", DIFFERS),
        (Kind.PROCEDURE_CODE, "(72148)", "72148.", AGREES),
        (Kind.PROCEDURE_CODE, "J1745", "J174S", DIFFERS),  # the last place of a code may hold a letter
        (Kind.PROCEDURE_CODE, "J1745", "JI745", AGREES),
        (Kind.PROCEDURE_CODE, "31745", "J1745", DIFFERS),
        (Kind.DIAGNOSIS_CODE, "E11.65", "EI1.65", AGREES),
        (Kind.DIAGNOSIS_CODE, "745.50", "J45.50", DIFFERS),
        (Kind.NPI, "1234567893", "I234567893", AGREES),
        (Kind.PHONE, "(806) 559-0110", "(806) 555-0110", DIFFERS),
        (Kind.PHONE, "(806) 555-0110", "{8O6) 555-0110", AGREES),
        (Kind.DATE, "2/28/2026", "2/26/2026", DIFFERS),
        (Kind.DATE, "March 14, 2026", "March 14. 2026", AGREES),
        (Kind.DATE, "March 14, 2026", "May 14, 2026", DIFFERS),
        (Kind.NUMBER, "340", "34.0", DIFFERS),
        (Kind.STRENGTH, "50 mcg", "50 meg", AGREES),
        (Kind.STRENGTH, "50 mcg", "50mcg", AGREES),
        (Kind.STRENGTH, "50 mcg", "50 mg", DIFFERS),
        (Kind.STRENGTH, "25 mg", "325 mg", DIFFERS),
        (Kind.DOSE, "5 mg", "", DIFFERS),
        (Kind.IDENTIFIER, "1525750", "1525750", AGREES),
        (Kind.IDENTIFIER, "1525750", "1S25750", DIFFERS),
        (Kind.IDENTIFIER, "QB2704513", "QB2704513", {}),  # the letter O would deceive both
        (Kind.IDENTIFIER, "QB2704513", "Q82704513", DIFFERS),
    ],
)
def test_what_a_second_reading_says(kind: Kind, first: str, second: str, expected: dict[str, float]) -> None:
    assert said(page_of(f"Asked for: {first} today", {first: second}), first, kind) == expected


def test_words_beside_the_value_are_compared_by_themselves() -> None:
    page = page_of("72148 x 2 units", {"72148 x 2 units": "72148 x 3 units"})
    assert said(page, "72148", Kind.PROCEDURE_CODE) == AGREES
    assert said(page, "2 units", Kind.NUMBER) == DIFFERS


def test_a_value_with_an_unsure_word_that_was_not_read_again_has_no_second_proof() -> None:
    assert said(page_of("Dose 40 mg", {"40": "40"}), "40 mg", Kind.DOSE) == {}
    assert said(page_of("Dose 40 mg", {}), "40 mg", Kind.DOSE) == {}
    assert said(page_of("Dose 40 mg", {}, sure=0.97), "40 mg", Kind.DOSE) == {}


def test_a_mention_carries_what_the_second_reading_says() -> None:
    page = page_of("Procedure code: 72148", {"72148": "72143"})
    cited = Cited(path="procedure.code", group="p1", value="72148", quote="72148", page=1, start=16)
    mention = make_mention(cited, all_document_types()["prior_auth_request"], pages=[page], numbered={1: page})
    assert mention is not None
    assert mention.features["second_differs"] == 1.0
