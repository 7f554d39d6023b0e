"""Measures the whole pipeline as a user runs it: `python -m evaluation.bench`, or `make bench`.

Documents are drawn for it. Each figure is taken from processes started here, by their own accounting (CPU seconds of
the process and everything it started), so that a busy machine changes wall times only. What a process pays once
(imports, the code table, migration) is not counted to a page: a page costs the difference between a run over an inbox
and a run over one of twice its size. Reading is measured by `evaluation.bench_reading` over the same kind of pages.
`--only extract` shows whether a page of a long document costs as much as one of a short one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median

from documents.value import Value
from evaluation.bench_reading import main as measure_reading
from evaluation.synth.generate import write_document
from evaluation.synth.plan import Order, plan

COMMAND = (sys.executable, "-c", "from flows.cli import main; main()")
STAGES = (sys.executable, "-m", "flows.stage_costs")
# What one backlog of a night becomes for Prefect, whose own code knows the chunks.
TASK_RUNS = (
    "from flows.prefect_stages import STAGE_TASKS, chunk_size; from flows.settings import Settings; "
    "size = chunk_size(10_000, Settings.from_environment().chunk); print(-(-10_000 // size) * len(STAGE_TASKS))"
)
SEED = 77


class Extent(Value):
    """How much is measured: rounds, digital documents of the first half, notes held, pages of a long fax and read.

    `packets`: pages of the documents by which the extraction of short and long ones is compared.
    """

    rounds: int = 3
    documents: int = 30
    held: int = 2000
    long_pages: tuple[int, int] = (20, 200)
    read_pages: int = 100
    packets: tuple[int, ...] = (1, 5, 20, 80, 200)


QUICK = Extent(rounds=1, documents=12, held=200, long_pages=(10, 40), read_pages=16, packets=(1, 5, 20))


class Cost(Value):
    """What a command cost: CPU seconds with all its children, wall seconds, peak memory of the main process in MiB."""

    cpu_s: float
    wall_s: float
    main_mib: float
    output: str


@dataclass
class _Watch:
    """The largest resident size of the main process, sampled from outside."""

    peak_kib: int = 0


def main() -> None:
    """Runs the benchmarks and prints one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, fewer documents")
    parser.add_argument("--only", choices=_PARTS, help="one part")
    chosen = parser.parse_args()
    extent = QUICK if chosen.quick else Extent()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a text file when run as a program
    with tempfile.TemporaryDirectory(prefix="fax2fhir-bench-") as folder:
        for name, part in _PARTS.items():
            if chosen.only in (None, name):
                part(Path(folder), extent)


def _digital(work: Path, extent: Extent) -> None:
    """CPU a page of born-digital documents, intake to publish, and what of it is beside reading and extraction."""
    first, both = work / "first", work / "both"
    drawn = list(_orders(2 * extent.documents, "digital"))
    _draw(drawn[: extent.documents], first)
    pages = _draw(drawn, both) - _pages(first)
    slopes = []
    for turn in range(extent.rounds):
        once = _run(first / "docs", work / f"home-first-{turn}").cpu_s
        slopes.append(_run(both / "docs", work / f"home-both-{turn}").cpu_s - once)
    print(f"born-digital: {1000 * median(slopes) / pages:.0f} ms CPU a page over {pages} pages, intake to publish")
    later = work / "later"
    later.mkdir()
    for path in (both / "docs").iterdir():
        if not (first / "docs" / path.name).exists():
            path.rename(later / path.name)
    costs = [_steady_costs([first / "docs", later], work / f"home-stages-{i}") for i in range(extent.rounds)]
    beside = median((each["take_in"] + each["publish"]) / each["documents"] for each in costs)
    extraction = median(each["extract"] / each["pages"] for each in costs)
    print(f"beside reading and extraction: {1000 * beside:.1f} ms CPU a document (intake, checks, mapping, ledger)")
    print(f"extraction: {1000 * extraction:.1f} ms CPU a page, splitting included")


def _steady_costs(inboxes: Sequence[Path], home: Path) -> dict[str, float]:
    """Costs of the last inbox's new documents, after the others have warmed the process up."""
    lines = _measured([*STAGES, *map(str, inboxes)], home).output.splitlines()
    costs: dict[str, float] = json.loads(lines[-1])
    return costs


