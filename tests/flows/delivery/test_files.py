from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.delivery import files as delivery_files
from flows.delivery.rounds import Round, sender_for
from ledger import submissions
from ledger.ledger import Ledger
from tests.flows.delivery.made import deliver, files, plain, publish, record_of, rows, target, union, withdraw
from tests.ledger.made import Clock, document_id
from tests.ledger.test_submissions import READY


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_a_folder_holds_what_is_published(ledger: Ledger, clock: Clock, out: Path) -> None:
    to, a = target(kind="folder", folder=out), record_of("a").id
    bundle = publish(ledger, "a")
    assert deliver(ledger, to, clock).counts == {"delivered": 1}
    assert (out / f"{a}-1.json").read_text() == bundle
    (out / f"{a}-1.json").unlink()  # taken away by whoever reads it
    deliver(ledger, to, clock)
    assert files(out) == []
    publish(ledger, "a", "nothing-proven")
    for name in ("notes.json", f"{a}-1.json", f"{a}-pas-1.json"):
        (out / name).write_text("theirs, older, or for a payer")
    deliver(ledger, to, clock)
    assert files(out) == [f"{a}-2.json", f"{a}-pas-1.json", "notes.json"]
    withdraw(ledger, "a")
    deliver(ledger, to, clock)
    assert files(out) == [f"{a}-pas-1.json", "notes.json"]


def test_a_folder_holds_each_submission(ledger: Ledger, clock: Clock, out: Path) -> None:
    publish(ledger, "a")
    for _ in range(2):
        with ledger.transaction("anna") as tx:
            submissions.submit(tx, READY, record_id=record_of("a").id, document_id=document_id("a"), revision=1)
    deliver(ledger, target(kind="folder", folder=out), clock)
    a = record_of("a").id
    assert files(out) == [f"{a}-1.json", f"{a}-pas-1.json", f"{a}-pas-2.json"]


def test_a_folder_that_cannot_be_written_is_tried_again(ledger: Ledger, clock: Clock, out: Path) -> None:
    publish(ledger, "a")
    (out / "taken").write_text("")
    to = target(kind="folder", folder=out / "taken", patience_s=0)
    assert deliver(ledger, to, clock).counts == {"failed": 1}
    assert [row.status for row in rows(ledger, "a")] == ["folder-unusable"]
    (out / "taken").unlink()
    clock.advance(60)
    assert deliver(ledger, to, clock).counts == {"delivered": 1}


def loaded(folder: Path) -> dict[str, object]:
    """What an importer holds that loads every delivery in the order of its manifest's time; each line once."""
    held: dict[str, object] = {}
    manifests = [json.loads(path.read_text()) | {"at": path.parent} for path in folder.glob("*/manifest.json")]
    for manifest in sorted(manifests, key=lambda each: each["transactionTime"]):
        lines = [
            json.loads(line)
            for output in manifest["output"]
            for line in (manifest["at"] / output["url"]).read_text().splitlines()
        ]
        assert sum(output["count"] for output in manifest["output"]) == len(lines)
        keys = [f"{each['resourceType']}/{each['id']}" for each in lines]
        assert len(set(keys)) == len(keys)
        held |= dict(zip(keys, map(plain, lines), strict=True))
        for output in manifest["deleted"]:
            for line in (manifest["at"] / output["url"]).read_text().splitlines():
                for entry in json.loads(line)["entry"]:
                    del held[entry["request"]["url"]]
    return held


def test_ndjson_can_be_loaded_in_bulk(ledger: Ledger, clock: Clock, out: Path) -> None:
    to = target(kind="ndjson", folder=out)
    first, second = publish(ledger, "a"), publish(ledger, "b")
    assert deliver(ledger, to, clock).counts == {"delivered": 2}
    assert len(list(out.iterdir())) == 1
    assert loaded(out) == union(first, second)
    clock.advance(60)
    less = publish(ledger, "a", "nothing-proven")
    withdraw(ledger, "b")
    deliver(ledger, to, clock)
    assert loaded(out) == union(less)
    deliver(ledger, to, clock)
    assert len(list(out.iterdir())) == 2
    assert '"value":1.60' in "".join(path.read_text() for path in out.rglob("*.ndjson"))


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("point", ["claimed", "writing", "written"])
def test_an_ndjson_delivery_that_was_cut_short_is_made_once(
    ledger: Ledger, clock: Clock, out: Path, point: str
) -> None:
    bundles = [publish(ledger, name) for name in "abc"]
    to = target(kind="ndjson", folder=out)
    with sender_for(to) as sender:
        real = sender.send

        def cut(parcels: object, **options: object) -> object:
            if point == "written":
                real(parcels, **options)  # type: ignore[arg-type]
            if point == "writing":
                name = parcels[0].claimed.batch  # type: ignore[index]
                (out / f".{name}.part").mkdir()
            raise Killed

        sender.send = cut  # type: ignore[method-assign,assignment]
        with pytest.raises(Killed):
            Round(ledger, to, sender, "w1", clock=clock, sleep=clock.advance).run()
    publish(ledger, "d")
    clock.advance(delivery_files.NdjsonSender.longest_s + 60)
    deliver(ledger, to, clock, worker="w2")
    assert loaded(out) == union(*bundles, publish(ledger, "d"))
    assert not list(out.glob(".*"))
    held = [line for path in out.glob("*/Patient.ndjson") for line in path.read_text().splitlines()]
    assert len(held) == 4


def test_a_file_is_there_whole_or_not_at_all(out: Path) -> None:
    delivery_files.write_whole(out / "a.json", "first")
    with pytest.raises(UnicodeEncodeError):
        delivery_files.write_whole(out / "a.json", "second \ud800")
    assert (out / "a.json").read_text() == "first"
    shutil.rmtree(out)
    with pytest.raises(OSError, match="No such"):
        delivery_files.write_whole(out / "a.json", "third")
