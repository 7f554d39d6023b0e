"""The assignment is optimal: as good as trying every one."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from extractors.records.assignment import assign


def test_the_whole_is_better_than_taking_the_best_pair_first() -> None:
    # Greedy takes 10 and is left with 1; together 9 + 8 are more.
    assert assign([[10, 9], [8, 1]]) == [(0, 1), (1, 0)]


def test_worthless_pairs_are_not_made() -> None:
    assert assign([[0, 0], [0, 3]]) == [(1, 1)]
    assert assign([]) == []
    assert assign([[], []]) == []


def test_more_rows_than_columns() -> None:
    assert assign([[1.0], [5.0], [2.0]]) == [(1, 0)]


SIDES = st.integers(min_value=1, max_value=5)


@given(data=st.data(), rows=SIDES, width=SIDES)
def test_no_other_assignment_weighs_more(data: st.DataObject, rows: int, width: int) -> None:
    weights = [[data.draw(st.integers(min_value=0, max_value=9)) for _ in range(width)] for _ in range(rows)]
    pairs = assign(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    table = weights if rows <= width else [list(column) for column in zip(*weights, strict=True)]
    choices = permutations(range(len(table[0])), len(table))
    best = max(sum(row[column] for row, column in zip(table, chosen, strict=True)) for chosen in choices)
    assert sum(weights[row][column] for row, column in pairs) == best
