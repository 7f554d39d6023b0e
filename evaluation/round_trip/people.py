"""Whom a document is about, who sends it and who pays, as rows of labels and values in the layout of the sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.round_trip.elements import address_line, current
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.printout import Printout, Row
from evaluation.synth.flow import Heading, Pairs, Para, Setter, Title
from evaluation.synth.marks import Line, bold, line
from evaluation.synth.sheet import LEADING, text_width, wrap

LAYOUTS = ("cells", "pairs", "boxed", "lines")
_NPI = "http://hl7.org/fhir/sid/us-npi"
_PAD = 4.0  # between a box and what is printed in it, in points


@dataclass(frozen=True, slots=True)
class Cells:
    """Ruled boxes, the label small in the corner of each, two in a row."""

    rows: Sequence[Row]

    def set_on(self, setter: Setter) -> None:
        """Draws the boxes."""
        body, small = setter.look.body, setter.look.body.at(setter.look.body.size - 2)
        width = setter.look.width / 2
        for start in range(0, len(self.rows), 2):
            pair = self.rows[start : start + 2]
            lines = max(len(list(wrap(line(value), width - 2 * _PAD, body))) for _, value in pair)
            height = small.size + 5 + lines * body.size * LEADING + 3
            setter.room(height)
            top = setter.y - body.size
            for column, (label, value) in enumerate(pair):
                x = setter.look.left + column * width
                setter.sheet.box((x, top, width if len(pair) == 2 else 2 * width, height))
                setter.sheet.write(x + _PAD, top + small.size + 1, line(label), small)
                y = top + small.size + 4 + body.size
                setter.sheet.paragraph(x + _PAD, y, line(value), width=width - 2 * _PAD, type_=body)
            setter.y += height
        setter.y += 6

    def text_lines(self) -> Iterator[Line]:
        """One line a box."""
        yield from (line(f"{label}: {value}") for label, value in self.rows)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table whose cells wrap; columns are as wide as they need to be, in proportion."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    ruled: bool = True

    def set_on(self, setter: Setter) -> None:
        """Draws the rows, the head in bold."""
        body, look = setter.look.body, setter.look
        needs = [
            max(text_width(row[i], body.bolder().face, body.size) for row in (self.head, *self.rows)) + 14
            for i in range(len(self.head))
        ]
        scale = min(look.width / sum(needs), 1.6)
        widths = [need * scale for need in needs]
        for row in (self.head, *self.rows):
            cells = [bold(cell) if row is self.head else line(cell) for cell in row]
            lines = max(len(list(wrap(cell, w - 8, body))) for cell, w in zip(cells, widths, strict=True))
            setter.room(lines * body.size * LEADING + 4)
            x = look.left
            for cell, width in zip(cells, widths, strict=True):
                setter.sheet.paragraph(x + 3, setter.y, cell, width=width - 8, type_=body)
                x += width
            setter.y += lines * body.size * LEADING + 2
            if self.ruled:
                y = setter.y - body.size * 0.85
                setter.sheet.rule(look.left, y, x, y, width=0.5)
                setter.y += 2
        setter.y += 6

    def text_lines(self) -> Iterator[Line]:
        """Columns of equal width, as a terminal prints them."""
        widths = [max(len(row[i]) for row in (self.head, *self.rows)) + 3 for i in range(len(self.head))]
        for row in (self.head, *self.rows):
            yield line("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def show(out: Printout, rows: Sequence[Row], heading: str = "") -> None:
    """Adds rows in the layout of the sender, under a heading if one is named."""
    held = [(label, value) for label, value in rows if value]
    if not held:
        return
    if heading:
        out.blocks.append(Heading(out.called("headings", heading)))
    match out.habit("layout", LAYOUTS):
        case "cells":
            out.blocks.append(Cells(held))
        case "lines":
            out.blocks.extend(Para(line(value), lead=f"{label}:") for label, value in held)
        case layout:
            wide = any(len(label) + len(value) > 36 for label, value in held)
            pairs = [(label, line(value)) for label, value in held]
            out.blocks.append(Pairs(pairs, columns=1 if wide else 2, boxed=layout == "boxed"))


def patient_rows(out: Printout, patient: Resource, *, full: bool = True) -> list[Row]:
    """Who the patient is; `full` adds where to reach them and what no one asks for twice."""
    rows = [(out.label("patient"), out.person(patient))]
    if "birthDate" in patient:
        rows.append((out.label("dob"), out.says(patient, "birthDate", out.day(patient["birthDate"]))))
    if "gender" in patient:
        word = out.habit("sexes", ("{}", "{:.1}"))
        rows.append((out.label("sex"), out.says(patient, "gender", word.format(patient["gender"].capitalize()))))
    number = next((i["value"] for i in patient.get("identifier", ()) if _is_record_number(i)), None)
    if number:
        rows.append((out.label("mrn"), out.says(patient, "identifier.MR", number)))
    return [*rows, *(_contact(out, patient) if full else ())]


def _is_record_number(identifier: Resource) -> bool:
    return any(c.get("code") == "MR" for c in identifier.get("type", {}).get("coding", ()))


def _contact(out: Printout, patient: Resource) -> Iterator[Row]:
    for contact in patient.get("telecom", ()):
        if contact.get("system") == "phone":
            yield out.label("phone"), out.says(patient, "telecom.phone", out.phone(contact["value"]))
        elif contact.get("system") == "email":
            yield out.label("email"), contact["value"]
    address = current(patient.get("address", ()))
    if address:
        yield out.label("address"), out.says(patient, "address", address_line(address))
    for extension in patient.get("extension", ()):
        text = next((e["valueString"] for e in extension.get("extension", ()) if e.get("url") == "text"), None)
        if str(extension.get("url")).endswith("us-core-race") and text:
            yield out.label("race"), text


def coverage_rows(out: Printout, coverage: Resource | None, payer: Resource | None) -> list[Row]:
    """Who pays, and the patient's numbers there."""
    rows: list[Row] = []
    if payer is not None:
        rows.append((out.label("payer"), out.says(payer, "name", payer["name"])))
    if coverage is None:
        return rows
    if payer is not None:
        out.says(coverage, "payor", payer["name"])
    member = member_id(coverage)
    if member:
        rows.append((out.label("member"), out.says(coverage, "memberId", member)))
    for entry in coverage.get("class", ()):
        kind = entry["type"]["coding"][0]["code"]
        if kind == "group":
            rows.append((out.label("group"), out.says(coverage, "class.value", entry["value"])))
        elif kind == "plan" and "name" in entry:
            rows.append((out.label("plan"), out.says(coverage, "class.name", entry["name"])))
    relationship = coverage.get("relationship", {}).get("coding", [{}])[0].get("code")
    if relationship:
        words = out.says(coverage, "relationship.coding", relationship.capitalize())
        rows.append((out.label("relationship"), words))
    return rows


