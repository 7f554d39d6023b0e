"""Measures the reading of scanned pages: CPU beside bare Tesseract, word error beside others, the worth of each step.

`python -m evaluation.bench_reading --docs DIR [--gold DIR]` reads every scanned page of a folder in the predictions
format's corpus layout (one document per gold file). Word error is order-free: lower-cased words without edge
punctuation as multisets, the larger of missed and invented words, by the words on the page. Without `--gold` only the
CPU is measured. All arms run in one go, one thread each, in as many processes as there are cores.
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
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import NamedTuple

from PIL import Image

from documents.ocr import recognise
from documents.raster import Gray, Raster, frame_raster, pdf_page_raster
from documents.raster_page import read_raster_page
from documents.repair import ALL_STEPS, TARGET_DPI, Step, repair
from documents.second_reading import read_again
from documents.text_assembly import assemble
from evaluation.scoring.words import word_error

_MAX_PIXELS = 40_000_000
_TIMEOUT_S = 120.0
_SECOND_RUNS = 3
_PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10  # `ru_maxrss` is in bytes on macOS, else in KiB
_SCANNED = frozenset({"fax_fine", "fax_std", "scan_jpeg", "tiff", "scan_badtext"})  # page renditions without own text


class ScannedPage(NamedTuple):
    """One page to read. `text` is what it prints, empty where there is no gold."""

    path: Path
    number: int
    severity: str
    rendition: str
    turned: bool
    text: str


class Measured(NamedTuple):
    """One page read by one arm: its word error, missed critical tokens, CPU seconds and largest child so far."""

    page: ScannedPage
    word_error: float
    missed: int
    critical: int
    own_cpu: float
    child_cpu: float
    child_mib: float


def scanned_pages(docs: Path, gold: Path | None) -> Iterator[ScannedPage]:
    """The scanned pages of a corpus folder, with their gold text where there is one."""
    if gold is None:
        for path in sorted(path for path in docs.iterdir() if path.suffix in {".pdf", ".tif", ".tiff", ".jpg", ".png"}):
            yield ScannedPage(path, 1, "unknown", "unknown", turned=False, text="")
        return
    for label in sorted(gold.glob("*.json")):
        document = json.loads(label.read_text(encoding="utf-8"))
        for page in document["pages"]:
            if page["rendition"] in _SCANNED:
                path = docs / Path(document["file"]).name
                turned = page.get("rotation", 0) != 0
                yield ScannedPage(path, page["page"], document["severity"], page["rendition"], turned, page["text"])


def raster_of(page: ScannedPage) -> Raster:
    """The page's pixels as they arrived."""
    if page.path.suffix == ".pdf":
        return pdf_page_raster(page.path, page.number - 1, _MAX_PIXELS)
    return frame_raster(page.path, page.number - 1, _MAX_PIXELS)


def critical_tokens(text: str) -> Counter[str]:
    """Codes, dates, ids, doses: tokens of four characters or more that hold a digit, compared with their case."""
    tokens = (token.strip(".,;:()[]*\"'") for token in text.split())
    return Counter(token for token in tokens if len(token) >= 4 and any(c.isdigit() for c in token))


def cpu() -> tuple[float, float]:
    """User and system seconds of this process and of its finished children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def ours(page: ScannedPage) -> str:
    """Reads the page as the pipeline does."""
    return read_raster_page(raster_of(page), number=page.number, timeout_s=_TIMEOUT_S).text


def without(page: ScannedPage, left_out: Step | None) -> str:
    """Recognition after repair with one step left out, without what follows recognition."""
    repaired = repair(raster_of(page), steps=ALL_STEPS - ({left_out} if left_out else set()))
    return " ".join(word.text for word in recognise(repaired.pixels, dpi=TARGET_DPI, timeout_s=_TIMEOUT_S).words)


def bare_on_repaired(page: ScannedPage) -> str:
    """Tesseract's own command on the repaired image; the repair is not counted (see `measure`)."""
    with tempfile.TemporaryDirectory() as folder:
        image = _pgm(Path(folder), repair(raster_of(page)).pixels)
        return _tesseract(image, "--psm", "4", "--dpi", str(TARGET_DPI), "-c", "tessedit_do_invert=0", "tsv")


