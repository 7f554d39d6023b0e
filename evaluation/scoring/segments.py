"""Types, boundaries and packets: how a document was cut, and what its parts were taken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaluation.scoring.corpus import Gold, Prediction, Run


def segment_tally(gold: Gold, prediction: Prediction) -> Counter[str]:
    """Counts of one document.

    `boundary.*` counts the pages on which a segment begins, the first left out, in packets only; a document of one
    segment can only be split too often, which `splits.over` counts for all. `segments.predicted` by `segments.judged`
    tells how finely all of them are cut.
    """
    predicted = prediction.segments or (Run(type=prediction.document_type or "", page_start=1, page_end=gold.n_pages),)
    tally = Counter({"type.judged": 1, "splits.judged": 1})
    # Of a packet, the part that asks for something gives the type; "packet" is understood too.
    accepted = (gold.document_type, "packet") if gold.is_packet else (gold.document_type,)
    tally["type.right"] = int(prediction.document_type in accepted)
    tally["segments.judged"], tally["segments.predicted"] = len(gold.segments), len(predicted)
    wanted, got = _types(gold.segments), _types(predicted)
    tally["page_type.judged"] = len(wanted)
    tally["page_type.right"] = sum(got.get(page) == kind for page, kind in wanted.items())
    starts, cuts = _starts(gold.segments), _starts(predicted)
    tally["splits.over"], tally["splits.under"] = int(bool(cuts - starts)), int(bool(starts - cuts))
    if gold.is_packet:
        tally["boundary.right"] = len(starts & cuts)
        tally["boundary.wrong"], tally["boundary.missed"] = len(cuts - starts), len(starts - cuts)
        tally["packets.judged"] = 1
        tally["packets.exact"] = int(set(_runs(gold.segments)) == set(_runs(predicted)))
    return tally


def _types(segments: Sequence[Run]) -> dict[int, str]:
    return {page: run.type for run in segments for page in range(run.page_start, run.page_end + 1)}


def _starts(segments: Sequence[Run]) -> set[int]:
    return {run.page_start for run in segments} - {1}


def _runs(segments: Sequence[Run]) -> list[tuple[str, int, int]]:
    return [(run.type, run.page_start, run.page_end) for run in segments]
