"""Drawn bundles on their way out: under the independent checker, and as transactions to a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from documents.records import Record
from fhir_mapping.transaction import Held, ResourceKey, parsed, resources, transaction
from tests.fhir_mapping.conftest import Checker
from tests.fhir_mapping.drawn import EXAMPLES, HOSTILE, bundle_text, everywhere, plain_records, records, relaxed
from tests.fhir_mapping.tracing import leaves

_BASE = "https://fhir.example.org/r4"
# The same records each time, for one run of a checker that takes seconds to start.
_SAME = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def each_of(strategy: SearchStrategy[Record], use: Callable[[Record], None]) -> None:
    """Uses some records of a kind."""
    _SAME(given(strategy)(use))()


@pytest.mark.parametrize("package", ["uscore-610", "uscore-700"])
def test_drawn_bundles_conform(checker: Checker, tmp_path: Path, package: str) -> None:
    bundles: list[str] = []
    each_of(records(), lambda record: bundles.append(bundle_text(record)))
    each_of(plain_records(), lambda record: bundles.append(bundle_text(record)))
    bundles += [
        bundle_text(everywhere(value, t)) for value in HOSTILE[::8] for t in ("prior_auth_request", "lab_report")
    ]
    for number, bundle in enumerate(bundles):
        (tmp_path / f"{number:03}.json").write_text(bundle, encoding="utf-8")
    done = checker.check(tmp_path, package)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert len(bundles) >= 60
    assert f"{len(bundles)} files" in done.stdout


def applied(text: str | None, there: dict[ResourceKey, Held]) -> dict[ResourceKey, Held]:
    """What a server holds after a transaction."""
    for entry in parsed(text)["entry"] if text is not None else ():
        key = ResourceKey(*entry["request"]["url"].split("/"))
        if entry["request"]["method"] == "DELETE":
            del there[key]
        else:
            version = str(int(there[key].version or 0) + 1) if key in there else "1"
            meta = {**entry["resource"].get("meta", {}), "versionId": version, "lastUpdated": "2026-11-21T00:00:00Z"}
            there[key] = Held({**entry["resource"], "meta": meta}, version)
    return there


@relaxed
@given(records(), records())
def test_a_server_holds_what_was_published_last_and_a_repeat_changes_nothing(first: Record, second: Record) -> None:
    texts = [bundle_text(first), bundle_text(second)]
    earlier, wanted = map(resources, texts)
    assert [key.id for key in wanted] == [entry["resource"]["id"] for entry in json.loads(texts[1])["entry"]]
    there = applied(transaction(earlier, {}, base=_BASE), {})
    gone = earlier.keys() - wanted.keys()
    there = applied(transaction(wanted, there, base=_BASE, dropped=gone), there)
    assert there.keys() == wanted.keys()
    assert transaction(wanted, there, base=_BASE, dropped=gone) is None
    for key, resource in wanted.items():
        assert without_meta(there[key].resource) == without_meta(resource)
        assert {value for name, value in leaves(resource) if name == "reference"} <= {k.url for k in wanted}


def without_meta(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in resource.items() if name != "meta"}
