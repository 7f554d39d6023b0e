"""The example resources of FHIR implementation guides: packages as HL7 publishes them, read where they lie.

The packages are not part of this project (HL7's own licences); their folder is named by FHIR_PACKAGES or an option.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationInputError

Resource = Mapping[str, Any]

# Packages of other guides in the folder are not asked for.
_GUIDES = ("uscore", "pas")
_EXAMPLES = "package/example/"


@dataclass(frozen=True, slots=True)
class Example:
    """An example: the package's name, e.g. `uscore-610`, and the resource."""

    package: str
    resource: Resource


def packages_folder(named: Path | None) -> Path:
    """The folder of the packages: as named, or by FHIR_PACKAGES.

    Raises:
        EvaluationInputError: neither names a folder.
    """
    folder = named or Path(os.environ.get("FHIR_PACKAGES", ""))
    if not folder.is_dir() or folder == Path():
        raise EvaluationInputError("no folder of FHIR packages: name it with --packages or FHIR_PACKAGES")
    return folder


def read_examples(folder: Path) -> list[Example]:
    """The examples of every package of US Core and Da Vinci PAS in a folder, by package and file name.

    Raises:
        EvaluationInputError: there is none.
    """
    found = [each for path in sorted(folder.glob("*.tgz")) if path.name.startswith(_GUIDES) for each in _of(path)]
    if not found:
        raise EvaluationInputError("the folder of FHIR packages holds no package of US Core or Da Vinci PAS")
    return found


def _of(path: Path) -> Iterator[Example]:
    with tarfile.open(path) as package:
        for member in sorted(package.getmembers(), key=lambda each: each.name):
            if member.isfile() and member.name.startswith(_EXAMPLES) and member.name.endswith(".json"):
                file = package.extractfile(member)
                content = json.load(file) if file else None
                if isinstance(content, dict) and "resourceType" in content:
                    yield Example(path.stem, content)
