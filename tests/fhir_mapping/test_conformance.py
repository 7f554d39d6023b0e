"""Bundles under an independent R4 checker with the US Core 6.1.0 package.

FHIR_CHECKER names a folder with `check.mjs` and its package.json; FHIR_PACKAGES the folder with `uscore-610.tgz` (by
default `fhir_packages` beside the checker). Both stay outside the project: the packages have licences of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fhir_mapping.bundle import build_bundle
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("FHIR_CHECKER")
    if not named:
        pytest.skip("FHIR_CHECKER does not name a checker: conformance to US Core is not tested")
    if shutil.which("node") is None:
        pytest.skip("node is not installed: conformance to US Core is not tested")
    folder = Path(named)
    if (folder / "node_modules").is_dir():
        return folder
    copy = tmp_path_factory.mktemp("checker") / "checker"
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    for place in (copy, *copy.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    subprocess.run(["npm", "ci", "--silent"], cwd=copy, check=True, timeout=200)
    return copy


@pytest.fixture(scope="module")
def us_core(checker: Path) -> Path:
    named = os.environ.get("FHIR_PACKAGES")
    folder = Path(named) if named else Path(os.environ["FHIR_CHECKER"]).parent / "fhir_packages"
    package = folder / "uscore-610.tgz"
    if not package.is_file():
        pytest.skip(f"{package.name} is not in the packages folder: conformance to US Core is not tested")
    return package


def check(checker: Path, us_core: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", "check.mjs", str(folder), "--pkg", str(us_core), "--project-rules"],
        cwd=checker,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_every_variant_conforms(checker: Path, us_core: Path, tmp_path: Path) -> None:
    for name, read in VARIANTS.items():
        verifier = "u-17" if name == "verified" else None
        bundle = build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE, verified_by=verifier)
        (tmp_path / f"{name}.json").write_text(bundle, encoding="utf-8")
    done = check(checker, us_core, tmp_path)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert f"{len(VARIANTS)} files" in done.stdout


def test_the_checker_does_look(checker: Path, us_core: Path, tmp_path: Path) -> None:
    bundle = build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)
    broken = bundle.replace('"gender":"female"', '"gender":"F"')
    assert broken != bundle
    (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
    assert check(checker, us_core, tmp_path).returncode == 1
