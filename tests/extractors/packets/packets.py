"""Draws fax packets of text pages from documents of many senders, with the segments that splitting should find."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from documents.pages import Page, PageFlag
from tests.extractors.printed import page_of

HERE = Path(__file__).parent
_FIRST = ("Alma", "Bruno", "Celia", "Dorian", "Edith", "Farid", "Gwen", "Hugo", "Imani", "Jonas", "Kira", "Leopold")
_LAST = ("Abernathy", "Bukowski", "Castellano", "Drummond", "Eversole", "Fitzroy", "Gustafson", "Hathaway", "Ibarra")
_CLINICS = ("Alder Street Clinic", "Cascade Family Health", "Mill Creek Medical Group", "Harborview Associates")
_PAYERS = ("Pinecrest Health Plan", "Columbia Mutual", "Unity Care Advantage", "Larch Benefit Trust")
_DOCTORS = ("Nadia Frost, MD", "Oscar Lindqvist, DO", "Paul Renner, NP", "Quinn Sato, MD")
# What recognition of a fax does to letters.
_MISREAD = {"o": "0", "O": "0", "l": "1", "I": "l", "S": "5", "B": "8", "m": "rn", "e": "c", "t": "f", "a": "o"}
_ROWS = 54  # of the 60 that a page has
_HEADER = "{day} 14:{minute:02d}  503-555-0110  {sender}  PAGE {number:02d}/{total:02d}"


@dataclass(frozen=True, slots=True)
class Part:
    """One drawn document: its type, its pages, and whether it is another patient's."""

    document_type: str
    pages: tuple[str, ...]
    other_patient: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    """A drawn packet and its truth: (type, first page, last page, other patient) for each part."""

    pages: tuple[Page, ...]
    segments: tuple[tuple[str, int, int, bool], ...] = field(default=())


def documents() -> list[tuple[str, tuple[str, ...]]]:
    """The documents of the text file: type and pages, with places for what a case fills in."""
    found = []
    for part in (HERE / "documents.txt").read_text("utf-8").split("=== ")[1:]:
        name, body = part.split("\n", 1)
        found.append((name.strip(), tuple(page.strip("\n") for page in body.split("<page>\n"))))
    return found


def packet(rng: random.Random, *, noise: float = 0.0, stranger: float = 0.0) -> Packet:
    """A packet of two to six documents about one patient.

    Args:
        rng: decides everything.
        noise: share of letters misread.
        stranger: probability that one document is another patient's.
    """
    known = documents()
    covers = [d for d in known if d[0] == "cover_sheet"]
    others = [d for d in known if d[0] != "cover_sheet"]
    ours, theirs = rng.sample([f"{a} {b}" for a, b in zip(_FIRST, rng.sample(_LAST * 2, len(_FIRST)), strict=True)], 2)
    case, strange = _case(rng, ours), _case(rng, theirs)
    parts = [_filled(rng.choice(covers), case)] if rng.random() < 0.7 else []
    labelled = [d for d in others if "{dob}" in d[1][0]]
    strange_page = rng.random() < stranger  # whose packet it is must be plain from most of it
    chosen = [rng.choice(labelled if strange_page else others) for _ in range(rng.randint(3 if strange_page else 2, 5))]
    parts += [_filled(d, _later(rng, case)) for d in chosen]
    if strange_page:
        parts.append(replace(_filled(rng.choice(labelled), strange), other_patient=True))
    if rng.random() < 0.15:
        parts.insert(rng.randint(1, len(parts)), Part("blank_page", ("",)))
    return _bound(rng, parts, noise)


def _case(rng: random.Random, name: str) -> dict[str, str]:
    return {
        "name": name,
        "dob": f"{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d}/{rng.randint(1940, 2010)}",
        "mid": f"{rng.choice('ABCDEFGH')}{rng.randint(10_000_000, 99_999_999)}",
        "mrn": str(rng.randint(100_000, 999_999)),
        "clinic": rng.choice(_CLINICS),
        "payer": rng.choice(_PAYERS),
        "doctor": rng.choice(_DOCTORS),
    }


def _later(rng: random.Random, case: dict[str, str]) -> dict[str, str]:
    day = rng.randint(1, 27)
    return case | {"d1": f"01/{day + 1:02d}/2026", "d2": f"01/{day:02d}/2026", "ref": str(rng.randint(10_000, 99_999))}


def _filled(document: tuple[str, tuple[str, ...]], case: dict[str, str]) -> Part:
    dated = {"d1": "01/20/2026", "d2": "01/12/2026", "ref": "55120"} | case
    return Part(document[0], tuple(page.format(**dated) for page in document[1]))


def _bound(rng: random.Random, parts: list[Part], noise: float) -> Packet:
    total = sum(len(part.pages) for part in parts)
    stamped = rng.random() < 0.6
    pages: list[Page] = []
    segments = []
    for part in parts:
        segments.append((part.document_type, len(pages) + 1, len(pages) + len(part.pages), part.other_patient))
        for index, sheet in enumerate(part.pages, 1):
            text = sheet if index == len(part.pages) else _to_the_end(sheet)
            number = len(pages) + 1
            header = _HEADER.format(day="01/28/2026", minute=number, sender="ALDER ST", number=number, total=total)
            drawn = _misread(rng, text, noise)
            page = page_of(f"{header}\n{drawn}" if stamped else drawn, ocr=noise > 0, number=number)
            pages.append(page if page.words else page.model_copy(update={"flags": (PageFlag.BLANK,)}))
    return Packet(tuple(pages), tuple(segments))


def _misread(rng: random.Random, text: str, noise: float) -> str:
    return "".join(_MISREAD.get(c, c) if c in _MISREAD and rng.random() < noise else c for c in text)


def _to_the_end(text: str) -> str:
    """A page that goes on is printed to its end: its lines are set wider apart."""
    lines = text.split("\n")
    gaps = max(0, _ROWS - len(lines))
    between = max(1, len(lines) - 1)
    wider = [gaps * (i + 1) // between - gaps * i // between for i in range(between)] + [0]
    return "\n".join(line + "\n" * gap for line, gap in zip(lines, wider, strict=False))
