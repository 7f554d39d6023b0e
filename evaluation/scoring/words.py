"""Word error between what a page prints and what was read there, without regard to order."""

from __future__ import annotations

import re
from collections import Counter

from evaluation.scoring.normal_forms import folded


def words(text: str) -> Counter[str]:
    """Words without edge punctuation, case and accents."""
    stripped = (re.sub(r"^\W+|\W+$", "", word) for word in folded(text).split())
    return Counter(word for word in stripped if word)


def word_error(printed: str, read: str) -> float:
    """Order-free: the larger of missed and invented words, by the words printed."""
    wanted, got = words(printed), words(read)
    return max((wanted - got).total(), (got - wanted).total()) / max(1, wanted.total())
