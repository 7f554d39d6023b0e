from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from documents.errors import SettingsError
from evaluation.loopback.fhir_server import Fault, FhirServer, fhir_server
from evaluation.loopback.fhir_tokens import Tokens
from flows.delivery.client import FhirClient
from tests.flows.delivery.made import target

EMPTY = '{"resourceType": "Bundle", "type": "batch", "entry": []}'
SECRET = "canary & s3cret"  # noqa: S105
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@pytest.fixture(scope="module")
def keys() -> dict[str, Key]:
    return {
        "RS384": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ES384": ec.generate_private_key(ec.SECP384R1()),
    }


def private(folder: Path, key: Key) -> Path:
    file = folder / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def public(key: Key) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@contextmanager
def asking(tokens: Tokens, **given: object) -> Iterator[tuple[FhirServer, FhirClient]]:
    """A server that wants tokens, and a client of it."""
    with fhir_server(tokens=tokens) as server:
        url = {"url": server.base, "client_id": "fax2fhir", **given}
        with FhirClient(target(**url)) as client:
            yield server, client


def by_secret(**given: object) -> Tokens:
    return Tokens(client_id="fax2fhir", secret=SECRET, **given)  # type: ignore[arg-type]


def test_a_secret_gets_one_token_for_many_requests() -> None:
    with asking(by_secret(), client_secret=SECRET) as (server, client):
        assert [client.post("", EMPTY).code for _ in range(3)] == ["http-200"] * 3
        assert server.tokens.issued == 1


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_a_key_pair_gets_a_token_and_no_assertion_is_used_twice(
    keys: dict[str, Key], algorithm: str, tmp_path: Path
) -> None:
    key = keys[algorithm]
    tokens = Tokens(client_id="fax2fhir", public_key=public(key), key_id="k1")
    given = {"private_key": private(tmp_path, key), "key_id": "k1", "algorithm": algorithm}
    with asking(tokens, **given) as (server, client):
        assert client.post("", EMPTY).code == "http-200"
        server.tokens.revoke()
        assert client.post("", EMPTY).code == "http-200"  # with a second assertion: the server refuses a repeated jti
        assert server.tokens.issued == 2


def test_a_token_is_renewed_once_when_it_is_not_taken_any_more() -> None:
    with asking(by_secret(), client_secret=SECRET) as (server, client):
        client.post("", EMPTY)
        server.tokens.revoke()
        assert client.post("", EMPTY).code == "http-200"
        server.tokens.lifetime_s = -1.0  # what it gives out is good for nothing
        server.tokens.revoke()
        assert client.post("", EMPTY).code == "http-401"
        assert server.tokens.issued == 3


def test_a_token_is_renewed_before_it_ends() -> None:
    with asking(by_secret(lifetime_s=2.0), client_secret=SECRET) as (server, client):
        client.post("", EMPTY)
        time.sleep(1.2)  # more than half of its time is over, and it is still good
        assert client.post("", EMPTY).code == "http-200"
        assert (server.tokens.issued, server.tokens.turned_away) == (2, 0)


@pytest.mark.parametrize("lifetime", [1e300, -1e300, float("nan")])
def test_a_token_may_be_said_to_last_any_time(lifetime: float) -> None:
    with asking(by_secret(lifetime_s=lifetime), client_secret=SECRET) as (_, client):
        assert client.post("", EMPTY).status in (200, 401)


@pytest.mark.parametrize(
    ("tokens", "given"),
    [
        (by_secret(), {"client_secret": "another"}),
        (by_secret(), {"client_secret": SECRET, "client_id": "another"}),
        (by_secret(), {"client_secret": SECRET, "scope": ""}),
    ],
)
def test_who_is_not_known_gets_no_token_and_sends_nothing(tokens: Tokens, given: dict[str, str]) -> None:
    with asking(tokens, **given) as (server, client):
        answer = client.post("", EMPTY)
        assert (answer.code, answer.text) == ("login", "")
        assert server.calls == []


@pytest.mark.parametrize("wrong", ["key", "kid"])
def test_another_key_gets_no_token(keys: dict[str, Key], wrong: str, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048) if wrong == "key" else keys["RS384"]
    tokens = Tokens(client_id="fax2fhir", public_key=public(keys["RS384"]), key_id="k1")
    given = {"private_key": private(tmp_path, key), "key_id": "k1" if wrong == "key" else "k2"}
    with asking(tokens, **given) as (_, client):
        assert client.post("", EMPTY).code == "login"


@pytest.mark.parametrize("content", ["", "no key", None, "public", "EC", "curve"])
def test_a_key_that_cannot_be_used_is_named_by_its_setting(
    keys: dict[str, Key], content: str | None, tmp_path: Path
) -> None:
    file = private(tmp_path, keys["ES384"])
    if content is None:
        file.unlink()
    elif content == "curve":
        private(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    elif content != "EC":
        file.write_text(public(keys["RS384"]) if content == "public" else content)
    with (
        asking(by_secret(), private_key=file, algorithm="ES384" if content == "curve" else "RS384") as (_, client),
        pytest.raises(SettingsError, match="FAX2FHIR_TARGET_WAREHOUSE_PRIVATE_KEY"),
    ):
        client.post("", EMPTY)


def test_credentials_go_to_no_unprotected_token_endpoint() -> None:
    with asking(by_secret(), client_secret=SECRET) as (server, client):
        discovered = server.base.removesuffix("/fhir").replace("127.0.0.1", "token.example.org") + "/token"
        server.token_url = discovered
        assert client.post("", EMPTY).code == "login"
        assert server.tokens.issued == 0


@pytest.mark.parametrize("fault", list(Fault))
def test_no_answer_shows_a_secret(fault: Fault) -> None:
    with asking(by_secret(), client_secret=SECRET, deadline_s=0.5) as (server, client):
        server.faults.append(fault)
        answer = client.post("", EMPTY)
        assert SECRET not in repr(answer) + repr(client.target) + str(client.target.masked())
