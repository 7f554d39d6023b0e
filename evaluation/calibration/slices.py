"""What a night's documents look like, by sender, payer and type: counts and histograms that add up over nights.

The unit is the document, not the field: fields of one document are read well or badly together, and limits that take
them for independent raise false alarms. A summary holds counts only, no value and no quote, so that it can be kept as
JSON with the run.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from documents.records import Field, Record
from documents.value import Value
from documents.values import Kind
from extractors.records.confidence import probability
from extractors.records.weighting import Slice, Weights, load_weights, slice_key

Counts = tuple[int, ...]

# Upper edges of the bins of each histogram, the last bin being open; of a document's mean over its fields. They are
# finer where most documents lie. `score` is the shipped prior's, so that a recalibration changes only `accepted`.
EDGES: dict[str, tuple[float, ...]] = {
    "score": (0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99),
    "accepted": (0.05, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97),
    "ocr_mean_conf": (0.6, 0.7, 0.8, 0.85, 0.88, 0.91, 0.93, 0.95, 0.97, 0.999),
    "page_quality": (-0.4, -0.3, -0.2, -0.15, -0.1, -0.08, -0.06, -0.04, -0.02),
    "label": (-0.05, 0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.17),
    "grounded": (0.8, 0.9, 0.95, 0.98, 0.999),
    "fields": (4.5, 9.5, 14.5, 19.5, 24.5, 29.5, 39.5, 49.5, 69.5),
    "agrees": (0.05, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97),
}
OF_WEIGHTS = frozenset({"accepted"})
# Histograms of a feature that is there only where two backends read.
_TWO_READINGS = ("agrees", "disagrees", "alone")


def named(slice_: Slice, *, between: str = " of ", before_name: str = " ") -> str:
    """The slice in words: `sender 6055550142`, `family code of type referral`."""
    parts = (
        ("family", slice_.family),
        ("type", slice_.document_type),
        ("sender", slice_.sender),
        ("payer", slice_.payer),
    )
    return between.join(f"{what}{before_name}{name}" for what, name in parts if name) or "everything"


class SliceSummary(Value):
    """What some documents of a slice look like.

    Attributes:
        slice: which documents.
        weights: what judged them; what depends on weights is compared under equal ones.
        reading: which model read them beside the rules and whether it answered; only equal ones are compared.
        documents: how many.
        reviewed: documents of which a record was left to a person.
        ungrounded: documents with a value that is not proven on the page.
        coded: documents with a diagnosis code that was found on the page.
        unknown_code: of these, with a code that the release does not hold or that is none to bill with.
        histograms: documents by bin of EDGES.
    """

    slice: Slice
    weights: str
    reading: str = ""
    documents: int
    reviewed: int
    ungrounded: int
    coded: int
    unknown_code: int
    histograms: dict[str, Counts]


def summarise(
    records: Sequence[Record], *, sender: str | None, payer: str | None, weights: str, reading: str = ""
) -> list[SliceSummary]:
    """One document's summaries: of its sender and payer, where known, and of each of its types.

    Args:
        records: all of one document.
        sender: number or name of the sending machine, None if unknown.
        payer: the payer that it is for, None if unknown.
        weights: what judged it (see `judged_by`).
        reading: which model read it, "" for none.
    """
    whole = [Slice(sender=slice_key(sender))] if slice_key(sender) else []
    whole += [Slice(payer=slice_key(payer))] if slice_key(payer) else []
    found = [_summary(slice_, records, weights) for slice_ in whole]
    for type_ in sorted({r.segment.document_type for r in records}):
        own = [r for r in records if r.segment.document_type == type_]
        found.append(_summary(Slice(document_type=type_), own, weights))
    return [each.model_copy(update={"reading": reading}) for each in found]


def judged_by(weights: Weights, *, sender: str | None, payer: str | None, types: Iterable[str]) -> str:
    """What of the weights judged documents from there: equal only if acceptance meant the same."""
    keys = {"sender": slice_key(sender), "payer": slice_key(payer)}
    here = (weights.within(**keys, document_type=each) for each in sorted(types))
    told = "+".join(each.model_dump_json(exclude={"version", "labels", "note", "cold_slices"}) for each in here)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def added(summaries: Iterable[SliceSummary]) -> list[SliceSummary]:
    """The summaries with those of one slice, equal weights and equal reading made one."""
    alike: dict[tuple[Slice, str, str], list[SliceSummary]] = {}
    for summary in summaries:
        alike.setdefault((summary.slice, summary.weights, summary.reading), []).append(summary)
    return [total(each) for each in alike.values()]


def total(summaries: Sequence[SliceSummary]) -> SliceSummary:
    """All together, named as the first is. Histograms with other bins than today's are left out."""
    held = {name: [s.histograms[name] for s in summaries if _fits(name, s)] for name in EDGES}
    return summaries[0].model_copy(
        update={
            "documents": sum(s.documents for s in summaries),
            "reviewed": sum(s.reviewed for s in summaries),
            "ungrounded": sum(s.ungrounded for s in summaries),
            "coded": sum(s.coded for s in summaries),
            "unknown_code": sum(s.unknown_code for s in summaries),
            "histograms": {name: tuple(map(sum, zip(*rows, strict=True))) for name, rows in held.items() if rows},
        }
    )


def _fits(name: str, summary: SliceSummary) -> bool:
    return len(summary.histograms.get(name, ())) == len(EDGES[name]) + 1


def _summary(slice_: Slice, records: Sequence[Record], weights: str) -> SliceSummary:
    fields = [f for r in records for f in r.fields]
    codes = [f for f in fields if f.kind is Kind.DIAGNOSIS_CODE and f.features.get("grounded")]
    return SliceSummary(
        slice=slice_,
        weights=weights,
        documents=1,
        reviewed=int(not all(r.accepted for r in records)),
        ungrounded=int(any(f.features.get("grounded", 1.0) == 0.0 for f in fields)),
        coded=int(bool(codes)),
        unknown_code=int(any(not f.features.get("validator_pass") for f in codes)),
        histograms={name: _one(name, value) for name, value in _means(fields).items()},
    )


def _means(fields: Sequence[Field]) -> dict[str, float]:
    """What of a document goes into the histograms; without fields only how many there are: none."""
    if not fields:
        return {"fields": 0.0}
    count = len(fields)
    means = {
        name: sum(f.features.get(name, 0.0) for f in fields) / count
        for name in ("ocr_mean_conf", "page_quality", "label", "grounded")
    }
    prior = load_weights()
    means["score"] = sum(probability(f.features, f.kind, prior) for f in fields) / count
    means["accepted"] = sum(f.usable for f in fields) / count
    means["fields"] = float(count)
    twice = [f for f in fields if any(name in f.features for name in _TWO_READINGS)]
    if twice:
        means["agrees"] = sum(f.features.get("agrees", 0.0) for f in twice) / len(twice)
    return means


def _one(name: str, value: float) -> Counts:
    edges = EDGES[name]
    place = bisect_right(edges, value)
    return tuple(int(b == place) for b in range(len(edges) + 1))
