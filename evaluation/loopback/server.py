"""The loopback endpoint: an OpenAI-compatible `POST /v1/chat/completions`, files and batches, on 127.0.0.1."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from evaluation.loopback.batches import Batches
from evaluation.loopback.faults import Fault
from evaluation.loopback.serving import LoopbackServer

Json = dict[str, Any]
# From the request's JSON to the arguments of the answer.
Answerer = Callable[[Mapping[str, Any]], Json]
_STRANGER = {
    "patient.name": "Eve Strangerfield",
    "patient.dob": "02/03/1971",
    "patient.member_id": "ZQX000111222",
    "patient.mrn": "90009000",
    "patient.phone": "(212) 555-0199",
    "patient.address": "1 Nowhere Lane, Erewhon, NY 10001",
}
_DRIP_S = 0.2
_HANG_S = 600.0


@dataclass(slots=True)
class Loopback:
    """A running endpoint.

    Attributes:
        url: base URL of its API.
        requests: bodies received, in order; test data, never patients'.
        fault: what it does wrong from now on; None answers rightly.
        faults_left: how many more requests get the fault; None means all.
        batches: the batch endpoints; their requests are not among `requests`.
    """

    url: str
    answerer: Answerer
    batches: Batches
    requests: list[Json] = field(default_factory=list)
    fault: Fault | None = None
    faults_left: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def next_fault(self, body: Json) -> Fault | None:
        """Notes a request and says what to do wrong with it."""
        with self.lock:
            self.requests.append(body)
            if self.fault is None or self.faults_left == 0:
                return None
            if self.faults_left is not None:
                self.faults_left -= 1
            return self.fault


class _Server(LoopbackServer):
    loopback: Loopback


@contextmanager
def loopback(answerer: Answerer, *, port: int = 0) -> Iterator[Loopback]:
    """Runs the endpoint on 127.0.0.1 until the block ends; port 0 takes a free one."""
    server = _Server(port, _Handler)
    batches = Batches(lambda body: completion(body, answerer, None))
    running = Loopback(f"http://127.0.0.1:{server.server_port}/v1", answerer, batches)
    server.loopback = running
    with server.serving():
        try:
            yield running
        finally:
            running.stopping.set()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing: requests hold pages."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.server.loopback.batches.serves(self.path):
            self._batch("POST", raw)
            return
        body = json.loads(raw)
        if not self.path.endswith("/chat/completions"):
            self._send(404, {"error": {"message": "no such route"}})
            return
        fault = self.server.loopback.next_fault(body)
        if fault in _TRANSPORT:
            _TRANSPORT[fault](self)
            return
        reply = completion(body, self.server.loopback.answerer, fault)
        if fault is Fault.SLOW_DRIP:
            self._drip(json.dumps(reply).encode())
        else:
            self._send(200, reply)

    def do_GET(self) -> None:
        self._batch("GET", b"")

    def do_DELETE(self) -> None:
        self._batch("DELETE", b"")

    def _batch(self, method: str, raw: bytes) -> None:
        batches = self.server.loopback.batches
        self._send(*batches.reply(method, self.path, self.headers.get("content-type", ""), raw))

    def _send(self, status: int, body: Json | str | bytes, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json" if isinstance(body, dict) else "text/html")
        self.send_header("content-length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)

    def _drip(self, raw: bytes) -> None:
        """Sends a piece often enough that a socket's own timeout never fires."""
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        pieces = [raw[at : at + 8] for at in range(0, len(raw), 8)]
        for piece in pieces:
            if self.server.loopback.stopping.wait(_DRIP_S):
                return
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                return

    def rate_limited(self) -> None:
        """429 with Retry-After."""
        self._send(429, {"error": {"message": "slow down", "type": "rate_limit"}}, retry_after="1")

    def failed(self) -> None:
        """500."""
        self._send(500, {"error": {"message": "internal"}})

    def unauthorized(self) -> None:
        """401."""
        self._send(401, {"error": {"message": "no such key"}})

    def too_large(self) -> None:
        """413."""
        self._send(413, {"error": {"message": "request too large"}})

    def login_page(self) -> None:
        """200 with a page in place of an answer."""
        self._send(200, "<html><body>Please log in</body></html>")

    def hang(self) -> None:
        """Says nothing."""
        self.server.loopback.stopping.wait(_HANG_S)
        self.close_connection = True

    def reset(self) -> None:
        """Cuts the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


_TRANSPORT: dict[Fault | None, Callable[[_Handler], None]] = {
    Fault.RATE_LIMIT: _Handler.rate_limited,
    Fault.SERVER_ERROR: _Handler.failed,
    Fault.UNAUTHORIZED: _Handler.unauthorized,
    Fault.TOO_LARGE: _Handler.too_large,
    Fault.HTML: _Handler.login_page,
    Fault.HANG: _Handler.hang,
    Fault.RESET: _Handler.reset,
}


def completion(body: Mapping[str, Any], answerer: Answerer, fault: Fault | None) -> Json:
    """The chat completion for a request, with the fault of the model in it."""
    arguments = spoiled(json.dumps(answerer(body)), fault)
    message: Json = {"role": "assistant", "content": None, "refusal": None}
    reason = "stop"
    if fault is Fault.REFUSAL:
        message["refusal"] = "I can't help with that."
    elif fault is Fault.REFUSAL_IN_PROSE:
        message["content"] = "I'm sorry, but I cannot transcribe this document."
    elif body.get("tools"):
        name = body["tools"][0]["function"]["name"]
        call = {"id": "call-1", "type": "function", "function": {"name": name, "arguments": arguments}}
        message["tool_calls"], reason = [call], "tool_calls"
    else:
        message["content"] = arguments
    if fault is Fault.TRUNCATION:
        reason = "length"
    elif fault is Fault.CONTENT_FILTER:
        reason = "content_filter"
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    asked = sum(len(str(m.get("content") or "")) for m in body["messages"]) // 4
    return {
        "id": "chatcmpl-loopback",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [] if fault is Fault.EMPTY_CHOICES else [choice],
        "usage": {"prompt_tokens": asked, "completion_tokens": len(arguments) // 4, "total_tokens": asked},
    }


def spoiled(arguments: str, fault: Fault | None) -> str:
    """The answer's JSON with the fault in it."""
    if fault in {Fault.BAD_JSON, Fault.TRUNCATION}:
        return arguments[: len(arguments) // 2] + "}}" * (fault is Fault.BAD_JSON)
    answer = json.loads(arguments)
    if fault is Fault.WRONG_TYPES:
        answer = dict.fromkeys(answer, 7)
    elif fault is Fault.EXTRA_FIELDS:
        answer = {**answer, "invented": {"value": "1"}}
    elif fault is Fault.WRONG_QUOTES:
        answer = _quoting(answer, _of_no_page)
    elif fault is Fault.SWAPPED_PATIENTS:
        answer = _quoting(answer, _of_a_stranger)
    return json.dumps(answer)


def _of_no_page(_path: str, said: Json) -> Json:
    """What was said, from words that stand nowhere."""
    return {**said, "quote": said["quote"][::-1]}


def _quoting(answer: Any, changed: Callable[[str, Json], Json], path: str = "") -> Any:
    """An answer with each of its stated leaves changed."""
    if isinstance(answer, list):
        return [_quoting(each, changed, path) for each in answer]
    if not isinstance(answer, dict):
        return answer
    if "quote" in answer:
        return changed(path, answer)
    return {name: _quoting(member, changed, f"{path}.{name}".strip(".")) for name, member in answer.items()}


def _of_a_stranger(path: str, said: Json) -> Json:
    """What identifies the patient is another's, of whom the page says nothing; value and quote agree."""
    other = _STRANGER.get(path)
    return said if other is None else {**said, "value": other, "quote": other}