def member_id(coverage: Resource) -> str | None:
    """The number on the card: the member identifier, or else the subscriber's."""
    held = [i["value"] for i in coverage.get("identifier", ()) if "value" in i]
    return held[0] if held else coverage.get("subscriberId")


def provider_rows(out: Printout, provider: Resource | None, label: str) -> list[Row]:
    """A clinician or an organization that asks, orders or treats."""
    if provider is None:
        return []
    person = provider["resourceType"] == "Practitioner"
    name = out.person(provider) if person else out.says(provider, "name", provider["name"])
    rows = [(out.label(label), name)]
    npi = next((i["value"] for i in provider.get("identifier", ()) if i.get("system") == _NPI), None)
    if npi:
        rows.append((out.label("npi"), out.says(provider, "identifier.NPI", npi)))
    for contact in provider.get("telecom", ()):
        if contact.get("system") in ("phone", "fax") and contact.get("use") != "home":
            printed = out.phone(contact["value"])
            rows.append((out.label("phone"), out.says(provider, f"telecom.{contact['system']}", printed)))
    address = current(provider.get("address", ()))
    return [*rows, (out.label("office"), address_line(address))] if address and not person else rows


def letterhead(out: Printout, sender: Resource | None, title: str) -> None:
    """The sender's name and place, and what the document is called."""
    centered = out.habit("head", ("centred", "left")) == "centred"
    if sender is not None:
        out.blocks.append(Title(line(out.says(sender, "name", sender["name"])), centered=centered))
        address, phone = sender.get("address"), sender.get("telecom")
        place = address_line(address[0] if isinstance(address, list) else address) if address else ""
        number = next((c["value"] for c in phone or () if c.get("system") == "phone"), None)
        under = "   ".join(part for part in (place, f"Phone {out.phone(number)}" if number else "") if part)
        if under:
            out.blocks.append(Para(line(under)))
    out.blocks.append(Title(line(out.called("titles", title)), centered=centered))
