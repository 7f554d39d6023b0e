"""What a policy is called: the printed title under the payer's name, above the block of numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.outline.blocks import Block, BlockKind
from extractors.outline.flow import Citing, Flow, Span, Told, flow_of
from extractors.outline.flow import Piece as Printed
from extractors.outline.strips import Strip
from extractors.outline.topics import plain_words
from extractors.policies.wordings import POLICY_TOPICS

# Letterhead, kind of document, title: a policy's title is among its first lines.
_HEAD_STRIPS = 9
# What kind of document it is, not what it is about.
_KIND_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        medical clinical coverage pharmacy drug utilization management prior authorization reimbursement payment policy
        policies guideline guidelines bulletin criteria determination local national position statement benefit review
        specialty program management necessity commercial medicare medicaid advantage part b d step therapy um provider
        manual document position standard rule rules protocol bulletin the of and for a lcd ncd article
        corporate administrative medication payer clinical/medical page
        """,
    )
)
_ORGANIZATION = re.compile(
    r"\b(?:health ?(?:plan|partners|net|care|options|alliance|first|system)?s?|insurance|mutual|blue ?(?:cross|shield)"
    r"|bcbs|hmo|community plan|"
    r"benefit trust|trust|inc\.?|llc|corporation|company|cooperative|associates|assurance|contractors?|administrators?"
    r"|medicaid|authority|assistance|committee|department|division|office of|"
    r"medicare|plans?|partners|pharmacy services|solutions)\b",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\bpage\b|\bpg\b", re.IGNORECASE)
_TITLE_LABEL = re.compile(
    r"\W*(?:policy |guideline |document |lcd |criteria |medical policy )?(?:title|name|subject"
    r"|topic)\s*(?P<mark>[:#])?\s*",
    re.IGNORECASE,
)
# Verbs of a sentence; a title has none.
_SENTENCE = re.compile(r"\b(?:is|are|was|explains?|applies|describes?|addresses|when|this|covers|must|will|may|has)\b")
_LONGEST, _FEWEST_LETTERS, _TITLE_LINES = 16, 5, 2
# Much larger than the page's usual line.
_LARGE = 1.25


def read_title(blocks: Sequence[Block], citing: Citing) -> Iterator[Cited]:
    """The title, if the head prints one line that names neither the payer nor the kind of document only."""
    strips = [s for b in blocks for s in b.strips]
    if not strips:
        return
    heights = sorted(s.height for s in strips)
    usual = heights[len(heights) // 2]
    labelled = next((told for strip in _head(blocks) if (told := _labelled(strip)) is not None), None)
    if labelled is not None:
        yield citing.cite("policy.title", labelled)
        return
    best: tuple[float, Flow] | None = None
    for position, strip in enumerate(_head(blocks)):
        flow = flow_of([Printed(strip.page, strip.start, strip.source)], from_ocr=strip.from_ocr)
        score = _title_score(strip, usual) - 0.05 * position
        if score > 0 and (best is None or score > best[0]):
            best = (score, flow)
    if best is not None:
        yield citing.cite("policy.title", Told(best[1], Span(0, len(best[1].text.rstrip(" .|*°")))), score=0.9)


def _labelled(strip: Strip) -> Told | None:
    """The title beside a label that announces it: in the same cell, or in the next one."""
    for index, cell in enumerate(strip.cells):
        label = _TITLE_LABEL.match(cell.text)
        if label is None:
            continue
        if label.end() < len(cell.text) and label["mark"]:
            flow = flow_of([Printed(strip.page, cell.start, cell.text)], from_ocr=strip.from_ocr)
            return Told(flow, Span(label.end(), len(flow.text)))
        if label.end() == len(cell.text) and index + 1 < len(strip.cells):
            beside = strip.cells[index + 1]
            flow = flow_of([Printed(strip.page, beside.start, beside.text)], from_ocr=strip.from_ocr)
            return Told(flow, Span(0, len(flow.text)))
    return None


def _head(blocks: Sequence[Block]) -> Iterator[Strip]:
    """The lines above the first section or paragraph, of the first page."""
    count = 0
    for block in blocks:
        running = block.kind is BlockKind.PARAGRAPH and len(block.strips) > _TITLE_LINES
        if block.kind is BlockKind.ITEM or running or (block.topic is not None and count > 1):
            return
        for strip in block.strips:
            if strip.page != blocks[0].strips[0].page or count == _HEAD_STRIPS:
                return
            count += 1
            yield strip


def _title_score(strip: Strip, usual: float) -> float:
    """How likely a line is the title; 0.0 for what cannot be one."""
    text = strip.text.strip()
    words = plain_words(text).split()
    own = [w for w in words if w not in _KIND_WORDS and not w.isdigit()]
    if not own or len(words) > _LONGEST or len(strip.cells) > 1 or _is_no_title(text):
        return 0.0
    kind = len(own) < len(words)
    if not kind and (_ORGANIZATION.search(text) or POLICY_TOPICS.topic(text, False, False) is not None):
        return 0.0
    if _ORGANIZATION.search(text) and " - " not in text and ":" not in text:
        return 0.0
    large, several = strip.height > _LARGE * usual, len(own) > 1
    return 1.0 + 0.5 * large + 0.3 * kind + 0.2 * several


def _is_no_title(text: str) -> bool:
    """Whether a line is a sentence, a date, a page number, or a label with its value."""
    before, colon, _ = text.partition(":")
    # `Medical policy: Knee arthroscopy` is a title, `Owner: Coverage Review Unit` is none.
    labelled = colon and any(w not in _KIND_WORDS for w in plain_words(before).split())
    odd = (
        text.endswith((".", ",", ";", ":"))
        or text[0].islower()
        or ". " in text
        or sum(c.isalpha() for c in text) < _FEWEST_LETTERS
    )
    return bool(labelled or odd or _PAGE.search(text) or _SENTENCE.search(text) or find_values(Kind.DATE, text))
