"""A document under way: its blocks, and of which resource it prints which element in which words."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from evaluation.round_trip.elements import current, person_name
from evaluation.round_trip.packages import Resource
from evaluation.synth.flow import Block

Row = tuple[str, str]
"""A label and what stands behind it."""

_DATES = ("%m/%d/%Y", "%-m/%-d/%Y", "%B %-d, %Y", "%m-%d-%Y", "%d-%b-%Y")
_NAMES = ("{given} {family}", "{family}, {given}", "{given} {family}", "{FAMILY}, {GIVEN}")
_PHONES = ("({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}")


@cache
def _wordings() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("wordings.toml").read_text("utf-8"))


def worded(kind: str, key: str) -> list[str]:
    """The ways to call something; empty where none is listed."""
    return _wordings()[kind].get(key, [])


@dataclass(slots=True)
class Printout:
    """What is written so far, in the habits of one office.

    Attributes:
        rng: source of choices.
        names: what references refer to.
        blocks: of the document.
        stated: the printed words by the place of the resource in `resources` and the element's path.
        resources: of which something is printed.
        latest: the last day that is printed.
        unread: documents of this kind go to a person; nothing of it must come back, and what does must be right.
    """

    rng: random.Random
    names: Mapping[str, str]
    blocks: list[Block] = field(default_factory=list)
    stated: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    resources: list[Resource] = field(default_factory=list)
    latest: date = date.min
    unread: bool = False
    _habits: dict[str, str] = field(default_factory=dict)

    def habit(self, key: str, choices: Sequence[str]) -> str:
        """One of several ways, the same throughout the document."""
        if key not in self._habits:
            self._habits[key] = self.rng.choice(choices)
        return self._habits[key]

    def called(self, kind: str, key: str) -> str:
        """The wording of a label, heading, title or sentence."""
        return self.habit(f"{kind}.{key}", worded(kind, key))

    def label(self, key: str) -> str:
        """The wording of a label."""
        return self.called("labels", key)

    def says(self, resource: Resource, path: str, text: str) -> str:
        """Notes that the document prints an element as `text`, and returns that."""
        index = next((i for i, each in enumerate(self.resources) if each is resource), None)
        if index is None:
            index = len(self.resources)
            self.resources.append(resource)
        self.stated[index, f"{resource['resourceType']}.{path}"].append(text)
        return text

    def day(self, iso: str) -> str:
        """A day in the office's way; a time of day is not printed."""
        self.latest = max(self.latest, date.fromisoformat(iso[:10]))
        return date.fromisoformat(iso[:10]).strftime(self.habit("dates", _DATES))

    def phone(self, number: str) -> str:
        """Ten digits in the office's way."""
        digits = "".join(c for c in number if c.isdigit())[-10:]
        return self.habit("phones", _PHONES).format(digits[:3], digits[3:6], digits[6:])

    def person(self, resource: Resource, *, credentials: bool = False) -> str:
        """Prints who a Patient or Practitioner is."""
        name = current(resource.get("name", ()))
        if "family" not in name:
            return person_name(name)
        given, family = " ".join(name.get("given", ())), name["family"]
        form = _NAMES[0] if credentials else self.habit("names", _NAMES)
        self.says(resource, "name.family", family)
        self.says(resource, "name.given", given)
        printed = form.format(given=given, family=family, GIVEN=given.upper(), FAMILY=family.upper())
        doctor = credentials and "Dr" in name.get("prefix", ())
        return f"{printed}, MD" if doctor else printed


def first(resources: Sequence[Resource], kind: str) -> Any:
    """The first resource of a type, or None."""
    return next((each for each in resources if each["resourceType"] == kind), None)


def every(resources: Sequence[Resource], kind: str) -> list[Resource]:
    """The resources of a type."""
    return [each for each in resources if each["resourceType"] == kind]
