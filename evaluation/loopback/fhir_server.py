"""A FHIR R4 server on 127.0.0.1 for tests and measuring: transactions, versions, tokens, and faults on demand.

`python -m evaluation.loopback.fhir_server --port 8080 --store FILE --fail 0.1` serves until it is ended.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import struct
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from evaluation.loopback.fhir_store import FhirStore, Json, RefusedError
from evaluation.loopback.fhir_tokens import Tokens
from evaluation.loopback.serving import LoopbackServer

_BASE = "/fhir"
_DRIP_S = 0.2


class Fault(StrEnum):
    """What a server may do wrong with one call; those with `after` have taken effect."""

    UNAVAILABLE = "503"
    BUSY = "429"
    CUT = "cut"
    CUT_AFTER = "cut-after"
    GATEWAY_AFTER = "504-after"
    DRIP_AFTER = "drip-after"
    ELSEWHERE = "redirect"
    HUGE = "huge"
    PAGE = "page"
    INVALID = "422"


_AFTER = (Fault.CUT_AFTER, Fault.GATEWAY_AFTER, Fault.DRIP_AFTER)
# A share of failing calls: half of them before and half after taking effect.
_RANDOM = (Fault.UNAVAILABLE, Fault.CUT, Fault.CUT_AFTER, Fault.GATEWAY_AFTER)


@dataclass(slots=True)
class FhirServer:
    """A running server.

    Attributes:
        base: URL of its API.
        store: what it holds.
        tokens: who may call.
        faults: what it does wrong with the next calls, one each; None is nothing.
        fail: share of calls that fail besides.
        cut: share of calls that are cut off after taking effect, besides.
        forgetful: whether a payer takes every request as a new one.
        inquires: whether a payer can be asked for a request.
        retry_after: the header of 429 and 503.
        outcome: what a 422 says, as JSON.
        token_url: what the discovery document names; empty is its own.
        calls: method and path of each call to the API, in order.
    """

    base: str
    store: FhirStore
    tokens: Tokens
    faults: deque[Fault | None] = field(default_factory=deque)
    fail: float = 0.0
    cut: float = 0.0
    forgetful: bool = False
    inquires: bool = True
    retry_after: str = "1"
    outcome: Json = field(default_factory=dict)
    token_url: str = ""
    calls: list[str] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self, call: str) -> Fault | None:
        """Notes a call and says what to do wrong with it."""
        with self.lock:
            self.calls.append(call)
            if self.faults:
                return self.faults.popleft()
            if self.cut and self.random.random() < self.cut:
                return Fault.CUT_AFTER
            return self.random.choice(_RANDOM) if self.random.random() < self.fail else None


class _Http(LoopbackServer):
    fhir: FhirServer


@contextmanager
def fhir_server(
    *, port: int = 0, store: FhirStore | None = None, tokens: Tokens | None = None, fail: float = 0.0
) -> Iterator[FhirServer]:
    """Runs the server on 127.0.0.1 until the block ends; port 0 takes a free one."""
    http = _Http(port, _Handler)
    running = FhirServer(
        f"http://127.0.0.1:{http.server_port}{_BASE}", store or FhirStore(), tokens or Tokens(), fail=fail
    )
    http.fhir = running
    with http.serving():
        yield running


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing: requests hold patients' data."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        fhir = self.server.fhir
        if self.path == f"{_BASE}/.well-known/smart-configuration":
            self._send(200, {"token_endpoint": fhir.token_url or self._token_url()})
            return
        if self.path == "/token":
            form = dict(parse_qsl(raw.decode()))
            granted = fhir.tokens.grant(form, self.headers.get("authorization", ""), url=self._token_url())
            self._send(*((200, granted) if granted else (401, {"error": "invalid_client"})))
            return
        if not fhir.tokens.admits(self.headers.get("authorization", "")):
            self._send(401, _outcome("login"))
            return
        fault = fhir.next_fault(f"{method} {self.path}")
        if fault is not None and fault not in _AFTER:
            self._fail(fault)
            return
        status, body = self._answer(method, raw)
        if fault is not None:
            self._fail(fault, body)
        else:
            self._send(status, body)

    def _token_url(self) -> str:
        return self.server.fhir.base.removesuffix(_BASE) + "/token"

    def _answer(self, method: str, raw: bytes) -> tuple[int, Json]:
        store = self.server.fhir.store
        body = json.loads(raw) if raw else {}
        try:
            if method == "POST" and self.path in (_BASE, f"{_BASE}/"):
                return 200, _bundle(store, body)
            with store.changing():
                if method == "POST" and self.path == f"{_BASE}/Claim/$submit":
                    return 200, store.submit(body, forgetful=self.server.fhir.forgetful)
                if method == "POST" and self.path == f"{_BASE}/Claim/$inquire":
                    if not self.server.fhir.inquires:
                        raise RefusedError(404, "not-supported")
                    return 200, store.inquire(body)
                answered = _single(
                    store, method, self.path.removeprefix(f"{_BASE}/"), body, self.headers.get("if-match")
                )
                store.check_references()
                return answered
        except RefusedError as refused:
            return refused.status, _outcome(refused.code, refused.expression)

    def _fail(self, fault: Fault, body: Json | None = None) -> None:
        fhir = self.server.fhir
        match fault:
            case Fault.CUT | Fault.CUT_AFTER:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
            case Fault.UNAVAILABLE | Fault.BUSY:
                self._send(int(fault.value), _outcome("throttled"), retry_after=fhir.retry_after)
            case Fault.GATEWAY_AFTER:
                self._send(504, "<html>Gateway Timeout</html>")
            case Fault.ELSEWHERE:
                self._send(307, "", location=fhir.base.replace("127.0.0.1", "localhost"))
            case Fault.HUGE:
                self._send(200, {"resourceType": "Bundle", "entry": ["x" * 1000] * 40_000})
            case Fault.PAGE:
                self._send(200, "<html>Sign in</html>")
            case Fault.INVALID:
                self._send(422, fhir.outcome or _outcome("invalid"))
            case Fault.DRIP_AFTER:
                self._drip(json.dumps(body).encode())

    def _drip(self, raw: bytes) -> None:
        """Sends a byte often enough that a socket's own timeout never fires."""
        self.send_response(200)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        for at in range(len(raw)):
            time.sleep(_DRIP_S)
            try:
                self.wfile.write(raw[at : at + 1])
                self.wfile.flush()
            except OSError:
                self.close_connection = True
                return

    def _send(self, status: int, body: Json | str, **headers: str) -> None:
        raw = b"" if status == 204 else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("content-type", "text/html" if isinstance(body, str) else "application/fhir+json")
        self.send_header("content-length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        try:
            self.end_headers()
            self.wfile.write(raw)
        except OSError:  # whoever asked is gone; what was done is done
            self.close_connection = True


def _bundle(store: FhirStore, bundle: Json) -> Json:
    """The answer to a transaction or a batch."""
    kind = bundle.get("type")
    if kind not in {"transaction", "batch"}:
        raise RefusedError(400, "invalid", "Bundle.type")
    entries = bundle.get("entry", [])
    with store.changing():
        if kind == "batch":
            return {"resourceType": "Bundle", "type": "batch-response", "entry": [_one(store, e) for e in entries]}
        urls = [entry["request"]["url"] for entry in entries if entry["request"]["method"] != "POST"]
        if len(urls) != len(set(urls)):
            raise RefusedError(400, "duplicate", "Bundle.entry")
        created = _named(store, entries)
        entries = [{**entry, "resource": _resolved(entry.get("resource", {}), created)} for entry in entries]
        answered: dict[int, Json] = {}
        # FHIR R4, transaction processing rules: deletions first.
        for at in sorted(range(len(entries)), key=lambda at: entries[at]["request"]["method"] != "DELETE"):
            try:
                given = created.get(entries[at].get("fullUrl", ""), "")
                answered[at] = _response(*(_made(store, entries[at], given) if given else _entry(store, entries[at])))
            except RefusedError as refused:
                raise RefusedError(refused.status, refused.code, f"Bundle.entry[{at}]") from None
        store.check_references()
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [answered[at] for at in sorted(answered)],
    }


