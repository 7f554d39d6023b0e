"""Bundles under an independent R4 checker (`conftest.py`) with the packages of US Core 6.1.0 and 7.0.0."""

from __future__ import annotations

from pathlib import Path

import pytest

from fhir_mapping.bundle import build_bundle
from tests.fhir_mapping.conftest import Checker
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS
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


def test_the_checker_does_look(checker: Checker, tmp_path: Path) -> None:
    bundle = build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)
    broken = bundle.replace('"gender":"female"', '"gender":"F"')
    assert broken != bundle
    (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
    assert checker.check(tmp_path, "uscore-610").returncode == 1
