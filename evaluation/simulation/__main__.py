"""Proves calibration and alarms by simulation: `python -m evaluation.simulation`, or `make simulation`.

Weeks of nights made of the project's own documents, with a simulated reviewer, through the judge, the recalibration and
the alarms that a site runs. Ends with 1 if one of the promises in docs/confidence.md does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from evaluation.simulation.trial import Extent, tried
from evaluation.simulation.verdict import promises, table


def main() -> int:
    """Runs the simulation, prints the weeks of the first run and the verdict over all; 0 if every promise holds."""
    usual = Extent()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=usual.weeks, help="of each run")
    parser.add_argument("--nightly", type=float, default=usual.nightly, help="documents a night, on average")
    parser.add_argument("--runs", type=int, default=usual.runs, help="of the same documents in other nights")
    parser.add_argument("--seed", type=int, default=usual.seed, help="decides documents and nights")
    parser.add_argument("--documents", type=int, default=usual.documents, help="different documents of each sender")
    parser.add_argument("--share", type=float, default=usual.share, help="of accepted records, drawn for the audit")
    parser.add_argument("--rules", action="store_true", help="the embedded reading alone: no model reads besides")
    parser.add_argument("--keep", type=Path, help="folder in which documents and their pages are kept")
    given = vars(parser.parse_args())
    keep, rules = given.pop("keep"), given.pop("rules")
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fax2fhir-simulation-")))
        sites = list(tried(Extent(model=not rules, **given), folder))
    print(*table(sites[0]), sep="\n")
    verdict = promises(sites)
    for promise in verdict:
        print("holds " if promise.holds else "FAILS ", promise.in_words)
    return 0 if all(promise.holds for promise in verdict) else 1


if __name__ == "__main__":
    sys.exit(main())
