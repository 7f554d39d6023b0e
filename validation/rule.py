"""A rule: a generator from record to places, declared once with its id, severity, meaning and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from documents.records import Field, Finding, Record, RedFlag, Severity
from validation.groups import Group, group_fields, readings
from validation.icd10cm_releases import Release, release_on
from validation.packs.model import Pack
from validation.packs.shelf import service_day

# Raised by this room over what another one found in the packet, so packs may change their severity.
OVER_THE_PACKET = "extractors.records.checklists"


class Place(NamedTuple):
    """Where a rule is broken: a field, or a path that has none; both None for the record as a whole.

    `note` is added to the message: the name of a release or a pack, never text of the document.
    """

    path: str | None = None
    group: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Case:
    """A record as the rules see it.

    Attributes:
        record: what is checked.
        today: the date that "future" is measured from; pass the date of receipt, so that a re-run agrees.
        required: sets of alternative paths of which the document type needs one each.
        pack: the payer's rule pack for this record, if one holds.
        pack_unclear: several packs might hold, so none was taken; or, with `packs_loaded`, none holds.
        packs_loaded: whether the installation has packs at all.
    """

    record: Record
    today: date
    required: tuple[tuple[str, ...], ...] = ()
    pack: Pack | None = None
    pack_unclear: bool = False
    packs_loaded: bool = False

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What counts as read (see `validation.groups.readings`)."""
        return readings(self.record)

    @cached_property
    def day(self) -> date:
        """The day of service, of the visit or of the request; of receipt where none is stated."""
        return service_day(self.record, today=self.today)

    @cached_property
    def release(self) -> Release:
        """The loaded ICD-10-CM release that holds on `day`."""
        return release_on(self.day)

    def values(self, *paths: str) -> tuple[Field, ...]:
        """The fields at any of the paths."""
        return tuple(f for f in self.fields if f.path in paths)

    def groups(self, entity: str) -> tuple[Group, ...]:
        """The groups of an entity."""
        return group_fields(self.fields, entity)


Check = Callable[[Case], Iterator[Place]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule.

    Attributes:
        id: stable; never reused for another meaning.
        severity: ERROR keeps a record from being published without a person.
        title: what is wrong, one clause without patient text.
        remedy: what a reviewer does about it.
        flag: the neutral format's red flag that it raises.
        check: yields the places; None for a rule that another stage raises (`raised_by` says which).
        raised_by: the room that raises it.
    """

    id: str
    severity: Severity
    title: str
    remedy: str
    flag: RedFlag | None = None
    check: Check | None = None
    raised_by: str = "validation"

    @property
    def settable(self) -> bool:
        """Whether a payer pack may give it another severity: other stages raise theirs before a pack is known."""
        return self.check is not None or self.raised_by == OVER_THE_PACKET

    @property
    def guards(self) -> bool:
        """Whether it keeps wrong values from being accepted, so that no pack may weaken it."""
        return self.flag is not None

    def finding(
        self, path: str | None = None, group: str | None = None, *, note: str = "", severity: Severity | None = None
    ) -> Finding:
        """The finding of this rule at a place; `severity` where a payer pack sets another one."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            path=path,
            group=group,
            message=f"{self.title}{f' ({note})' if note else ''}: {self.remedy}",
            flag=self.flag,
        )


def severity_of(rule_id: str, declared: Severity, pack: Pack | None) -> Severity | None:
    """A rule's severity for a payer's records, None if its pack switches the rule off."""
    given = None if pack is None else pack.rules.get(rule_id)
    if given is None:
        return declared
    return None if given == "off" else Severity(given)


REGISTRY: dict[str, Rule] = {}


def _register(declared: Rule) -> Rule:
    if declared.id in REGISTRY:
        raise ValueError(f"rule {declared.id} is declared twice")
    REGISTRY[declared.id] = declared
    return declared


def rule(
    rule_id: str, severity: Severity, *, title: str, remedy: str, flag: RedFlag | None = None
) -> Callable[[Check], Rule]:
    """Declares the decorated generator as a rule."""

    def declare(check: Check) -> Rule:
        return _register(Rule(rule_id, severity, title, remedy, flag, check))

    return declare


def raised_elsewhere(declared: Rule) -> Rule:
    """Declares a rule that another room raises with `finding`, so that every id is declared and documented here."""
    return _register(declared)
