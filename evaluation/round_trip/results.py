"""What a round trip gave, as values for the report and the JSON, and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from evaluation.errors import EvaluationInputError
from evaluation.scoring.corpus import Neutral

SCHEMA: Final = "fax2fhir-round-trip/1"

ALL_TYPES = "all"


class ElementCounts(Neutral):
    """Elements of one resource type (or `all`).

    Attributes:
        found, missed: of those that are printed and that the mapping can say.
        right, false: of those that came back and are not constants of our record.
    """

    found: int = 0
    missed: int = 0
    right: int = 0
    false: int = 0

    @property
    def recall(self) -> float | None:
        """Found of all that had to come back; None where nothing had to."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    @property
    def precision(self) -> float | None:
        """Right of all that came back; None where nothing did."""
        return self.right / (self.right + self.false) if self.right + self.false else None


class Trip(Neutral):
    """One way there and back.

    Attributes:
        rendition: `digital`, `txt` or `fax`.
        mode: `alone`: what is accepted without a person; `all`: as if a person had confirmed whatever was read.
        documents: how many.
        whole: of them, how many are published without a person (the same in both modes).
        by_type: counts by resource type, with `all`.
        false: path of each false element, with how often it came back.
        missed: path of each missed element, with how often.
    """

    rendition: str
    mode: str
    documents: int
    whole: int
    by_type: dict[str, ElementCounts]
    false: dict[str, int]
    missed: dict[str, int]


class RoundTrip(Neutral):
    """All of it.

    Attributes:
        format: name and version of this layout.
        packages: name and number of examples of each.
        drawn: examples of which a document prints something.
        left_out: elements of the examples that are not compared, by reason.
        compared: elements of the examples that some document prints and that must come back.
        trips: one a rendition and mode.
    """

    format: Literal["fax2fhir-round-trip/1"] = SCHEMA
    packages: dict[str, int]
    drawn: int
    compared: int
    left_out: dict[str, int]
    trips: tuple[Trip, ...]


def read_round_trip(path: Path) -> RoundTrip:
    """A result that `python -m evaluation.round_trip --json` wrote.

    Raises:
        EvaluationInputError: the file does not exist, or is none.
    """
    try:
        return RoundTrip.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise EvaluationInputError("the result of the round trip does not exist") from None
    except (OSError, ValidationError, ValueError):
        raise EvaluationInputError(f"the result of the round trip is no {SCHEMA}") from None


def counts_by_type(paths: Mapping[str, Iterable[str]]) -> dict[str, ElementCounts]:
    """Counts by resource type from the paths of what was `found`, `missed`, `right` and `false`."""
    counted = {name: Counter(path.partition(".")[0] for path in held) for name, held in paths.items()}
    types = sorted({kind for each in counted.values() for kind in each})
    by_type = {kind: ElementCounts(**{name: each[kind] for name, each in counted.items()}) for kind in types}
    whole = ElementCounts(**{name: each.total() for name, each in counted.items()})
    return {ALL_TYPES: whole, **by_type}


def in_words(result: RoundTrip) -> str:
    """The result as a table for people."""
    lines = [f"{name}: {count} examples" for name, count in result.packages.items()]
    lines.append(f"{result.drawn} examples are printed; {result.compared} of their elements must come back. Left out:")
    lines += [f"  {count:6}  {reason}" for reason, count in sorted(result.left_out.items(), key=lambda each: -each[1])]
    for trip in result.trips:
        lines += ["", *_trip_in_words(trip)]
    return "\n".join(lines)


def _trip_in_words(trip: Trip) -> Iterator[str]:
    yield f"{trip.rendition}, {trip.mode}: {trip.documents} documents, {trip.whole} published without a person"
    yield f"  {'':22}{'recall':>8}{'precision':>11}{'found':>8}{'missed':>8}{'false':>7}"
    for kind, counts in trip.by_type.items():
        shares = "".join(
            f"{'-' if share is None else format(100 * share, '.1f'):>{width}}"
            for share, width in ((counts.recall, 8), (counts.precision, 11))
        )
        yield f"  {kind:22}{shares}{counts.found:8}{counts.missed:8}{counts.false:7}"