def _named(store: FhirStore, entries: list[Json]) -> dict[str, str]:
    """Where each resource that a transaction creates will be, or is if it exists, by its fullUrl.

    Raises:
        RefusedError: several fit a condition (412).
    """
    named = {}
    for entry in entries:
        if entry["request"]["method"] == "POST":
            condition = dict(parse_qsl(entry["request"].get("ifNoneExist", "")))
            found = store.search(entry["request"]["url"], condition) if condition else []
            if len(found) > 1:
                raise RefusedError(412, "multiple-matches")
            id_ = found[0]["id"] if found else str(uuid.uuid4())
            named[entry["fullUrl"]] = f"{entry['request']['url']}/{id_}"
    return named


def _resolved(value: Any, urls: dict[str, str]) -> Any:
    """A resource that refers to what the transaction creates where that will be.

    As some servers do it: whatever string equals a fullUrl is taken for a reference, a tag's code too.
    """
    if isinstance(value, list):
        return [_resolved(each, urls) for each in value]
    if isinstance(value, dict):
        return {name: _resolved(member, urls) for name, member in value.items()}
    return urls.get(value, value) if isinstance(value, str) else value


def _made(store: FhirStore, entry: Json, url: str) -> tuple[int, Json]:
    """A create of a transaction; what exists is left as it is."""
    type_, _, id_ = url.partition("/")
    if store.version(type_, id_):
        return 200, store.read(type_, id_)
    return store.put({**entry["resource"], "id": id_})


