"""What an evaluation is asked for, as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write; None: not wanted. `record` is for the answers of the model."""

    html: Path | None = None
    json: Path | None = None
    record: Path | None = None
    labels: Path | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be evaluated.

    Attributes:
        gold: folder of the labels.
        docs: folder of the documents; None: `docs` beside the gold.
        predictions: folder of predictions; None: the pipeline makes them.
        home: installation to keep for the pipeline; None: one that is removed again.
        worst: how many documents the report shows page by page.
        planted: compare the backends, with a model that answers from the labels and errs in this share of its values;
            None: another model, or none.
        answers: compare the backends, with the answers of this recording.
        side_by_side: compare grounding and form fields with other people's.
        round_trip: result of a round trip, to be shown beside.
        outputs: files to write.
    """

    gold: Path
    docs: Path | None = None
    predictions: Path | None = None
    home: Path | None = None
    worst: int = 6
    planted: float | None = None
    answers: Path | None = None
    side_by_side: bool = False
    round_trip: Path | None = None
    outputs: Outputs = Outputs()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results to be compared.

    Attributes:
        before, after: the earlier one and the later one.
        bound: by how many percentage points a guarded figure may become worse.
        out: file for the comparison as JSON; None: not wanted.
    """

    before: Path
    after: Path
    bound: float
    out: Path | None = None
