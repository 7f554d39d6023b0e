"""Are all bundles valid? `python -m evaluation.conformance [--documents N] [--faxes PERCENT] [--post] [--keep DIR]`.

Documents are drawn, read, split, extracted and checked as the pipeline does; each record is mapped as it was accepted,
as a person leaves it who confirms everything, as one leaves it who makes no mistakes, and as a request to a payer's API
with its update and cancellation. The checker that FHIR_CHECKER names looks at every bundle, under US Core 6.1.0 and
then with 7.0.0 first, and under Da Vinci PAS 2.2.1 for requests. Faults are printed by message, resources by type; the
end is 1 if there is any. `--samples` and `--corpus` take documents that are there, `--bundles` bundles.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.conformance.checker import Checker, Findings
from evaluation.conformance.mapping import Kind, bundles_of, records_of
from evaluation.conformance.server import post, serving
from evaluation.conformance.specimens import Specimen, draw, read
from validation.packs.loading import load_shelf

_PROJECT = Path(__file__).resolve().parents[2]
_SAMPLES = _PROJECT / "samples"
PAS_URL = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle"
US_CORE_6, US_CORE_7, PAS = "uscore-610", "uscore-700", "pas-2.2.1"
_FOR_PAYERS = frozenset(kind for kind in Kind if kind.for_payer)
# Which packages each kind of bundle is checked under; the first of several defines what is named without a version. The
# other version has its turn with what people left of a record: it holds the most.
_TURNS = (
    ("US Core 6.1.0", (US_CORE_6, US_CORE_7), frozenset(Kind) - _FOR_PAYERS),
    ("US Core 7.0.0", (US_CORE_7, US_CORE_6), frozenset({Kind.CONFIRMED, Kind.REVIEWED})),
    ("PAS 2.2.1", (PAS, US_CORE_6, US_CORE_7), _FOR_PAYERS),
)


@dataclass(slots=True)
class Run:
    """What came of a run: documents, bundles by kind, and what mapping, checker and server say of them."""

    documents: int = 0
    made: Counter[str] = field(default_factory=Counter)
    findings: dict[str, Findings] = field(default_factory=dict)

    def said(self, title: str) -> Findings:
        """The findings under a title."""
        return self.findings.setdefault(title, Findings())

    @property
    def faulty(self) -> bool:
        """Whether there is any fault."""
        return any(each.invalid for each in self.findings.values())


def map_documents(specimens: Iterator[Specimen], out: Path, run: Run) -> None:
    """Maps documents and writes their bundles, a folder a kind."""
    shelf = load_shelf(_SAMPLES / "packs")
    mapped = run.said("mapped")
    for specimen in specimens:
        run.documents += 1
        for name, made in bundles_of(specimen, records_of(specimen, shelf)):
            run.made[made.kind.value] += 1
            mapped.files += 1
            if made.fault:
                mapped.fault(made.fault, f"{made.kind.value}-{name}")
                continue
            (out / made.kind).mkdir(parents=True, exist_ok=True)
            (out / made.kind / f"{made.kind.value}-{name}.json").write_text(made.bundle, "utf-8")


def check(bundles: Path, checker: Checker, run: Run) -> None:
    """Has every bundle of a folder of kinds checked under the packages that it is for."""
    for title, packages, kinds in _TURNS:
        files = [path for path in sorted(bundles.rglob("*.json")) if _kind(path) in kinds]
        if files:
            checker.check(files, packages, run.said(title))


def _kind(path: Path) -> Kind:
    """By its folder; of what an installation exported by its profile."""
    folder = path.parent.name
    if folder in set(Kind):
        return Kind(folder)
    return Kind.REQUEST if PAS_URL in path.read_text("utf-8") else Kind.REVIEWED


def post_all(bundles: Path, checker: Checker, run: Run) -> None:
    """Posts the internal bundles to the server beside the checker."""
    findings = run.said("posted and read back")
    for kind in (Kind.ACCEPTED, Kind.CONFIRMED, Kind.REVIEWED):
        with serving(checker.folder) as base:  # a server a kind: they are of the same records
            for path in sorted((bundles / kind).glob("*.json")):
                post(base, path.read_text("utf-8"), path.name, findings)


def printed(run: Run) -> Iterator[str]:
    """The run in words."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in run.made.items())
    yield f"{run.documents} documents; bundles: {kinds}"
    for title, findings in run.findings.items():
        yield f"\n{title}: " + "\n".join(findings.lines())
        if findings.resources:
            yield "  " + ", ".join(f"{name} {count}" for name, count in findings.resources.most_common())


def _specimens(chosen: argparse.Namespace, folder: Path) -> Iterator[Specimen]:
    if chosen.samples:
        return read(_files(_SAMPLES / "inbox"), _SAMPLES / "gold", workers=chosen.workers)
    if chosen.corpus is not None:
        gold = chosen.corpus / "gold"
        return read(_files(chosen.corpus / "docs"), gold if gold.is_dir() else None, workers=chosen.workers)
    drawn = draw(chosen.documents, chosen.seed, folder, faxes=chosen.faxes)
    return read(drawn, folder / "gold", workers=chosen.workers)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000, help="documents to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faxes", type=int, default=3, help="of a hundred scanned documents, so many stay scans")
    parser.add_argument("--samples", action="store_true", help="the sample inbox instead")
    parser.add_argument("--corpus", type=Path, help="a folder with `docs`, and `gold` where there are labels, instead")
    parser.add_argument("--bundles", type=Path, help="check the bundles of this folder and map nothing")
    parser.add_argument("--post", action="store_true", help="post the bundles to the server beside the checker too")
    parser.add_argument("--keep", type=Path, help="folder for the bundles, to look at them")
    parser.add_argument("--workers", type=int, default=2, help="reading processes")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it; the exit code."""
    chosen = _parser().parse_args(arguments)
    checker = Checker.from_environment()
    run, begun = Run(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fax2fhir-conformance-") as folder:
        bundles = chosen.bundles or chosen.keep or Path(folder) / "bundles"
        if chosen.bundles is None:
            map_documents(_specimens(chosen, Path(folder)), bundles, run)
        check(bundles, checker, run)
        if chosen.post:
            post_all(bundles, checker, run)
    print("\n".join(printed(run)))
    print(f"{time.monotonic() - begun:.0f} s")
    return int(run.faulty)


if __name__ == "__main__":
    sys.exit(main())
