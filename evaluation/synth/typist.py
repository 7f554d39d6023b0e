"""Prints the values of a case the way one office writes them: its order of names, its dates, its wording of sexes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from evaluation.synth.cases import Case, Diagnosis, Drug, Procedure
from evaluation.synth.marks import Bait, Fact, Ink, Line, line
from evaluation.synth.people import Facility, Name, Provider

DATE_STYLES = ("us", "us", "us", "us_short", "bare", "long", "dashed", "day_month", "iso")
NAME_STYLES = ("first", "first", "last", "last", "upper")
PHONE_STYLES = ("brackets", "hyphens", "dots", "tight", "slash", "spaces")
# How else the same clinician's part may be called: forms use these words for one another.
_ROLE_ALTERNATIVES = (
    "ordering",
    "referring",
    "prescribing",
    "prescriber",
    "attending",
    "rendering",
    "requesting",
    "author",
    "surgeon",
)

# First words of diagnoses that keep their capital inside a sentence.
_PROPER = frozenset({"Factor"})


def print_date(day: date, style: str) -> str:
    """A date in one of DATE_STYLES."""
    month = day.strftime("%b")
    return {
        "us": day.strftime("%m/%d/%Y"),
        "us_short": day.strftime("%m/%d/%y"),
        "bare": f"{day.month}/{day.day}/{day.year}",
        "long": f"{day.strftime('%B')} {day.day}, {day.year}",
        "dashed": day.strftime("%m-%d-%Y"),
        "day_month": f"{day.day:02d}-{month}-{day.year}",
        "iso": day.isoformat(),
        "month": f"{month} {day.day:02d}, {day.year}",
        "military": f"{day.day:02d} {month} {day.year}",
        "capital": f"{day.day:02d}{month.upper()}{day.year}",
        "weekday": f"{day.strftime('%A')}, {day.strftime('%B')} {day.day}, {day.year}",
    }[style]


def print_phone(number: str, style: str) -> str:
    """A telephone number, `(208) 555-0123`, as an office writes it: in one of PHONE_STYLES."""
    area, exchange, line_number = "".join(c if c.isdigit() else " " for c in number).split()
    return {
        "brackets": number,
        "hyphens": f"{area}-{exchange}-{line_number}",
        "dots": f"{area}.{exchange}.{line_number}",
        "tight": f"({area}){exchange}-{line_number}",
        "slash": f"{area}/{exchange}-{line_number}",
        "spaces": f"{area} {exchange} {line_number}",
    }[style]


def slug(text: str) -> str:
    """A group id's part: lower case, words joined by underscores."""
    return "_".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


