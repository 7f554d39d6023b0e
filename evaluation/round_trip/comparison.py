"""Holds the resources that came back against those that a document was drawn from, element by element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation.round_trip.elements import Element, elements_of, names_of
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.printout import Printout
from evaluation.round_trip.restated import restatements
from evaluation.round_trip.sameness import is_same
from evaluation.round_trip.scope import is_compared, is_ours
from extractors.records.assignment import assign

# Of these a document has one each, so what another resource says of it is said of the same.
_ONCE = frozenset({"Patient", "Coverage", "Claim", "ClaimResponse"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An element that must come back, with the words in which it is printed."""

    element: Element
    printed: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The type of the resource that says it."""
        return self.element.path.partition(".")[0]

    def is_met_by(self, other: Element) -> bool:
        """Whether an element that came back says the same."""
        path = self.element.path
        if path == f"{other.path}.coding":  # beside a code, what is printed for it stands as text
            return any(is_same(other.path, other.value, words) for words in self.printed)
        return other.path == path and any(is_same(path, other.value, v) for v in (self.element.value, *self.printed))


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one document's elements.

    Attributes:
        found, missed: of those that must come back.
        false: what came back and is not what the document states.
        right: how many that came back are right, those included that say again what another resource says.
    """

    found: tuple[Element, ...]
    missed: tuple[Element, ...]
    false: tuple[Element, ...]
    right: tuple[Element, ...]


def wanted_of(out: Printout) -> list[list[Wanted]]:
    """The elements that a document prints and the mapping can say, resource by resource."""
    return [list(_wanted(out, index, resource)) for index, resource in enumerate(out.resources)]


def _wanted(out: Printout, index: int, resource: Resource) -> Iterator[Wanted]:
    elements = elements_of(resource, out.names)
    for element in elements:
        words = tuple(out.stated.get((index, element.path), ()))
        if [each.path for each in elements].count(element.path) > 1 and not element.path.endswith(".coding"):
            # Of several values under one path those are printed whose words are.
            words = tuple(each for each in words if is_same(element.path, each, element.value))
        if words and is_compared(element):
            yield Wanted(element, words)


def _restated(resources: Sequence[Resource], names: Mapping[str, str]) -> list[list[Wanted]]:
    """What other resources would say, saying the same once more; none of it must come back."""
    return [[Wanted(element) for element in elements_of(each, names)] for each in restatements(resources)]


def _beside(out: Printout, index: int) -> Iterator[Wanted]:
    """What a document says of a resource though the example does not, e.g. whose letterhead its results are under."""
    paths = {each.path for each in elements_of(out.resources[index], out.names)}
    for (number, path), words in out.stated.items():
        if number == index and path not in paths:
            yield Wanted(Element(path, words[0]), tuple(words))


def judge(out: Printout, resources: Sequence[Resource], returned: Sequence[Resource]) -> Judged:
    """Compares what came back with what a document states.

    Args:
        out: the document as drawn.
        resources: that it was drawn from.
        returned: resources of its bundles.
    """
    wanted, again = wanted_of(out), _restated(resources, out.names)
    stated = [[*each, *_beside(out, index)] for index, each in enumerate(wanted)]
    names = names_of(returned)
    came = [[e for e in elements_of(each, names) if not is_ours(e)] for each in returned]
    kinds = [str(each["resourceType"]) for each in out.resources]
    matched = _matched(kinds, wanted, returned, came)
    met = {(index, number) for index, number in _met(wanted, came, matched)}
    found = [w.element for i, each in enumerate(wanted) for n, w in enumerate(each) if (i, n) in met]
    missed = [w.element for i, each in enumerate(wanted) for n, w in enumerate(each) if (i, n) not in met]
    right, false = _returned(stated, came, matched, again)
    if out.unread:
        found, missed = [], []
    return Judged(tuple(found), tuple(missed), tuple(false), tuple(right))


def _matched(
    kinds: Sequence[str],
    wanted: Sequence[Sequence[Wanted]],
    returned: Sequence[Resource],
    came: Sequence[Sequence[Element]],
) -> dict[int, int]:
    """Drawn resource by returned one: the assignment within each type that makes most elements the same."""
    matched: dict[int, int] = {}
    for kind in sorted(set(kinds)):
        rows = [i for i, each in enumerate(kinds) if each == kind]
        columns = [i for i, each in enumerate(returned) if each["resourceType"] == kind]
        weights = [[_common(wanted[row], came[column]) for column in columns] for row in rows]
        matched |= {columns[column]: rows[row] for row, column in assign(weights)}
    return matched


def _common(wanted: Iterable[Wanted], came: Sequence[Element]) -> float:
    return float(sum(any(each.is_met_by(e) for e in came) for each in wanted))


def _met(
    wanted: Sequence[Sequence[Wanted]], came: Sequence[Sequence[Element]], matched: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    for column, row in matched.items():
        for number, each in enumerate(wanted[row]):
            if any(each.is_met_by(element) for element in came[column]):
                yield row, number


def _returned(
    wanted: Sequence[Sequence[Wanted]],
    came: Sequence[Sequence[Element]],
    matched: Mapping[int, int],
    again: Sequence[Sequence[Wanted]],
) -> tuple[list[Element], list[Element]]:
    """What came back right and what is false; a resource that repeats another one is right where it says the same."""
    right: list[Element] = []
    false: list[Element] = []
    for column, elements in enumerate(came):
        if column in matched:
            own = wanted[matched[column]]
            held = _held(elements, [*own, *(w for each in again for w in each if w.kind in _ONCE)])
        else:
            joined = [w for each in again for w in each if w.kind in _ONCE]
            held = max((_held(elements, each) for each in (*wanted, *again, joined)), key=len)
        right += held
        false += (element for element in elements if element not in held)
    return right, false


def _held(elements: Sequence[Element], statements: Sequence[Wanted]) -> list[Element]:
    return [element for element in elements if any(each.is_met_by(element) for each in statements)]
