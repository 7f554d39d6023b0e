"""The packs of an installation, and the one that holds for a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from documents.records import Record
from validation.dates import read_days
from validation.groups import readings
from validation.packs.model import Pack
from validation.packs.payer_names import normal_name, read_alike, without_department


class Choice(NamedTuple):
    """The pack for a record, if one holds; `unclear` if several might, so that none is taken."""

    pack: Pack | None = None
    unclear: bool = False


@dataclass(frozen=True)
class Shelf:
    """Approved packs, and what names them.

    Attributes:
        packs: in the order of their files.
        fingerprint: of the files they were read from; part of the version of checking.
    """

    packs: tuple[Pack, ...] = ()
    fingerprint: str = ""
    by_name: dict[str, tuple[Pack, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Indexes the packs by every name of their payers, once."""
        index: dict[str, list[Pack]] = {}
        for pack in self.packs:
            for name in dict.fromkeys(normal_name(each) for each in pack.payer.names):
                index.setdefault(name, []).append(pack)
        object.__setattr__(self, "by_name", {name: tuple(found) for name, found in index.items()})

    def choose(self, record: Record, *, today: date) -> Choice:
        """The pack for a record by its payer, plan and date of service (of request, or else of receipt)."""
        if not self.packs:
            return Choice()
        read = readings(record)
        printed = [value for f in read if f.path == "payer.name" for value in (f.value, *f.alternatives)]
        day = service_day(record, today=today)
        plans = {normal_name(f.value) for f in read if f.path == "payer.plan"}
        chosen: dict[str, Pack] = {}
        for name in printed:
            for pack in _for_plan([p for p in self._named(name) if p.effective.holds(day)], plans):
                chosen[pack.name] = pack
        if len(chosen) > 1:
            return Choice(unclear=True)
        return Choice(next(iter(chosen.values()), None))

    def _named(self, printed: str) -> Sequence[Pack]:
        """The packs of the payer that a printed name means: the same words, else the same but for a misread letter."""
        normal = normal_name(printed)
        for name in (normal, without_department(normal)):
            if name in self.by_name:
                return self.by_name[name]
        alike = {id(p): p for name, packs in self.by_name.items() if read_alike(name, normal) for p in packs}
        payers = {p.payer.name for p in alike.values()}
        return tuple(alike.values()) if len(payers) == 1 else ()


def _for_plan(packs: Iterable[Pack], plans: set[str]) -> list[Pack]:
    """Packs of the stated plan; those for all plans where none is for it."""
    found = list(packs)
    own = [p for p in found if any(_is_plan(normal_name(plan), plans) for plan in p.plans)]
    return own or [p for p in found if not p.plans]


def _is_plan(plan: str, stated: set[str]) -> bool:
    return any(plan == each or read_alike(plan, each) for each in stated)


def service_day(record: Record, *, today: date) -> date:
    """The day whose rules hold for a record: the service's first, else the request's, else `today`."""
    for path in ("service.start", "encounter.date", "admission.date", "request.date"):
        for f in readings(record):
            days = read_days(f.value) if f.path == path else None
            if days is not None:
                return days.first
    return today
