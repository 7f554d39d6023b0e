"""A choice mark belongs to the words beside it: those behind it, or those before it where all stand so."""

from __future__ import annotations

from dataclasses import replace

from documents.pages import Box, Mark, Page, Tick
from extractors.layout.options import find_options
from tests.extractors.printed import page_of


def marked(text: str) -> Page:
    """The page of a line on which `[]` is an empty and `[x]` a ticked box, drawn and no text."""
    plain = text.replace("[x]", "   ").replace("[]", "  ")
    marks = []
    for sign, tick in (("[x]", Tick.TICKED), ("[]", Tick.EMPTY)):
        at = text.find(sign)
        while at >= 0:
            box = Box(at / 100, 0.0, (at + len(sign)) / 100, 0.011)
            marks.append(Mark(box=box, tick=tick, ink=0.5 if tick is Tick.TICKED else 0.0))
            at = text.find(sign, at + 1)
    return page_of(plain).model_copy(update={"marks": tuple(marks)})


def ticked(text: str) -> list[str]:
    """The labels of the ticked boxes."""
    page = marked(text)
    return [o.text.strip() for o in find_options(page, page.words) if o.mark.tick is Tick.TICKED]


def test_boxes_stand_before_their_words() -> None:
    assert ticked("Check one  [x] Routine   [] Urgent") == ["Routine"]
    assert ticked("Check one  [] Routine   [x] Urgent") == ["Urgent"]


def test_boxes_that_all_stand_close_behind_words_belong_to_these() -> None:
    assert ticked("Routine [x]     Urgent []") == ["Routine"]
    assert ticked("Routine []     Urgent [x]") == ["Urgent"]


def test_where_one_box_stands_otherwise_the_words_behind_count() -> None:
    assert ticked("Routine [x]  Urgent     [] Retrospective") == ["Urgent"]


def test_a_stroke_that_is_recognised_beside_a_box_is_not_its_words() -> None:
    page = page_of("    v\n    Planned visit")
    flat = {w.text: w.box._replace(top=0.002, bottom=0.012) for w in page.words}
    words = tuple(replace(w, box=flat[w.text]) for w in page.words)
    mark = Mark(box=Box(0.01, 0.0, 0.03, 0.011), tick=Tick.TICKED, ink=0.5)
    drawn = page.model_copy(update={"marks": (mark,), "words": words})
    assert [o.text for o in find_options(drawn, drawn.words)] == ["Planned visit"]
