"""Builds the ICD-10-CM table from the tabular list that simple-icd-10-cm ships (a command, run once per release).

    python -m validation.build_icd10cm [PATH]

The package's import parses 17 MB of XML (seconds, 190 MB), so it happens here and nowhere else.
"""

from __future__ import annotations

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

from validation.icd10cm import LAYOUT, RELEASE, TABLE
from validation.wording import read_wording

# A three-character category or a code below it; chapters (`1`) and blocks (`A00-A09`) are not diagnoses.
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")

_RELEASE_FILE = "April-2026"  # how simple-icd-10-cm names the data of RELEASE

_SCHEMA = """
CREATE TABLE release (name TEXT NOT NULL, layout INTEGER NOT NULL) STRICT;
CREATE TABLE code (
    code TEXT PRIMARY KEY, dotted TEXT NOT NULL, billable INTEGER NOT NULL, parent TEXT, description TEXT NOT NULL,
    terms TEXT NOT NULL, excludes1 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE category (code TEXT PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, weight REAL NOT NULL) STRICT, WITHOUT ROWID;
"""


def write_table(path: Path) -> int:
    """Writes the table to `path` (replaced in one step) and returns the number of codes.

    Raises:
        RuntimeError: the installed simple-icd-10-cm holds another release than RELEASE names.
    """
    import simple_icd_10_cm  # here and not above: seconds and 190 MB

    shipped = [entry.name for entry in resources.files("simple_icd_10_cm.data").iterdir()]
    if not any(_RELEASE_FILE in name for name in shipped):
        raise RuntimeError(f"simple-icd-10-cm does not hold release {RELEASE}; change RELEASE and the pin together")
    rows: list[tuple[str, str, int, str | None, str, str, str]] = []
    # A few blocks bear the name of their only category (D49) and come twice; the package means the category.
    for dotted in dict.fromkeys(simple_icd_10_cm.get_all_codes(with_dots=True)):
        if not _CODE.fullmatch(dotted):
            continue
        parent = simple_icd_10_cm.get_parent(dotted)
        terms = [*simple_icd_10_cm.get_inclusion_term(dotted), *simple_icd_10_cm.get_includes(dotted)]
        rows.append(
            (
                dotted.replace(".", ""),
                dotted,
                int(simple_icd_10_cm.is_leaf(dotted)),
                parent if _CODE.fullmatch(parent) else None,
                simple_icd_10_cm.get_description(dotted),
                json.dumps(terms),
                json.dumps(simple_icd_10_cm.get_excludes1(dotted)),
            )
        )
    _write(path, rows)
    return len(rows)


def _write(path: Path, rows: list[tuple[str, str, int, str | None, str, str, str]]) -> None:
    categories: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for code, _, _, _, description, terms, _ in rows:
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
            table.executemany("INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            table.executemany(
                "INSERT INTO category VALUES (?, ?)", [(code, " ".join(sorted(w))) for code, w in categories.items()]
            )
            table.executemany("INSERT INTO word VALUES (?, ?)", weights)
            table.execute("INSERT INTO release VALUES (?, ?)", (RELEASE, LAYOUT))
        unfinished.chmod(0o644)  # mkstemp gives 0600; the table holds a public code set
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def main(arguments: list[str]) -> None:
    """The command: builds the table where the program looks for it, or at the path given."""
    path = Path(arguments[0]) if arguments else TABLE
    count = write_table(path)
    sys.stdout.write(f"{count} ICD-10-CM codes of release {RELEASE} written to {path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
