"""A drawn set that the tests of this folder share: drawing it once costs a few seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from evaluation.synth.generate import generate

COUNT, SEED = 40, 11
# A busy machine is no failure of the property.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@dataclass(frozen=True)
class DrawnSet:
    folder: Path
    golds: tuple[dict[str, Any], ...]

    def file(self, gold: dict[str, Any]) -> Path:
        return self.folder / "docs" / str(gold["file"])

    def of(self, rendition: str) -> Iterator[dict[str, Any]]:
        return (gold for gold in self.golds if gold["rendition"] == rendition)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnSet:
    folder = tmp_path_factory.mktemp("synthetic")
    generate(COUNT, SEED, folder)
    golds = tuple(json.loads(path.read_text("utf-8")) for path in sorted((folder / "gold").iterdir()))
    return DrawnSet(folder, golds)
