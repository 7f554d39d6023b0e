"""A rule: a generator from record to places, declared once with its id, severity, meaning and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from documents.records import Field, Finding, Record, RedFlag, Severity
from validation.groups import Group, group_fields, readings


class Place(NamedTuple):
    """Where a rule is broken: a field, or a path that has none; both None for the record as a whole."""

    path: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Case:
    """A record as the rules see it.

    Attributes:
        record: what is checked.
        today: the date that "future" is measured from; pass the date of receipt, so that a re-run agrees.
        required: sets of alternative paths of which the document type needs one each.
    """

    record: Record
    today: date
    required: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What counts as read (see `validation.groups.readings`)."""
        return readings(self.record)

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

    def finding(self, path: str | None = None, group: str | None = None) -> Finding:
        """The finding of this rule at a place."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            path=path,
            group=group,
            message=f"{self.title}: {self.remedy}",
            flag=self.flag,
        )


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
