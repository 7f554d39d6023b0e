"""Optimal one-to-one assignment (the Hungarian method), for linking predicted entities to gold ones."""

from __future__ import annotations

from collections.abc import Sequence


def assign(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs of (row, column) with the largest total weight; each row and column is used at most once.

    Shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987), O(rows^2 x columns). Pairs of
    weight 0 or less are left out: not to link is always possible and costs nothing.

    Args:
        weights: one list a row, all of the same length.
    """
    if not weights or not weights[0]:
        return []
    turned = len(weights) > len(weights[0])
    rows = [list(column) for column in zip(*weights, strict=True)] if turned else [list(row) for row in weights]
    matched = _smallest([[-max(weight, 0.0) for weight in row] for row in rows])
    pairs = [(row, column) for row, column in enumerate(matched) if rows[row][column] > 0]
    return sorted((column, row) for row, column in pairs) if turned else pairs


def _smallest(costs: list[list[float]]) -> list[int]:
    """Column of each row in the assignment of the smallest total cost; there are at least as many columns as rows."""
    count, width = len(costs), len(costs[0])
    row_price, column_price = [0.0] * (count + 1), [0.0] * (width + 1)
    owner = [0] * (width + 1)  # 1-based row of each 1-based column; column 0 is where a new row enters
    for row in range(1, count + 1):
        owner[0] = row
        _augment(costs, owner, row_price, column_price)
    found = [0] * count
    for column in range(1, width + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found


def _augment(costs: list[list[float]], owner: list[int], row_price: list[float], column_price: list[float]) -> None:
    """Brings one more row in, along the cheapest path of reassignments; prices and owners are updated in place."""
    width = len(column_price) - 1
    slack, came_from, seen = [float("inf")] * (width + 1), [0] * (width + 1), [False] * (width + 1)
    column = 0
    while owner[column]:
        seen[column] = True
        row, step, nearest = owner[column], float("inf"), 0
        for other in range(1, width + 1):
            if seen[other]:
                continue
            gap = costs[row - 1][other - 1] - row_price[row] - column_price[other]
            if gap < slack[other]:
                slack[other], came_from[other] = gap, column
            if slack[other] < step:
                step, nearest = slack[other], other
        for other in range(width + 1):
            if seen[other]:
                row_price[owner[other]] += step
                column_price[other] -= step
            else:
                slack[other] -= step
        column = nearest
    while column:
        owner[column] = owner[came_from[column]]
        column = came_from[column]
