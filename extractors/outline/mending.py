"""Words of payers' sentences that recognition misread by one letter, so that what they say is still understood.

Only letters are mended, only for understanding, never in what is quoted; the text keeps its length.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_WORDS = """
denied denial denies approve approved approval appeal appeals because request requested requests coverage covered
determination decision adverse notice letter receive received following required require requires requirements submit
submitted include includes information documentation documents medical director necessary necessity criteria standard
expedited calendar business review reviewed reviews within months provide provided authorization authorized benefit
partially additional guideline guidelines policy effective routine urgent decided approvals authorizations considered
coverage expedite decisions deadline records member prescribed indicated medically investigational experimental
"""
# English words that are one letter from one of those.
_OTHERS = frozenset(
    re.findall(
        r"\S+",
        """
        appear appears approves approver reviewer summit requite receiver receives repeal repeals defied dented relieve
        perceive decisive advent ordered expedites recorded denier deniers provides provider letters setter better
        latter litter notices novice decides derided resided elective defective detective affective covered covets
        hovered prescribes proscribed inscribed indicates dedicated requires required acquire requests bequest members
        """,
    )
)
_LETTERS = re.compile(r"[A-Za-z]{6,}")


@cache
def _by_length() -> dict[int, tuple[str, ...]]:
    words: dict[int, list[str]] = {}
    for word in sorted(set(re.findall(r"\S+", _WORDS))):
        words.setdefault(len(word), []).append(word)
    return {n: tuple(found) for n, found in words.items()}


def mended(text: str) -> str:
    """The text with each misread common word as it should be; same length."""
    return _LETTERS.sub(lambda found: _mended(found.group()), text)


@lru_cache(maxsize=16384)
def _mended(printed: str) -> str:
    word = printed.lower()
    known = _by_length().get(len(word), ())
    if word in known or word in _OTHERS:
        return printed
    near = [k for k in known if sum(a != b for a, b in zip(k, word, strict=True)) == 1]
    if len(near) != 1:
        return printed
    return near[0].upper() if printed.isupper() else near[0].capitalize() if printed[0].isupper() else near[0]
