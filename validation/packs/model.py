"""What a payer rule pack states. The JSON schema (`schema.json`) is written from these classes."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from documents.value import Value
from validation.packs.code_lists import CODE_LIST_PATTERN, covers
from validation.packs.durations import AgeText, TurnaroundText
from validation.packs.masks import mask_fault

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,60}$")]
Paths = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+( \| [a-z_]+\.[a-z_]+)*$")]
Codes = Annotated[str, StringConstraints(pattern=CODE_LIST_PATTERN)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}-[0-9]{3}$")]


class Status(StrEnum):
    """A draft is checked and never used; an approved pack names who approved it and when."""

    DRAFT = "draft"
    APPROVED = "approved"


class Covers(StrEnum):
    """What a turnaround is for: drugs are outside the law's deadlines, everything else is within them."""

    SERVICES = "services"
    DRUGS = "drugs"
    ALL = "all"


class Approval(Value):
    """Who approved a pack, and when."""

    by: Name
    day: date = Field(alias="date")


class Payer(Value):
    """The payer as documents may name it; every name is compared without case, punctuation and legal form."""

    name: Name
    aliases: tuple[Name, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class Effective(Value):
    """The dates of service for which a pack holds, both inclusive; without `to` it holds until another takes over."""

    start: date = Field(alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to is not None and self.to < self.start:
            raise ValueError("it ends before it starts")
        return self

    def holds(self, day: date) -> bool:
        """Whether the pack holds on a day."""
        return self.start <= day and (self.to is None or day <= self.to)

    def overlaps(self, other: Effective) -> bool:
        """Whether there is a day on which both hold."""
        return (other.to is None or self.start <= other.to) and (self.to is None or other.start <= self.to)


class MemberId(Value):
    """How the payer's member ids look; an id need fit one of the masks. Blanks and hyphens do not count."""

    mask: Annotated[str, StringConstraints(min_length=1)]

    @field_validator("mask")
    @classmethod
    def _safe(cls, mask: str) -> str:
        fault = mask_fault(mask)
        if fault is not None:
            raise ValueError(fault)
        return mask


class Turnaround(Value):
    """Within what time the payer decides; a shorter one than the law's wins, a longer one does not."""

    covers: Covers
    urgency: Literal["standard", "expedited"]
    within: TurnaroundText


class Source(Value):
    """Where a draft's statement was read: the document, the page, its words."""

    document: str | None = None
    record: str | None = None
    page: int | None = None
    quote: Text | None = None


class Evidence(Value):
    """One way to prove a requirement; everything that is named must hold together.

    Attributes:
        phrases: wordings, any of which is said of the patient in one sentence; `...` stands for other words between,
            in any order. Words are compared by their stems.
        denied: the phrase must be denied (`no history of seizures`) instead.
        codes: diagnosis or procedure codes, any of which the packet's records state.
        tried: drugs, any of which the packet says was tried and failed or stopped.
        documents: document types, one of which the packet holds; with phrases, the phrase must stand in it.
        for_at_least: the sentence states at least this length of time (`6 weeks of ...`).
        at_least, at_most: the number that follows the phrase is within these bounds.
        max_age: the document in which it stands is dated at most so long before the request.
    """

    phrases: tuple[Text, ...] = ()
    denied: bool = False
    codes: tuple[Codes, ...] = ()
    tried: tuple[Name, ...] = ()
    documents: tuple[Id, ...] = ()
    for_at_least: AgeText | None = None
    at_least: float | None = None
    at_most: float | None = None
    max_age: AgeText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.phrases or self.codes or self.tried or self.documents):
            raise ValueError("name phrases, codes, tried drugs or documents")
        if not self.phrases and (
            self.denied or self.for_at_least is not None or self.at_least is not None or self.at_most is not None
        ):
            raise ValueError("denied, for_at_least, at_least and at_most need phrases")
        if any(not re.search(r"[A-Za-z][A-Za-z0-9]|[0-9][A-Za-z]", phrase) for phrase in self.phrases):
            raise ValueError("a phrase needs a word")
        return self


class Requirement(Value):
    """Something the payer wants to see for a service or a drug.

    Attributes:
        id: stable within the pack.
        text: as the payer puts it; shown to people.
        codes: procedure codes it is for (`72148`, `72141-72158`); without codes and drugs it is for every request.
        drugs: drugs it is for, brand and generic names.
        diagnoses: if given, only requests with one of these diagnoses (`M54.-`).
        evidence: alternatives, one of which is enough.
        source: where a draft read it.
    """

    id: Id
    text: Text
    codes: tuple[Codes, ...] = ()
    drugs: tuple[Name, ...] = ()
    diagnoses: tuple[Codes, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    source: Source | None = None


class Pack(Value):
    """One version of one payer's rules.

    Attributes:
        format: of the file; 1.
        id, version: name it; a version is never changed once approved, a new one is written.
        status, approved: see Status.
        payer, plans, effective: whose requests it is for; without plans, all plans of the payer.
        required: fields that a request must state beyond its document type's; `|` separates alternatives.
        member_id: masks.
        turnaround: by kind and urgency.
        closed_days: days that are no business days, beside Saturdays and Sundays.
        requirements: what must be shown.
        rules: another severity for a rule, or `off`.
        source: what a draft was read from.
        notes: for people.
    """

    format: Literal[1] = 1
    id: Id
    version: Id
    status: Status
    approved: Approval | None = None
    payer: Payer
    plans: tuple[Name, ...] = ()
    effective: Effective
    required: tuple[Paths, ...] = ()
    member_id: tuple[MemberId, ...] = ()
    turnaround: tuple[Turnaround, ...] = ()
    closed_days: tuple[date, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    rules: dict[RuleId, Literal["error", "warning", "info", "off"]] = Field(default_factory=dict)
    source: Source | None = None
    notes: Text | None = None

    @field_validator("format", mode="before")
    @classmethod
    def _number(cls, given: object) -> object:
        return int(given) if isinstance(given, str) and given.isdigit() else given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.status is Status.APPROVED and self.approved is None:
            raise ValueError("an approved pack names who approved it and when: approved: {by: ..., date: ...}")
        ids = [each.id for each in self.requirements]
        if len(set(ids)) != len(ids):
            raise ValueError("two requirements have the same id")
        if self.status is Status.APPROVED and any(not each.evidence for each in self.requirements):
            raise ValueError("a requirement of an approved pack says what counts as evidence")
        kinds = [(each.covers, each.urgency) for each in self.turnaround]
        if len(set(kinds)) != len(kinds):
            raise ValueError("two turnarounds are for the same kind and urgency")
        return self

    @property
    def name(self) -> str:
        """`id/version`."""
        return f"{self.id}/{self.version}"


def applies(
    requirement: Requirement, codes: tuple[str, ...], drugs: tuple[str, ...], diagnoses: tuple[str, ...]
) -> bool:
    """Whether a requirement is for a request of these procedure codes, drugs and diagnoses."""
    asked = (
        not (requirement.codes or requirement.drugs)
        or any(covers(requirement.codes, code) for code in codes)
        or any(names_drug(requirement.drugs, drug) for drug in drugs)
    )
    return asked and (not requirement.diagnoses or any(covers(requirement.diagnoses, code) for code in diagnoses))


def names_drug(listed: tuple[str, ...], drug: str) -> bool:
    """Whether a drug is one of the listed: the same name, with or without a salt or a form after it."""
    bare = " ".join(drug.casefold().split())
    return any(bare == name or bare.startswith(f"{name} ") for name in (each.casefold() for each in listed))
