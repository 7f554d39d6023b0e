"""What a person or the site's table answers to a field of the request, and what the record states for it."""

from __future__ import annotations

from dataclasses import dataclass

from documents.records import Field, FieldStatus
from fhir_mapping.elements import Element, coding, concept
from fhir_mapping.pas.gaps import Gap, IssueType, partial
from fhir_mapping.pas.site_values import FromSite, Line, LineKind, SiteValues
from fhir_mapping.proven import ProvenRecord
from fhir_mapping.stated import Stated, stated
from validation.dates import read_days
from validation.entered_paths import EnteredPath
from validation.groups import Group

# `Field.source` of what a person wrote.
_PERSON = "person"
_FULL_DATE = len("2026-01-31")

Answer = Stated | FromSite


@dataclass(frozen=True)
class Answers:
    """A released record and the site's table.

    Attributes:
        proven: the record, of which a person released what it holds.
        site: the table; None where the site has none.
    """

    proven: ProvenRecord
    site: SiteValues | None = None

    def need(self, entered: EnteredPath, line: Line | None = None) -> Answer | Gap:
        """What was answered, or the gap where nobody did."""
        given = self.give(entered, line)
        group = line.group if line is not None and entered.per_line else None
        return Gap(entered.path, f"Enter {entered.asks}.", group) if given is None else given

    def give(self, entered: EnteredPath, line: Line | None = None) -> Answer | Gap | None:
        """What a person entered for the line, else for all lines, else what the table gives; None if nobody did.

        A gap where two answers contradict each other, or where one has not the shape of its code.
        """
        written = [
            f
            for f in self.proven.record.fields
            if f.path == entered.path and f.status is FieldStatus.VERIFIED and f.source == _PERSON
        ]
        own = [f for f in written if line is not None and f.group == line.group and f.group is not None]
        said = own or [f for f in written if f.group is None]
        if len({f.value for f in said}) > 1:
            return Gap(entered.path, f"Enter {entered.asks} once.", said[0].group, IssueType.CONFLICT)
        if said:
            fits = entered.shape.fullmatch(said[0].value) is not None
            return stated(said[0]) if fits else partial(said[0], f"What was entered is not {entered.asks}.")
        row = self.site.row(entered.path, self._placed(line or self._whole)) if self.site is not None else None
        return None if row is None else FromSite(row)

    @property
    def payer(self) -> str:
        """The payer's name as printed, empty where it is not known."""
        named = self.proven.one("payer.name")
        return "" if named is None else named.value

    @property
    def _whole(self) -> Line:
        return Line(kind=LineKind.SERVICE, payer=self.payer)

    def _placed(self, line: Line) -> Line:
        """A line with what the request states once for all its lines."""
        place, urgency = self.proven.one("service.place"), self.proven.one("request.urgency")
        known = {"place": place and place.value, "urgency": urgency and urgency.value}
        return line.model_copy(update={name: value for name, value in known.items() if value})

    def single(self, path: str, message: str) -> Field | Gap:
        """An item that a document has once; a gap if it is not there or stated in two ways."""
        found = self.proven.one(path)
        return found or self._unclear(path) or Gap(path, message)

    def optional(self, path: str) -> Field | Gap | None:
        """An item that a document may have once; a gap if it is stated in two ways."""
        return self.proven.one(path) or self._unclear(path)

    def full_date(self, path: str) -> Stated | Gap | None:
        """A date with its day, None if none is stated; a gap if it is partial, impossible or stated in two ways."""
        found = self.optional(path)
        if found is None or isinstance(found, Gap):
            return found
        whole = len(found.value) == _FULL_DATE and read_days(found.value) is not None
        return stated(found) if whole else partial(found, "Enter the date with its day, month and year.")

    def _unclear(self, path: str) -> Gap | None:
        said = any(f.path == path for f in self.proven.fields)
        return Gap(path, "It is stated in two ways: keep one.", issue=IssueType.CONFLICT) if said else None


def only(group: Group, leaf: str) -> Field | Gap | None:
    """A leaf that a group has once, None if it has none; a gap if several say different things."""
    found = group.one(leaf)
    if found is None and group.all(leaf):
        path = f"{group.entity}.{leaf}"
        return Gap(path, "It is stated in two ways: keep one.", group.key, IssueType.CONFLICT)
    return found


def leaf(value: Field | Gap | None) -> Stated | Gap | None:
    """A field's value as a leaf; a gap stays one."""
    return stated(value) if isinstance(value, Field) else value


def coded(system: str, code: Answer | Gap | None) -> Element | Gap | None:
    """A code as a CodeableConcept; a gap stays one."""
    return code if code is None or isinstance(code, Gap) else concept(coding(system, code))
