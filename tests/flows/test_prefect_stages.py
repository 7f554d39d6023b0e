"""What passes the boundary to Prefect, and how many task runs a night costs."""

from __future__ import annotations

import pytest

from documents.errors import LedgerError
from flows.prefect_stages import STAGE_TASKS, CodedFailureError, chunk_size, coded


@pytest.mark.parametrize("backlog", [0, 1, 3, 31, 399, 1_000, 10_000])
def test_a_backlog_is_covered_by_few_task_runs(backlog: int) -> None:
    size = chunk_size(backlog, 100)
    chunks = -(-backlog // size)
    assert chunks * size >= backlog
    assert chunks * len(STAGE_TASKS) + 3 <= 400


def test_only_codes_pass_the_boundary() -> None:
    with pytest.raises(CodedFailureError) as caught, coded("read"):
        raise ValueError("Jane Doe, born 1980")
    assert "ValueError" in str(caught.value)
    assert "Jane" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_our_own_errors_keep_code_subject_and_remedy() -> None:
    with pytest.raises(CodedFailureError, match=r"LEDGER_UNUSABLE.*doc-1.*verify"), coded("publish"):
        raise LedgerError("the disk is full", subject="doc-1")
