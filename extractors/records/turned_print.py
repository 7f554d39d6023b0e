"""Print across the page's reading direction: a stamp along the margin, no part of what the sender filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from documents.pages import Page, Word
from documents.values import Evidence

# A word of three characters or more is wider than high in any fax's typeface, `III` and `1:1` but a little.
_TALL = 1.5
_SHORTEST = 3
# So many words tell how a page lies; asked for each of its values, the rest would cost.
_MANY = 200


def is_turned(evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> bool:
    """Whether a word of the evidence runs across the reading direction of most other words of its page."""
    return any(
        _is_tall(word, pages[span.page]) and not _is_turned_page(pages[span.page])
        for span in evidence
        for word in pages[span.page].words_in(span.start, span.end)
    )


def _is_tall(word: Word, page: Page) -> bool:
    width = (word.box.right - word.box.left) * page.width_pt
    height = (word.box.bottom - word.box.top) * page.height_pt
    return len(word.text) >= _SHORTEST and height > _TALL * width > 0


def _is_turned_page(page: Page) -> bool:
    said = list(islice((word for word in page.words if len(word.text) >= _SHORTEST), _MANY))
    return 2 * sum(_is_tall(word, page) for word in said) > len(said)