@dataclass(frozen=True, slots=True)
class Typist:
    """One office's habits, applied to one case."""

    case: Case
    dates: str
    names: str
    phones: str = "brackets"

    @classmethod
    def hired(cls, case: Case, rng: random.Random) -> Typist:
        """A typist with habits drawn at random."""
        return cls(case, rng.choice(DATE_STYLES), rng.choice(NAME_STYLES))

    # ---------------------------------------------------------------- plumbing
    def put(self, field: str, value: str, printed: str | None = None, **more: object) -> Line:
        """A value as printed, with its struck-out forerunner and its trap, if the case has them."""
        fact = Fact(field, value, trap=self.case.marks.get(field), **more)  # type: ignore[arg-type]
        ink = Ink(printed if printed is not None else value, (fact,))
        wrong = self.case.struck.get(field)
        if wrong is None:
            return (ink,)
        return line(Ink(wrong, bait=Bait("strikeout", ((field, wrong),)), struck=True), "  ", ink)

    def day(self, field: str, day: date, style: str | None = None) -> Line:
        """A date of the case."""
        return self.put(field, day.isoformat(), print_date(day, style or self.dates))

    def number(self, field: str, value: str, **more: object) -> Line:
        """A telephone number of the case."""
        return self.put(field, value, print_phone(value, self.phones), **more)

    # ---------------------------------------------------------------- patient
    def name(self, style: str | None = None) -> Line:
        """The patient's name."""
        who = self.case.patient.name
        printed = _person(who, style or self.names)
        return self.put("patient.name", who.plain, printed)

    def formal(self) -> Line:
        """Ms. / Mr. Last."""
        who = self.case.patient.name
        title = "Ms." if self.case.patient.sex == "female" else "Mr."
        fact = Fact("patient.name", who.plain, alternatives=(f"{title} {who.last}", who.last, who.first))
        return (Ink(f"{title} {who.last}", (fact,)),)

    def dob(self) -> Line:
        """Date of birth."""
        return self.day("patient.dob", self.case.patient.dob)

    def sex(self, style: str = "word") -> Line:
        """Sex as a letter, a word, or a word inside a sentence."""
        sex = self.case.patient.sex
        printed = {"letter": sex[0].upper(), "word": sex.capitalize(), "lower": sex}[style]
        return self.put("patient.sex", sex, printed)

    def member_id(self) -> Line:
        """Member id."""
        return self.put("patient.member_id", self.case.patient.member_id)

    def mrn(self) -> Line:
        """Medical record number."""
        return self.put("patient.mrn", self.case.patient.mrn)

    def phone(self) -> Line:
        """The patient's telephone."""
        return self.number("patient.phone", self.case.patient.phone)

    def address(self) -> Line:
        """The patient's address on one line."""
        return self.put("patient.address", self.case.patient.address)

    # ---------------------------------------------------------------- plan
    def payer(self) -> Line:
        """The plan's name."""
        return self.put("payer.name", self.case.payer.name)

    def plan(self) -> Line:
        """The product."""
        return self.put("payer.plan", self.case.plan)

    def group_number(self) -> Line:
        """The employer's group number."""
        return self.put("payer.group_number", self.case.group_number, optional=True)

    # ---------------------------------------------------------------- clinicians and places
    def provider(self, role: str = "requesting", *, who: Provider | None = None) -> Line:
        """A clinician's name with credentials."""
        person = who or self.case.provider
        group = provider_group(person)
        printed = f"{person.name.plain}, {person.credentials}"
        facts = (
            Fact("provider.name", person.name.plain, group),
            Fact("provider.role", role, group, optional=True, derived=True, alternatives=_ROLE_ALTERNATIVES),
        )
        return (Ink(printed, facts),)

    def npi(self, who: Provider | None = None) -> Line:
        """A clinician's NPI."""
        person = who or self.case.provider
        return self.put("provider.npi", person.npi, group=provider_group(person))

    def specialty(self) -> Line:
        """A clinician's specialty."""
        person = self.case.provider
        return self.put("provider.specialty", person.specialty, group=provider_group(person), optional=True)

    def office_phone(self) -> Line:
        """The office's telephone."""
        person = self.case.provider
        return self.number("provider.phone", person.phone, group=provider_group(person), optional=True)

    def office_fax(self) -> Line:
        """The office's fax."""
        person = self.case.provider
        return self.number("provider.fax", person.fax, group=provider_group(person), optional=True)

    def facility(self, place: Facility | None = None) -> Line:
        """Where the service is given."""
        where = place or self.case.facility
        return self.put("facility.name", where.name, group=f"fac:{slug(where.name)}")

    def practice(self) -> Line:
        """The practice, as a letterhead or an address names it: true, but no form's facility entry."""
        name = self.case.provider.practice
        return self.put("facility.name", name, group=f"fac:{slug(name)}", optional=True)

    def facility_npi(self) -> Line:
        """The place's NPI."""
        where = self.case.facility
        return self.put("facility.npi", where.npi, group=f"fac:{slug(where.name)}")

    # ---------------------------------------------------------------- diagnoses and services
    def dx_code(self, dx: Diagnosis, index: int = 0) -> Line:
        """A diagnosis code; the first one carries the case's trap."""
        trap = self.case.marks.get("diagnosis.code") if index == 0 else None
        printed = {"invalid_icd": dx.invalid, "nonbillable_icd": dx.category}.get(trap or "", dx.code)
        group = f"dx:{dx.code}"
        return (Ink(printed, (Fact("diagnosis.code", printed, group, trap=trap), _status("active", group))),)

    def dx_text(self, dx: Diagnosis, *, lower: bool = False) -> Line:
        """A diagnosis in words."""
        group = f"dx:{dx.code}"
        first = dx.text.split()[0]
        keep = first.isupper() or "'" in first or first in _PROPER
        printed = dx.text[0].lower() + dx.text[1:] if lower and not keep else dx.text
        return (Ink(printed, (Fact("diagnosis.description", dx.text, group), _status("active", group))),)

    def not_active(self, text: str, status: str, *, capital: bool = False) -> Line:
        """A condition that the patient does not have (negated, historical, in the family)."""
        trap = {"negated": "negated_dx", "historical": "historical_dx", "family_history": "family_history"}[status]
        group = f"{status[:4]}:{slug(text)}"
        printed = text[0].upper() + text[1:] if capital else text
        fact = Fact("diagnosis.description", text, group, optional=True, trap=trap)
        return (Ink(printed, (fact, _status(status, group))),)

    def cpt(self, item: Procedure) -> Line:
        """A procedure code."""
        group = f"proc:{item.code}"
        system = Fact("procedure.system", item.system, group, optional=True, derived=True)
        return (Ink(item.code, (Fact("procedure.code", item.code, group), system)),)

    def cpt_part(self, item: Procedure, part: str) -> Line:
        """A service line's description, modifier or units; empty if it has none."""
        value = {"description": item.text, "modifier": item.modifier, "units": str(item.units)}[part]
        if not value:
            return ()
        return (Ink(value, (Fact(f"procedure.{part}", value, f"proc:{item.code}"),)),)

    # ---------------------------------------------------------------- drugs, allergies, results
    def drug(self, drug: Drug, status: str, *, capital: bool = False) -> Line:
        """A drug's name; its status follows from where it stands."""
        group = drug_group(drug, status)
        printed = drug.name[0].upper() + drug.name[1:] if capital else drug.name
        if drug.brand:
            printed = f"{drug.brand} ({drug.name})"
        trap = "discontinued_med" if status == "discontinued" else None
        name = Fact("medication.drug", drug.name, group, trap=trap, alternatives=(drug.brand,) if drug.brand else ())
        alternatives = {"current": ("active", "continue", "new"), "tried-failed": ("failed",)}.get(status, ())
        return (
            Ink(printed, (name, Fact("medication.status", status, group, derived=True, alternatives=alternatives))),
        )

    def drug_part(self, drug: Drug, status: str, part: str) -> Line:
        """One attribute of a drug: strength, form, route, dose, frequency, quantity, days_supply, refills."""
        value = drug.days if part == "days_supply" else getattr(drug, part)
        if not value:
            return ()
        return (Ink(value, (Fact(f"medication.{part}", value, drug_group(drug, status)),)),)

    def drug_line(self, drug: Drug, status: str, *, capital: bool = False) -> Line:
        """Name, strength, form, route and frequency in one row."""
        parts = [self.drug(drug, status, capital=capital)]
        parts += [self.drug_part(drug, status, p) for p in ("strength", "form", "route", "frequency")]
        out: list[Ink] = []
        for part in parts:
            if part:
                out += [*([Ink(" ")] if out else []), *part]
        return tuple(out)

    def allergy(self, substance: str, reaction: str, *, separator: str = " (") -> Line:
        """An allergy with its reaction in brackets or after a dash."""
        group = f"alg:{slug(substance)}"
        what = Ink(substance, (Fact("allergy.substance", substance, group),))
        how = Ink(reaction, (Fact("allergy.reaction", reaction, group),))
        return line(what, separator, how, ")" if "(" in separator else "")

    def no_allergies(self, printed: str = "NKDA") -> Line:
        """The statement that there is no allergy."""
        return (Ink(printed, (Fact("allergy.none", "none known", optional=True),)),)

    def observation(self, name: str, value: str, unit: str) -> tuple[Line, Line, Line]:
        """A result's name, value and unit."""
        group = f"obs:{slug(name)}"
        return (
            (Ink(name, (Fact("observation.name", name, group),)),),
            (Ink(value, (Fact("observation.value", value, group),)),),
            (Ink(unit, (Fact("observation.unit", unit, group),)),) if unit else (),
        )


def provider_group(person: Provider) -> str:
    """The group of a clinician's facts."""
    return f"prov:{slug(person.name.plain)}"


def drug_group(drug: Drug, status: str) -> str:
    """The group of a drug's facts: the same drug may be tried, then requested in another form."""
    return f"med:{slug(drug.name)}:{status}"


def _status(status: str, group: str) -> Fact:
    alternatives = {
        "active": ("confirmed",),
        "negated": ("ruled_out", "refuted", "absent"),
        "historical": ("resolved", "inactive", "history", "past"),
        "family_history": ("family",),
    }
    return Fact("diagnosis.status", status, group, optional=True, derived=True, alternatives=alternatives[status])


def _person(who: Name, style: str) -> str:
    middle = f" {who.middle}." if who.middle else ""
    if style == "first":
        return f"{who.first}{middle} {who.last}"
    if style == "capitals":
        return f"{who.first}{middle} {who.last}".replace(".", "").upper()
    comma = "," if style == "tight" else ", "
    printed = f"{who.last}{comma}{who.first}{middle.rstrip('.')}"
    return printed.upper() if style in ("upper", "tight") else printed
