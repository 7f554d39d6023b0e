"""The cost of each stage, as the benchmark asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

NOTE = "PROGRESS NOTE\nPatient: Ada Brook\nDate of birth: 03/04/1980\nVisit number {}\n"


def test_each_inbox_is_measured_by_itself(tmp_path: Path) -> None:
    inboxes = [tmp_path / "first", tmp_path / "second"]
    for number, inbox in enumerate(inboxes, start=1):
        inbox.mkdir()
        for copy in range(number):
            (inbox / f"{copy}.txt").write_text(NOTE.format(10 * number + copy))
    done = subprocess.run(
        [sys.executable, "-m", "flows.stage_costs", *map(str, inboxes)],
        env={**os.environ, "FAX2FHIR_HOME": str(tmp_path / "home"), "FAX2FHIR_SETTLE_S": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["documents"], second["documents"]) == (1, 2)
    assert (first["pages"], second["pages"]) == (1, 2)
    assert all(second[stage] > 0 for stage in ("take_in", "read", "extract", "publish"))
