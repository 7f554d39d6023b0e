"""A table of whole sentences: what each says of one condition, in the classes that a reader cares about."""

from pathlib import Path

import pytest

from documents.values import Assertion
from extractors.prose.assertion import assert_mention

TABLE = Path(__file__).with_name("assertion_sentences.tsv")
ROWS = [
    line.split("\t")
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]  # fmt: skip
# A sentence about what may be or may come states no condition, whichever of the two it is.
CLASSES = {
    "active": {Assertion.PRESENT},
    "negated": {Assertion.NEGATED},
    "uncertain": {Assertion.UNCERTAIN, Assertion.HYPOTHETICAL},
    "family": {Assertion.FAMILY},
    "historical": {Assertion.HISTORICAL},
}


def test_the_table_is_wide() -> None:
    assert len(ROWS) >= 300
    assert len({sentence for _, sentence, _ in ROWS}) == len(ROWS)
    for name in CLASSES:
        assert sum(row[0] == name for row in ROWS) >= 40


@pytest.mark.parametrize(("name", "sentence", "condition"), ROWS, ids=[row[1] for row in ROWS])
def test_what_a_sentence_says_of_its_condition(name: str, sentence: str, condition: str) -> None:
    start = sentence.lower().index(condition.lower())
    assert assert_mention(sentence, start, start + len(condition)) in CLASSES[name]
