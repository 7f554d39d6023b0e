"""Member id masks: regular expressions that cannot run away.

A mask describes a short id, so it needs no open-ended repetition. Refusing `*`, `+` and `{n,}`, repeated groups that
hold a repetition or an alternative, look-around and back-references leaves expressions whose cost is bounded by their
own length.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST_MASK = 200
_LONGEST_ID = 64  # no payer prints a longer one; what is longer does not match
_LONGEST_REPEAT = 40

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[0-9]*(?:,[0-9]*)?\}|\(\?[^)]|[()|*+?]|.", re.S)


def mask_fault(mask: str) -> str | None:
    """What is wrong with a mask, in one clause; None if it may be used."""
    if len(mask) > _LONGEST_MASK:
        return f"the mask is longer than {_LONGEST_MASK} characters"
    try:
        re.compile(mask)
    except (re.error, OverflowError, RecursionError):
        return "the mask is no regular expression"
    return _runaway(_TOKEN.findall(mask))


def _runaway(parts: list[str]) -> str | None:
    """Why an expression may cost more than its length; None if it cannot."""
    groups: list[bool] = []  # for each open group: whether it holds a repetition or an alternative
    closed_repeating = False
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if part in ("*", "+") or (part.startswith("{") and part.endswith(",}")):
            return "the mask repeats without an end (*, + or {n,}); say how often at most: {1,12}"
        if re.fullmatch(r"\\[1-9]|\(\?[^:]", part):
            return "the mask uses look-around, a flag, a named group or a back-reference"
        if part.startswith("{") and max(int(n) for n in re.findall(r"[0-9]+", part) or ["0"]) > _LONGEST_REPEAT:
            return f"the mask repeats more than {_LONGEST_REPEAT} times"
        repeats = part == "?" or part.startswith("{")
        if part.startswith("("):
            groups.append(False)
        elif part == ")":
            closed_repeating = groups.pop()
            if closed_repeating and groups:
                groups[-1] = True
            if closed_repeating and following.startswith("{"):
                return "the mask repeats a group that itself repeats or has alternatives"
        elif groups and (repeats or part == "|"):
            groups[-1] = True
    return None


def fits(mask: str, member_id: str) -> bool:
    """Whether a whole id is of the mask; capitals, blanks and hyphens of the printed id do not count."""
    bare = re.sub(r"[\s-]", "", member_id).upper()
    return len(bare) <= _LONGEST_ID and _compiled(mask).fullmatch(bare) is not None


@lru_cache(maxsize=256)
def _compiled(mask: str) -> re.Pattern[str]:
    return re.compile(mask, re.IGNORECASE)
