from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

import pytest

from evaluation.loopback.fhir_server import Fault, FhirServer
from flows.delivery.client import FhirClient, waiting
from tests.flows.delivery.made import target

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Saturday, 21-Nov-26 12:00:10 GMT", 10.0),
        ("99999999", 86_400.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert waiting(header, now=NOW) == seconds


def test_a_slow_drip_ends_at_the_deadline(server: FhirServer) -> None:
    server.faults.append(Fault.DRIP_AFTER)
    begun = time.monotonic()
    with FhirClient(target(url=server.base, deadline_s=1.0)) as client:
        answer = client.post("", '{"resourceType": "Bundle", "type": "batch", "entry": []}')
    assert answer.code == "timeout"
    assert time.monotonic() - begun < 3.0


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with FhirClient(target(url=f"http://127.0.0.1:{port}/fhir")) as client:
        assert client.post("", "{}").code == "no-connection"


def test_no_request_is_longer_under_way_than_a_claim_holds(server: FhirServer) -> None:
    with FhirClient(target(url=server.base, deadline_s=2.0)) as client:
        assert client.longest_s >= 2 * 2.0
    known = {"client_id": "c", "client_secret": "s"}
    with FhirClient(target(url=server.base, deadline_s=2.0, **known)) as client:
        assert client.longest_s >= 6 * 2 * 2.0
