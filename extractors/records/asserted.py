"""What the pages say about a model's values: a model is not asked, and not believed, whether a condition is denied."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from documents.pages import Page
from documents.values import Assertion
from extractors.document_type import DocumentType
from extractors.prose.assertion import assert_mention
from extractors.prose.diagnoses import STATUS
from extractors.prose.passages import Passage
from extractors.prose.sections import sectioned
from extractors.prose.sentences import sentences
from extractors.records.mentions import Mention, make_mention

# Entities that a text may deny, doubt or say of a relative; a drug's status is a field of its own.
_ASSERTED = frozenset({"diagnosis", "allergy"})
_STATUS = "diagnosis.status"


def asserted(mentions: Sequence[Mention], document_type: DocumentType, pages: Sequence[Page]) -> Iterator[Mention]:
    """The mentions, each with the assertion that the same rules give the embedded reader.

    One assertion holds for an entity: the first of its grounded mentions, in reading order, that is not plain presence.
    A diagnosis's status follows from it; what the model says of the status is kept only where the page leaves it open.
    """
    if not any(m.spec.entity in _ASSERTED for m in mentions):
        yield from mentions
        return
    where = _Passages(sectioned(pages))
    said: dict[tuple[str, str | None], tuple[Assertion, Mention]] = {}
    for mention in sorted(mentions, key=lambda m: m.place):
        if mention.spec.entity in _ASSERTED and mention.grounding.evidence:
            key = (mention.spec.entity, mention.group)
            if key not in said or said[key][0] is Assertion.PRESENT:
                said[key] = (where.assertion(mention), mention)
    settled = {key[1] for key, (assertion, _) in said.items() if assertion is not Assertion.PRESENT}
    for mention in mentions:
        if mention.spec.path == _STATUS and mention.group in settled:
            continue
        assertion, _ = said.get((mention.spec.entity, mention.group), (Assertion.PRESENT, mention))
        yield replace(mention, cited=mention.cited.model_copy(update={"assertion": assertion}))
    if _STATUS in document_type.specs:
        claimed = {m.group for m in mentions if m.spec.path == _STATUS} - settled
        for (entity, group), (assertion, mention) in said.items():
            if entity == "diagnosis" and assertion in STATUS and group not in claimed:
                yield from _status(mention, assertion, document_type, pages)


def _status(
    mention: Mention, assertion: Assertion, document_type: DocumentType, pages: Sequence[Page]
) -> Iterator[Mention]:
    """The status that follows from what the page says around a diagnosis."""
    span = mention.grounding.evidence[0]
    update = {"path": _STATUS, "value": STATUS[assertion], "quote": span.quote, "page": span.page, "start": span.start}
    cited = mention.cited.model_copy(update={**update, "assertion": assertion, "derived": True})
    numbered = {page.number: page for page in pages}
    made = make_mention(cited, document_type, pages=pages, numbered=numbered)
    if made is not None:
        yield made


class _Passages:
    """The passages of a segment by page and offset."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._of: dict[int, list[Passage]] = defaultdict(list)
        for passage in passages:
            self._of[passage.page].append(passage)
        for held in self._of.values():
            held.sort(key=lambda p: p.start)

    def assertion(self, mention: Mention) -> Assertion:
        """What the sentence around a mention says of it; plain presence where it stands in no prose."""
        span = mention.grounding.evidence[0]
        held = self._of.get(span.page, [])
        at = bisect_right(held, span.start, key=lambda p: p.start) - 1
        if at < 0 or span.start >= held[at].start + len(held[at].text):
            return Assertion.PRESENT
        passage = held[at]
        start, end = span.start - passage.start, min(span.end - passage.start, len(passage.text))
        around = next((s for s in sentences(passage) if s.start <= start < s.end), None)
        if around is None:
            return assert_mention(passage.text, start, end, section=passage.section)
        return assert_mention(
            around.text, start - around.start, min(end, around.end) - around.start, section=passage.section
        )
