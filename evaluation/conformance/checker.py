"""Runs the independent checker over folders of bundles, and sums up what it found by message."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from evaluation.errors import EvaluationInputError
from fhir_mapping.citations import STRUCTURE_DEFINITIONS

# Files given to one process: it is quick to start, and holds what it checks in memory.
_AT_ONCE = 200
_TIMEOUT_S = 3600
_GRAVE = frozenset({"error", "fatal"})
_RESOURCE = re.compile(r"entry\[\d+\] (\w+)/")
# What tells one message from another of its class: a place in a list, a value, an id.
_INDEX, _QUOTED, _ID = re.compile(r"\[\d+\]"), re.compile(r'"[^"]*"'), re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(slots=True)
class Findings:
    """What the checker says of some bundles.

    Attributes:
        files: bundles that were checked.
        invalid: names of those with an error.
        faults: by message without values, the names of the bundles that have it.
        resources: how many of each type.
    """

    files: int = 0
    invalid: set[str] = field(default_factory=set)
    faults: dict[str, set[str]] = field(default_factory=dict)
    resources: Counter[str] = field(default_factory=Counter)

    def fault(self, message: str, name: str) -> None:
        """Notes an error of a bundle."""
        self.invalid.add(name)
        self.faults.setdefault(message, set()).add(name)

    def lines(self) -> Iterable[str]:
        """The findings in words; no value of a bundle is in them."""
        yield f"{self.files} bundles, {len(self.invalid)} invalid"
        for message, names in sorted(self.faults.items(), key=lambda each: -len(each[1])):
            yield f"  {len(names):5} x {message}   (e.g. {min(names)})"


class Checker:
    """The checker in a folder, with the packages that it is to know."""

    def __init__(self, folder: Path, packages: Path) -> None:
        """Takes the folder with `check.mjs` and that with the packages.

        Raises:
            EvaluationInputError: one of them, or node, is missing.
        """
        if shutil.which("node") is None:
            raise EvaluationInputError("node is not installed")
        if not (folder / "check.mjs").is_file() or not (folder / "node_modules").is_dir():
            raise EvaluationInputError("FHIR_CHECKER must name a folder with check.mjs, set up with `npm ci`")
        self.folder = folder
        self._packages = packages

    @classmethod
    def from_environment(cls) -> Checker:
        """As FHIR_CHECKER and FHIR_PACKAGES say; the packages are looked for beside the checker.

        Raises:
            EvaluationInputError: the first is not set, or something is missing.
        """
        named = os.environ.get("FHIR_CHECKER")
        if not named:
            raise EvaluationInputError("FHIR_CHECKER must name the checker's folder (docs/fhir.md)")
        packages = os.environ.get("FHIR_PACKAGES")
        return cls(Path(named), Path(packages) if packages else Path(named).parent / "fhir_packages")

    def check(self, files: Iterable[Path], packages: Sequence[str], findings: Findings) -> None:
        """Checks files under these packages and our extensions; the first defines what is named without a version."""
        waiting = iter(files)
        while chunk := list(islice(waiting, _AT_ONCE)):
            self._check(chunk, packages, findings)

    def _check(self, files: Sequence[Path], packages: Sequence[str], findings: Findings) -> None:
        known = [*(self._package(name) for name in packages), STRUCTURE_DEFINITIONS]
        options = [word for package in known for word in ("--pkg", str(package))]
        with tempfile.TemporaryDirectory(prefix="fax2fhir-check-") as folder:
            out = Path(folder) / "out.json"
            command = [
                "node",
                "check.mjs",
                *map(str, files),
                *options,
                "--project-rules",
                "--quiet",
                "--json",
                str(out),
            ]
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
            )
            if not out.is_file():
                raise EvaluationInputError(f"the checker ended with {done.returncode} and no result")
            results = json.loads(out.read_bytes())["results"]
        findings.files += len(files)
        for each in results:
            _sum_up(each["label"], each["issues"], findings)

    def _package(self, name: str) -> Path:
        own = Path(name)
        path = own if own.exists() else self._packages / f"{name}.tgz"
        if not path.exists():
            raise EvaluationInputError(f"the package {path.name} is not in the packages folder")
        return path


def _sum_up(label: str, issues: Sequence[dict[str, str]], findings: Findings) -> None:
    name = label.split(" ", maxsplit=1)[0]
    found = _RESOURCE.findall(label)
    if found and "#contained" not in label:
        findings.resources[found[-1]] += 1
    for issue in issues:
        if issue["severity"] in _GRAVE:
            where = _INDEX.sub("", issue["path"])
            text = _ID.sub("...", _QUOTED.sub('"..."', issue["text"]))
            findings.fault(f"[{issue['engine']}] {where}: {text}", name)
