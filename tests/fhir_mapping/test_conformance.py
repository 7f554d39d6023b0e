"""Bundles under an independent R4 checker (`conftest.py`) with the packages of US Core 6.1.0 and 7.0.0."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fhir.resources.R4B.structuredefinition import StructureDefinition

from fhir_mapping.bundle import build_bundle
from fhir_mapping.citations import STRUCTURE_DEFINITIONS
from fhir_mapping.constants import Extension
from tests.fhir_mapping.conftest import Checker
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS, field, record
from tests.fhir_mapping.records_by_type import EVERY


@pytest.mark.parametrize(("first", "second"), [("uscore-610", "uscore-700"), ("uscore-700", "uscore-610")])
def test_every_variant_conforms(checker: Checker, tmp_path: Path, first: str, second: str) -> None:
    for name, read in EVERY.items():
        verifier = "u-17" if name == "verified" else None
        bundle = build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE, verified_by=verifier)
        (tmp_path / f"{name}.json").write_text(bundle, encoding="utf-8")
    done = checker.check(tmp_path, first, second)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert f"{len(EVERY)} files" in done.stdout
    assert Extension.PAGE_REGION not in done.stdout  # it lists extensions that it has no definition of


def test_our_definitions_conform(checker: Checker, tmp_path: Path) -> None:
    for definition in STRUCTURE_DEFINITIONS.iterdir():
        StructureDefinition.model_validate_json(definition.read_text(encoding="utf-8"))
        shutil.copyfile(definition, tmp_path / definition.name)
    done = checker.check(tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"url":"page","valuePositiveInt":1', '"url":"page","valuePositiveInt":0'),
        ('"url":"left","valueDecimal":0.0000', '"url":"left","valueDecimal":-0.1'),
        ('"url":"right","valueDecimal":1.0000', '"url":"right","valueDecimal":1.2'),
        ('{"url":"left","valueDecimal":0.0000},', ""),
        ('"url":"bottom"', '"url":"botom"'),
        ('"url":"bottom","valueDecimal":1.0000', '"url":"bottom","valueString":"1"'),
    ],
)
def test_a_place_that_is_none_does_not_conform(checker: Checker, tmp_path: Path, right: str, wrong: str) -> None:
    read = record([field("patient.name", "Maria Testpatient")])
    bundle = build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE)
    assert right in bundle
    (tmp_path / "broken.json").write_text(bundle.replace(right, wrong), encoding="utf-8")
    done = checker.check(tmp_path, "uscore-610")
    assert done.returncode == 1
    assert "Provenance.target[1].extension[1]" in done.stdout


def test_the_checker_does_look(checker: Checker, tmp_path: Path) -> None:
    bundle = build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)
    broken = bundle.replace('"gender":"female"', '"gender":"F"')
    assert broken != bundle
    (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
    assert checker.check(tmp_path, "uscore-610").returncode == 1
