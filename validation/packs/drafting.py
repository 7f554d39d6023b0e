"""A draft pack from a payer's policy that was read, for a person to check against its quotes and to approve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from documents.records import Field, Record
from validation.dates import read_days
from validation.groups import readings
from validation.packs.durations import read_turnaround

_HEAD = """\
# A draft read from a policy document. It is not used before somebody has checked it against the policy and written
#   status: approved
#   approved: {by: NAME, date: YYYY-MM-DD}
# What counts as evidence is only suggested here: look at every phrase. See docs/payer-packs.md.
"""
# Words that carry no subject: between them the phrases of a requirement stand.
_PLAIN_WORDS = """
a an and any are as at be been by document documentation documented during evidence failed failure following for
from has have history in include includes including inadequate information is it its least letter like member must
no not note notes of on one or other over patient prior provider records recent report request required requires
response results shall should submit such supporting that the their there these this to trial two use was weeks
week months month days day years year when which while with within without all both each more than documents copy
submitted minimum
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_LENGTH = re.compile(
    r"(?<![\w.])(?P<n>[1-9][0-9]{0,2}|one|two|three|four|six|eight|twelve)(?:\s?\([0-9]+\))?[\s-]"
    r"(?:consecutive |continuous |full )?(?P<unit>day|week|month|year)s?\b(?! (?:of|prior to|before) (?:the )?request)",
    re.I,
)
_SPELT = {"one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "eight": 8, "twelve": 12}
_WITHIN = re.compile(r"\b(?:within|in|during|over)\s+(?:the\s+)?(?:last|past|previous|prior)\s+$", re.I)


def draft_pack(record: Record) -> str:
    """The draft as YAML text; what the policy does not state is left for a person to fill in."""
    read = readings(record)
    values = {path: [f for f in read if f.path == path] for path in dict.fromkeys(f.path for f in read)}
    payer = _first(values, "payer.name")
    policy = _first(values, "policy.number") or _first(values, "policy.title")
    effective = _first(values, "policy.effective_date")
    days = None if effective is None else read_days(effective)
    codes = sorted({f.value for f in values.get("procedure.code", ())})
    drugs = sorted({f.value for f in values.get("medication.drug", ())})
    draft: dict[str, Any] = {
        "format": 1,
        "id": _slug(" ".join(filter(None, (payer, policy)))) or "policy",
        "version": f"{days.first.isoformat() if days is not None else record.id[:8]}",
        "status": "draft",
    }
    if payer is not None:
        draft["payer"] = {"name": payer}
    if plans := sorted({f.value for f in values.get("payer.plan", ())}):
        draft["plans"] = plans
    if days is not None:
        draft["effective"] = {"from": days.first.isoformat()}
    if turnaround := list(_turnarounds(values, drugs_only=bool(drugs) and not codes)):
        draft["turnaround"] = turnaround
    if requirements := list(_requirements(values, codes, drugs)):
        draft["requirements"] = requirements
    draft["source"] = {"document": record.document_id, "record": record.id, "page": record.segment.page_start}
    if title := _first(values, "policy.title"):
        draft["notes"] = f"Policy {title}"
    return _HEAD + str(yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=110))


def _first(values: dict[str, list[Field]], path: str) -> str | None:
    return values[path][0].value if values.get(path) else None


def _turnarounds(values: dict[str, list[Field]], *, drugs_only: bool) -> Iterator[dict[str, str]]:
    for urgency in ("standard", "expedited"):
        stated = _first(values, f"policy.turnaround_{urgency}")
        # `14 days` may mean either kind of days; a person writes which.
        if stated is not None and read_turnaround(stated) is not None:
            yield {"covers": "drugs" if drugs_only else "services", "urgency": urgency, "within": stated}


def _requirements(values: dict[str, list[Field]], codes: list[str], drugs: list[str]) -> Iterator[dict[str, Any]]:
    for number, f in enumerate(values.get("requirement.text", ()), start=1):
        requirement: dict[str, Any] = {"id": f"r{number}", "text": f.value[:1000]}
        # Copies: one list under many keys would be written as a YAML alias, which packs may not hold.
        requirement |= {name: list(found) for name, found in (("codes", codes), ("drugs", drugs)) if found}
        if evidence := _suggested(f.value):
            requirement["evidence"] = [evidence]
        if f.evidence:
            quote = " ".join(f.evidence[0].quote.split())[:1000]
            requirement["source"] = {"page": f.evidence[0].page, "quote": quote}
        yield requirement
    if diagnoses := sorted({f.value for f in values.get("policy.diagnosis_code", ())}):
        covered: dict[str, Any] = {"id": "covered-diagnosis", "text": "A diagnosis that the policy lists"}
        covered |= {name: list(found) for name, found in (("codes", codes), ("drugs", drugs)) if found}
        yield {**covered, "evidence": [{"codes": diagnoses}]}


def _suggested(text: str) -> dict[str, Any] | None:
    """A phrase for each clause of a requirement, and the length of time that it names."""
    clauses = re.split(r"[,;:()]|\b(?:and|or)\b", text)
    phrases = list(dict.fromkeys(phrase for clause in clauses if (phrase := _phrase(clause))))
    if not phrases:
        return None
    evidence: dict[str, Any] = {"phrases": phrases}
    length = _LENGTH.search(text)
    if length is not None:
        number = _SPELT.get(length["n"].lower()) or int(length["n"])
        unit = length["unit"].lower() + ("s" if number > 1 else "")
        window = _WITHIN.search(text[: length.start()]) is not None
        evidence["max_age" if window else "for_at_least"] = f"{number} {unit}"
    return evidence


def _phrase(clause: str) -> str:
    """The longest run of content words of a clause; where they stand apart, the first three of them."""
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[A-Za-z][A-Za-z'-]*", clause):
        if word.lower() in _PLAIN:
            runs.append([])
        else:
            runs[-1].append(word if word.isupper() else word.lower())
    said = [run for run in runs if run]
    longest = max(said, key=len, default=[])
    return " ".join(longest) if len(longest) > 1 else " ... ".join(run[0] for run in said[:3])


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].strip("-")
