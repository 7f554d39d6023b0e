"""Builds the table of an ICD-10-CM release from its tabular list (a command, run once per release).

    python -m validation.build_icd10cm [PATH]
    python -m validation.build_icd10cm --release 2026-10 --tabular TABULAR.xml --codes CODES.txt

The first form takes the release that simple-icd-10-cm ships; the second one a later release from CDC's own files (the
tabular list and the list of all codes, one a line). The package's import parses 17 MB of XML (seconds, 190 MB), so it
happens here and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

from validation.icd10cm import LAYOUT, RELEASE, table_of
from validation.tabular_notes import CodeRange, code_ranges, patient_sex
from validation.wording import read_wording

# A three-character category or a code below it; chapters (`1`) and blocks (`A00-A09`) are not diagnoses.
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")

_RELEASE_FILE = "April-2026"  # how simple-icd-10-cm names the data of RELEASE

_SCHEMA = """
CREATE TABLE release (name TEXT NOT NULL, layout INTEGER NOT NULL) STRICT;
CREATE TABLE code (
    code TEXT PRIMARY KEY, dotted TEXT NOT NULL, billable INTEGER NOT NULL, parent TEXT, description TEXT NOT NULL,
    terms TEXT NOT NULL, excludes1 TEXT NOT NULL, sex TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE exclusion (
    low TEXT, high TEXT, other_low TEXT, other_high TEXT, PRIMARY KEY (low, high, other_low, other_high)
) STRICT, WITHOUT ROWID;
CREATE TABLE category (code TEXT PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, weight REAL NOT NULL) STRICT, WITHOUT ROWID;
"""


Row = tuple[str, str, int, str | None, str, str, str, str | None]


def write_table(path: Path, release: str = RELEASE, *, files: tuple[Path, Path] | None = None) -> int:
    """Writes the table to `path` (replaced in one step) and returns the number of codes.

    Args:
        path: of the table.
        release: its name, year and month.
        files: the tabular list and the list of codes of another release than the installed one.

    Raises:
        RuntimeError: the installed simple-icd-10-cm holds another release than RELEASE names.
    """
    import simple_icd_10_cm  # here and not above: seconds and 190 MB

    if files is not None:
        tabular, codes = files
        simple_icd_10_cm.change_version(all_codes_file_path=str(codes), classification_data_file_path=str(tabular))
    else:
        shipped = [entry.name for entry in resources.files("simple_icd_10_cm.data").iterdir()]
        if release != RELEASE or not any(_RELEASE_FILE in name for name in shipped):
            raise RuntimeError(f"simple-icd-10-cm does not hold release {release}; change RELEASE and the pin together")
    # A few blocks bear the name of their only category (D49) and come twice; the package means the category.
    known = list(dict.fromkeys(simple_icd_10_cm.get_all_codes(with_dots=True)))
    rows = [_row(simple_icd_10_cm, dotted) for dotted in known if _CODE.fullmatch(dotted)]
    exclusions = {
        (*holder, *other)
        for code in known
        if (holder := _holder(simple_icd_10_cm, code)) is not None
        for note in simple_icd_10_cm.get_excludes1(code)
        for other in code_ranges(note)
    }
    _write(path, rows, sorted(exclusions), release)
    return len(rows)


def _row(tabular: Any, dotted: str) -> Row:
    """The row of a code."""
    bare, parent = dotted.replace(".", ""), tabular.get_parent(dotted)
    terms = [*tabular.get_inclusion_term(dotted), *tabular.get_includes(dotted)]
    titles = [tabular.get_description(each) for each in (dotted, *tabular.get_ancestors(dotted))]
    return (
        bare,
        dotted,
        int(tabular.is_leaf(dotted)),
        parent if _CODE.fullmatch(parent) else None,
        titles[0],
        json.dumps(terms),
        json.dumps(tabular.get_excludes1(dotted)),
        patient_sex(bare, titles),
    )


def _holder(tabular: Any, code: str) -> CodeRange | None:
    """The codes that a note of a code, a block or a chapter speaks for."""
    if _CODE.fullmatch(code):
        return CodeRange(code.replace(".", ""), code.replace(".", ""))
    found = re.search(r"\(([A-Z][0-9][0-9A-Z])-([A-Z][0-9][0-9A-Z])\)$", tabular.get_description(code))
    return None if found is None else CodeRange(found.group(1), found.group(2))


def _write(path: Path, rows: list[Row], exclusions: list[tuple[str, str, str, str]], release: str) -> None:
    categories: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for code, _, _, _, description, terms, _, _ in rows:
        words = read_wording(description).said.union(*(read_wording(term).said for term in json.loads(terms)))
        categories[code[:3]] |= words
        counts.update(words)
    # Inverse document frequency, the usual weight of a word: `pneumothorax` says more than `fracture`.
    weights = [(word, round(math.log(len(rows) / count), 3)) for word, count in counts.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="unfinished-", suffix=".sqlite")
    os.close(handle)
    unfinished = Path(name)
    try:
        with closing(sqlite3.connect(unfinished)) as table, table:
            table.executescript(_SCHEMA)
            table.executemany("INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            table.executemany("INSERT INTO exclusion VALUES (?, ?, ?, ?)", exclusions)
            table.executemany(
                "INSERT INTO category VALUES (?, ?)", [(code, " ".join(sorted(w))) for code, w in categories.items()]
            )
            table.executemany("INSERT INTO word VALUES (?, ?)", weights)
            table.execute("INSERT INTO release VALUES (?, ?)", (release, LAYOUT))
        unfinished.chmod(0o644)  # mkstemp gives 0600; the table holds a public code set
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def main(arguments: list[str]) -> None:
    """The command: builds the table where the program looks for it, or at the path given."""
    parser = argparse.ArgumentParser(prog="python -m validation.build_icd10cm", description=main.__doc__)
    parser.add_argument("path", nargs="?", type=Path, help="where to write the table")
    parser.add_argument("--release", default=RELEASE, help="its name: year and month of its first day, 2026-10")
    parser.add_argument("--tabular", type=Path, help="CDC's tabular list (XML) of that release")
    parser.add_argument("--codes", type=Path, help="the list of that release's codes, one a line")
    given = parser.parse_args(arguments)
    if (given.tabular is None) != (given.codes is None):
        parser.error("--tabular and --codes go together")
    path = given.path or table_of(given.release)
    count = write_table(path, given.release, files=None if given.tabular is None else (given.tabular, given.codes))
    sys.stdout.write(f"{count} ICD-10-CM codes of release {given.release} written to {path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
