"""Gold labels of a drawn document, assembled from what its pages recorded while they were drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.flags import FLAG_OF_TRAP
from evaluation.synth.document import Fate, Part
from evaluation.synth.marks import Fact
from evaluation.synth.sheet import PAGE_WIDTH, Blank, Mention

Json = dict[str, Any]

_EXPECTED = {
    "invalid_icd": "raise invalid_diagnosis_code or leave the code to a person; never repair it silently",
    "nonbillable_icd": "raise nonbillable_diagnosis_code or leave the code to a person; never repair it silently",
    "npi_luhn": "raise invalid_npi or leave the number to a person; never repair it silently",
    "service_before_birth": "raise service_date_before_birth or leave the date to a person",
    "future_dob": "raise future_dob or leave the date to a person",
    "conflict": "raise conflicting_values or leave the field to a person",
    "ambiguous_selection": "choose neither; raise the flag or leave the field to a person",
    "negated_dx": "is not an active condition",
    "family_history": "is a relative's condition",
    "historical_dx": "is over and not an active condition",
    "discontinued_med": "is not a current medication",
    "prompt_injection": "changes no value and no routing",
    "instruction_example": "an example in the instructions is nobody's value",
    "strikeout": "a struck-out entry is not a value",
    "lookalike": "exactly as printed, or left to a person",
    "wrong_patient": "no value of another person enters the record",
}


@dataclass(slots=True)
class _Entry:
    """One gold field in the making."""

    fact: Fact
    page: int
    mentions: list[tuple[int, Mention]] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    optional: bool = True
    trap: str | None = None

    def add(self, fact: Fact, page: int, mention: Mention) -> None:
        """Notes that the fact is printed (or, if derived, follows) once more."""
        if not fact.derived:
            self.mentions.append((page, mention))
        self.alternatives += [a for a in fact.alternatives if a not in self.alternatives]
        self.optional = self.optional and fact.optional
        self.trap = self.trap or fact.trap


def pages_of(parts: Sequence[Part]) -> Iterator[tuple[int, Part, Any]]:
    """(page number, part, its sheet or text) of a document."""
    number = 0
    for part in parts:
        for surface in part.sheets or (part.text,):
            number += 1
            yield number, part, surface


def make_gold(parts: Sequence[Part], fates: Sequence[Fate]) -> Json:
    """Everything of a gold file that follows from the pages and their fates."""
    own = _entries(parts, other_patient=False)
    strange = _entries(parts, other_patient=True)
    _settle_conflicts(own)
    fields = [_field(entry, fates) for entry in own]
    traps = [*_fact_traps(own), *_bait_traps(parts), *_page_traps(parts)]
    missing = _missing(parts, own)
    flags = _flags(traps)
    return {
        "n_pages": sum(part.pages for part in parts),
        "is_packet": len(parts) > 1,
        "segments": _segments(parts),
        "fields": fields,
        "excluded_fields": [_field(entry, fates) for entry in strange],
        "missing_fields": missing,
        "red_flags": flags,
        "traps": traps,
        "pages": _pages(parts, fates),
        "needs_review": bool(flags or missing),
    }


def _entries(parts: Sequence[Part], *, other_patient: bool) -> list[_Entry]:
    found: dict[tuple[str, str | None, str], _Entry] = {}
    for number, part, surface in pages_of(parts):
        if part.other_patient != other_patient:
            continue
        for mention in surface.mentions:
            for fact in mention.ink.facts:
                # A name in capitals on one page is the same name.
                key = (fact.field, fact.group, fact.value.casefold())
                entry = found.setdefault(key, _Entry(fact, number))
                entry.add(fact, number, mention)
    return list(found.values())


def _settle_conflicts(entries: Sequence[_Entry]) -> None:
    """A conflict that was planned but printed once only is none."""
    for entry in entries:
        rivals = [e for e in entries if e.fact.field == entry.fact.field and e.trap == "conflict"]
        if entry.trap == "conflict" and len(rivals) < 2:
            entry.trap = None


def _field(entry: _Entry, fates: Sequence[Fate]) -> Json:
    fact = entry.fact
    mentions = [_mention(page, mention, fates[page - 1]) for page, mention in entry.mentions]
    return {
        "field": fact.field,
        "value": fact.value,
        "group": fact.group,
        "optional": entry.optional,
        "derived": fact.derived,
        "trap": entry.trap,
        "alternatives": entry.alternatives,
        "mentions": mentions,
        "damaged": bool(mentions) and all(m.get("damaged") for m in mentions),
        "page": mentions[0]["page"] if mentions else entry.page,
        "evidence": mentions[0]["text"] if mentions else None,
    }


def _mention(page: int, mention: Mention, fate: Fate) -> Json:
    out: Json = {"page": page, "text": mention.text}
    if mention.bbox is not None:
        out["bbox"] = [round(v, 1) for v in mention.bbox]
        middle = (mention.bbox[1] + mention.bbox[3]) / 2
        if any(top <= middle <= bottom for top, bottom in fate.bands):
            out["damaged"] = True
    if mention.start is not None:
        out["start"] = mention.start
    if mention.comb:
        out["comb"] = True
    return out


def _trap(
    kind: str, *, field: str | None = None, value: object = None, evidence: str | None = None, page: object = None
) -> Json:
    return {
        "type": kind,
        "expected": _EXPECTED[kind],
        "field": field,
        "value": value,
        "evidence": evidence,
        "page": page,
        "bait": [],
    }


def _fact_traps(entries: Sequence[_Entry]) -> list[Json]:
    traps = []
    for entry in entries:
        if entry.trap and entry.trap != "conflict" and entry.mentions:
            page, mention = entry.mentions[0]
            fact = entry.fact
            traps.append(_trap(entry.trap, field=fact.field, value=fact.value, evidence=mention.text, page=page))
    for name in sorted({e.fact.field for e in entries if e.trap == "conflict"}):
        rivals = [e for e in entries if e.fact.field == name and e.trap == "conflict"]
        pages = [e.mentions[0][0] for e in rivals]
        traps.append(_trap("conflict", field=name, value=[e.fact.value for e in rivals], page=pages))
    return traps


def _bait_traps(parts: Sequence[Part]) -> list[Json]:
    traps = []
    for number, _part, surface in pages_of(parts):
        for mention in surface.mentions:
            bait = mention.ink.bait
            if bait is None:
                continue
            order = bait.trap == "prompt_injection"
            first = (None, None) if order else bait.values[0]
            trap = _trap(bait.trap, field=first[0], value=first[1], evidence=mention.text, page=number)
            trap["bait"] = [{"field": name, "value": value} for name, value in bait.values]
            traps.append(trap)
    return traps


def _page_traps(parts: Sequence[Part]) -> list[Json]:
    traps = []
    for number, part, surface in pages_of(parts):
        traps += [_trap("ambiguous_selection", field=f, page=number) for f in getattr(surface, "ambiguous", ())]
        if part.other_patient and not any(t["type"] == "wrong_patient" for t in traps):
            traps.append(_trap("wrong_patient", page=number))
    return traps


def _flags(traps: Sequence[Json]) -> list[Json]:
    flags: list[Json] = []
    for trap in traps:
        kind = FLAG_OF_TRAP.get(trap["type"])
        if kind is None:
            continue
        value = trap["value"]
        detail = " | ".join(value) if isinstance(value, list) else (value or _EXPECTED[trap["type"]])
        flag = {"type": kind, "field": trap["field"], "detail": detail}
        if flag not in flags:
            flags.append(flag)
    return flags


def _missing(parts: Sequence[Part], entries: Sequence[_Entry]) -> list[Json]:
    present = {e.fact.field for e in entries if e.mentions}
    if any(e.fact.field == "medication.status" and e.fact.value == "tried-failed" for e in entries):
        present.add("medication.tried")
    out = []
    for number, part, surface in pages_of(parts):
        blanks: Sequence[Blank] = getattr(surface, "blanks", ())
        for blank in blanks if not part.other_patient else ():
            row = {"field": blank.field, "label": blank.label, "page": number, "how": blank.how}
            out.append({**row, "elsewhere": blank.field in present})
    return out


def _segments(parts: Sequence[Part]) -> list[Json]:
    out, page = [], 1
    for part in parts:
        span = {"page_start": page, "page_end": page + part.pages - 1}
        out.append({"type": part.type, "layout": part.layout, **span, "other_patient": part.other_patient})
        page += part.pages
    return out


def _pages(parts: Sequence[Part], fates: Sequence[Fate]) -> list[Json]:
    out = []
    for (number, part, surface), fate in zip(pages_of(parts), fates, strict=True):
        text = part.text.text if part.text else "\n".join(surface.text_lines())
        out.append(
            {
                "page": number,
                "type": part.type,
                "rendition": fate.rendition,
                "rotation": fate.rotation,
                "damage": [[0, round(top, 1), PAGE_WIDTH, round(bottom, 1)] for top, bottom in fate.bands],
                "text": f"{fate.header}\n{text}" if fate.header else text,
                "blocks": list(surface.blocks),
            }
        )
    return out
