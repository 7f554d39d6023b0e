"""Packs on the command line: checked, listed, used in a run, and drafted from a policy that was read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from flows.settings import Settings
from flows.versions import current_versions
from tests.flows.command_line import InProcess
from tests.validation.packs.made import TEXT, write
from validation.packs.loading import load_shelf

SAMPLES = Path(__file__).parents[2] / "samples" / "packs"
REQUEST = """PRIOR AUTHORIZATION REQUEST
Payer: Summit Care Plan
Patient Name: Noor Haddad
Date of Birth: 03/09/1981
Member ID: SC12345678
Requesting Provider: Elena Marsh, MD
NPI: 1234567893
Date of Request: 05/04/2026
Service Date: 05/20/2026
Diagnosis Code: S83.241A
Procedure Code: 29881
Units: 1

Clinical notes: He wore a knee brace for 8 weeks without relief.
"""
POLICY = """MEDICAL POLICY
Payer: Summit Care Plan
Policy Number: SCP-ORTH-014
Policy Title: Knee Arthroscopy
Effective Date: 03/01/2026
Procedure codes: 29881

Coverage criteria
Knee arthroscopy is considered medically necessary when all of the following criteria are met:
1. At least 6 weeks of physical therapy or bracing
2. MRI of the knee within the last 6 months

Standard requests are decided within 5 business days.
"""
BRACE = """\
requirements:
  - id: brace
    text: Six weeks of bracing
    codes: ["29881"]
    evidence:
      - phrases: [knee brace, bracing]
        for_at_least: 6 weeks
  - id: mri
    text: An MRI
    codes: ["29881"]
    evidence:
      - phrases: [MRI of the knee]
"""


def packs_of(environment: dict[str, str]) -> Path:
    folder = Path(environment["FAX2FHIR_HOME"]) / "packs"
    folder.mkdir(parents=True)
    return folder


def records_of(call: InProcess) -> list[str]:
    rows = [json.loads(line) for line in call("status", "--json").out.splitlines()]
    return [record["record_id"] for row in rows if "records" in row for record in row["records"]]


def test_the_sample_packs_are_sound(call: InProcess) -> None:
    said = json.loads(call("packs", "check", SAMPLES, "--json").out)
    assert said["faults"] == []
    assert len(said["packs"]) == len(list(SAMPLES.glob("*.yaml")))


def test_faults_are_listed_and_end_the_command(call: InProcess, tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", TEXT + "colour: red\nplans: [x]\n")
    write(tmp_path, "b.yaml", TEXT.replace("id: summit", "id: b").replace("Summit", "Harbor"))
    said = call("packs", "check", tmp_path, expect=2)
    assert "a.yaml:8: colour: this key is unknown" in said.out
    assert "a.yaml:9: plans.0" in said.out
    assert "b/1" in said.out
    assert "PACK_REFUSED: 2 faults" in said.err


def test_packs_are_listed_with_versions_and_dates(call: InProcess, environment: dict[str, str]) -> None:
    assert json.loads(call("packs", "list", "--json").out) == []
    packs = packs_of(environment)
    for path in SAMPLES.glob("lakeshore*"):
        shutil.copy(path, packs)
    rows = json.loads(call("packs", "list", "--json").out)
    assert [(r["pack"], r["from"], r["to"], r["status"]) for r in rows] == [
        ("lakeshore-health/2026-1", "2026-01-01", "2026-06-30", "approved"),
        ("lakeshore-health/2026-2", "2026-07-01", "-", "approved"),
    ]
    assert "lakeshore-health/2026-2" in call("packs", "list").out
    write(packs, "empty.YAML", "")
    ended = call("packs", "list", expect=2)
    assert "PACK_REFUSED: 1 of 3 packs of the installation is broken" in ended.err
    assert "broken" in ended.out


def test_a_request_shows_what_is_missing_for_approval(
    call: InProcess, environment: dict[str, str], tmp_path: Path
) -> None:
    write(packs_of(environment), "summit.yaml", TEXT + "member_id: [{mask: 'SC[0-9]{8}'}]\n" + BRACE)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox, "request.txt", REQUEST)
    call("run", inbox)
    (record,) = records_of(call)
    shown = call("show", record).out
    assert "missing for approval: 1 of 2" in shown
    kept = json.loads(call("show", record, "--json").out)
    states = {item["requirement"]: item["state"] for item in kept["checklist"]}
    assert states == {"brace": "met", "mri": "not_found"}
    assert "8 weeks" in kept["checklist"][0]["evidence"][0]["quote"]
    assert kept["versions"]["pack"] == "summit/1"


def test_a_broken_pack_ends_a_run_before_it_reads_anything(
    call: InProcess, environment: dict[str, str], tmp_path: Path
) -> None:
    write(packs_of(environment), "summit.yaml", TEXT + "colour: red\n")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox, "request.txt", REQUEST)
    said = call("run", inbox, expect=2)
    assert "PACK_REFUSED: summit.yaml:8: colour" in said.err
    assert [path.name for path in inbox.iterdir()] == ["request.txt"]


def test_a_folder_that_was_set_must_exist(call: InProcess, environment: dict[str, str], tmp_path: Path) -> None:
    environment["FAX2FHIR_PACKS"] = str(tmp_path / "nowhere")
    (tmp_path / "inbox").mkdir()
    assert "FAX2FHIR_PACKS names no folder" in call("run", tmp_path / "inbox", expect=2).err


def test_packs_are_part_of_the_version_of_checking_and_of_no_other_stage(tmp_path: Path) -> None:
    versions = []
    for number, text in enumerate((TEXT, TEXT + "notes: another\n")):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder, "p.yaml", text)
        versions.append(current_versions(Settings(home=tmp_path, packs=folder)))
    assert versions[0].check != versions[1].check
    same = [(v.read, v.extract, v.map) for v in versions]
    assert same[0] == same[1]


def test_a_policy_becomes_a_draft_that_is_used_only_once_it_is_approved(
    call: InProcess, environment: dict[str, str], tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox, "policy.txt", POLICY)
    call("run", inbox)
    (record,) = records_of(call)
    packs = packs_of(environment)
    out = packs / "draft.yaml"
    call("packs", "draft", record, "--out", out)
    text = out.read_text()
    assert "status: draft" in text
    assert "quote: At least 6 weeks of physical therapy or bracing" in text
    for suggested in (
        "- physical therapy\n",
        "- bracing\n",
        "for_at_least: 6 weeks",
        "MRI ... knee",
        "max_age: 6 months",
    ):
        assert suggested in text
    call("packs", "check", packs)
    assert load_shelf(packs).packs == ()
    assert json.loads(call("packs", "list", "--json").out)[0]["status"] == "draft"
    assert "never overwrites" in call("packs", "draft", record, "--out", out, expect=2).err
    out.write_text(text.replace("status: draft", "status: approved\napproved: {by: Pat Reviewer, date: 2026-05-01}"))
    call("packs", "check", packs)
    assert len(load_shelf(packs).packs) == 1


def test_only_a_policy_can_be_drafted(call: InProcess, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox, "request.txt", REQUEST)
    call("run", inbox)
    (record,) = records_of(call)
    said = call("packs", "draft", record, "--out", tmp_path / "d.yaml", expect=2)
    assert "another document type" in said.err
    assert not (tmp_path / "d.yaml").exists()
