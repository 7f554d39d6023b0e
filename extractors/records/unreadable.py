"""Values beside a character that nobody can read: it may be a part of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from documents.pages import Page
from documents.unprintable import is_unreadable
from documents.values import Evidence

# The word that touches a span on either side, and the next one after a single space: two spaces part columns.
_BEFORE = re.compile(r"(?:\S+ )?\S*$")
_AFTER = re.compile(r"\S*(?: \S+)?")
# No word is longer; else a page without a space would be searched whole for each value.
_FAR = 60


def is_beside_unreadable(evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> bool:
    """Whether the words of the evidence, or the words next to it, hold a character that cannot be read."""
    return any(is_unreadable(_around(span, pages[span.page].text)) for span in evidence)


def _around(span: Evidence, text: str) -> str:
    before = _BEFORE.search(text[max(0, span.start - _FAR) : span.start])
    after = _AFTER.match(text, span.end, span.end + _FAR)
    return "".join([before.group() if before else "", text[span.start : span.end], after.group() if after else ""])
