"""Measures the whole pipeline as a user runs it: `python -m evaluation.bench`, or `make bench`.

Each figure is taken from processes started here, by their own accounting (CPU seconds of the process and everything it
started), so that a busy machine changes wall times only. Reading is measured by `evaluation.bench_reading`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from documents.value import Value
from evaluation.synth.generate import generate

ROUNDS = 3
COMMAND = (sys.executable, "-c", "from flows.cli import main; main()")


class Cost(Value):
    """What a command cost: CPU seconds with all its children, wall seconds, peak memory of the main process in MiB."""

    cpu_s: float
    wall_s: float
    main_mib: float
    report: str


@dataclass
class _Watch:
    """The largest resident size of the main process, sampled from outside."""

    peak_kib: int = 0


def main() -> None:
    """Runs the benchmarks and prints one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, fewer documents")
    arguments = parser.parse_args()
    rounds = 1 if arguments.quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="fax2fhir-bench-") as folder:
        work = Path(folder)
        start = _import_and_start(work)
        print(f"empty run: {start:.2f} s CPU (imports, migration, reading processes), median of {ROUNDS}")
        _digital(work, rounds, start)
        _growth(work, start)
        _memory(work)


def _import_and_start(work: Path) -> float:
    """CPU of a run over an empty inbox: what every run pays once."""
    (work / "nothing").mkdir()
    return median(_run(work / "nothing", work / f"home-empty-{i}").cpu_s for i in range(ROUNDS))


def _digital(work: Path, rounds: int, start: float) -> None:
    """CPU a page of born-digital documents, intake to publish."""
    inbox, pages = _digital_inbox(work / "digital", 40)
    costs = [_run(inbox, work / f"home-digital-{i}").cpu_s - start for i in range(rounds)]
    per_page = 1000 * median(costs) / pages
    print(f"born-digital: {per_page:.0f} ms CPU a page over {pages} pages, intake to publish (start-up taken off)")


def _growth(work: Path, start: float) -> None:
    """Cost of the same new documents with few and with many documents held already."""
    inbox, pages = _digital_inbox(work / "growth", 12)
    few = _run(inbox, work / "home-few").cpu_s - start
    held = work / "home-many"
    _run(_many_texts(work / "texts", 2000), held)
    many = _run(inbox, held).cpu_s - start
    print(f"growth: {1000 * few / pages:.0f} ms a page with none held, {1000 * many / pages:.0f} with 2,000 held")


def _memory(work: Path) -> None:
    """Peak memory of the main process on one document of 20 and of 200 pages."""
    for count in (20, 200):
        inbox = work / f"pages-{count}"
        inbox.mkdir()
        _long_document(inbox / "long.pdf", count)
        cost = _run(inbox, work / f"home-pages-{count}")
        print(f"memory: main process {cost.main_mib:.0f} MiB at {count} pages, {cost.wall_s:.0f} s")


def _digital_inbox(folder: Path, count: int) -> tuple[Path, int]:
    """Born-digital documents only, and how many pages they have."""
    drawn = folder / "drawn"
    generate(4 * count, 77, drawn)
    inbox = folder / "inbox"
    inbox.mkdir()
    pages = 0
    for path in sorted((drawn / "gold").glob("*.json")):
        gold = json.loads(path.read_text())
        if gold["rendition"] == "digital":
            shutil.copy(drawn / "docs" / gold["file"], inbox)
            pages += gold["n_pages"]
    return inbox, pages


def _many_texts(folder: Path, count: int) -> Path:
    """Small distinct notes."""
    folder.mkdir()
    for number in range(count):
        text = f"PROGRESS NOTE\nPatient: Ada Brook\nDate of birth: 03/04/1980\nVisit number {number}\n"
        (folder / f"note-{number}.txt").write_text(text)
    return folder


def _long_document(target: Path, pages: int) -> None:
    """A fax of many pages: the pages of drawn scans, one after the other."""
    import pikepdf

    with tempfile.TemporaryDirectory() as folder:
        generate(24, 78, Path(folder))
        scans = [
            Path(folder) / "docs" / gold["file"]
            for gold in (json.loads(p.read_text()) for p in sorted((Path(folder) / "gold").glob("*.json")))
            if gold["rendition"] == "fax_fine"
        ]
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
    env = {**os.environ, "FAX2FHIR_HOME": str(home), "FAX2FHIR_SETTLE_S": "0"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    watch = _Watch()
    with subprocess.Popen(
        [*COMMAND, "run", str(inbox), "--keep", "--json"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        watcher = threading.Thread(target=_sample, args=(process, watch), daemon=True)
        watcher.start()
        report, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"the run ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s=cpu, wall_s=time.monotonic() - started, main_mib=watch.peak_kib / 1024, report=report)


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


if __name__ == "__main__":
    main()
