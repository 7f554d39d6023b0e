"""Which line of a batch's files answers which question, whatever the files look like."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from extractors.llm.batches import BatchReply, Replies, replies


def line(key: str, said: str = "x", status: int = 200) -> bytes:
    return json.dumps({"custom_id": key, "response": {"status_code": status, "body": {"said": said}}}).encode() + b"\n"


def read(*lines: bytes) -> Replies:
    return replies(BytesIO(b"".join(lines)), {"a", "b"})


def test_lines_are_found_by_key_in_any_order() -> None:
    found = read(line("b", "2"), line("a", "1"))
    assert found.of("a") == BatchReply(status=200, body={"said": "1"})
    assert found.of("b") == BatchReply(status=200, body={"said": "2"})
    assert (found.strays, found.doubtful) == (0, 0)


@pytest.mark.parametrize(
    "stray",
    [
        line("c"),
        b"<html>\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"7\n",
        b'{"custom_id": 5}\n',
        b"[" * 100_000 + b"\n",
        line("a")[:-9] + b"\n",
    ],
)
def test_what_answers_no_question_is_counted_and_left(stray: bytes) -> None:
    found = read(stray, line("b"))
    assert (found.strays, set(found.places)) == (1, {"b"})


def test_a_question_that_was_not_run_has_no_reply() -> None:
    unrun = json.dumps({"custom_id": "a", "response": None, "error": {"code": "batch_expired"}}).encode() + b"\n"
    assert read(unrun).of("a") is None
    assert read(unrun, line("a")).of("a") is not None


def test_a_question_with_two_different_answers_has_none() -> None:
    found = read(line("a", "1"), line("a", "2"), line("b"))
    assert (found.of("a"), found.doubtful) == (None, 1)
    assert read(line("a", "1"), line("a", "1")).of("a") is not None


def test_errors_are_replies_with_their_status() -> None:
    assert read(line("a", status=429)).of("a") == BatchReply(status=429, body={"said": "x"})
