"""Words by their stems, so that `injections` and `injected` are one word: Porter's commoner steps."""

from __future__ import annotations

import re
from functools import lru_cache

_SHORTEST = 4  # shorter words are abbreviations or grammar, and their endings belong to them
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a lower-case word; a word with a digit is its own."""
    if len(word) < _SHORTEST or not word.isalpha():
        return word
    for ending, instead in (("sses", "ss"), ("ies", "y"), ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", "")):
        if word.endswith(ending):
            word = word[: len(word) - len(ending)] + instead
            break
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        bare = word[: -len(ending)]
        if word.endswith(ending) and len(bare) >= 3 and _VOWEL.search(bare):
            word = _DOUBLED.sub(r"\1", bare)
            break
    # injection, infusion, medication: with their verbs.
    if len(word) >= 6 and re.search(r"[st]ion$", word):
        word = word[:-3]
    return re.sub(r"e$", "", word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word)
