"""Posts to a FHIR API: one total deadline, bounded answers, no redirects, and nothing of what was sent in any error."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpx

from flows.delivery.authorization import Authorization
from flows.delivery.targets import Target

# A transaction's answer repeats what was written; ours are far below a megabyte.
MOST_BYTES = 16 * 2**20
_PIECE = 2**16
_CONNECT_S = 10.0
_FHIR_JSON = "application/fhir+json"
# Longer ones are taken for a mistake; the next run asks again.
_LONGEST_WAIT_S = 86_400.0
# `isdigit` takes a superscript for a digit too.
_SECONDS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request.

    Attributes:
        code: `http-<status>`, or why there is none: `no-connection` (nothing was sent), `cut`, `timeout`, `too-large`,
            `login` (no token was granted for what we are; nothing was sent).
        status: of HTTP; 0 where there is none.
        text: of the answer; empty where it is no text.
        wait_s: how long the server asks to be left alone; None where it does not.
    """

    code: str
    status: int = 0
    text: str = field(default="", repr=False)
    wait_s: float | None = None


class FhirClient:
    """One target's API over one pool of connections."""

    def __init__(self, target: Target) -> None:
        """Connects to nothing yet."""
        self.target = target
        timeout = httpx.Timeout(target.deadline_s, connect=min(_CONNECT_S, target.deadline_s))
        self._http = httpx.Client(timeout=timeout, follow_redirects=False)
        self._authorization = Authorization(target, self._send)

    @property
    def longest_s(self) -> float:
        """How long `post` can take: a last read may begin just before the deadline and last as long again."""
        # With its token and the discovery of who grants one, and all of it again after a 401.
        exchanges = 6 if self.target.client_id else 1
        return exchanges * (2 * self.target.deadline_s + _CONNECT_S)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def post(self, path: str, text: str) -> Answer:
        """Posts JSON to a path below the base. A token that the server does not take any more is renewed once."""
        answer = self._post(path, text)
        if answer.status == httpx.codes.UNAUTHORIZED and self._authorization.renewable:
            self._authorization.forget()
            answer = self._post(path, text)
        return answer

    def _post(self, path: str, text: str) -> Answer:
        headers = self._authorization.headers()
        if isinstance(headers, Answer):
            # Busy or away: later. Anything else, a page of a proxy too, grants no token however often it is asked.
            later = not headers.status or headers.status == httpx.codes.TOO_MANY_REQUESTS
            later = later or headers.status >= httpx.codes.INTERNAL_SERVER_ERROR
            return replace(headers, text="") if later else Answer("login")
        url = f"{self.target.url}/{path}" if path else self.target.url
        headers |= {"content-type": _FHIR_JSON, "accept": _FHIR_JSON}
        return self._send("POST", url, headers, text.encode())

    def _send(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Answer:
        """One exchange. httpx limits each read and write; a slow drip is ended by the deadline over all of them."""
        until = time.monotonic() + self.target.deadline_s
        headers = {**headers, "content-length": str(len(content)), "accept-encoding": "identity"}
        try:
            request = self._http.build_request(method, url, headers=headers, content=_pieces(content, until))
            response = self._http.send(request, stream=True)
            try:
                return _read(response, until)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError):
            return Answer("no-connection")
        except (httpx.TimeoutException, TimeoutError):
            return Answer("timeout")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            # Their texts hold addresses at most, but a foreign error is never shown.
            return Answer("cut")


def _pieces(content: bytes, until: float) -> Iterator[bytes]:
    for at in range(0, len(content), _PIECE):
        _check(until)
        yield content[at : at + _PIECE]


def _read(response: httpx.Response, until: float) -> Answer:
    code, held = f"http-{response.status_code}", bytearray()
    for piece in response.iter_bytes():
        held += piece
        if len(held) > MOST_BYTES:
            return Answer("too-large", response.status_code)
        _check(until)
    try:
        text = held.decode()
    except UnicodeDecodeError:
        text = ""
    return Answer(code, response.status_code, text, waiting(response.headers.get("retry-after")))


def _check(until: float) -> None:
    if time.monotonic() > until:
        raise TimeoutError


def waiting(header: str | None, *, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, given as seconds or as a date (RFC 9110, 10.2.3)."""
    if not header:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return min(float(header), _LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - (now or datetime.now(UTC))).total_seconds(), 0.0), _LONGEST_WAIT_S)
