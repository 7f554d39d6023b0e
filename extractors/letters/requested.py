"""The drug that a letter decides on: beside the label of the requested service, or in the sentence that decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.lexicon.drugs import DrugHit, find_drugs
from extractors.outline.flow import Citing, Flow, Span, Told
from extractors.outline.topics import plain_words
from extractors.prose.sig import read_sig

LABELS = frozenset(
    {"service", "services", "requested service", "requested services", "service requested", "services requested",
     "drug", "drug name", "drug requested", "requested drug", "medication", "medication requested",
     "requested medication",
     "medication name", "prescription", "prescription drug", "item", "item requested", "requested item", "product",
     "treatment", "requested treatment", "service or drug", "drug or service", "service description", "request",
     "request for", "item or service", "service or item", "medicine", "requested medicine", "name of drug",
     "description of service", "prescribed drug", "medication strength", "drug and strength"}
)  # fmt: skip
# A drug that the lexicon holds by name: an unlisted word beside `Service` is a procedure as often.
_KNOWN = 0.95
# What is asked for stands right behind these words.
_ASKED = re.compile(
    r"\b(?:request(?:ed)? (?:for|to cover|of)|coverage (?:of|for)|authorization (?:of|for)|approval (?:of|for)"
    r"|prescription for|"
    r"cover|approve|denied|denial of|claim for)\s+(?:the |your |our )?(?:drug |medication |medicine |prescription "
    r"(?:drug |for )?)?$",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"(?:\s*(?:\(|/|\bor\b)\s*)")


def read_labelled(label: str, flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """The drugs beside a label that announces what was requested."""
    if plain_words(label) in LABELS:
        yield from _drugs(flow, span, citing, score=1.0)


def read_sentence(flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """The drug that a sentence says was requested or refused."""
    text = flow.text[span.start : span.end]
    for hit in find_drugs(text, from_ocr=flow.from_ocr):
        if hit.score >= _KNOWN and _ASKED.search(text[: hit.start]):
            yield from _drugs(flow, Span(span.start + hit.start, span.end), citing, score=0.9)
            return


def _drugs(flow: Flow, span: Span, citing: Citing, *, score: float) -> Iterator[Cited]:
    text = flow.text[span.start : span.end]
    if find_values(Kind.PROCEDURE_CODE, text, from_ocr=flow.from_ocr):
        return  # a billed service that is named after its drug
    hits = [h for h in find_drugs(text, from_ocr=flow.from_ocr) if h.score >= _KNOWN]
    # A brand with its generic name in brackets is one drug.
    firsts = [h for i, h in enumerate(hits) if i == 0 or not _is_same(text, hits[i - 1], h)]
    for number, hit in enumerate(firsts if score == 1.0 else firsts[:1]):
        stop = firsts[number + 1].start if number + 1 < len(firsts) else len(text)
        end = max(h.end for h in hits if hit.start <= h.start < stop)
        group = f"asked{span.start + hit.start}-{flow.pieces[0].page}-{flow.pieces[0].start}"
        name = Told(flow, Span(span.start + hit.start, span.start + hit.end))
        yield citing.cite("medication.drug", name, group=group, score=score)
        status = citing.cite("medication.status", name, value="requested", group=group, score=score)
        yield status.model_copy(update={"derived": True})
        after = text[end:stop].lstrip(")")
        offset = span.start + stop - len(after)
        for part in read_sig(after, from_ocr=flow.from_ocr):
            at = Told(flow, Span(offset + part.start, offset + part.end))
            yield citing.cite(part.path, at, value=part.value, group=group, score=score)


def _is_same(text: str, one: DrugHit, other: DrugHit) -> bool:
    return one.name == other.name or _BESIDE.fullmatch(text[one.end : other.start]) is not None
