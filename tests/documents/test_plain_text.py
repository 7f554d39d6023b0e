"""Plain text: encodings, pages, words on a grid."""

from __future__ import annotations

import pytest

from documents.pages import PageFlag, Tick, WordSource
from documents.plain_text import decode, split_pages, text_page


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Núñez – 5 µg".encode(), "Núñez – 5 µg"),
        (b"\xef\xbb\xbfAnn", "Ann"),
        ("Núñez".encode("utf-16"), "Núñez"),
        ("Núñez".encode("utf-16-be").join([b"\xfe\xff", b""]), "Núñez"),
        (
            "Patient Maria Núñez was seen today, “doing well”".encode("cp1252"),
            "Patient Maria Núñez was seen today, “doing well”",
        ),
        (b"", ""),
    ],
)
def test_known_encodings(content: bytes, expected: str) -> None:
    assert decode(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"Patient: Ann\0Lee",
        "Núñez".encode("utf-16")[:-1],
        "Maria Núñez, allergic to penicillin".encode() + b"\xc3",  # cut in the middle of a letter
        b"\x81\x8d\x8f mostly text that no Windows-1252 holds" * 3,
        bytes(range(128, 256)) * 4,
    ],
)
def test_broken_encodings_are_refused_not_guessed(content: bytes) -> None:
    assert decode(content) is None


def test_pages_are_cut_at_form_feeds_and_what_cannot_be_read_is_shown() -> None:
    assert split_pages("a\x07b\r\nc\fd\re\f\n") == ["a\ufffdb\nc", "d\ne"]
    assert split_pages("\ufeffa\x0bb\x85c\u200b\x1a") == ["a b c"]
    assert split_pages("") == [""]
    assert split_pages("a\f\fb") == ["a", "", "b"]


def test_words_have_offsets_and_boxes_in_reading_order() -> None:
    page = text_page("Name:\tAnn Lee     DOB: 3/4/1962\n\n  Sentence one.  Two", 3)
    assert page.number == 3
    assert page.text == "Name:  Ann Lee  DOB: 3/4/1962\nSentence one. Two"
    assert all(page.text[w.start : w.end] == w.text for w in page.words)
    assert {w.source for w in page.words} == {WordSource.PLAIN_TEXT}
    by_text = {w.text: w.box for w in page.words}
    assert by_text["Name:"].left < by_text["Ann"].left < by_text["DOB:"].left
    assert by_text["Name:"].bottom < by_text["Sentence"].top
    assert by_text["Ann"].left == pytest.approx(
        by_text["Name:"].left + 8 * (by_text["Name:"].right - by_text["Name:"].left) / 5
    )


def test_long_lines_and_many_lines_stay_on_the_page() -> None:
    page = text_page("\n".join("word " * 60 for _ in range(200)), 1)
    assert len(page.words) == 12_000
    assert all(0 <= w.box.left < w.box.right <= 1 and 0 <= w.box.top < w.box.bottom <= 1 for w in page.words)


def test_typed_marks_are_found() -> None:
    page = text_page("[X] Expedited   [ ] Standard", 1)
    assert [(m.tick, page.text[m.start : m.end]) for m in page.marks] == [(Tick.TICKED, "[X]"), (Tick.EMPTY, "[ ]")]


def test_an_empty_page_is_blank() -> None:
    page = text_page(" \n\n", 1)
    assert (page.text, page.words, page.flags) == ("", (), (PageFlag.BLANK,))
