"""The command line inside this process, for tests that call it often, and documents that need no OCR."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.cli import main

NOTE = """PROGRESS NOTE
Patient: {name}
Date of birth: 03/04/1980
Date of visit: 02/03/2026
Assessment: Asthma J45.909
Plan: return in {weeks} weeks
"""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class InProcess:
    """Runs `fax2fhir ARGUMENTS` as `main` would, for a user and an installation.

    `said` keeps what commands printed, children of theirs too; `between`, what was printed by other parts of a test.
    """

    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]
    environment: dict[str, str]
    said: list[Outcome] = field(default_factory=list)
    between: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str | Path, expect: int = 0) -> Outcome:
        """Runs one command; fails the test if it ends with another code."""
        mask = os.umask(0o077)
        os.umask(mask)
        with self.monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("FAX2FHIR_")]:
                patch.delenv(name)
            for name, value in self.environment.items():
                if name.startswith("FAX2FHIR_"):
                    patch.setenv(name, value)
            patch.setattr(sys, "argv", ["fax2fhir", *map(str, arguments)])
            self.between += self.capfd.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
            finally:
                os.umask(mask)
            said = Outcome(code, *self.capfd.readouterr())
        self.said.append(said)
        assert said.code == expect, said
        return said
