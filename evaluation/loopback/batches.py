"""The batch endpoints of the loopback server: files, batches, and one fault at a time."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.loopback.faults import BatchFault

Json = dict[str, Any]
# Answers one request's body with a whole chat completion.
Completes = Callable[[Mapping[str, Any]], Json]
Reply = tuple[int, Json | bytes]
_NO_ROUTE: Reply = (404, {"error": {"message": "no such route"}})
_BROKEN: Reply = (500, {"error": {"message": "internal"}})
_REFUSED: Reply = (400, {"error": {"message": "not supported here", "type": "invalid_request_error"}})
_ROUTE = re.compile(r"/(?P<kind>files|batches)(?:/(?P<id>[\w-]+))?(?:/(?P<part>content|cancel))?(?:\?.*)?$")


@dataclass(slots=True)
class Batches:
    """What was uploaded and created, and how it goes on.

    Attributes:
        completes: answers one request of a batch.
        delay_s: from a batch's creation until it is done.
        fault: what goes wrong from now on; None nothing.
        faults_left: how many more calls or batches get the fault; None means all.
        done_at_cancel: how many requests of a batch are done when it is cancelled.
        files: names and contents by id, deleted ones left out.
        made: batch objects by id, in order.
        calls: method and route of every call, in order.
    """

    completes: Completes
    delay_s: float = 0.0
    fault: BatchFault | None = None
    faults_left: int | None = None
    done_at_cancel: int = 0
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    made: dict[str, Json] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begun: dict[str, float] = field(default_factory=dict)
    _numbered: int = 0

    def serves(self, path: str) -> bool:
        """Whether a path is one of these endpoints."""
        return _ROUTE.search(path) is not None

    def reply(self, method: str, path: str, content_type: str, body: bytes) -> Reply:
        """Answers one call."""
        found = _ROUTE.search(path)
        if found is None:
            return _NO_ROUTE
        kind, id_, part = found.group("kind", "id", "part")
        with self._lock:
            self.calls.append(f"{method} {kind}{f'/{part}' if part else ''}{'' if id_ else ' all'}")
            known = self.files if kind == "files" else self.made
            if id_ is not None and id_ not in known:
                return _NO_ROUTE
            routes: dict[tuple[str, str, str | None, bool], Callable[[], Reply]] = {
                ("POST", "files", None, False): lambda: self._upload(content_type, body),
                ("GET", "files", None, False): self._all_files,
                ("GET", "files", "content", True): lambda: self._content(str(id_)),
                ("DELETE", "files", None, True): lambda: self._delete(str(id_)),
                ("POST", "batches", None, False): lambda: self._create(json.loads(body)),
                ("GET", "batches", None, False): lambda: (200, _listed([self._seen(b) for b in self.made])),
                ("GET", "batches", None, True): lambda: self._look(str(id_)),
                ("POST", "batches", "cancel", True): lambda: self._cancel(str(id_)),
            }
            return routes.get((method, kind, part, id_ is not None), lambda: _NO_ROUTE)()

    def inputs(self) -> list[list[Json]]:
        """The requests of each batch that was created, in order; test data, never patients'."""
        return [batch["lines"] for batch in self.made.values()]

    def _strikes(self, *faults: BatchFault) -> bool:
        if self.fault not in faults or self.faults_left == 0:
            return False
        if self.faults_left is not None:
            self.faults_left -= 1
        return True

    def _kept(self, name: str, content: bytes) -> str:
        self._numbered += 1
        self.files[f"file-{self._numbered}"] = (name, content)
        return f"file-{self._numbered}"

    def _upload(self, content_type: str, body: bytes) -> Reply:
        if self._strikes(BatchFault.UPLOAD_REFUSED):
            return _REFUSED
        if self._strikes(BatchFault.UPLOAD_BROKEN):
            return _BROKEN
        parts = _parts(content_type, body)
        if parts.get("purpose", ("", b""))[1] != b"batch":
            return _REFUSED
        return 200, self._file(self._kept(*parts["file"]))

    def _file(self, id_: str) -> Json:
        name, content = self.files[id_]
        about = {"bytes": len(content), "created_at": int(time.time()), "purpose": "batch", "status": "processed"}
        return {"id": id_, "object": "file", "filename": name, **about}

    def _all_files(self) -> Reply:
        return 200, _listed([self._file(id_) for id_ in self.files])

    def _content(self, id_: str) -> Reply:
        return _BROKEN if self._strikes(BatchFault.DOWNLOAD_BROKEN) else (200, self.files[id_][1])

    def _delete(self, id_: str) -> Reply:
        del self.files[id_]
        return 200, {"id": id_, "object": "file", "deleted": True}

    def _create(self, asked: Json) -> Reply:
        if self._strikes(BatchFault.CREATE_REFUSED) or asked["input_file_id"] not in self.files:
            return _REFUSED
        self._numbered += 1
        id_ = f"batch_{self._numbered}"
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]][1].splitlines()]
        self.made[id_] = {
            "id": id_,
            "object": "batch",
            **asked,
            "created_at": int(time.time()),
            "status": "in_progress",
            "lines": lines,
        }
        self._begun[id_] = time.monotonic()
        return 200, self._seen(id_)

    def _look(self, id_: str) -> Reply:
        if self._strikes(BatchFault.POLL_BROKEN):
            return _BROKEN
        batch = self.made[id_]
        if self.fault is not BatchFault.NEVER:
            if batch["status"] == "cancelling":
                self._end(batch, "cancelled", done=self.done_at_cancel)
            elif batch["status"] == "in_progress" and time.monotonic() - self._begun[id_] >= self.delay_s:
                self._finish(batch)
        return 200, self._seen(id_)

    def _cancel(self, id_: str) -> Reply:
        if self.made[id_]["status"] != "in_progress":
            return 409, {"error": {"message": "cannot be cancelled any more"}}
        self.made[id_]["status"] = "cancelling"
        return 200, self._seen(id_)

    def _seen(self, id_: str) -> Json:
        return {name: value for name, value in self.made[id_].items() if name != "lines"}

    def _finish(self, batch: Json) -> None:
        if self._strikes(BatchFault.FAILED):
            batch["status"] = "failed"
            batch["errors"] = {"object": "list", "data": [{"code": "token_limit_exceeded", "message": "too many"}]}
        elif self._strikes(BatchFault.EXPIRED):
            self._end(batch, "expired", done=len(batch["lines"]) // 2, why="batch_expired")
        else:
            self._end(batch, "completed", done=len(batch["lines"]))

    def _end(self, batch: Json, status: str, *, done: int, why: str = "batch_cancelled") -> None:
        """Writes the output and the error file."""
        run, left = batch["lines"][:done], batch["lines"][done:]
        failed = [_line(each, None, why) for each in left]
        for fault, code in ((BatchFault.LINES_LIMITED, 429), (BatchFault.LINES_BROKEN, 500)):
            if self._strikes(fault):
                failed += [_line(each, {"status_code": code, "body": {"error": {"message": "no"}}}) for each in run]
                run = []
        output = [_line(each, {"status_code": 200, "body": self.completes(each["body"])}) for each in run]
        batch["status"] = status
        if output:
            batch["output_file_id"] = self._kept("output.jsonl", self._spoiled(output))
        if failed:
            batch["error_file_id"] = self._kept("errors.jsonl", b"".join(map(_written, failed)))

    def _spoiled(self, output: list[Json]) -> bytes:
        if self._strikes(BatchFault.LINES_MISSING):
            output = output[1:]
        if self._strikes(BatchFault.OUT_OF_ORDER):
            output = output[::-1]
        if self._strikes(BatchFault.UNKNOWN_ID):
            output = [{**output[0], "custom_id": "somebody-elses"}, *output]
        if self._strikes(BatchFault.REPEATED_ID):
            output = [*output, {**output[0], "response": output[-1]["response"]}]
        lines = [_written(each) for each in output]
        if self._strikes(BatchFault.GARBAGE_LINE):
            lines = [b"<html>\n", b"\xff\xfe\n", b"[]\n", *lines]
        whole = b"".join(lines)
        return whole[: -len(lines[-1]) // 2] if self._strikes(BatchFault.CUT_FILE) else whole


def _line(asked: Json, response: Json | None, code: str = "") -> Json:
    error = None if response is not None else {"code": code, "message": "was not run"}
    return {"id": f"batch_req_{asked['custom_id'][:8]}", **_id(asked), "response": response, "error": error}


def _id(asked: Json) -> Json:
    return {"custom_id": asked["custom_id"]}


def _written(line: Json) -> bytes:
    return json.dumps(line).encode() + b"\n"


def _listed(found: list[Json]) -> Json:
    return {"object": "list", "data": found, "has_more": False}


def _parts(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """File name and content of each part of a form."""
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    parts: dict[str, tuple[str, bytes]] = {}
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        named = dict(re.findall(r'(\bname|filename)="([^"]*)"', head.decode()))
        parts[named["name"]] = (named.get("filename", ""), content.removesuffix(b"\r\n"))
    return parts
