"""All domain rules over a record, and the page that documents them.

    python -m validation.rules docs/rules.md

writes that page. A rule is added by declaring it in a module of `validation/rulebook`; nothing else is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from documents.records import Finding, Record
from validation import icd10cm, rulebook
from validation.icd10cm_releases import loaded_releases
from validation.packs.shelf import Choice, Shelf
from validation.rule import REGISTRY, Case, Rule, severity_of
from validation.tabular_notes import age_sources

VERSION = "2"  # of the rules as a whole; raised whenever a rule's outcome changes, so that a backfill redoes checks


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every declared rule, by id."""
    for module in pkgutil.iter_modules(rulebook.__path__):
        importlib.import_module(f"{rulebook.__name__}.{module.name}")
    return tuple(REGISTRY[rule_id] for rule_id in sorted(REGISTRY))


def versions() -> dict[str, str]:
    """What shaped the findings, for the record and for the keys of stage results."""
    return {"rules": VERSION, "icd10cm": "+".join(release.name for release in loaded_releases())}


def check(
    record: Record,
    *,
    today: date,
    required: tuple[tuple[str, ...], ...] = (),
    shelf: Shelf | None = None,
    choice: Choice | None = None,
) -> Iterator[Finding]:
    """Yields what the rules find, by rule id and then in record order.

    Args:
        record: what was read; ungrounded and rejected fields are not looked at.
        today: what "future" is measured from; the date of receipt.
        required: the document type's required paths (sets of alternatives).
        shelf: the installation's payer packs.
        choice: the pack that holds for the record, where it was chosen already.
    """
    chosen = choice or (Choice() if shelf is None else shelf.choose(record, today=today))
    loaded = shelf is not None and bool(shelf.packs)
    case = Case(record, today, required, chosen.pack, chosen.unclear, loaded)
    for declared in all_rules():
        severity = severity_of(declared.id, declared.severity, chosen.pack)
        if declared.check is None or severity is None:
            continue
        for place in declared.check(case):
            yield declared.finding(place.path, place.group, note=place.note, severity=severity)


def rules_page() -> str:
    """The text of docs/rules.md."""
    lines = [
        "# Rules",
        "",
        "Written by `python -m validation.rules docs/rules.md` from the rules themselves; do not edit it.",
        "",
        "An **error** keeps a record from being published without a person; a **warning** is shown to whoever looks",
        "at it; an **info** is kept. Rules see values that were found on the page or verified, and of diagnoses only",
        "those that the patient is said to have now. Findings never repeat what a document says.",
        "",
        "A [payer pack](payer-packs.md) may give a rule another severity or switch it off for its payer; not one that",
        "raises a red flag, and not those that other stages raise while they read.",
        "",
        f"Diagnosis codes are checked against ICD-10-CM release {icd10cm.RELEASE}, or the one that holds on the day",
        "of service where a site has built tables of others (`python -m validation.build_icd10cm --help`). A code that",
        "is not in it is unknown in that release, a reason to look, and not wrong for that. CPT is licensed by the",
        "American Medical Association: no list of it is shipped, and only the shape of a procedure code is checked.",
        "",
        "Excludes1 notes hold for everything below the code, block or chapter they are printed at; a note that names",
        "its codes on a condition (`with fifth character 6`) or only in words is not used. Sex and age are taken from",
        "the classification's own titles and notes, not from Medicare's code editor. A sex: titles of the code, its",
        "parents or its block that say male or female of the patient, and what is for maternal records. An age:",
        f"{'; '.join(age_sources())}.",
        "",
        "| rule | severity | what is wrong | what to do | red flag | raised by |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.id} | {r.severity} | {r.title} | {r.remedy} | {r.flag or ''} | `{r.raised_by}` |" for r in all_rules()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rules_page(), encoding="utf-8")
