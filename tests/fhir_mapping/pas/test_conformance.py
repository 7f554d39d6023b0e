"""Requests under an independent checker with the packages of PAS 2.2.1 and US Core."""

from __future__ import annotations

import json
from pathlib import Path

from fhir_mapping.pas.request import PasGaps
from tests.fhir_mapping.conftest import Checker
from tests.fhir_mapping.pas.requests import build, without
from tests.fhir_mapping.pas.variants import VARIANTS, bundles
from tests.fhir_mapping.records import FULL

_PACKAGES = ("pas-2.2.1", "uscore-700", "uscore-610")


def test_every_request_conforms(checker: Checker, tmp_path: Path) -> None:
    made = bundles()
    for name, bundle in made.items():
        (tmp_path / f"{name}.json").write_text(bundle, encoding="utf-8")
    done = checker.check(tmp_path, *_PACKAGES)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert f"{len(made)} files" in done.stdout


def test_what_is_missing_conforms(checker: Checker, tmp_path: Path) -> None:
    for name, fields in {"empty": (), "nothing-entered": FULL, "no-npi": without("provider.npi")}.items():
        built = build(fields)
        assert isinstance(built, PasGaps)
        (tmp_path / f"{name}.json").write_text(built.bundle, encoding="utf-8")
    done = checker.check(tmp_path, "uscore-610")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_the_checker_does_look(checker: Checker, tmp_path: Path) -> None:
    bundle = json.loads(bundles()["one-line"])
    del bundle["entry"][0]["resource"]["item"][0]["category"]
    (tmp_path / "broken.json").write_text(json.dumps(bundle), encoding="utf-8")
    done = checker.check(tmp_path, *_PACKAGES)
    assert done.returncode == 1
    assert "category" in done.stdout


def test_a_request_carries_no_label_of_how_it_was_made() -> None:
    for name, bundle in bundles().items():
        resources = [entry["resource"] for entry in json.loads(bundle)["entry"]]
        assert resources[0]["resourceType"] == "Claim", name
        assert not {"Device", "Provenance"} & {each["resourceType"] for each in resources}
        assert all(set(each["meta"]) == {"profile"} for each in resources)
        for word in ("AIAST", "aitransparency", "draft", "proposal", "rxnorm"):
            assert word not in bundle, name


def test_only_variants_that_differ_are_checked() -> None:
    made = bundles()
    assert len({bundle.replace("\n", "") for bundle in made.values()}) == len(made) > len(VARIANTS)
