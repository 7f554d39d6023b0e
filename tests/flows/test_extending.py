"""What docs/extending.md tells to do for a new document type, done with a copy of the project: it must work as told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.versions import PROJECT

GUIDE = (PROJECT / "docs" / "extending.md").read_text("utf-8").split("## A rule")[0]
ROOMS = ("documents", "validation", "fhir_mapping", "ledger", "review_queue", "flows", "tests")
REPORT = """CASCADE RADIOLOGY ASSOCIATES
MRI REPORT - LUMBAR SPINE
Patient name: Alma Drummond     DOB: 04/02/1961
Exam date: 01/20/2026
Technique: sagittal and axial sequences
Comparison: none
Findings: Disc protrusion at L5-S1.
Impression: Left paracentral protrusion at L5-S1
contacting the left S1 root.
Radiologist: K. Ono, MD"""
# Runs in the copy: the extract and check stages of the pipeline over one document.
SCRIPT = """
import json, sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from extractors.backends.rules import BACKEND
from flows import stages
from tests.extractors.printed import page_of
pages = [page_of(sys.stdin.read())]
extracted = stages.extract(pages, BACKEND)
arrived = stages.Received(at=datetime(2026, 2, 1, tzinfo=UTC), header_at=None, sender=None)
records = stages.check("d", pages, extracted, received=arrived, facility=stages.Facility(ZoneInfo("America/New_York")))
print(json.dumps({
    "types": [part.segment.document_type for part in extracted.parts],
    "values": {f.path: f.value for record in records for f in record.fields},
    "needs_a_person": stages.needs_a_person(extracted),
}))
"""


def read_in(project: Path) -> dict[str, Any]:
    """What the pipeline of a project reads in the report."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=project,
        input=REPORT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project whose extractors may be changed; its other rooms are the real ones."""
    shutil.copytree(PROJECT / "extractors", tmp_path / "extractors", ignore=shutil.ignore_patterns("__pycache__"))
    for room in ROOMS:
        (tmp_path / room).symlink_to(PROJECT / room)
    return tmp_path


def test_the_steps_of_the_guide_make_the_pipeline_read_a_new_type(copy: Path) -> None:
    before = read_in(copy)
    assert before["types"] == ["unknown"]
    assert before["needs_a_person"]

    name = re.search(r"\*\*1\. The file\*\*, `([^`]+)`", GUIDE)
    module = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert name is not None
    assert module is not None
    (copy / name[1]).write_text(module[1], "utf-8")
    diff = re.search(r"```diff\n(.*?)```", GUIDE, re.DOTALL)
    assert diff is not None
    unknown = copy / "extractors" / "document_types" / "unknown.py"
    kept = unknown.read_text("utf-8")
    for line in diff[1].splitlines():
        assert kept.count(line[1:] + "\n") == 1, line
        kept = kept.replace(line[1:] + "\n", "")
    unknown.write_text(kept, "utf-8")

    after = read_in(copy)
    assert after["types"] == ["radiology_report"]
    assert not after["needs_a_person"]
    assert after["values"]["patient.name"] == "Alma Drummond"
    assert after["values"]["study.date"] == "2026-01-20"
    assert after["values"]["study.impression"] == "Left paracentral protrusion at L5-S1 contacting the left S1 root."


def test_shapes_and_paths_that_the_guide_names_exist() -> None:
    for path in re.findall(r"`((?:extractors|tests|fhir_mapping|validation|documents)/[\w/]+\.(?:py|txt))`", GUIDE):
        assert (PROJECT / path).exists() or path.endswith("radiology_report.py"), path
