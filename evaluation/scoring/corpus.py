"""Gold and predictions as values, read from their folders. Formats: docs/predictions.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from evaluation.errors import EvaluationInputError

Corners = tuple[float, float, float, float]
# No fax has so many pages; a slip in a label must not fill the memory.
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
# The stem of a file's name, never a way out of its folder.
FileStem = Annotated[str, Field(pattern=r"^[^/\\\x00]+$")]
_Read = TypeVar("_Read")
# What is wrong with a value, by the kinds that pydantic tells apart; `limit` is the format's own bound.
_FAULTS = {
    "missing": "is missing",
    "model_type": "is no object of keys and values",
    "model_attributes_type": "is no object of keys and values",
    "tuple_type": "is no list",
    "string_type": "is no text",
    "string_pattern_mismatch": "is empty or holds a slash",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "float_type": "is no number",
    "float_parsing": "is no number",
    "finite_number": "is no finite number",
    "less_than_equal": "is larger than {limit}",
    "greater_than_equal": "is smaller than {limit}",
}


class Neutral(BaseModel):
    """A frozen value of an open format: keys that other writers add are ignored, numbers may stand for text."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True, allow_inf_nan=False
    )


class Mention(Neutral):
    """One place where a value is printed; `bbox` in points of the clean page, origin top left."""

    page: int
    text: str
    bbox: Corners | None = None


class GoldField(Neutral):
    """One value that has to be found; see docs/predictions.md for each attribute."""

    field: str
    value: str | None = None
    group: str | None = None
    optional: bool = False
    derived: bool = False
    damaged: bool = False
    trap: str | None = None
    alternatives: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


class MissingItem(Neutral):
    """An item that the form demands and nobody filled in; `elsewhere`: another page of the file states it."""

    field: str
    elsewhere: bool = False


class Flagged(Neutral):
    """A red flag that has to be raised."""

    type: str


class Bait(Neutral):
    """A wrong value that a careless reader would take."""

    field: str
    value: str


class Trap(Neutral):
    """A planted difficulty."""

    type: str
    field: str | None = None
    value: str | None = None
    bait: tuple[Bait, ...] = ()

    @field_validator("value", mode="before")
    @classmethod
    def _one_value(cls, value: Any) -> Any:
        """Two values that contradict each other come as a list; no trap is judged by such a list."""
        return None if isinstance(value, list) else value


class Run(Neutral):
    """A run of pages of one type, 1-based and inclusive."""

    type: str
    page_start: PageNumber
    page_end: PageNumber


class GoldPage(Neutral):
    """What a page prints."""

    page: int
    text: str = ""
    blocks: tuple[str, ...] = ()


class Gold(Neutral):
    """The labels of one document.

    Attributes:
        noise: level of the fax noise that this copy of a document went through (None: no member of such a series).
        ladder: name that the copies of one document share.
    """

    doc_id: FileStem
    file: str = ""
    rendition: str = "unknown"
    severity: str = "unknown"
    handwritten: bool = False
    n_pages: PageNumber = 1
    is_packet: bool = False
    document_type: str
    needs_review: bool = False
    noise: float | None = None
    ladder: str | None = None
    segments: tuple[Run, ...] = ()
    fields: tuple[GoldField, ...] = ()
    excluded_fields: tuple[GoldField, ...] = ()
    missing_fields: tuple[MissingItem, ...] = ()
    red_flags: tuple[Flagged, ...] = ()
    traps: tuple[Trap, ...] = ()
    pages: tuple[GoldPage, ...] = ()


class PredictedField(Neutral):
    """One predicted value. `boxes`, where given, are fractions of the displayed page, origin top left."""

    field: str
    value: str | None = None
    group: str | None = None
    page: int | None = None
    evidence: str | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    status: str = "accepted"
    derived: bool = False
    boxes: tuple[Corners, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it is used without a person."""
        return self.status == "accepted"


class PredictedPage(Neutral):
    """A page as it was read; sizes in points, `to_source` as in documents.pages."""

    page: int
    text: str = ""
    width: float | None = None
    height: float | None = None
    to_source: tuple[float, float, float, float, float, float] | None = None


class Prediction(Neutral):
    """What a system says about one document."""

    document_type: str | None = None
    segments: tuple[Run, ...] = ()
    needs_review: bool = False
    fields: tuple[PredictedField, ...] = ()
    pages: tuple[PredictedPage, ...] = Field(default=())


def read_gold(folder: Path) -> list[Gold]:
    """Every gold file of a folder, in the order of their names.

    Raises:
        EvaluationInputError: the folder does not exist or holds none, one is broken, or two label the same document.
    """
    if not folder.is_dir():
        raise EvaluationInputError("the gold folder does not exist")
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise EvaluationInputError("the gold folder holds no .json file")
    golds = [_read(path, "gold", Gold.model_validate) for path in paths]
    if len({gold.doc_id for gold in golds}) != len(golds):
        raise EvaluationInputError("two gold files label the same doc_id")
    return golds


def read_prediction(folder: Path, doc_id: str) -> Prediction | None:
    """The prediction for a document, None where there is none.

    Raises:
        EvaluationInputError: the file is broken.
    """
    path = folder / f"{doc_id}.json"
    return _read(path, "prediction", prediction_of) if path.is_file() else None


def prediction_of(content: Any) -> Prediction:
    """A prediction from its JSON; it may be its list of fields alone, and name its type among the fields."""
    prediction = Prediction.model_validate({"fields": content} if isinstance(content, list) else content)
    if prediction.document_type is not None:
        return prediction
    named = next((f.value for f in prediction.fields if f.field == "document_type"), None)
    return prediction.model_copy(update={"document_type": named})


def _read(path: Path, kind: str, shape: Callable[[Any], _Read]) -> _Read:
    try:
        return shape(json.loads(path.read_text("utf-8")))
    except ValidationError as error:
        why = _first(error)
    except (ValueError, RecursionError):
        why = "no JSON"
    except OSError:
        why = "not readable"
    names = sorted(path.parent.glob("*.json"))
    raise EvaluationInputError(f"{kind} file {names.index(path) + 1} of {len(names)}: {why}")


def _first(error: ValidationError) -> str:
    """The first thing that is wrong and where, in words; never what stands there."""
    first = error.errors(include_input=False)[0]
    limit = next(iter(first.get("ctx", {}).values()), "")
    what = _FAULTS.get(first["type"], "is not what docs/predictions.md describes").format(limit=limit)
    return f"{'.'.join(str(part) for part in first['loc']) or 'the file'} {what}"
