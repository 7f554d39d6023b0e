"""The benchmark of the mapping: records of the asked size, and phases that are parts of the whole."""

from __future__ import annotations

import pytest

from evaluation.bench_mapping import measure


@pytest.mark.parametrize("clinical", [5, 15])
def test_a_document_of_the_asked_size_is_measured(clinical: int) -> None:
    costs = measure(clinical, documents=1, rounds=1)
    assert clinical <= costs.clinical <= clinical + 2
    assert costs.total > 0
    assert min(costs.builders, costs.own_check, costs.structure, costs.writing) > 0
    assert costs.kib > clinical
