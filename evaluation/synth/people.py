"""Invented persons, clinicians, plans and places. Names are combined at random; telephone numbers are 555-01xx."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

_TOWNS = (
    ("Boise", "ID", "837", "208"),
    ("Duluth", "MN", "558", "218"),
    ("Knoxville", "TN", "379", "865"),
    ("Spokane", "WA", "992", "509"),
    ("Pueblo", "CO", "810", "719"),
    ("Bangor", "ME", "044", "207"),
    ("Shreveport", "LA", "711", "318"),
    ("Topeka", "KS", "666", "785"),
    ("Rockford", "IL", "611", "815"),
    ("Yuma", "AZ", "853", "928"),
)
_CREDENTIALS = ("MD", "MD", "MD", "DO", "NP", "PA-C")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name."""

    first: str
    last: str
    middle: str = ""

    @property
    def plain(self) -> str:
        """First Last."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Patient:
    """The person a document is about."""

    name: Name
    dob: date
    sex: str
    member_id: str
    mrn: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A clinician with a practice."""

    name: Name
    credentials: str
    npi: str
    specialty: str
    phone: str
    fax: str
    practice: str
    address: str


@dataclass(frozen=True, slots=True)
class Facility:
    """Where a service is given."""

    name: str
    npi: str


@dataclass(frozen=True, slots=True)
class Payer:
    """A health plan; `kind` decides which forms it uses."""

    name: str
    short: str
    plans: tuple[str, ...]
    kind: str


PAYERS = (
    Payer(
        "Bluestem Health Insurance",
        "BHI",
        ("Bluestem PPO 2500", "Bluestem Select EPO", "Choice HSA 4000"),
        "commercial",
    ),
    Payer("Granite State Care Alliance", "GSC", ("Medicaid Managed Care", "Healthy Families Plan"), "medicaid"),
    Payer("Silver Meridian Advantage", "SMA", ("Meridian Gold (HMO)", "Meridian Dual Complete (D-SNP)"), "medicare"),
    Payer("Tidewater Employers Mutual", "TEM", ("Open Access Plus", "Tidewater Core HMO"), "commercial"),
    Payer("Quill Ridge Pharmacy Benefits", "QRP", ("Formulary Preferred", "Standard Drug List"), "pbm"),
    Payer("Halcyon Community Health Plan", "HCH", ("Halcyon Bronze POS", "Halcyon Silver 73"), "commercial"),
    Payer("Lodestar Senior Health", "LSH", ("Lodestar Value (PPO)", "Lodestar Complete (HMO-POS)"), "medicare"),
)


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
    return names


def npi(rng: random.Random) -> str:
    """Ten digits whose last is the Luhn check digit over 80840 + the first nine (CMS NPI standard)."""
    stem = rng.choice("12") + "".join(rng.choice("0123456789") for _ in range(8))
    return stem + npi_check_digit(stem)


def npi_check_digit(stem: str) -> str:
    """The check digit of nine NPI digits."""
    total = 0
    for index, char in enumerate(reversed("80840" + stem)):
        doubled = int(char) * 2 if index % 2 == 0 else int(char)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def phone(rng: random.Random, area: str) -> str:
    """A number of the range kept for fiction."""
    return f"({area}) 555-01{rng.randrange(100):02d}"


def name(rng: random.Random, sex: str) -> Name:
    """A name that fits a sex."""
    return Name(
        rng.choice(_names()[sex]), rng.choice(_names()["last"]), rng.choice(("", "", "A", "J", "L", "M", "R", "T"))
    )


def town(rng: random.Random) -> tuple[str, str, str, str]:
    """City, state, first three digits of its ZIP codes, telephone area."""
    return rng.choice(_TOWNS)


def address(rng: random.Random, place: tuple[str, str, str, str]) -> str:
    """A street address on one line."""
    flat = rng.choice(("", "", "", f" Apt {rng.randrange(1, 40)}", f" Unit {rng.choice('ABCD')}"))
    street = f"{rng.randrange(102, 9800)} {rng.choice(_names()['streets'])}{flat}"
    return f"{street}, {place[0]}, {place[1]} {place[2]}{rng.randrange(100):02d}"


def member_id(rng: random.Random, payer: Payer) -> str:
    """An id in the payer's own shape."""
    digits = "".join(rng.choice("0123456789") for _ in range(9))
    shapes = {
        "BHI": f"BHI{digits}",
        "GSC": f"{digits[:8]}",
        "SMA": f"SM{digits[:7]}",
        "TEM": f"TEM{digits[:8]}0{digits[8]}",
    }
    return shapes.get(payer.short, f"{payer.short[0]}{digits}")


def patient(rng: random.Random, *, sex: str, age: int, today: date, payer: Payer) -> Patient:
    """A person of the given age on the given day."""
    place = town(rng)
    return Patient(
        name=name(rng, sex),
        dob=today - timedelta(days=age * 365 + age // 4 + rng.randrange(5, 350)),
        sex=sex,
        member_id=member_id(rng, payer),
        mrn=str(rng.randrange(1_000_000, 9_999_999)),
        phone=phone(rng, place[3]),
        address=address(rng, place),
    )


def provider(rng: random.Random, specialty: str) -> Provider:
    """A clinician of a specialty, with a practice named after its town."""
    place = town(rng)
    practice = rng.choice(
        (f"{place[0]} {specialty} Group", f"{specialty} Associates of {place[0]}", f"{place[0]} {specialty} Clinic")
    )
    return Provider(
        name=name(rng, rng.choice(("female", "male"))),
        credentials=rng.choice(_CREDENTIALS),
        npi=npi(rng),
        specialty=specialty,
        phone=phone(rng, place[3]),
        fax=phone(rng, place[3]),
        practice=practice,
        address=address(rng, place)
        .replace(" Apt ", ", Suite 1")
        .replace(" Unit ", ", Suite 20")
        .replace("Suite 20A", "Suite 201"),
    )


_FACILITIES = {
    "imaging": ("Cedar Bluff Imaging Center", "Open Sky MRI and CT", "Lakeside Diagnostic Imaging"),
    "surgery": ("Saint Brendan Medical Center", "Foothills Surgical Pavilion", "Port Alder Regional Hospital"),
    "infusion": ("Driftwood Infusion Suites", "Port Alder Regional Hospital", "Harborlight Infusion Center"),
    "dme": ("Steadfast Home Medical Supply", "Bright Path Respiratory and DME", "Keystone Mobility Outfitters"),
    "therapy": ("Riverstone Rehabilitation", "Motion First Physical Therapy", "Summit Therapy Partners"),
    "behavioral": ("Willow Bend Behavioral Health", "Clearwater Recovery Center"),
    "lab": ("Polaris Genomics Laboratory", "Meadowlark Reference Laboratory"),
    "sleep": ("Quiet Harbor Sleep Center", "Highland Sleep Laboratory"),
    "drug": ("Beacon Specialty Pharmacy", "Wellspring Specialty Pharmacy"),
}


def facility(rng: random.Random, kind: str) -> Facility:
    """A place that gives services of a kind."""
    return Facility(rng.choice(_FACILITIES[kind]), npi(rng))
