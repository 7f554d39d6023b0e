"""Whether words beside a diagnosis code are its own: they share a telling word with what the release calls it."""

from __future__ import annotations

import re
from functools import lru_cache

from validation.icd10cm import lookup

# Words of so many titles that they tell none.
_COMMON = frozenset([
    "other", "unspecified", "without", "with", "type", "disease", "diseases", "disorder", "disorders", "right",
    "left", "side", "site", "sites", "multiple", "history", "status", "chronic", "acute", "encounter", "initial",
    "subsequent", "sequela", "specified", "elsewhere", "classified", "condition", "conditions", "syndrome",
    "personal", "part", "region", "stage", "patient", "treatment", "therapy", "care", "health", "using", "that",
    "this", "from", "into", "each", "code",
])  # fmt: skip
# What people say for words of the titles, by the first letters of those.
_SAID = {
    "cancer": "malign", "carcinoma": "malign", "tumor": "neopla", "metastatic": "second", "broken": "fractu",
    "stroke": "infarc", "smoker": "nicoti", "tobacco": "nicoti", "smoking": "nicoti", "kidney": "renal",
    "renal": "kidney", "heartburn": "reflux", "gerd": "reflux", "overweight": "obesit", "obese": "obesit",
    "hypertensive": "hypert",
}  # fmt: skip
_WORD = re.compile(r"[a-z][a-z'-]{3,}")
_STEM = 6


@lru_cache(maxsize=2048)
def _title_stems(code: str) -> frozenset[str]:
    entry = lookup(code)
    if entry is None:
        return frozenset()
    return _stems(" ".join((entry.description, *entry.terms, *entry.broader)))


def _stems(text: str) -> frozenset[str]:
    found = (word for word in _WORD.findall(text.lower().replace("-", " ")) if word not in _COMMON)
    return frozenset(stem for word in found for stem in (word[:_STEM], _SAID.get(word, word[:_STEM])))


def is_known(code: str) -> bool:
    """Whether the release has the code."""
    return lookup(code) is not None


def names(code: str, text: str) -> bool:
    """Whether a text holds a telling word of a code's title."""
    return not _title_stems(code).isdisjoint(_stems(text))
