from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.unprintable import is_unreadable, shown

BAD = ("\x00", "\x07", "\x08", "\x1a", "\x1b", "\x7f", "\x80", "\x9f", "\ud800", "\udcff", "\ufffe", "\uffff", "\ufffd")


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_read_is_shown_as_such(bad: str) -> None:
    assert shown(f"W12{bad}34") == "W12\ufffd34"
    assert is_unreadable(f"W12{bad}34")


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\x1c", "\x1f", "\x85"])
def test_white_space_of_every_sort_is_a_space(space: str) -> None:
    assert shown(f"Ann{space}Lee") == "Ann Lee"
    assert not is_unreadable(f"Ann{space}Lee")


@pytest.mark.parametrize("text", ["", "Núñez, 患者 😀", "a\nb\tc\r\n", "soft\u00adhyphen", "no\u00a0break", "\uf0b7"])
def test_what_can_be_read_stays(text: str) -> None:
    assert shown(text) == text
    assert not is_unreadable(text)


@given(st.text(st.characters(max_codepoint=sys.maxunicode, exclude_categories=())))
def test_what_is_shown_can_be_stored_anywhere(text: str) -> None:
    shown(text).encode()
    assert len(shown(text)) == len(text)
    assert shown(shown(text)) == shown(text)
    assert is_unreadable(shown(text)) == is_unreadable(text)
