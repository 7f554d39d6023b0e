"""An independent R4 checker with the profiles' packages; tests that need it are skipped where it is not.

FHIR_CHECKER names a folder with `check.mjs` and its package.json; FHIR_PACKAGES the folder with the packages (by
default `fhir_packages` beside the checker). Both stay outside the project: the packages have licences of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from fhir_mapping.citations import STRUCTURE_DEFINITIONS

_SECONDS = 400


@dataclass(frozen=True, slots=True)
class Checker:
    """The checker.

    Attributes:
        folder: where it lies, with what it needs installed.
        packages: where the packages lie.
    """

    folder: Path
    packages: Path

    def check(
        self, bundles: Path, *names: str, options: tuple[str, ...] = ("--project-rules",)
    ) -> subprocess.CompletedProcess[str]:
        """Checks the bundles of a folder against packages, our extensions and the project's rules: status 1 if not."""
        found = [self.packages / f"{name}.tgz" for name in names]
        absent = [package.name for package in found if not package.is_file()]
        if absent:
            pytest.skip(f"{', '.join(absent)} not in the packages folder: conformance is not tested")
        packages = [option for package in (*found, STRUCTURE_DEFINITIONS) for option in ("--pkg", str(package))]
        return subprocess.run(
            ["node", "check.mjs", str(bundles), *packages, *options],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    named = os.environ.get("FHIR_CHECKER")
    if not named:
        pytest.skip("FHIR_CHECKER does not name a checker: conformance is not tested")
    if shutil.which("node") is None:
        pytest.skip("node is not installed: conformance is not tested")
    folder = Path(named)
    packages = Path(os.environ.get("FHIR_PACKAGES", folder.parent / "fhir_packages"))
    if (folder / "node_modules").is_dir():
        return Checker(folder, packages)
    copy = tmp_path_factory.mktemp("checker") / "checker"
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    for place in (copy, *copy.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    subprocess.run(["npm", "ci", "--silent"], cwd=copy, check=True, timeout=200)
    return Checker(copy, packages)