def bare_with_orientation(page: ScannedPage) -> str:
    """What `tesseract --psm 1` makes of the page as it arrived."""
    raster = raster_of(page)
    with tempfile.TemporaryDirectory() as folder:
        image = _pgm(Path(folder), raster.pixels)
        return _tesseract(image, "--psm", "1", "--dpi", str(round(raster.x_dpi)))


def ocrmypdf(page: ScannedPage) -> str:
    """What `ocrmypdf --deskew --rotate-pages` makes of the page."""
    with tempfile.TemporaryDirectory() as folder:
        source, text = page.path, Path(folder) / "text"
        if source.suffix != ".pdf":
            source = _pgm(Path(folder), raster_of(page).pixels).with_suffix(".png")
            _as_png(raster_of(page), source)
        pages = str(page.number if source == page.path else 1)
        command = [
            "ocrmypdf",
            "--deskew",
            "--rotate-pages",
            "--force-ocr",
            "-O0",
            "--output-type",
            "pdf",
            "--jobs",
            "1",
        ]
        subprocess.run(
            [*command, "--pages", pages, "--sidecar", str(text), str(source), str(Path(folder) / "out.pdf")],
            check=False,
            capture_output=True,
            timeout=_TIMEOUT_S,
        )
        read = text.read_text(encoding="utf-8").split("\f") if text.exists() else [""]
        return "\n".join(part for part in read if not part.startswith("[OCR skipped"))


def _as_png(raster: Raster, path: Path) -> None:
    Image.fromarray(raster.pixels).save(path, dpi=(raster.x_dpi, raster.y_dpi))


def _pgm(folder: Path, pixels: Gray) -> Path:
    path = folder / "page.pgm"
    path.write_bytes(b"P5\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes())
    return path


def _tesseract(image: Path, *options: str) -> str:
    command = ["tesseract", str(image), "-", "-l", "eng", *options]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, check=False, capture_output=True, timeout=_TIMEOUT_S, env=environment)
    return done.stdout.decode("utf-8", "replace")


def measure(job: tuple[Callable[..., str], ScannedPage, tuple[object, ...]]) -> Measured:
    """Runs one arm on one page in this process."""
    arm, page, options = job
    own, child = cpu()
    read = arm(page, *options)
    own_after, child_after = cpu()
    wanted = critical_tokens(page.text)
    missed = (wanted - critical_tokens(read)).total()
    error = word_error(page.text, read) if page.text else 0.0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _PER_MIB
    return Measured(page, error, missed, wanted.total(), own_after - own, child_after - child, peak)


def compare_cpu(pool: ProcessPoolExecutor, pages: Sequence[ScannedPage], first: int) -> None:
    """Prints the CPU of reading beside that of bare Tesseract on the same repaired images, upright pages only.

    Both read a page right after each other, so that a machine that is busy for a while is so for both.
    """
    upright = [page for page in pages if not page.turned][:first]
    jobs = [(arm, page, ()) for page in upright for arm in (ours, bare_on_repaired)]
    measured = list(pool.map(measure, jobs, chunksize=2))
    read, bare = measured[::2], measured[1::2]
    total, children = sum(m.own_cpu + m.child_cpu for m in read), sum(m.child_cpu for m in read)
    alone = sum(m.child_cpu for m in bare)
    per_page = median(m.own_cpu for m in read) * 1000
    print(f"reading: {total / alone:.3f} x the CPU of bare tesseract over {len(upright)} upright pages")
    print(f"({total:.1f} s and {alone:.1f} s; everything but Tesseract {per_page:.0f} ms a page, median,")
    print(f"{(total - children) / total:.1%} of reading; largest Tesseract {max(m.child_mib for m in read):.0f} MiB)")


def second_cost(page: ScannedPage) -> tuple[float, float, int]:
    """CPU seconds of a page's first recognition and of the second of its critical words, and how many runs of those."""
    repaired = repair(raster_of(page))
    start = sum(cpu())
    recognition = recognise(repaired.pixels, dpi=TARGET_DPI, timeout_s=_TIMEOUT_S)
    middle = sum(cpu())
    text, words = assemble(recognition.words)
    before = sum(cpu())
    second = read_again(repaired.pixels, text, words, dpi=TARGET_DPI, timeout_s=_TIMEOUT_S)
    return middle - start, sum(cpu()) - before, len(second)


