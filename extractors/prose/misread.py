"""Words that decide what is asserted, mended where recognition got one letter of them wrong: `futher`, `no fonger`.

A word that decides is worth more than the rest of its sentence: a condition of the father's, or a drug that is no
longer taken, would else be the patient's own. Only offsets and meaning are used; a quote is always the page's own text.
"""

from __future__ import annotations

import re
import string
from functools import cache

_DECIDING = (
    "father", "mother", "brother", "sister", "daughter", "grandfather", "grandmother", "family", "maternal", "paternal",
    "longer", "denies", "denied", "without", "negative", "excluded", "absent", "history", "resolved", "stopped",
    "discontinued", "resume", "resumed", "failed", "unsuccessful", "ineffective", "formerly", "previously",
)  # fmt: skip
# Words of their own that differ from one of those by one letter.
_OTHER_WORDS = frozenset(
    ["rather", "gather", "lather", "bother", "mister", "laughter", "lodger", "longed", "stepped", "slopped", "swopped",
     "mailed", "nailed", "sailed", "tailed", "hailed", "jailed", "bailed", "wailed", "railed", "foiled", "defies",
     "defied", "denier", "denims", "genies", "levied", "revolved", "resolves", "resolver", "resumes", "fathers",
     "formally", "excludes", "includes", "absentee", "absents", "fainted"]
)  # fmt: skip
_WORD = re.compile(r"[a-z]{6,12}")


@cache
def _misread() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in _DECIDING:
        for at in range(len(word)):
            for letter in string.ascii_lowercase:
                found[word[:at] + letter + word[at + 1 :]] = word
    return {seen: word for seen, word in found.items() if seen not in _OTHER_WORDS and seen not in _DECIDING}


def mended(text: str) -> str:
    """The text with misread deciding words as they must have been printed; same length."""
    known = _misread()
    lowered = text.lower()
    if len(lowered) != len(text):
        return text
    for found in _WORD.finditer(lowered):
        if (word := known.get(found.group())) is not None:
            text = text[: found.start()] + word + text[found.end() :]
    return text
