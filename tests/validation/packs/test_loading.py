"""A broken pack is refused with its file and line; drafts are checked and left out."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.validation.packs.made import TEXT, write
from validation.errors import PackError
from validation.packs.loading import Names, load_shelf, read_folder
from validation.packs.schema import SCHEMA, schema_text

SAMPLES = Path(__file__).parents[3] / "samples" / "packs"
REQUIREMENT = """\
requirements:
  - id: a
    text: Something
    evidence:
      - phrases: [sleep study]
"""


def fault(tmp_path: Path, text: str) -> str:
    write(tmp_path, "p.yaml", text)
    with pytest.raises(PackError) as caught:
        load_shelf(tmp_path, names=Names(frozenset({"patient.phone"}), frozenset({"lab_report"})))
    assert caught.value.code == "PACK_REFUSED"
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (TEXT + "notes: [a, b\n", 9, "expected ',' or ']'"),
        (TEXT + "notes: 'open\n", 9, "unexpected end of stream"),
        ("a: 1\n\tb: 2\n", 2, "cannot start any token"),
        (TEXT + "colour: red\n", 8, "this key is unknown"),
        (TEXT + "id: other\n", 8, "is there twice"),
        (TEXT + "notes:\n", 8, "the value is empty"),
        (TEXT + "plans: [&a X1, *a]\n", 8, "aliases"),
        (TEXT.replace("2026-12-31", "2026-13-31"), 7, "effective.to"),
        (TEXT.replace("2026-12-31", "31/12/2026"), 7, "effective.to"),
        (TEXT.replace("2026-12-31", "2025-12-31"), 7, "ends before it starts"),
        (TEXT.replace("approved: {by: Pat Reviewer, date: 2026-01-02}\n", ""), 1, "names who approved it"),
        (TEXT.replace("status: approved", "status: live"), 4, "status"),
        (TEXT.replace("format: 1", "format: 2"), 1, "format"),
        (TEXT.replace('version: "1"\n', ""), 1, "version: Field required"),
        (TEXT + "member_id:\n  - mask: 'A[0-9'\n", 9, "no regular expression"),
        (TEXT + "member_id:\n  - mask: '([A-Z]+)+[0-9]'\n", 9, "without an end"),
        (TEXT + "member_id:\n  - mask: '([A-Z]{1,9}){1,9}'\n", 9, "repeats a group"),
        (TEXT + "turnaround:\n  - {covers: drugs, urgency: standard, within: 5 days}\n", 9, "calendar days or"),
        (TEXT + "required:\n  - patient.phone\n  - patient.shoe_size\n", 10, "no field or document type"),
        (TEXT + REQUIREMENT + "      - documents: [lab_slip]\n", 13, "no field or document type"),
        (TEXT + REQUIREMENT.replace("phrases: [sleep study]", "max_age: 3 months"), 12, "name phrases, codes"),
        (TEXT + REQUIREMENT + "  - id: a\n    text: t\n    evidence: [{codes: [I10]}]\n", 1, "same id"),
        (TEXT + REQUIREMENT.replace("    evidence:\n      - phrases: [sleep study]\n", ""), 1, "counts as evidence"),
        (TEXT + "rules: {PX-999: off}\n", 8, "there is no such rule"),
        (TEXT + "rules:\n  PX-006: off\n  DX-003: warning\n", 10, "cannot be weakened"),
        (TEXT + "rules: {CONF-001: error}\n", 8, "cannot be changed"),
    ],
)  # fmt: skip
def test_a_broken_pack_is_refused_with_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    message = fault(tmp_path, text)
    assert message.startswith(f"p.yaml:{line}: ")
    assert what in message


def test_a_good_pack_is_loaded(tmp_path: Path) -> None:
    write(tmp_path, "p.yaml", TEXT + REQUIREMENT + "rules: {PX-006: off, DX-003: error}\n")
    loaded = load_shelf(tmp_path)
    assert [p.name for p in loaded.packs] == ["summit/1"]
    assert loaded.fingerprint


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    text = TEXT + REQUIREMENT.replace("[sleep study]", "[no snoring, 'on', yes it is]") + "plans: [no, 0042]\n"
    write(tmp_path, "p.yaml", text)
    pack = load_shelf(tmp_path).packs[0]
    assert pack.plans == ("no", "0042")
    assert pack.requirements[0].evidence[0].phrases == ("no snoring", "on", "yes it is")


def test_versions_stand_side_by_side_unless_their_days_overlap(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", TEXT)
    later = TEXT.replace('version: "1"', 'version: "2"').replace("from: 2026-01-01, to: 2026-12-31", "from: 2027-01-01")
    write(tmp_path, "b.yaml", later)
    assert len(load_shelf(tmp_path).packs) == 2
    write(tmp_path, "b.yaml", later.replace("2027-01-01", "2026-12-31"))
    with pytest.raises(PackError, match=r"b\.yaml:7: a\.yaml holds for the same payer"):
        load_shelf(tmp_path)
    write(tmp_path, "b.yaml", later.replace("2027-01-01", "2026-12-31") + "plans: [Summit Gold]\n")
    assert len(load_shelf(tmp_path).packs) == 2


def test_an_alias_of_another_file_is_the_same_payer(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", TEXT)
    other = TEXT.replace("id: summit", "id: other").replace(
        "{name: Summit Care Plan, aliases: [Summit Care]}", "{name: 'SUMMIT CARE, Inc.'}"
    )
    write(tmp_path, "b.yaml", other)
    with pytest.raises(PackError, match="same payer and plan"):
        load_shelf(tmp_path)


def test_the_same_version_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", TEXT)
    write(tmp_path, "b.yaml", TEXT.replace("Summit", "Other"))
    with pytest.raises(PackError, match=r"b\.yaml:3: a\.yaml is this id and version"):
        load_shelf(tmp_path)


def test_a_draft_is_checked_and_not_used(tmp_path: Path) -> None:
    draft = TEXT.replace("status: approved", "status: draft").replace(
        "approved: {by: Pat Reviewer, date: 2026-01-02}\n", ""
    )
    write(tmp_path, "p.yaml", draft)
    assert load_shelf(tmp_path).packs == ()
    assert load_shelf(tmp_path).fingerprint == ""
    assert read_folder(tmp_path)[0].pack is not None
    write(tmp_path, "p.yaml", draft + "colour: red\n")
    with pytest.raises(PackError, match=r"p\.yaml:7"):
        load_shelf(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        load_shelf(tmp_path / "nothing")


def test_the_fingerprint_follows_the_text(tmp_path: Path) -> None:
    write(tmp_path, "p.yaml", TEXT)
    before = load_shelf(tmp_path).fingerprint
    write(tmp_path, "p.yaml", TEXT + "notes: changed\n")
    assert load_shelf(tmp_path).fingerprint != before


class Yaml12(yaml.SafeLoader):  # type: ignore[misc]
    """As editors read YAML: dates are strings."""


Yaml12.yaml_implicit_resolvers = {
    key: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_sample_packs_are_sound_by_schema_and_by_program(path: Path) -> None:
    schema = json.loads(SCHEMA.read_text())
    value = yaml.load(path.read_text(), Loader=Yaml12)  # noqa: S506 - a safe loader
    jsonschema.validate(value, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**value, "colour": "red"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {**value, "turnaround": [{"covers": "drugs", "urgency": "standard", "within": "5 days"}]}, schema
        )
    assert path.name in {f.file for f in read_folder(SAMPLES) if f.pack is not None and not f.faults}


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text() == schema_text(), "run: python -m validation.packs.schema validation/packs/schema.json"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it holds nothing"),
        ("# only a remark\n", "it holds nothing"),
        ("- id: a\n", "it holds a list"),
        ("Northfield\n", "it holds a single value"),
        ("a: " + "[" * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_mapping_is_refused_in_plain_words(tmp_path: Path, text: str, what: str) -> None:
    write(tmp_path, "p.yaml", text)
    said = str(read_folder(tmp_path)[0].faults[0])
    assert said.startswith("p.yaml:1: ")
    assert what in said


def test_nothing_that_looks_like_a_pack_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "UPPER.YAML", TEXT)
    write(tmp_path, "latin.Yml", "")
    (tmp_path / "latin.Yml").write_bytes(b"notes: caf\xe9\n")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yml").symlink_to(tmp_path / "gone.yaml")
    write(tmp_path, "notes.txt", "no pack")
    found = {each.file: [str(fault) for fault in each.faults] for each in read_folder(tmp_path)}
    assert found == {
        "UPPER.YAML": [],
        "folder.yaml": ["folder.yaml:1: it cannot be read: it is no file"],
        "latin.Yml": ["latin.Yml:1: it cannot be read: it is no UTF-8 text"],
        "link.yml": ["link.yml:1: it cannot be read: the link leads to no file"],
    }
