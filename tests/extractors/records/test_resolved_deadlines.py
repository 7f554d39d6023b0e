"""A deadline that follows from a window and the letter's date: computed from proven words, accepted with them only."""

from __future__ import annotations

import pytest

from documents.records import FieldStatus, Record, Segment
from documents.values import Cited
from extractors.backend import Reading, Readings
from extractors.records.assembly import build_record
from tests.extractors.records_of import CONTEXT, pages_of

TEXT = "Date of notice: March 3, 2026\nAppeal within {window}.\nOther day: April 9, 2026"
WINDOW = "60 days from the date of this letter"


def record(window: str, *cited: Cited, date: str = "2026-03-03", ocr: float | None = None) -> Record:
    pages = pages_of(TEXT.format(window=window), ocr=ocr is not None, confidence=ocr or 1.0)
    sure = {"label_score": 1.0}
    values = (
        Cited(path="letter.date", value=date, quote="March 3, 2026", page=1, features=sure),
        Cited(path="appeal.window", value=window, quote=window, page=1, features=sure),
        *cited,
    )
    segment = Segment(document_type="denial_letter", page_start=1, page_end=1, confidence=0.97)
    return build_record("0" * 64, segment, pages, Readings(first=Reading(cited=values)), context=CONTEXT)


def test_the_day_is_computed_and_shows_both_proofs() -> None:
    (deadline,) = record(WINDOW).values("appeal.deadline")
    assert deadline.value == "2026-05-02"
    assert deadline.derived
    assert deadline.usable
    assert [e.quote for e in deadline.evidence] == [WINDOW, "March 3, 2026"]


@pytest.mark.parametrize(
    "window",
    ["60 days of receipt of this letter", "10 business days of this letter", "60 days", "60 days of the decision"],
)
def test_what_the_letter_alone_does_not_tell_stays_a_window(window: str) -> None:
    built = record(window)
    assert built.values("appeal.deadline") == ()
    assert [f.value for f in built.values("appeal.window")] == [window]


def test_a_claimed_day_is_not_believed_but_computed_again() -> None:
    claim = Cited(path="appeal.deadline", value="2026-05-09", quote=WINDOW, page=1, features={"label_score": 1.0})
    (deadline,) = record(WINDOW, claim).values("appeal.deadline")
    assert deadline.value == "2026-05-02"
    assert deadline.alternatives == ("2026-05-09",)
    assert deadline.status is FieldStatus.REVIEW


def test_a_printed_day_is_kept() -> None:
    printed = Cited(path="appeal.deadline", value="2026-04-09", quote="April 9, 2026", features={"label_score": 1.0})
    (deadline,) = record(WINDOW, printed).values("appeal.deadline")
    assert deadline.value == "2026-04-09"
    assert not deadline.derived


def test_an_unproven_letter_date_resolves_nothing() -> None:
    assert record(WINDOW, date="2026-03-05").values("appeal.deadline") == ()


def test_a_letter_date_in_review_keeps_the_deadline_there() -> None:
    built = record(WINDOW, ocr=0.86)
    (deadline,) = built.values("appeal.deadline")
    (letter,) = built.values("letter.date")
    assert letter.status is FieldStatus.REVIEW
    assert deadline.status is FieldStatus.REVIEW
    assert "unproven_anchor" in deadline.reasons
    assert deadline.confidence <= letter.confidence
