"""What a letter decides on: drugs and services beside a label, a drug in the sentence that decides."""

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
    {"approved service", "approved services", "service approved", "services approved", "authorized service",
     "authorized services", "service authorized", "services authorized", "denied service", "denied services",
     "service denied", "services denied", "service reviewed", "services reviewed", "approved item", "approved items",
     "what we approved", "what was approved", "what was requested", "you asked for", "asked for", "requested procedure",
     "procedure", "procedures", "procedure requested", "procedures requested", "procedure approved", "codes approved",
     "approved procedure", "approved procedures", "approved drug", "approved medication", "drug approved", "drug "
                                                                                                           "denied",
     "medication approved", "medication denied", "denied drug", "denied medication", "granted", "services granted",
     "service", "services", "requested service", "requested services", "service requested", "services requested",
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
# How many of a service, and its name: words, without what joins them to the code.
_COUNT = re.compile(
    r"[,(x]?\s*\b(?P<units>\d{1,4})\s*(?:units?|visits?|sessions?|hours?|items?|treatments?|each|ea)\b", re.IGNORECASE
)
# Their official wordings end with the amount that one unit stands for: `Injection, onabotulinumtoxinA, 1 unit`.
_DRUG_CODES = frozenset("JQC")
_NAMED = re.compile(r"[A-Za-z][^;:()]{2,}(?:\([^;:()]+\)|[A-Za-z])")
_BESIDE = re.compile(r"(?:\s*(?:\(|/|\bor\b)\s*)")


def read_labelled(label: str, flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """The drugs and services beside a label that announces what was requested."""
    if plain_words(label) in LABELS:
        yield from _drugs(flow, span, citing, score=1.0)
        yield from _services(flow, span, citing)


def read_sentence(flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """The drug that a sentence says was requested or refused."""
    text = flow.text[span.start : span.end]
    for hit in find_drugs(text, from_ocr=flow.from_ocr):
        if hit.score >= _KNOWN and _ASKED.search(text[: hit.start]):
            yield from _drugs(flow, Span(span.start + hit.start, span.end), citing, score=0.9)
            return


def _services(flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """Services with their codes, one or several: `E0601 Pressure device, 1 unit; A7030 Mask, 2 units`."""
    start = span.start
    for part in flow.text[span.start : span.end].split(";"):
        codes = find_values(Kind.PROCEDURE_CODE, part, from_ocr=flow.from_ocr)
        if len(codes) == 1:
            code = codes[0]
            count = next(reversed(list(_COUNT.finditer(part, code.end))), None)
            if count is not None and count["units"] == "1" and code.value[:1] in _DRUG_CODES:
                count = None
            group = f"service{start}-{flow.pieces[0].page}-{flow.pieces[0].start}"
            at = Told(flow, Span(start + code.start, start + code.end))
            yield citing.cite("procedure.code", at, value=code.value, group=group)
            if count is not None:
                at = Told(flow, Span(start + count.start("units"), start + count.end("units")))
                yield citing.cite("procedure.units", at, value=str(int(count["units"])), group=group)
            ends = (code.end, count.start() if count else len(part))
            named = next((s for s in (ends, (0, code.start)) if _NAMED.search(part[slice(*s)])), None)
            if named is not None and (name := _NAMED.search(part, *named)) is not None:
                yield citing.cite(
                    "procedure.description", Told(flow, Span(start + name.start(), start + name.end())), group=group
                )
        start += len(part) + 1


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
