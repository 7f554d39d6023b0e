from __future__ import annotations

import pytest

from documents.errors import SettingsError
from documents.records import Record
from documents.values import Kind
from review_queue.entered import LINE_CHANGED
from review_queue.items import Action, FieldDecision, FieldRef
from review_queue.verified_values import join
from tests.ledger.made import field, record
from tests.review_queue.test_verified_values import decide, values

CATEGORY = "submission.service_category"


def enter(value: str, group: str | None = None, action: Action = Action.ADD) -> FieldDecision:
    ref = FieldRef(path=CATEGORY, group=group)
    return FieldDecision(action=action, field=ref, value=value, kind=Kind.CHOICE)


def lines(*codes: str) -> Record:
    """A request with a line for each code, numbered from s1."""
    made = (field("procedure.code", code, group=f"s{at}", at=at) for at, code in enumerate(codes, 1))
    return record("fax", *made)


def entered(read: Record, *made: FieldDecision, later: Record) -> list[tuple[str | None, str]]:
    joined = join(later, decide(read, *made)).record
    assert join(joined, decide(read, *made)).record == joined
    return [(group, value) for group, value, _ in values(joined, CATEGORY)]


def test_what_was_entered_stays_with_its_line_when_lines_are_numbered_otherwise() -> None:
    first, later = lines("27447", "97110"), lines("97110", "27447")
    both = (enter("2", "s1"), enter("42", "s2"))
    assert entered(first, *both, later=first) == [("s1", "2"), ("s2", "42")]
    assert entered(first, *both, later=later) == [("s2", "2"), ("s1", "42")]


def test_what_was_entered_for_all_lines_is_kept_whatever_the_lines_are() -> None:
    assert entered(lines("27447"), enter("2"), later=lines("97110")) == [(None, "2")]


def test_a_line_that_says_something_else_now_sends_its_value_back_to_a_person() -> None:
    first = lines("27447")
    kept = decide(first, enter("2", "s1"))
    joined = join(lines("27446"), kept)
    (doubted,) = joined.record.values(CATEGORY)
    assert (doubted.usable, doubted.reasons) == (False, (LINE_CHANGED,))
    assert joined.undecided == (f"{CATEGORY}[s1]",)
    # Both lines might be meant.
    assert join(lines("11111", "27447", "27447"), kept).undecided == (f"{CATEGORY}[s1]",)


def test_a_value_is_entered_once_a_line_and_may_be_corrected() -> None:
    first = lines("27447")
    with pytest.raises(SettingsError):
        decide(first, enter("2", "s1"), enter("3", "s1"))
    assert entered(first, enter("2", "s1"), enter("3", "s1", Action.CORRECT), later=first) == [("s1", "3")]
    reject = FieldDecision(action=Action.REJECT, field=FieldRef(path=CATEGORY, group="s1"), reason="wrong")
    assert entered(first, enter("2", "s1"), reject, enter("4", "s1"), later=first) == [("s1", "4")]
