"""Page templates: text files in which one sender's wording stands, with slots for what differs from case to case.

A file has three parts: settings (`key: value` lines up to `---`), the body, and named lists (`%% name`, one entry a
line, an entry may begin with the kinds of case it fits: `imaging surgery: text`). `<<a||b>>` leaves a choice. The marks
of the body are those of compose.py, the slots those of slots.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("voices")
_CHOICE = re.compile(r"<<(.+?)>>", re.DOTALL)
_KINDS = re.compile(r"((?:[a-z]+ ?)+): +(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """One layout of one sender.

    Attributes:
        name: `voice.file`.
        voice: the sender's folder; wording is shared within it and nowhere else.
        type: segment type of the predictions format.
        settings: how it is set (compose.py) and how lists are told (slots.py).
        body: its lines.
        lists: phrases to choose from.
    """

    name: str
    voice: str
    type: str
    settings: Mapping[str, str]
    body: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of scenario that it can show; empty if all."""
        return frozenset(self.settings.get("kinds", "").split())

    @property
    def is_form(self) -> bool:
        """It has entries that must be filled in, or boxes, and can be no text file."""
        return any(row.startswith(("+", "_ ", "& ", "? ", "~~~*")) for row in self.body)


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Template]:
    """All templates by name, in the order of their names."""
    files = sorted(FOLDER.glob("*/*.txt"))
    return {t.name: t for t in (_read(path) for path in files)}


def of_type(type_: str, *, voices: frozenset[str] | None = None) -> list[Template]:
    """Templates of a segment type, of all voices or of some."""
    return [t for t in templates().values() if t.type == type_ and (voices is None or t.voice in voices)]


def _read(path: Path) -> Template:
    rows = path.read_text("utf-8").splitlines()
    head = rows.index("---")
    settings = dict(_setting(row) for row in rows[:head] if row.strip())
    body: list[str] = []
    lists: dict[str, list[str]] = {}
    into = body
    for row in rows[head + 1 :]:
        if row.startswith("%% "):
            into = lists.setdefault(row[3:].strip(), [])
        else:
            into.append(row.rstrip())
    return Template(
        name=f"{path.parent.name}.{path.stem}",
        voice=path.parent.name,
        type=settings.pop("type"),
        settings=settings,
        body=tuple(body),
        lists={name: tuple(e for e in entries if e) for name, entries in lists.items()},
    )


def _setting(row: str) -> tuple[str, str]:
    key, _, value = row.partition(":")
    return key.strip(), value[1:] if value.startswith(" ") else value


def chosen(text: str, rng: random.Random) -> str:
    """The text with one of each `<<a||b>>`."""
    return _CHOICE.sub(lambda m: rng.choice(m[1].split("||")), text)


def fitting(entries: tuple[str, ...], kind: str) -> list[str]:
    """The entries of a list that fit a kind of case, without their kinds; all of `any` and untagged ones too."""
    out = []
    for entry in entries:
        tagged = _KINDS.fullmatch(entry)
        if tagged is None:
            out.append(entry)
        elif kind in tagged[1].split() or "any" in tagged[1].split():
            out.append(tagged[2])
    return out
