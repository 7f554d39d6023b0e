"""The documentation says what the code does: codes, settings, commands, options, exit codes, schedule, links."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from typer.core import TyperCommand, TyperGroup, TyperOption

from documents.errors import Fax2FhirError
from documents.limits import ReadingLimits
from documents.outcomes import DISPOSITIONS, REMEDIES, OutcomeCode
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.settings import LlmSettings
from flows import cli
from flows.delivery.targets import Target
from flows.settings import LLM_PREFIX, PREFIX, Settings
from review_queue.items import ClosingReason

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
ROOMS = ("documents", "ledger", "validation", "fhir_mapping", "extractors", "review_queue", "evaluation", "flows")
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.glob("*.md")])
INTERRUPTED = 130
TERMINATED = 143


def _rows(page: str, *, first: str) -> dict[str, list[str]]:
    """The rows of the table whose first heading is `first`, by their first cell without backticks."""
    tables = re.findall(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", (DOCS / page).read_text(), re.MULTILINE)
    assert len(tables) == 1, (page, first, len(tables))
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in tables[0].splitlines()]
    named = {row[0].strip("`"): row[1:] for row in cells}
    assert len(named) == len(cells), "a row is there twice"
    return named


def _errors() -> Iterator[type[Fax2FhirError]]:
    """The whole tree: every module of the rooms that defines a branch of it is imported first."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            found = module.module_finder.find_spec(module.name, None)
            if (
                found is not None
                and found.origin
                and re.search(r"class \w+\(\w*Error\)", Path(found.origin).read_text())
            ):
                importlib.import_module(module.name)
    waiting = [Fax2FhirError]
    while waiting:
        error = waiting.pop()
        yield error
        waiting += error.__subclasses__()


def _commands() -> dict[str, TyperCommand]:
    """Every command by its words: `run`, `queue sign-off`."""
    root = typer.main.get_command(cli.app)
    assert isinstance(root, TyperGroup)
    groups = {name: group for name, group in root.commands.items() if isinstance(group, TyperGroup)}
    single = {name: command for name, command in root.commands.items() if name not in groups}
    inner = {f"{name} {word}": each for name, group in groups.items() for word, each in group.commands.items()}
    return {name: command for name, command in {**single, **inner}.items() if isinstance(command, TyperCommand)}


def test_every_outcome_has_its_row() -> None:
    rows = _rows("outcomes.md", first="code")
    assert set(rows) == set(OutcomeCode)
    for code in OutcomeCode:
        disposition, when, remedy = rows[code]
        assert (disposition, remedy) == (DISPOSITIONS[code], REMEDIES[code])
        assert when


def test_operators_are_told_what_to_do_for_each_outcome() -> None:
    named = [name.strip(" `") for cell in _rows("operations.md", first="outcome") for name in cell.split(",")]
    assert sorted(named) == sorted(OutcomeCode)


def test_every_end_of_a_question_to_a_model_has_its_row() -> None:
    rows = _rows("llm.md", first="outcome of a question")
    assert set(rows) == set(LlmOutcome)
    assert all(len(row) == 2 and all(row) for row in rows.values())


def test_every_error_has_its_row() -> None:
    rows = _rows("errors.md", first="code")
    tree = {error.code: error for error in _errors()}
    assert set(rows) == set(tree)
    for code, error in tree.items():
        exit_code, retry, what, remedy = rows[code]
        assert (int(exit_code), retry == "yes", remedy) == (error.exit_code, error.retryable, error.remedy), code
        assert what


def test_codes_are_not_used_twice() -> None:
    codes = [error.code for error in _errors()]
    assert len(set(codes)) == len(codes)


def test_every_setting_has_its_row_with_its_default() -> None:
    rows = _rows("configuration.md", first="variable")
    names = [name for name in Settings.model_fields if name not in {"llm", "targets"}]
    model = {LLM_PREFIX + name.upper(): info.default for name, info in LlmSettings.model_fields.items()}
    assert set(rows) == {PREFIX + name.upper() for name in (*names, "targets")}
    of_model = _rows("configuration.md", first="variable of the model")
    assert set(of_model) == set(model)
    for variable, default in model.items():
        shown = "none" if default in (PydanticUndefined, "", SecretStr("")) else f"`{default}`"
        assert of_model[variable][0] == shown, variable
    of_target = _rows("configuration.md", first="variable of a target")
    defaults_of_target = {name: info.default for name, info in Target.model_fields.items() if name != "name"}
    assert set(of_target) == {f"{PREFIX}TARGET_<NAME>_{name.upper()}" for name in defaults_of_target}
    for name, default in defaults_of_target.items():
        shown = "none" if default in (PydanticUndefined, "", SecretStr(""), None, ()) else f"`{default}`"
        assert of_target[f"{PREFIX}TARGET_<NAME>_{name.upper()}"][0] == shown, name
    defaults = Settings.from_environment({})
    for name, (default, meaning) in ((name, rows[PREFIX + name.upper()]) for name in names):
        shown = default.strip("`").replace("<home>", str(defaults.home))
        value = str(getattr(defaults, name))
        assert value in (shown, str(Path(shown).absolute())), name
        assert meaning


