from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

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
        ("\xb2", None),
        ("9" * 400, 86_400.0),
        ("Sat, 99 Nov 99999999 12:00:00 GMT", None),
        ("Sat, 21 Nov 2026 12:00:00 +99999999999999999999", None),
        ("soon", None),
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


def test_a_server_that_cannot_prove_its_name_receives_nothing(tmp_path: Path) -> None:
    received: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError), listening.accept()[0] as raw, context.wrap_socket(raw, server_side=True) as secured:
                received.append(secured.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        with FhirClient(target(url=f"https://127.0.0.1:{listening.getsockname()[1]}/fhir")) as client:
            answer = client.post("", "{}")
        thread.join()
    assert answer.code == "no-connection"
    assert received == []


def self_signed(folder: Path) -> Path:
    """A certificate for this machine that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return file
