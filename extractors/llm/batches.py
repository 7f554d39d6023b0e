"""What a batch of questions is at the endpoint: its file's limits, how far it is, and which line answers what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from documents.value import Value
from extractors.llm.outcomes import LlmOutcome

# developers.openai.com/api/reference, "Create batch": "up to 50,000 requests, and can be up to 200 MB in size".
MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000


class BatchFaultError(Exception):
    """A call to the batch endpoints failed; it holds the outcome and nothing of what was sent or answered."""

    def __init__(self, outcome: LlmOutcome) -> None:
        """`outcome` as for a question that is asked directly."""
        super().__init__(outcome.value)
        self.outcome = outcome


class Progress(StrEnum):
    """How far a batch is."""

    RUNNING = "running"
    ENDED = "ended"  # completed, expired or cancelled: what was run is in its files
    FAILED = "failed"  # nothing of it was run


class SeenBatch(Value):
    """A batch as the endpoint shows it.

    Attributes:
        id: the endpoint's.
        progress: see there.
        files: of answers and of errors, those that there are.
        input_file: that it was made of.
    """

    id: str
    progress: Progress
    files: tuple[str, ...] = ()
    input_file: str | None = None


class BatchReply(Value):
    """What the endpoint says to one request of a batch: as if it had been sent by itself."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Replies:
    """The lines of a batch's files that answer its questions.

    Attributes:
        file: the lines, with a set place; it stays open as long as this value is used.
        places: first byte of each question's line, by its key.
        strays: lines that answer nothing that was asked, or that cannot be read.
        doubtful: questions with several different answers; none of them is used.
    """

    file: IO[bytes]
    places: Mapping[str, int]
    strays: int
    doubtful: int

    def of(self, key: str) -> BatchReply | None:
        """The reply to a question; None if it was not run, or its line is missing or doubtful."""
        place = self.places.get(key)
        if place is None:
            return None
        self.file.seek(place)
        return _reply(_read(self.file.readline()))


def replies(file: IO[bytes], keys: Collection[str]) -> Replies:
    """Finds the lines of a downloaded output or error file, whatever their order.

    Args:
        file: the lines; of several files one after the other.
        keys: the questions that the batch asked.
    """
    places: dict[str, int] = {}
    said: dict[str, str] = {}
    doubtful: set[str] = set()
    strays = 0
    for place, line in _lines(file):
        read = _read(line)
        key = str(read.get("custom_id", ""))
        if key not in keys:
            strays += bool(line.strip())
            continue
        reply = _reply(read)
        if reply is None:
            continue
        digest = hashlib.sha256(reply.model_dump_json().encode()).hexdigest()
        if said.setdefault(key, digest) != digest:
            doubtful.add(key)
        places.setdefault(key, place)
    for key in doubtful:
        del places[key]
    return Replies(file, places, strays, len(doubtful))


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    place = 0
    for line in file:
        yield place, line
        place += len(line)


def _read(line: bytes) -> dict[str, Any]:
    """A line's JSON object; empty if it is none."""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _reply(read: Mapping[str, Any]) -> BatchReply | None:
    """The reply on a line; None where the request was not run (expired, cancelled)."""
    response = read.get("response")
    if not isinstance(response, dict):
        return None
    status, body = response.get("status_code"), response.get("body")
    return BatchReply(status=status, body=body) if isinstance(status, int) and isinstance(body, dict) else None