def test_the_limits_are_as_documented() -> None:
    limits = ReadingLimits()
    sentence = (DOCS / "configuration.md").read_text()
    stated = (
        f"memory ({limits.memory_bytes >> 30} GiB a reading process), pixels ({limits.max_pixels // 10**6} megapixels"
    )
    assert stated in sentence
    assert f"({limits.base_s:.0f} s and {limits.page_s:.0f} s a page)" in sentence


@pytest.mark.parametrize("words", sorted(_commands()))
def test_every_command_and_option_is_documented(words: str) -> None:
    text = (DOCS / "cli.md").read_text()
    command = _commands()[words]
    row = re.search(rf"^\| `{re.escape(words)}[ `][^\n]*(?:\n\| `{re.escape(words)}[ `][^\n]*)*", text, re.MULTILINE)
    assert row is not None, words
    options = [name for each in command.params if isinstance(each, TyperOption) for name in each.opts]
    section = re.search(rf"^## {words}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    told = row[0] + (section[1] if section else "")
    missing = [name for name in options if name.startswith("--") and name != "--help" and name not in told]
    assert not missing


def test_no_command_is_documented_that_does_not_exist() -> None:
    text = (DOCS / "cli.md").read_text()
    named = re.findall(
        r"^\| `((?:(?:queue|packs|llm|weights|deliver|pas) )?[a-z][a-z-]*)(?: [^`]*)?` \| ", text, re.MULTILINE
    )
    words = {name for name in named if name not in set(ClosingReason)}
    assert words - set(_commands()) == {
        "queue",
        "deliver",
    }  # the section on the queue; a group that does something by itself


def test_options_named_in_the_documentation_exist() -> None:
    known = {name for command in _commands().values() for each in command.params for name in each.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", (DOCS / "cli.md").read_text()))
    assert named - known == {"--help"}


def test_every_exit_code_is_documented() -> None:
    rows = _rows("cli.md", first="code")
    assert {int(code) for code in rows} == {0, INTERRUPTED, TERMINATED, *(error.exit_code for error in _errors())}
    for error in _errors():
        if error not in (Fax2FhirError,) and error.code != "LEASE_LOST":  # inside a run only
            assert error.code in rows[str(error.exit_code)][0], error.code


def test_every_reason_for_closing_is_documented() -> None:
    assert set(_rows("cli.md", first="reason")) == set(ClosingReason)


def test_the_backfill_form_is_explained_field_by_field() -> None:
    parameters = inspect.signature(importlib.import_module("flows.backfill").backfill.fn).parameters
    assert list(_rows("operations.md", first="field")) == [
        "received_from",
        "received_to",
        "reason",
        "document_types",
        "redo",
        "dry_run",
    ]
    assert set(_rows("operations.md", first="field")) == set(parameters)


def test_the_schedule_is_as_documented() -> None:
    deployed = (PROJECT / "deployments" / "prefect.yaml").read_text()
    schedules = re.findall(r'- cron: "([^"]+)"\n +timezone: "([^"]+)"\n', deployed)
    text = (DOCS / "operations.md").read_text()
    assert len(schedules) == len(("nightly", "recalibrate"))
    for cron, zone in schedules:
        assert f'cron: "{cron}"' in text
        minute, hour, *_ = cron.split()
        assert f"at {int(hour):02}:{int(minute):02} " in text
        assert not 1 <= int(hour) <= 2, "these hours are skipped or repeated when clocks change"
        assert zone == "{{ $FAX2FHIR_TIME_ZONE }}"  # the facility's, as the local server's environment says


def test_the_readme_counts_the_samples_and_names_targets_that_exist() -> None:
    text = (PROJECT / "README.md").read_text()
    count = len([path for path in (PROJECT / "samples" / "inbox").iterdir() if not path.name.startswith(".")])
    assert f"{count} invented faxes" in text
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", text, re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
    assert len(text.splitlines()) <= 130


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = page if not path else page.parent / path
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there), target
