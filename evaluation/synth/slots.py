"""Fills the slots of a template with inks: `{dob}`, `{dx.code}`, `{day letter.date 0}`, `{fact denial.reason|...}`."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from evaluation.synth import people
from evaluation.synth.cast import Cast, injections, shaped
from evaluation.synth.entities import items
from evaluation.synth.marks import Bait, Fact, Ink, Item, Line, joined, line
from evaluation.synth.people import Provider
from evaluation.synth.plain_slots import PLAIN
from evaluation.synth.template import Template, chosen, fitting
from evaluation.synth.typist import Typist, print_date, print_phone, provider_group, slug

_SLOT = re.compile(r"\{([^{}]+)\}")
# A measurement's smallest and largest number.
_BOUNDS = re.compile(r"(\d+) (\d+)")
_INJECTED = re.compile(r"(.*)\{(\S+) ([^}]+)\}(.*)")
_LOOPS = ("dx", "proc", "rx", "med", "tried", "stopped", "alg", "obs", "neg", "past", "fam", "lab", "pdx")
# Slots that a form may require -> the field that is then missing.
FIELD_OF = {
    "name": "patient.name",
    "dob": "patient.dob",
    "dob_digits": "patient.dob",
    "sex": "patient.sex",
    "member_id": "patient.member_id",
    "phone": "patient.phone",
    "address": "patient.address",
    "npi": "provider.npi",
    "provider": "provider.name",
    "office_fax": "provider.fax",
    "office_phone": "provider.phone",
    "start": "service.start",
    "start_digits": "service.start",
    "dx.code": "diagnosis.code",
    "dx.text": "diagnosis.description",
    "dx.official": "diagnosis.description",
    "proc.code": "procedure.code",
    "proc.units": "procedure.units",
    "rx.drug": "medication.drug",
    "rx.both": "medication.drug",
    "rx.aka": "medication.drug",
    "rx.strength": "medication.strength",
    "rx.freq": "medication.frequency",
    "rx.qty": "medication.quantity",
    "rx.days": "medication.days_supply",
    "facility": "facility.name",
    "facility_npi": "facility.npi",
    "payer": "payer.name",
    "plan": "payer.plan",
}
# Forms use these words for one another.
_ASKING = ("requesting", "ordering", "referring", "prescribing", "prescriber", "attending", "rendering")
_OPERATING = ("surgeon", "performing", "servicing")
_ROLES = {
    "attending": (*_ASKING, "author", *_OPERATING),
    "referring": (*_ASKING, "pcp"),
    "servicing": ("rendering", "performing", "referred_to", "surgeon"),
    "pcp": ("referring", "attending"),
    "ordering": ("requesting", "referring", "prescribing", "attending"),
}


_NUMBERS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "six": "6",
    "seven": "7",
    "ten": "10",
    "fifteen": "15",
    "thirty": "30",
    "sixty": "60",
    "ninety": "90",
}


def in_digits(text: str) -> list[str]:
    """The text with its numbers in digits (`ten days`: `10 days`), or nothing if none is in words."""
    digits = " ".join(_NUMBERS.get(word, word) for word in text.split(" "))
    return [digits] if digits != text else []


@dataclass(slots=True)
class Slots:
    """The values of a template for one cast.

    Attributes:
        cast: everybody in the document.
        typist: how the sender prints values.
        template: its settings and phrases.
        rng: source of choices.
        told: the lists of the case, as far as they were asked for.
        pages: number of pages of this paper, once it is known.
        sheets: number of pages of the whole fax.
        chosen_days, chosen_words: what was drawn once and is printed the same wherever it is named again.
    """

    cast: Cast
    typist: Typist
    template: Template
    rng: random.Random
    chosen_days: dict[str, int] = field(default_factory=dict)
    chosen_words: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[Item]] = field(default_factory=dict)
    pages: int = 1
    sheets: int = 1

    def fill(self, text: str, item: Item | None = None) -> Line:
        """The text with its slots filled.

        Raises:
            KeyError: it names a slot that there is not.
        """
        parts: list[Ink] = []
        for index, part in enumerate(_SLOT.split(chosen(text, self.rng))):
            if index % 2 == 0:
                parts.extend(line(part))
                continue
            value = self.slot(part, item)
            if not value and parts and parts[-1].text.endswith(" "):
                parts[-1] = replace(parts[-1], text=parts[-1].text.rstrip(" "))
            parts.extend(value)
        return tuple(p for p in parts if p.text)

    def slot(self, name: str, item: Item | None = None) -> Line:
        """The value of one slot; empty if the case has none."""
        if item is not None and name in item:
            return item[name]
        for prefix, filled in self._prefixes().items():
            if name.startswith(prefix):
                return filled(name[len(prefix) :])
        head, _, rest = name.partition(".")
        if head in _LOOPS and rest:
            return self._of_list(head, rest)
        if name in PLAIN:
            return PLAIN[name](self.typist)
        if name in self._own():
            return self._own()[name]()
        raise KeyError(f"{self.template.name}: {name}")

    def entries(self, kind: str) -> list[Item]:
        """The entries of a list of the case: diagnoses, drugs, results; `lab1` and `lab2` are the halves of `lab`."""
        half = kind[-1] if kind[-1] in "12" else ""
        known = self.told.get(kind.rstrip("12"))
        if known is None:
            known = self.told[kind.rstrip("12")] = items(kind.rstrip("12"), self.typist, self.template, self.rng)
        middle = -(-len(known) // 2)
        return {"": known, "1": known[:middle], "2": known[middle:]}[half]

    def _of_list(self, kind: str, rest: str) -> Line:
        first, _, part = rest.partition(".")
        index, name = (int(first), part) if first.isdigit() else (0, rest)
        known = self.entries(kind)
        return known[index].get(f"{kind}.{name}", ()) if index < len(known) else ()

    def _prefixes(self) -> Mapping[str, Callable[[str], Line]]:
        return {
            "list:": self._list,
            "day ": self._day,
            "fact? ": lambda rest: self._fact(rest, optional=True),
            "fact ": self._fact,
            "pick ": self._pick,
            "num ": lambda rest: line(str(self.rng.randint(*(int(n) for n in rest.split())))),
            "shape ": self._shape,
            "vital ": self._vital,
            "provider:": self._provider,
            "who:": self._who,
            "who?:": lambda rest: self._who(rest, optional=True),
            "of:": self._of,
            "example ": self._example,
            "say ": lambda rest: self.fill(self.template.settings[f"say.{rest}"]),
        }

    # ---------------------------------------------------------------- slots with arguments
    def _list(self, rest: str) -> Line:
        name, _, separator = rest.partition(":")
        pattern = self.template.settings[f"each.{name}"]
        kinds = ("proc", "rx") if name.startswith("service") else (re.match("[a-z]+", name)[0],)  # type: ignore[index]
        out: list[Line] = []
        for kind in kinds:
            own = self.template.settings.get(f"each.{name}.{kind}", pattern)
            out += [self.fill(own, item) for item in self.entries(kind)]
        return joined(out, separator or ", ", self.template.settings.get(f"last.{name}"))

    def _day(self, rest: str) -> Line:
        words = rest.split()
        optional = words[-1] == "?"
        name, offset = words[0], words[1]
        style = words[2] if len(words) > 2 and words[2] != "?" else None
        if name not in self.chosen_days:
            low, _, high = offset.partition("..")
            self.chosen_days[name] = self.rng.randint(int(low), int(high or low))
        day = self.typist.case.today + timedelta(days=self.chosen_days[name])
        printed = print_date(day, style or self.typist.dates)
        if name.startswith("-"):
            return line(printed)
        fact = Fact(name, day.isoformat(), optional=optional, trap=self.typist.case.marks.get(name))
        return (Ink(printed, (fact,)),)

    def _fact(self, rest: str, *, optional: bool = False) -> Line:
        """`name|printed`, `name=value/another|printed`, or `name~of this letter|printed` where those words follow."""
        head, _, printed = rest.partition("|")
        name, _, value = head.partition("=")
        name, _, after = name.partition("~")
        values = value.split("/") if value else [printed, *in_digits(printed)]
        values += [f"{text} {after}" for text in (values if after else ())]
        stated = Fact(name, values[0], optional=optional, alternatives=tuple(values[1:]))
        return (Ink(printed, (stated, *self._deadline(name, values, after))),)

    def _deadline(self, name: str, values: list[str], after: str) -> tuple[Fact, ...]:
        """The last day of an appeal, which may be told where the days begin with the letter's own date."""
        days = next((re.search(r"(\d+)\D* days", text) for text in reversed(values)), None)
        if name != "appeal.window" or days is None or "receiv" in after or not after:
            return ()
        last = self.typist.case.today + timedelta(days=int(days[1]))
        return (Fact("appeal.deadline", last.isoformat(), optional=True, derived=True),)

    def _pick(self, rest: str) -> Line:
        name, _, field_name = rest.partition(" ")
        if name not in self.chosen_words:
            possible = fitting(self.template.lists[name], self.typist.case.scenario.kind)
            self.chosen_words[name] = self.rng.choice(possible)
        text = self.chosen_words[name]
        return (Ink(text, (Fact(field_name, text),)),) if field_name else self.fill(text)

    def _shape(self, rest: str) -> Line:
        if rest not in self.chosen_words:
            self.chosen_words[rest] = shaped(rest, self.rng)
        return line(self.chosen_words[rest])

    def _vital(self, rest: str) -> Line:
        """`vital Pulse|58 98|bpm`, `vital T|97 98.0 9`: a measurement of the day with its name.

        A reader may note it but need not.
        """
        name, bounds, unit = (*rest.split("|"), "")[:3]
        if rest not in self.chosen_words:
            self.chosen_words[rest] = _BOUNDS.sub(lambda m: str(self.rng.randint(int(m[1]), int(m[2]))), bounds)
        value, group = self.chosen_words[rest], f"obs:{slug(name)}:{self.typist.case.today:%m%d}"
        parts = (("name", name), ("value", value), ("unit", unit))
        inks = [
            Ink(text, (Fact(f"observation.{part}", text, group, optional=True, alternatives=tuple(text.split("/"))),))
            for part, text in parts
            if text
        ]
        return joined([(ink,) for ink in inks], " ")

    def _provider(self, rest: str) -> Line:
        role, _, style = rest.partition(":")
        return self._person(self.typist.case.provider, role, style)

    def _who(self, rest: str, *, optional: bool = False) -> Line:
        name, role, style = (*rest.split(":"), "", "")[:3]
        return self._person(getattr(self.cast, name), role, style, optional=optional)

    def _person(self, person: Provider, role: str, style: str, *, optional: bool = False) -> Line:
        """A clinician; `style` is empty, `dr`, `last` (LAST, FIRST), `plain` or `short` (Dr. Last)."""
        group, name = provider_group(person), person.name
        printed = {
            "": f"{name.plain}, {person.credentials}",
            "plain": name.plain,
            "dr": f"Dr. {name.plain}",
            "short": f"Dr. {name.last}",
            "last": f"{name.last.upper()}, {name.first.upper()} {person.credentials.split(',')[0]}",
            "lastfirst": f"{name.last}, {name.first}",
            "capitals": f"{name.plain.upper()} {person.credentials.split(',')[0]}",
        }[style]
        more = (name.last, f"Dr. {name.last}") if style in ("dr", "short") else ()
        facts = [Fact("provider.name", name.plain, group, optional=optional, alternatives=more)]
        if role:
            others = _ROLES.get(role, _ASKING)
            if person is self.typist.case.provider and self.typist.case.scenario.kind == "surgery":
                others = (*others, *_OPERATING)  # who asks for an operation performs it
            facts.append(Fact("provider.role", role, group, optional=True, derived=True, alternatives=others))
        return (Ink(printed, tuple(facts)),)

    def _of(self, rest: str) -> Line:
        """`of:to:npi`: an attribute of another clinician; phones, faxes and specialties are optional."""
        name, part = rest.split(":")
        person: Provider = getattr(self.cast, name)
        if part in ("practice", "address"):
            return self._place(person.practice, optional=True) if part == "practice" else line(person.address)
        value = getattr(person, part)
        printed = print_phone(value, self.typist.phones) if part in ("phone", "fax") else value
        return (Ink(printed, (Fact(f"provider.{part}", value, provider_group(person), optional=part != "npi"),)),)

    def _example(self, rest: str) -> Line:
        name, _, value = rest.partition(" ")
        return (Ink(value, bait=Bait("instruction_example", ((name, value),))),)

    def _place(self, name: str, *, optional: bool) -> Line:
        return (Ink(name, (Fact("facility.name", name, f"fac:{slug(name)}", optional=optional),)),)

    def _chosen_place(self, name: str, *, optional: bool) -> Line:
        if name not in self.chosen_words:
            self.chosen_words[name] = self.rng.choice(self.template.lists[name])
        return self._place(self.chosen_words[name], optional=optional)

    # ---------------------------------------------------------------- slots that the template decides
    def _own(self) -> Mapping[str, Callable[[], Line]]:
        return {
            "ref": lambda: self.typist.put("case.reference_number", self._once("ref")),
            "policy_number": lambda: self._stated("policy.number", self._once("number")),
            "policy_title": self._policy_title,
            "subject": lambda: line(self._subject()),
            "priority": self._priority,
            "facility_soft": lambda: self._place(self.typist.case.facility.name, optional=True),
            "pharmacy": lambda: self._place(self.cast.pharmacy, optional=True),
            "hospital": lambda: self._chosen_place("hospitals", optional=False),
            "lab": lambda: self._chosen_place("laboratories", optional=True),
            "nurse": lambda: line(self.cast.nurse),
            "phone_line": self._phone_line,
            "injection": self._injection,
            "allergies": lambda: self._list("alg:; ") or self._own()["none"](),
            "none": lambda: self.typist.no_allergies(self.template.settings.get("say.none", "NKDA")),
            "pages": lambda: line(str(self.pages)),
            "sheets": lambda: line(str(self.sheets)),
        }

    def _once(self, key: str) -> str:
        """A number of the shape that the settings give, the same wherever it is printed."""
        if key not in self.chosen_words:
            self.chosen_words[key] = shaped(self.template.settings[key], self.rng)
        return self.chosen_words[key]

    def _stated(self, name: str, value: str) -> Line:
        return (Ink(value, (Fact(name, value),)),)

    def _subject(self) -> str:
        scenario = self.typist.case.scenario
        if scenario.drug is not None:
            return scenario.drug.name.capitalize()
        return scenario.procedures[0].text

    def _policy_title(self) -> Line:
        return self._stated("policy.title", self.template.settings["policy_title"].format(subject=self._subject()))

    def _priority(self) -> Line:
        """The kind of review in one word, where there are no boxes."""
        words = {"standard": ("Routine", "Elective", "Standard"), "expedited": ("Urgent", "STAT", "Expedited")}
        urgency = self.typist.case.urgency
        if "priority" not in self.chosen_words:
            self.chosen_words["priority"] = self.rng.choice(words[urgency])
        return self.typist.put("request.urgency", urgency, self.chosen_words["priority"])

    def _phone_line(self) -> Line:
        if "phone" not in self.chosen_words:
            self.chosen_words["phone"] = people.phone(self.rng, self.rng.choice(("800", "866", "877")))
        return line(print_phone(self.chosen_words["phone"], self.typist.phones))

    def _injection(self) -> Line:
        """An order to software; empty unless the case has one. The bait stands in braces: `{field value}`."""
        if not self.typist.case.injected:
            return ()
        parts = _INJECTED.fullmatch(self.rng.choice(injections()))
        if parts is None:
            raise ValueError("an injection without bait")
        before, name, value, after = parts.groups()
        return (Ink(f"{before}{value}{after}", bait=Bait("prompt_injection", ((name, value),))),)