def _one(store: FhirStore, entry: Json) -> Json:
    """The answer to an entry of a batch."""
    try:
        status, body = _entry(store, entry)
    except RefusedError as refused:
        return {"response": {"status": str(refused.status), "outcome": _outcome(refused.code)}}
    return {**_response(status, body), "resource": body}


def _entry(store: FhirStore, entry: Json) -> tuple[int, Json]:
    request = entry["request"]
    return _single(store, request["method"], request["url"], entry.get("resource", {}), request.get("ifMatch"))


def _response(status: int, body: Json) -> Json:
    version = body.get("meta", {}).get("versionId")
    return {"response": {"status": str(status), **({"etag": f'W/"{version}"'} if version else {})}}


def _single(store: FhirStore, method: str, url: str, body: Json, if_match: str | None) -> tuple[int, Json]:
    """One interaction; reads, searches, creates, updates, deletes."""
    parts = urlsplit(url)
    type_, _, id_ = parts.path.partition("/")
    if method == "GET" and not id_:
        found = [{"resource": each} for each in store.search(type_, dict(parse_qsl(parts.query)))]
        return 200, {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": found}
    if method == "GET":
        return 200, store.read(type_, id_)
    if method == "DELETE":
        store.delete(type_, id_)
        return 204, {}
    if body.get("resourceType") != type_:
        raise RefusedError(400, "invalid")
    if method == "POST" and not id_:
        return 201, store.create(body)
    if method != "PUT" or body.get("id") != id_:
        raise RefusedError(400, "invalid")
    if store.assigns_ids and not store.version(type_, id_):
        raise RefusedError(405, "not-supported")
    return store.put(body, if_match=if_match)


def _outcome(code: str, expression: str = "") -> Json:
    issue: Json = {"severity": "error", "code": code, **({"expression": [expression]} if expression else {})}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def main() -> None:
    """Serves until it is ended; the first line printed is the base URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", default=":memory:", help="SQLite file that survives a restart")
    parser.add_argument("--fail", type=float, default=0.0, help="share of calls that fail, half after taking effect")
    parser.add_argument("--cut", type=float, default=0.0, help="share of calls cut off after taking effect")
    parser.add_argument("--forgetful", action="store_true", help="a payer that takes every request as a new one")
    parser.add_argument("--no-inquiries", action="store_true", help="a payer that cannot be asked for a request")
    parser.add_argument("--client-id", default="", help="of the one client that may call; without it anybody may")
    parser.add_argument("--client-secret", default="")
    parser.add_argument("--public-key", type=Path, help="PEM file of the client's key")
    parser.add_argument("--key-id", default="")
    given = parser.parse_args()
    key = given.public_key.read_text() if given.public_key else ""
    tokens = Tokens(given.client_id, given.client_secret, key, given.key_id)
    with fhir_server(port=given.port, store=FhirStore(given.store), tokens=tokens, fail=given.fail) as running:
        running.cut, running.forgetful, running.inquires = given.cut, given.forgetful, not given.no_inquiries
        print(running.base, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