def compare_second(pool: ProcessPoolExecutor, pages: Sequence[ScannedPage], first: int) -> None:
    """Prints what the second reading costs beside the first: in all and on the worst scans, medians of several runs."""
    upright = [page for page in pages if not page.turned][:first]
    runs = [list(pool.map(second_cost, upright)) for _ in range(_SECOND_RUNS)]
    print(f"\nSecond reading of critical words, share of the first's CPU, median of {_SECOND_RUNS} runs")
    for group in ("all", *sorted({page.severity for page in upright})):
        chosen = [
            [cost for cost, page in zip(run, upright, strict=True) if group in ("all", page.severity)] for run in runs
        ]
        share = median(sum(second for _, second, _ in run) / sum(one for one, _, _ in run) for run in chosen)
        last = chosen[-1]  # a process starts the library once, in its first run
        most, count = max(second / one for one, second, _ in last), sum(found for _, _, found in last) / len(last)
        print(f"{group:28s}{len(last):4d} pages{share:8.1%}; {count:.1f} runs of words a page, dearest page {most:.1%}")


def compare_errors(pool: ProcessPoolExecutor, pages: Sequence[ScannedPage]) -> None:
    """Prints the median word error of each arm, per severity and rendition."""
    arms: dict[str, Callable[[ScannedPage], str]] = {"fax2fhir": ours, "tesseract --psm 1": bare_with_orientation}
    if shutil.which("ocrmypdf"):
        arms["ocrmypdf"] = ocrmypdf
    columns: dict[str, dict[str, list[Measured]]] = {}
    for name, arm in arms.items():
        started = time.monotonic()
        columns[name] = _grouped(pool.map(measure, [(arm, page, ()) for page in pages]))
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    print("\nOrder-free word error, median % (missed critical tokens, %)")
    print(f"{'pages':28s}{'n':>4s}" + "".join(f"{name:>24s}" for name in columns))
    for group in sorted(columns["fax2fhir"]):
        cells = (_cell(column[group]) for column in columns.values())
        print(f"{group:28s}{len(columns['fax2fhir'][group]):4d}" + "".join(f"{cell:>24s}" for cell in cells))


def ablate(pool: ProcessPoolExecutor, pages: Sequence[ScannedPage]) -> None:
    """Prints what each repair step is worth: the error without it."""
    print("\nRepair, one step left out: mean word error %, missed critical tokens %")
    for step in (None, *Step):
        found = list(pool.map(measure, [(without, page, (step,)) for page in pages]))
        mean = 100 * sum(m.word_error for m in found) / max(1, len(found))
        missed = 100 * sum(m.missed for m in found) / max(1, sum(m.critical for m in found))
        print(f"{'all steps' if step is None else 'without ' + step:28s}{mean:8.2f}{missed:8.2f}")


def _grouped(measured: Iterable[Measured]) -> dict[str, list[Measured]]:
    groups: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        groups[one.page.severity].append(one)
        groups[f"{one.page.severity} {one.page.rendition}"].append(one)
        if one.page.turned:
            groups["turned"].append(one)
    return groups


def _cell(measured: Sequence[Measured]) -> str:
    missed = sum(m.missed for m in measured) / max(1, sum(m.critical for m in measured))
    return f"{100 * median(m.word_error for m in measured):.1f} ({100 * missed:.1f})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: see the module."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_reading", description=__doc__)
    parser.add_argument("--docs", type=Path, required=True, help="folder with the documents")
    parser.add_argument("--gold", type=Path, help="folder with their gold labels")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes, one a core by default")
    parser.add_argument("--every", type=int, default=1, help="take every nth page only")
    parser.add_argument("--first", type=int, default=100, help="upright pages to measure the CPU over")
    parser.add_argument("--only", choices=("cpu", "second", "errors", "ablation"), help="one part only")
    chosen = parser.parse_args(arguments)
    pages = list(scanned_pages(chosen.docs, chosen.gold))[:: chosen.every]
    # New processes, no copies of this one: where OpenCV has run, a copy waits for threads that it has not got.
    with ProcessPoolExecutor(chosen.workers, mp_context=get_context("spawn")) as pool:
        if chosen.only in (None, "cpu"):
            compare_cpu(pool, pages, chosen.first)
        if chosen.only in (None, "second"):
            compare_second(pool, pages, chosen.first)
        if chosen.gold and chosen.only in (None, "errors"):
            compare_errors(pool, pages)
        if chosen.gold and chosen.only in (None, "ablation"):
            ablate(pool, pages)


if __name__ == "__main__":
    main()
