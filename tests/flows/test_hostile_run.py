"""All hostile files at once through the pipeline: each ends in a documented state, and good faxes among them are read.

How reading ends for each file is said in tests/hostile; here it is what an operator sees of it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

import pytest

from documents.limits import ReadingLimits
from documents.outcomes import DISPOSITIONS, REMEDIES, Disposition, OutcomeCode
from documents.reader_pool import ReaderPool
from documents.store import Store
from flows.installation import opened
from flows.settings import Settings
from tests.flows.command_line import NOTE
from tests.hostile.attacks import attacks

FILES = dict(attacks())
# Only the time limit stops these, a minute each on a real installation; a shorter one is no setting, so they are run
# in this process with it.
BUSY = {"chars_2M.pdf", "flate_bomb_content.pdf", "flate_bomb_nested.pdf"}
CURT = ReadingLimits(memory_bytes=1 << 30, base_s=2, page_s=0.5, ocr_page_s=2)
GOOD = {"good-1.txt": NOTE.format(name="Ada Brook", weeks=2), "good-2.txt": NOTE.format(name="Bo Carver", weeks=3)}


class Installation(NamedTuple):
    """One that has taken in all the files, and the command line over it."""

    settings: Settings
    environment: dict[str, str]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
        return subprocess.run(program, env=self.environment, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Most files through `fax2fhir run`, those that last through the same pipeline with a shorter limit."""
    folder = tmp_path_factory.mktemp("hostile-run")
    own = {
        "FAX2FHIR_HOME": str(folder / "home"),
        "FAX2FHIR_SETTLE_S": "0",
        "FAX2FHIR_MAX_PAGES": "100",
        "FAX2FHIR_AUDIT_SHARE": "0",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAX2FHIR_")}
    made = Installation(Settings.from_environment(own), {**kept, **own})
    quick, busy = folder / "quick", folder / "busy"
    for inbox, good in ((quick, "good-1.txt"), (busy, "good-2.txt")):
        inbox.mkdir()
        (inbox / good).write_text(GOOD[good])
    for name, content in FILES.items():
        ((busy if name in BUSY else quick) / name).write_bytes(content)
    report = json.loads(made.call("run", str(quick), "--json").stdout)
    assert report["intake"]["new"] == len(list(FILES)) - len(BUSY) + 1
    assert not list(quick.iterdir())
    with opened(made.settings, kind="run", actor="test") as pipeline, ReaderPool(CURT, 2) as pool:
        curt = dataclasses.replace(pipeline, pool=pool)
        curt.take_in(busy)
        for chunk in curt.chunks(size=8):
            curt.process(chunk)
    return made


@pytest.fixture(scope="module")
def statuses(ran: Installation) -> dict[str, dict[str, Any]]:
    """`status --json` of each document by the name it arrived as."""
    shown = [json.loads(line) for line in ran.call("status", "--json").stdout.splitlines()]
    return {each["file_names"][0]: each for each in shown if "document_id" in each}


def test_every_file_is_one_document_and_the_counts_add_up(ran: Installation, statuses: dict[str, Any]) -> None:
    assert set(statuses) == set(FILES) | set(GOOD)
    verified = json.loads(ran.call("verify", "--json").stdout)
    assert verified["problems"] == []
    reconciled = verified["reconciliation"]
    assert (reconciled["received"], reconciled["in_flight"]) == (len(FILES) + len(GOOD), 0)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_good_document_is_published_beside_them(statuses: dict[str, Any], name: str) -> None:
    assert (statuses[name]["state"], statuses[name]["outcome_code"]) == ("published", None)


@pytest.mark.parametrize("name", sorted(FILES))
def test_it_ends_where_its_outcome_says_and_its_bytes_are_kept(
    ran: Installation, statuses: dict[str, Any], name: str
) -> None:
    document = statuses[name]
    assert document["document_id"] == hashlib.sha256(FILES[name]).hexdigest()
    assert Store(ran.settings.store).path(document["document_id"]).read_bytes() == FILES[name]
    code = None if document["outcome_code"] is None else OutcomeCode(document["outcome_code"])
    if code is None:
        assert document["records"]
    elif DISPOSITIONS[code] is Disposition.REJECTED:
        assert (document["state"], document["records"]) == ("rejected", [])
    else:
        assert document["state"] == "in_review"
    # None of them states a whole case, whatever some of them order a program to do.
    assert document["state"] != "published"
    assert code is not OutcomeCode.STAGE_FAILED


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.pdf", OutcomeCode.EMPTY_FILE),
        ("truncated.pdf", OutcomeCode.TRUNCATED),
        ("html_as.pdf", OutcomeCode.UNSUPPORTED_TYPE),
        ("pages_20000.pdf", OutcomeCode.TOO_MANY_PAGES),
        ("mediabox_huge.pdf", OutcomeCode.TOO_LARGE),
        ("tiff_ifd_loop.tif", OutcomeCode.DAMAGED),
        ("inj_in_title.pdf", OutcomeCode.NO_PAGES),
    ],
)
def test_status_says_the_code_and_what_to_do(ran: Installation, name: str, code: OutcomeCode) -> None:
    shown = ran.call("status", name).stdout
    assert f": {code.value}" in shown
    assert REMEDIES[code] in shown


def test_what_waits_for_a_person_is_in_the_queue(ran: Installation, statuses: dict[str, Any]) -> None:
    listed = json.loads(ran.call("queue", "list", "--json", "--limit", "100").stdout)
    waiting = {name for name, document in statuses.items() if document["state"] == "in_review"}
    assert {statuses[name]["document_id"] for name in waiting} == {item["document_id"] for item in listed}


def test_an_order_in_a_document_is_not_obeyed(ran: Installation, statuses: dict[str, Any]) -> None:
    """The visible one asks for procedure 99999 with confidence 1.0."""
    records = statuses["inj_visible.pdf"]["records"]
    assert records
    for record in records:
        shown = json.loads(ran.call("show", record["record_id"], "--json").stdout)
        assert not [f for f in shown["fields"] if f["value"] == "99999" and f["status"] == "accepted"]


def test_nothing_is_written_outside_the_home(ran: Installation) -> None:
    around = {path.name for path in ran.settings.home.parent.iterdir()}
    assert around == {"home", "quick", "busy"}
    assert not list(ran.settings.home.parent.parent.glob("owned*"))
