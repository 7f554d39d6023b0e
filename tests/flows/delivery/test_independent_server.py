"""Against a FHIR server that others wrote: posted, read back, and posted again without effect."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ledger.ledger import Ledger
from tests.flows.delivery.made import deliver, plain, publish, rows, target, union, withdraw
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock

CHECKER = Path(os.environ.get("FHIR_CHECKER", ""))
pytestmark = pytest.mark.skipif(not (CHECKER / "tx_server.mjs").is_file(), reason="FHIR_CHECKER names no checker")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    command = ["node", "tx_server.mjs", "0"]
    process = subprocess.Popen(command, cwd=CHECKER, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def held(base: str, urls: list[str]) -> dict[str, dict[str, object]]:
    """What the server gives back, by `Type/id`."""
    found = {url: httpx.get(f"{base}/{url}") for url in urls}
    return {url: json.loads(answer.text) for url, answer in found.items() if answer.status_code == httpx.codes.OK}


def versions(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {url: body["meta"]["versionId"] for url, body in found.items()}  # type: ignore[index]


@on_sqlite
def test_what_was_posted_is_read_back_and_a_repeat_changes_nothing(ledger: Ledger, base: str, clock: Clock) -> None:
    first, second = publish(ledger, "a"), publish(ledger, "b")
    wanted = union(first, second)
    to = target(url=base, deadline_s=30)
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    there = held(base, list(wanted))
    assert {url: plain(body) for url, body in there.items()} == wanted
    pointed = {found for body in there.values() for found in _references(body)}
    assert pointed
    assert pointed <= wanted.keys()
    with ledger.transaction("ops") as tx:
        tx.connection.exec_driver_sql("DELETE FROM deliveries")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert [row.status for name in "ab" for row in rows(ledger, name)] == ["unchanged", "unchanged"]
    assert versions(held(base, list(wanted))) == versions(there)


@on_sqlite
def test_a_correction_and_a_withdrawal_arrive(ledger: Ledger, base: str, clock: Clock) -> None:
    publish(ledger, "c")
    to = target(url=base, deadline_s=30)
    deliver(ledger, to, clock)
    urls = list(union(publish(ledger, "c")))
    less = union(publish(ledger, "c", "nothing-proven"))
    deliver(ledger, to, clock)
    assert {url: plain(body) for url, body in held(base, urls).items()} == less
    withdraw(ledger, "c")
    deliver(ledger, to, clock)
    assert held(base, urls) == {}


@on_sqlite
def test_conditional_creates_are_found_again_and_a_repeat_changes_nothing(
    ledger: Ledger, base: str, clock: Clock
) -> None:
    bundles = publish(ledger, "e"), publish(ledger, "f")
    to = target(url=base, deadline_s=30, identify="conditional")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    there = tagged(base, *bundles)
    assert {url: len(found) for url, found in there.items()} == dict.fromkeys(union(*bundles), 1)
    assert not [found for bodies in there.values() for found in _references(bodies) if found.startswith("urn:")]
    with ledger.transaction("ops") as tx:
        tx.connection.exec_driver_sql("DELETE FROM deliveries")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert [row.status for name in "ef" for row in rows(ledger, name)] == ["unchanged", "unchanged"]
    assert tagged(base, *bundles) == there
    withdraw(ledger, "e")
    deliver(ledger, to, clock)
    assert [len(found) for found in tagged(base, bundles[0]).values()] == [0] * len(union(bundles[0]))


def tagged(base: str, *bundles: str) -> dict[str, list[object]]:
    """What the server finds by the tag of each of our resources."""
    found = {}
    for url in union(*bundles):
        kind, _, our_id = url.partition("/")
        answer = httpx.get(f"{base}/{kind}", params={"_tag": f"urn:ietf:rfc:3986|urn:uuid:{our_id}"})
        found[url] = [each["resource"] for each in answer.json().get("entry", [])]
    return found


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for member in value:
            yield from _references(member)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for member in value.values():
            yield from _references(member)
