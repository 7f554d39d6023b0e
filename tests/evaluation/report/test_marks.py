"""Values are marked where they stand, also those that were missed on a shifted fax."""

from __future__ import annotations

import pytest

from evaluation.report.marks import Fate, marks_of
from evaluation.report.pictures import PagePicture
from evaluation.scoring.judgement import judge
from evaluation.scoring.printed import PrintedText
from tests.evaluation.scoring.labels import Json, entry, gold_of, prediction, said

PICTURE = PagePicture(number=1, width=850, height=1100, png=b"", shown=1100)


def placed(name: str, value: str, left: float, top: float) -> Json:
    """A gold value that is printed at a place on the clean page, in points."""
    mention = {"page": 1, "text": value, "bbox": [left, top, left + 50, top + 10]}
    return entry(name, value, mentions=[mention])


def shifted(left: float, top: float) -> list[float]:
    """Where a fax machine put it: 2 % larger, and 20 points to the right."""
    return [(1.02 * left + 20) / 612, 1.02 * top / 792, (1.02 * (left + 50) + 20) / 612, 1.02 * (top + 10) / 792]


GOLD = [
    placed("patient.name", "Ada Brook", 60, 100),
    placed("patient.dob", "1980-03-04", 300, 200),
    placed("patient.mrn", "B8177", 450, 400),
    placed("payer.name", "Harbor Health", 100, 600),
]
READ = [
    ("patient.name", "Ada Brook", 60, 100),
    ("patient.dob", "1980-03-04", 300, 200),
    ("patient.mrn", "B8177", 450, 400),
]


def test_a_missed_value_is_found_by_those_that_were_read() -> None:
    gold = gold_of(*GOLD)
    fields = [said(f, v, page=1, evidence=v, boxes=[shifted(x, y)]) for f, v, x, y in READ]
    marks = marks_of(judge(gold, prediction(*fields), PrintedText(gold)), {1: PICTURE})
    (missed,) = [mark for mark in marks if mark.fate is Fate.MISSED]
    assert missed.box == pytest.approx(shifted(100, 600), abs=1e-6)
    assert [mark.number for mark in marks] == [None, None, None, 1]


def test_a_word_that_stands_twice_does_not_move_the_others() -> None:
    gold = gold_of(*GOLD, placed("medication.route", "by mouth", 80, 300))
    fields = [said(f, v, page=1, evidence=v, boxes=[shifted(x, y)]) for f, v, x, y in READ]
    fields.append(said("medication.route", "by mouth", page=1, evidence="by mouth", boxes=[shifted(500, 320)]))
    marks = marks_of(judge(gold, prediction(*fields), PrintedText(gold)), {1: PICTURE})
    (missed,) = [mark for mark in marks if mark.fate is Fate.MISSED]
    assert missed.box == pytest.approx(shifted(100, 600), abs=0.01)


def test_without_enough_to_go_by_the_clean_place_is_taken() -> None:
    gold = gold_of(GOLD[3])
    (mark,) = marks_of(judge(gold, prediction(), PrintedText(gold)), {1: PICTURE})
    assert mark.box == pytest.approx((100 / 612, 600 / 792, 150 / 612, 610 / 792))


def test_each_fate_is_told_apart() -> None:
    gold = gold_of(*GOLD, text="x")
    fields = [
        said("patient.name", "Ada Brook", page=1, boxes=[shifted(60, 100)]),
        said("patient.dob", "1980-03-04", page=1, boxes=[shifted(300, 200)], status="review"),
        said("patient.mrn", "B8777", page=1, boxes=[shifted(450, 400)]),
        said("payer.name", "Inland Care", page=1, boxes=[shifted(100, 600)], status="review"),
    ]
    marks = marks_of(judge(gold, prediction(*fields), PrintedText(gold)), {1: PICTURE})
    fates = {(mark.field, mark.fate) for mark in marks}
    assert fates == {
        ("patient.name", Fate.ACCEPTED),
        ("patient.dob", Fate.QUEUED),
        ("patient.mrn", Fate.WRONG_ACCEPTED),
        ("patient.mrn", Fate.MISSED),
        ("payer.name", Fate.WRONG),
        ("payer.name", Fate.MISSED),
    }
    wrong = next(mark for mark in marks if mark.fate is Fate.WRONG_ACCEPTED)
    assert (wrong.read, wrong.wanted) == ("B8777", "B8177")


def test_words_of_a_text_page_are_found() -> None:
    words = (("Payer:", (0.1, 0.1, 0.2, 0.12)), ("Harbor", (0.3, 0.1, 0.4, 0.12)), ("Health", (0.41, 0.1, 0.5, 0.12)))
    picture = PagePicture(number=1, width=850, height=1100, png=b"", shown=1100, words=words)
    gold = gold_of(entry("payer.name", "Harbor Health", mentions=[{"page": 1, "text": "Harbor Health"}]))
    (mark,) = marks_of(judge(gold, prediction(), PrintedText(gold)), {1: picture})
    assert mark.box == (0.3, 0.1, 0.5, 0.12)


def test_what_is_amiss_on_no_known_page_is_listed_last() -> None:
    gold = gold_of(*GOLD[:1])
    marks = marks_of(judge(gold, prediction(said("patient.sex", "male")), PrintedText(gold)), {1: PICTURE})
    assert [(mark.field, mark.page, mark.number) for mark in marks] == [("patient.name", 1, 1), ("patient.sex", 0, 2)]
