"""How strongly one page speaks for each document type: by its title, and by what it holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from extractors.document_type import all_document_types
from extractors.packets.page_lines import PageLines
from extractors.packets.shapes import shapes_of
from extractors.packets.titles import Title, titles_of
from extractors.packets.wording import cue_scores, wording

UNKNOWN, COVER, BLANK = "unknown", "cover_sheet", "blank_page"
# A plain title counts as much as four cues; so many cues must agree before a title is not believed.
_TITLE_WEIGHT = 4.5
# Cues add up to this at most: a long page holds some of every type.
_CUE_CEILING = 6.0
# What a page must say before it is of any type: a cue or two stand on every page.
UNKNOWN_BASE = 1.5


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What a page says for each type.

    Attributes:
        titles: by type, what announces it.
        content: by type, what cues and shapes say.
        quality: how well the page could be read, 0 to 1.
    """

    titles: Mapping[str, Title]
    content: Mapping[str, float]
    quality: float

    def opening(self, document_type: str) -> float:
        """How strongly it speaks for a document of the type that begins here."""
        return self.title(document_type) + self.held(document_type)

    @property
    def announced(self) -> str | None:
        """The type that its best title names; None without a title."""
        return max(self.titles, key=lambda name: self.titles[name].score, default=None)

    def title(self, document_type: str) -> float:
        """What its title counts for the type."""
        title = self.titles.get(document_type)
        return _TITLE_WEIGHT * title.score if title else 0.0

    def held(self, document_type: str) -> float:
        """What it holds for the type, title aside."""
        return self.content.get(document_type, 0.0)


def evidence_of(page: PageLines) -> PageEvidence:
    """The evidence of one page, for every declared type."""
    cues = cue_scores(page.tokens, recognised=page.recognised)
    shapes = shapes_of(page)
    content = {}
    for name in all_document_types():
        shaped = sum(weight * shapes.get(shape, 0.0) for shape, weight in wording().shapes[name])
        content[name] = _levelled(cues.get(name, 0.0)) + shaped
    content[UNKNOWN] = content.get(UNKNOWN, 0.0) + UNKNOWN_BASE
    return PageEvidence(titles=titles_of(page), content=content, quality=page.page.quality)


def _levelled(weight: float) -> float:
    """Cues nearly add up while they are few, and less and less towards the ceiling."""
    return _CUE_CEILING * (1 - math.exp(-weight / _CUE_CEILING))
