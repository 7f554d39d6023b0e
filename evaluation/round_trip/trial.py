"""Draws, renders, reads, maps and compares every document of a set of packages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from documents.pages import Page
from evaluation.attacks.campaign import pages_of
from evaluation.round_trip.comparison import Judged, judge
from evaluation.round_trip.documents import Drawn, Sheaf, drawn, sheaves
from evaluation.round_trip.elements import elements_of, names_of
from evaluation.round_trip.packages import Example, Resource
from evaluation.round_trip.printout import Printout
from evaluation.round_trip.reading import confirmed, records_of, resources_of
from evaluation.round_trip.results import RoundTrip, Trip, counts_by_type
from evaluation.round_trip.scope import Reason, is_compared, reason_left_out
from evaluation.synth.document import Part
from evaluation.synth.files import Transmission, render_document
from evaluation.synth.machine import Caller

ALONE, ALL = "alone", "all"
# Of the drawn variants the first goes by fine fax, the second by standard fax, pages as a busy office sends them.
_FAXES = ("fax_fine", "fax_std")


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it is sent: the drawing, its bytes, and the rendition it is counted under."""

    drawing: Drawn
    resources: tuple[Resource, ...]
    rendition: str
    data: bytes
    extension: str

    @property
    def received(self) -> datetime:
        """The morning after the last day it prints."""
        return datetime.combine(self.drawing.printout.latest + timedelta(days=1), time(9), tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """A sent document after its trip: what came of its elements, by mode, and whether nobody had to look at it."""

    sent: Sent
    judged: dict[str, Judged]
    whole: bool


def round_trip(
    examples: Sequence[Example], *, variants: int, faxes: int, look: Callable[[Read], None] | None = None
) -> RoundTrip:
    """The whole trial.

    Args:
        examples: of the packages.
        variants: drawings of each document, each in the habits of another office.
        faxes: of them, how many are faxed as well (at most two: fine, standard).
        look: is shown every document that came back.
    """
    kept = sheaves(examples)
    sent = [each for sheaf in kept for each in _sent(sheaf, variants, faxes)]
    read = list(_read(sent))
    for each in read:
        if look is not None:
            look(each)
    compared, left_out, printed = _accounts(examples, [each.drawing.printout for each in sent])
    return RoundTrip(
        packages=dict(Counter(each.package for each in examples)),
        drawn=printed,
        compared=compared,
        left_out={reason.value: count for reason, count in left_out.items()},
        trips=tuple(_trips(read)),
    )


def _sent(sheaf: Sheaf, variants: int, faxes: int) -> Iterator[Sent]:
    for variant in range(variants):
        drawing = drawn(sheaf, variant)
        page_part = Part("other", drawing.name, drawing.sheets)
        text_part = Part("other", drawing.name, text=drawing.text)
        ways = [("digital", "digital", page_part), ("txt", "txt", text_part)]
        ways += [(_FAXES[variant], "fax", page_part)] if variant < min(faxes, len(_FAXES)) else []
        for way, counted, part in ways:
            rng = random.Random(f"{drawing.name}|{way}")
            caller = Caller(datetime.combine(drawing.printout.latest, time(16, 5)), "", "", "", variant)
            rendered = render_document([part], Transmission(way, "typical", caller, {1: 0}), rng)
            yield Sent(drawing, sheaf.resources, counted, rendered.data, rendered.extension)


def _read(sent: Sequence[Sent]) -> Iterator[Read]:
    names = [f"{number:04}" for number in range(len(sent))]
    pages = pages_of([(name, each.data, each.extension) for name, each in zip(names, sent, strict=True)])
    for name, each in zip(names, sent, strict=True):
        yield _judged(each, pages[name])


def _judged(sent: Sent, pages: Sequence[Page]) -> Read:
    records = records_of(sent.drawing.name, pages, sent.received)
    judged = {}
    for mode, held in ((ALONE, records), (ALL, [confirmed(each) for each in records])):
        came = resources_of(held, sent.data, sent.received)
        judged[mode] = judge(sent.drawing.printout, sent.resources, came)
    return Read(sent, judged, bool(records) and all(each.accepted for each in records))


def _trips(read: Sequence[Read]) -> Iterator[Trip]:
    for rendition in dict.fromkeys(each.sent.rendition for each in read):
        those = [each for each in read if each.sent.rendition == rendition]
        for mode in (ALONE, ALL):
            judged = [each.judged[mode] for each in those]
            paths = {
                name: [element.path for each in judged for element in getattr(each, name)]
                for name in ("found", "missed", "right", "false")
            }
            yield Trip(
                rendition=rendition,
                mode=mode,
                documents=len(those),
                whole=sum(each.whole for each in those),
                by_type=counts_by_type(paths),
                false=dict(Counter(paths["false"]).most_common()),
                missed=dict(Counter(paths["missed"]).most_common()),
            )


def _accounts(examples: Sequence[Example], printouts: Sequence[Printout]) -> tuple[int, Counter[Reason], int]:
    """Of the examples' elements: how many must come back, and why the others are left out; examples printed.

    Every element of every example is counted exactly once.
    """
    stated = {(id(out.resources[i]), path) for out in printouts if not out.unread for i, path in out.stated}
    unread = {id(each) for out in printouts if out.unread for each in out.resources}
    printed = {number for number, _ in stated}
    compared, left_out, seen = 0, Counter[Reason](), set[str]()
    held = [resource for each in examples for resource in _unbundled(each.resource)]
    names = names_of(held)
    for resource in held:
        elements = elements_of(resource, names)
        again = repr(resource) in seen and id(resource) not in printed
        seen.add(repr(resource))
        for element in elements:
            if again:
                left_out[Reason.REPEATED] += 1
            elif (id(resource), element.path) in stated and is_compared(element):
                compared += 1
            elif id(resource) in unread - printed:
                left_out[Reason.NO_TYPE] += 1
            else:
                left_out[reason_left_out(resource, element)] += 1
    return compared, left_out, len(printed)


def _unbundled(resource: Resource) -> list[Resource]:
    if resource["resourceType"] != "Bundle":
        return [resource]
    return [entry["resource"] for entry in resource.get("entry", ()) if "resource" in entry]