def _growth(work: Path, extent: Extent) -> None:
    """Cost of the same new documents with none and with many held already."""
    inbox = work / "growth"
    pages = _draw(_orders(extent.documents // 2, "digital", SEED + 1), inbox)
    nothing, few, many = work / "nothing", work / "home-few", work / "home-many"
    nothing.mkdir()
    _run(_notes(work / "notes", extent.held), many)
    costs = {}
    for home in (few, many):
        idle = _run(nothing, home).cpu_s
        costs[home] = 1000 * (_run(inbox / "docs", home).cpu_s - idle) / pages
    print(f"growth: {costs[few]:.0f} ms a page with none held, {costs[many]:.0f} with {extent.held:,} (warming up too)")


def _extraction(work: Path, extent: Extent) -> None:
    """CPU a page of extraction and its checks in ever longer documents of the same pages."""
    _draw(_orders(8, "digital", SEED + 5), work / "kinds")
    sources = sorted((work / "kinds" / "docs").iterdir())
    for count in extent.packets:
        inbox = work / f"packet-{count}"
        inbox.mkdir()
        _long_document(inbox / "packet.pdf", sources, count)
        homes = [work / f"home-packet-{count}-{turn}" for turn in range(extent.rounds)]
        each = median(_steady_costs([work / "kinds" / "docs", inbox], home)["extract"] for home in homes) / count
        print(f"extraction of a document of {count} pages: {1000 * each:.1f} ms CPU a page, its checks included")


def _task_runs(work: Path, _: Extent) -> None:
    """How many Prefect task runs 10,000 documents are."""
    count = _measured([sys.executable, "-c", TASK_RUNS], work / "home-tasks").output.strip()
    print(f"orchestration: {count} Prefect task runs for 10,000 documents")


def _memory(work: Path, extent: Extent) -> None:
    """Peak memory of the main process on a short and on a long fax."""
    _draw(_orders(6, "fax_fine", SEED + 2), work / "scans")
    for count in extent.long_pages:
        inbox = work / f"pages-{count}"
        inbox.mkdir()
        _long_document(inbox / "long.pdf", sorted((work / "scans" / "docs").iterdir()), count)
        cost = _run(inbox, work / f"home-pages-{count}")
        print(f"memory: main process {cost.main_mib:.0f} MiB at {count} pages, {cost.wall_s:.0f} s")


def _reading(work: Path, extent: Extent) -> None:
    """CPU of reading beside that of bare Tesseract, and of the second reading beside the first, over drawn faxes."""
    folder = work / "faxes"
    fine = _orders(extent.read_pages // 2, "fax_fine", SEED + 3)
    coarse = _orders(extent.read_pages // 4, "fax_std", SEED + 4)
    _draw([*fine, *coarse], folder)
    pages = str(extent.read_pages)
    drawn = ["--docs", str(folder / "docs"), "--gold", str(folder / "gold"), "--first", pages]
    for part in ("cpu", "second"):
        measure_reading([*drawn, "--only", part])


def _orders(count: int, rendition: str, seed: int = SEED) -> Iterator[Order]:
    """Orders for documents of one rendition, whatever the plan had for them."""
    paper = (order for order in plan(4 * count, seed) if order.rendition != "txt")
    return (replace(order, rendition=rendition) for order in islice(paper, count))


def _draw(orders: Iterable[Order], folder: Path) -> int:
    """Draws documents into `folder/docs`; returns their pages."""
    for index, order in enumerate(orders):
        write_document(order, SEED + index, folder)
    return _pages(folder)


def _pages(folder: Path) -> int:
    return sum(json.loads(path.read_text())["n_pages"] for path in (folder / "gold").glob("*.json"))


def _notes(folder: Path, count: int) -> Path:
    """Small distinct notes."""
    folder.mkdir()
    for number in range(count):
        text = f"PROGRESS NOTE\nPatient: Ada Brook\nDate of birth: 03/04/1980\nVisit number {number}\n"
        (folder / f"note-{number}.txt").write_text(text)
    return folder


def _long_document(target: Path, scans: Sequence[Path], pages: int) -> None:
    """A fax of many pages: the pages of drawn scans, one after the other."""
    import pikepdf

    with pikepdf.new() as long, _opened(scans) as sources:
        while len(long.pages) < pages:
            for source in sources:
                long.pages.extend(source.pages)
        del long.pages[pages:]
        long.save(target)


@contextmanager
def _opened(paths: Sequence[Path]) -> Iterator[list]:  # type: ignore[type-arg]
    import pikepdf

    sources = [pikepdf.open(path) for path in paths]
    try:
        yield sources
    finally:
        for source in sources:
            source.close()


def _run(inbox: Path, home: Path) -> Cost:
    """One `fax2fhir run` over a folder, with everything it starts."""
    return _measured([*COMMAND, "run", str(inbox), "--keep", "--json"], home)


def _measured(command: Sequence[str], home: Path) -> Cost:
    """What a command costs in an installation of its own."""
    env = {**os.environ, "FAX2FHIR_HOME": str(home), "FAX2FHIR_SETTLE_S": "0"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    watch = _Watch()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        threading.Thread(target=_sample, args=(process, watch), daemon=True).start()
        output, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"the run ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s=cpu, wall_s=time.monotonic() - started, main_mib=watch.peak_kib / 1024, output=output)


def _sample(process: subprocess.Popen[str], watch: _Watch) -> None:
    """Reads the process's own high-water mark until it ends (Linux; elsewhere the figure stays 0)."""
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            lines = status.read_text().splitlines()
        except OSError:
            return
        watch.peak_kib = max([watch.peak_kib, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
        time.sleep(0.1)


_PARTS: dict[str, Callable[[Path, Extent], None]] = {
    "digital": _digital,
    "growth": _growth,
    "extract": _extraction,
    "tasks": _task_runs,
    "memory": _memory,
    "reading": _reading,
}


if __name__ == "__main__":
    main()
