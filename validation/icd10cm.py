"""ICD-10-CM of stamped releases: is a code known, is it billable, and does the printed wording agree with it.

The shipped release's table is built once from simple-icd-10-cm (see `validation.build_icd10cm`), in a child process and
under a lock when it is first needed, and then only read. Tables of other releases that a site builds beside it are
found by their names, and `validation.icd10cm_releases` chooses among them by date of service. A code that is not in a
table is *unknown in the release*, never "invalid": the fiscal year 2027 codes (from 2026-10-01) are not in 2026-04.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import cache, lru_cache
from math import fsum
from pathlib import Path

from rapidfuzz import fuzz, process

from documents.value import Value
from validation.errors import CodeTableError
from validation.tabular_notes import CodeRange
from validation.wording import Wording, read_wording

RELEASE = "2026-04"  # CDC tabular list of 1 April 2026
LAYOUT = 2  # of the table; a table of another layout is built again
FOLDER = Path(__file__).with_name("data")


def table_of(release: str) -> Path:
    """Where the table of a release lies."""
    return FOLDER / f"icd10cm-{release}.sqlite"


TABLE = table_of(RELEASE)


class IcdEntry(Value):
    """A code of the release.

    Attributes:
        code: with its dot.
        description: the official long wording.
        billable: a leaf: the code needs no further character.
        terms: the inclusion terms printed under it in the tabular list.
        broader: wordings of its parents and their inclusion terms, nearest parent first.
        excludes1: notes on what is never coded together with it (its own, not its parents').
        sex: `female` or `male` where the classification says so of the patient (`validation.tabular_notes`).
    """

    code: str
    description: str
    billable: bool
    terms: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    excludes1: tuple[str, ...] = ()
    sex: str | None = None


def lookup(code: str, release: str = RELEASE) -> IcdEntry | None:
    """The entry of a code, written with or without its dot; None if the release does not hold it."""
    return _entry(bare_code(code), release)


def bare_code(code: str) -> str:
    """A code as the table keeps it: upper case, without its dot."""
    return code.replace(".", "").strip().upper()


def is_billable(code: str, release: str = RELEASE) -> bool:
    """Whether the release holds the code as a leaf."""
    entry = lookup(code, release)
    return entry is not None and entry.billable


def excluded_together(one: str, other: str, release: str = RELEASE) -> bool:
    """Whether an Excludes1 note of either code, of its parents, block or chapter names the other.

    "An Excludes1 note indicates that the code excluded should never be used at the same time as the code above the
    Excludes1 note"; the guidelines (I.A.12.a) except two conditions that are unrelated to each other.
    """
    a, b = bare_code(one), bare_code(other)
    return a != b and (_names(a, b, release) or _names(b, a, release))


def _names(holder: str, other: str, release: str) -> bool:
    # A note of a block may name a part of the block itself; that part is not excluded from itself.
    return any(found.holds(other) and not found.holds(holder) for found in _excluded_by(holder, release))


def build_table(path: Path = TABLE) -> None:
    """Builds the table unless it is there, in a child process, once even if several processes ask at the same time.

    Raises:
        CodeTableError: the table cannot be built or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            if not _is_current(path):
                command = [sys.executable, "-m", "validation.build_icd10cm", str(path)]
                subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
        finally:
            os.close(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CodeTableError(f"the ICD-10-CM table cannot be built: {type(error).__name__}") from error


def _is_current(path: Path, release: str = RELEASE) -> bool:
    if not path.exists():
        return False
    try:
        with closing(_open(path)) as table:
            return bool(table.execute("SELECT name, layout FROM release").fetchone() == (release, LAYOUT))
    except sqlite3.DatabaseError:
        return False


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


@cache
def _table(release: str) -> Path:
    path = table_of(release)
    if not _is_current(path, release):
        if release != RELEASE:
            raise CodeTableError(f"the ICD-10-CM table of release {release} is missing, damaged or of an older layout")
        build_table(path)
    return path


def _rows(query: str, parameters: Sequence[str] = (), *, release: str = RELEASE) -> list[tuple[str, ...]]:
    # A connection a question costs some 0.1 ms, is asked once a code and process, and is safe in threads and forks.
    with closing(_open(_table(release))) as table:
        return table.execute(query, parameters).fetchall()


@lru_cache(maxsize=20_000)
def _entry(bare: str, release: str = RELEASE) -> IcdEntry | None:
    if not 3 <= len(bare) <= 7 or bare not in _codes_of(bare[:3], release):
        return None
    # Every parent of a code is a prefix of it, down to the three-character category.
    family = [bare[:length] for length in range(len(bare), 2, -1)]
    marks = ", ".join("?" * len(family))
    rows = _rows(
        f"SELECT code, dotted, billable, description, terms, excludes1, sex FROM code WHERE code IN ({marks})",  # noqa: S608
        family,
        release=release,
    )
    found = {row[0]: row[1:] for row in rows}
    dotted, billable, description, terms, excludes1, sex = found[bare]
    broader = [text for code in family[1:] if code in found for text in (found[code][2], *json.loads(found[code][3]))]
    return IcdEntry(
        code=dotted,
        description=description,
        billable=bool(billable),
        terms=tuple(json.loads(terms)),
        broader=tuple(broader),
        excludes1=tuple(json.loads(excludes1)),
        sex=sex,
    )


@lru_cache(maxsize=4_000)
def _codes_of(category: str, release: str = RELEASE) -> frozenset[str]:
    # Whoever repairs a misread code asks for hundreds that do not exist: those are answered from memory.
    rows = _rows("SELECT code FROM code WHERE code >= ? AND code < ?", [category, category + "~"], release=release)
    return frozenset(row[0] for row in rows)


@lru_cache(maxsize=4_000)
def _excluded_by(bare: str, release: str) -> tuple[CodeRange, ...]:
    """What the Excludes1 notes over a code name: its own, its parents', its block's and its chapter's."""
    family = [bare[:length] for length in range(len(bare), 2, -1)]
    marks = ", ".join("?" * len(family))
    query = f"SELECT other_low, other_high FROM exclusion WHERE low IN ({marks}) AND low = high"  # noqa: S608
    above = [other for holder, other in _block_notes(release) if holder.holds(bare)]
    return (*(CodeRange(*row) for row in _rows(query, family, release=release)), *above)


@cache
def _block_notes(release: str) -> tuple[tuple[CodeRange, CodeRange], ...]:
    rows = _rows("SELECT low, high, other_low, other_high FROM exclusion WHERE low <> high", release=release)
    return tuple((CodeRange(*row[:2]), CodeRange(*row[2:])) for row in rows)


@cache
def _weights() -> dict[str, float]:
    return {word: float(weight) for word, weight in _rows("SELECT word, weight FROM word")}


def unknown_words(printed: str) -> frozenset[str]:
    """The content words of a wording that the release uses of no condition at all, in their plainest form."""
    wording = read_wording(printed)
    known = _weights()
    return frozenset(word for word in wording.said if word not in known and not word.isdigit())


@lru_cache(maxsize=2_000)
def _category_words(category: str) -> frozenset[str]:
    rows = _rows("SELECT words FROM category WHERE code = ?", [category])
    return frozenset(rows[0][0].split()) if rows else frozenset()


# Qualifiers of which a diagnosis carries one: printing another one is a contradiction, however much else agrees.
_EXCLUSIVE: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in (
        "left right bilateral",
        "acute chronic",
        "1 2 3 4 5",
        "mild moderate severe",
        "upper lower",
        "initial subsequent sequela",
        "benign malignant",
        "open closed",
        "systolic diastolic",
        "male female",
        "first second third",
        "anterior posterior",
        "medial lateral",
        "proximal distal",
        "cervical thoracic lumbar lumbosacral sacral",
    )
)

_CONTRADICTED = 0.25  # of the score is left: enough to rank readings, too little to count as agreement
_UNKNOWN_WORD = 3.0  # weight of a printed word that the release does not use: half of a usual content word
_RIVAL = 2.5  # a printed word that only sibling codes use points to another code, so it weighs more
_READ_ALIKE = 84.0  # rapidfuzz ratio at which a word the release does not know is a misread one that it knows


def description_agreement(code: str, printed: str) -> float:
    """How well a printed wording agrees with a code of the release, 0..1 (0.0 for an unknown code or no words).

    Words are compared without order, plural or common abbreviations, weighted by how rarely the release uses them.
    Words of parents and inclusion terms agree too, since printed wordings are broader than the official ones; what the
    official wording adds lowers the result mildly. A printed word that only sibling codes use, another laterality,
    number or acuity, and `with` against `without` lower it strongly.

    Measured on two draws of 2,000 billable codes, official wordings shortened, reordered and a word left out: against
    their own code 99 % agree at 0.87 or more; against a random other code 99 % at 0.24 or less; against a code one
    character away 60 % fall below 0.5, most of the others differing only in what the shortened wording leaves out.
    """
    entry = lookup(code)
    wording = read_wording(printed)
    if entry is None or not any(wording):
        return 0.0
    own = [read_wording(text) for text in (entry.description, *entry.terms)]
    texts = [*own, *(read_wording(text) for text in entry.broader)]
    known: frozenset[str] = frozenset().union(*(text.said for text in texts))
    found, printed_weight, found_weight = _matches(wording, known, entry.code[:3])
    precision = found_weight / printed_weight if printed_weight else 1.0
    recall = max(_covered(text, found) for text in texts)
    # Most of what an official wording adds is a default (`without complications`), so it counts a tenth.
    score = precision * (0.7 + 0.2 * recall + 0.1 * _covered(own[0], found))
    return score * _CONTRADICTED if _contradicts(wording, own) else score


def _matches(printed: Wording, known: frozenset[str], category: str) -> tuple[set[str], float, float]:
    """The official words that the printed ones match, the weight of all printed words and of those that match."""
    weights, rivals = _weights(), _category_words(category)
    found: set[str] = set()
    total = matched = 0.0
    official = sorted(known)  # sets are in another order in each process; a score must not be
    for word in sorted(printed.said | printed.scoped):
        match, alike = _same_word(word, official, weights)
        weight = weights.get(word, _UNKNOWN_WORD)
        if match is None and word in printed.scoped:
            continue
        if match is None:
            total += weight * (_RIVAL if word in rivals else 1.0)
            continue
        found.add(match)
        total += weight
        matched += weight * alike
    return found, total, matched


def _same_word(word: str, known: Sequence[str], weights: dict[str, float]) -> tuple[str | None, float]:
    """The official word that a printed one is, and how alike they are (0..1)."""
    if word in known:
        return word, 1.0
    for other in known:
        # Another ending of the same stem: diabetic / diabetes, hypertensive / hypertension.
        stem = min(len(word), len(other)) - 3
        if stem >= 5 and word[:stem] == other[:stem] and abs(len(word) - len(other)) <= 3:
            return other, 0.8
    if word not in weights and len(word) >= 5 and known:
        # Only words that the release does not know may be misread ones: hyperglycemia is not a misread hypoglycemia.
        best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=_READ_ALIKE)
        if best is not None:
            return best[0], 0.9
    return None, 0.0


def _covered(official: Wording, found: set[str]) -> float:
    weights = _weights()
    total = fsum(weights.get(word, _UNKNOWN_WORD) for word in official.said)
    return fsum(weights.get(word, _UNKNOWN_WORD) for word in official.said & found) / total if total else 0.0


def _contradicts(printed: Wording, own: list[Wording]) -> bool:
    official = own[0]
    official_denied = official.denied | official.scoped
    if printed.said & (official_denied - official.said) or printed.denied & (official.said - official_denied):
        return True
    said: frozenset[str] = frozenset().union(*(text.said for text in own))
    return any(
        (printed.said & group) and (official.said & group) and not (printed.said & said & group) for group in _EXCLUSIVE
    )
