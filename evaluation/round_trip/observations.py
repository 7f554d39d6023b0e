"""Results and measurements as they are printed: vital signs in a line, a table or pairs; results in rows."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.round_trip.elements import wording
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import Rows, letterhead, patient_rows, provider_rows, show
from evaluation.round_trip.printout import Printout, Row, every, first, worded
from evaluation.synth.flow import Heading, Para
from evaluation.synth.marks import line


def measured(observation: Resource) -> tuple[str, str] | None:
    """Value and unit of an Observation in print; None if it states no value."""
    if "valueQuantity" in observation:
        amount = observation["valueQuantity"]
        return f"{amount.get('comparator', '')}{amount['value']}", str(amount.get("unit", ""))
    if "valueCodeableConcept" in observation:
        return wording(observation["valueCodeableConcept"]), ""
    for name in ("valueString", "valueInteger"):
        if name in observation:
            return str(observation[name]), ""
    return _pressure(observation)


def _pressure(observation: Resource) -> tuple[str, str] | None:
    parts = [c["valueQuantity"] for c in observation.get("component", ()) if "valueQuantity" in c]
    parts = [part for part in parts if part.get("code") == "mm[Hg]"]
    if len(parts) != 2:
        return None
    return f"{parts[0]['value']}/{parts[1]['value']}", str(parts[0]["unit"])


def name_of(out: Printout, observation: Resource, shown: str = "") -> str:
    """What a measurement is called on this document; `shown` is how the report that holds it calls it."""
    codes = [c["code"] for c in observation["code"].get("coding", ())]
    usual = next((worded("vitals", code) for code in codes if worded("vitals", code)), None)
    printed = out.habit(f"vitals.{codes[0]}", usual) if usual else shown or wording(observation["code"])
    return out.says(observation, "code", printed)


def vital_signs(out: Printout, observations: Sequence[Resource]) -> None:
    """The vital signs of a visit."""
    rows: list[tuple[str, str, str]] = []
    for each in observations:
        value = measured(each)
        if value:
            out.says(each, "value", " ".join(value).strip())
            rows.append((name_of(out, each), *value))
    if not rows:
        return
    match out.habit("vitals", ("line", "table", "pairs")):
        case "line":
            out.blocks.append(Heading(out.called("headings", "vitals")))
            out.blocks.append(Para(line(", ".join(" ".join(filter(None, row)) for row in rows))))
        case "table":
            out.blocks.append(Heading(out.called("headings", "vitals")))
            head = [out.habit("vital", ("Vital", "Measurement", "Vital Sign")), "Value"]
            out.blocks.append(Rows(head, [[name, f"{value} {unit}".strip()] for name, value, unit in rows]))
        case _:
            show(out, [(name, f"{value} {unit}".strip()) for name, value, unit in rows], "vitals")


def laboratory(out: Printout, resources: Sequence[Resource]) -> None:
    """A laboratory's report over its results."""
    report, patient = first(resources, "DiagnosticReport"), first(resources, "Patient")
    sender = first(resources, "Organization")
    letterhead(out, sender, "laboratory")
    observations = every(resources, "Observation")
    rows = patient_rows(out, patient, full=False)
    rows += provider_rows(out, first(resources, "Practitioner"), "orderer")
    collected = (report or observations[0])["effectiveDateTime"]
    rows.append((out.label("collected"), out.day(collected)))
    if report is not None:
        out.says(report, "effective", out.day(collected))
        if sender is not None:
            out.says(report, "performer", sender["name"])
    if report is not None and "issued" in report:
        rows.append((out.label("reported"), out.day(report["issued"])))
    show(out, rows)
    if report is not None:
        out.blocks.append(Heading(wording(report["code"])))
    else:
        out.blocks.append(Heading(out.called("headings", "results")))
    for each in observations:  # the day at the head is that of every result
        out.says(each, "effective", out.day(collected))
        if sender is not None:
            out.says(each, "performer", sender["name"])
    displays = {r["reference"]: r.get("display", "") for r in (report or {}).get("result", ())}
    results(out, observations, displays)


def results(out: Printout, observations: Sequence[Resource], displays: dict[str, str]) -> None:
    """Rows of results: name, value, unit, reference range, as far as one of them has it."""
    rows: list[dict[str, str]] = []
    for each in observations:
        value = measured(each)
        if not value:
            continue
        out.says(each, "value", " ".join(value).strip())
        row = {
            "test": name_of(out, each, displays.get(f"Observation/{each['id']}", "")),
            "result": value[0],
            "units": value[1],
        }
        bounds = [r for r in each.get("referenceRange", ()) if "low" in r and "high" in r]
        if bounds:
            row["range"] = out.says(
                each, "referenceRange", f"{bounds[0]['low']['value']} - {bounds[0]['high']['value']}"
            )
        rows.append(row)
    columns = [name for name in ("test", "result", "units", "range") if any(row.get(name) for row in rows)]
    if out.habit("units", ("own", "beside")) == "beside" and "units" in columns:
        columns.remove("units")
        for row in rows:
            row["result"] = f"{row['result']} {row['units']}".strip()
    cells = [[row.get(name, "") for name in columns] for row in rows]
    out.blocks.append(Rows([out.label(n) for n in columns], cells, ruled=out.habit("rules", ("y", "n")) == "y"))


def study(out: Printout, resources: Sequence[Resource]) -> None:
    """A report of another study - bone density, ECG - with its measurements; no document type of ours reads these."""
    out.unread = True
    report, patient = first(resources, "DiagnosticReport"), first(resources, "Patient")
    letterhead(out, first(resources, "Organization"), "study")
    rows: list[Row] = [*patient_rows(out, patient, full=False)]
    rows += provider_rows(out, first(resources, "Practitioner"), "orderer")
    rows.append((out.label("visit"), out.day(report["effectiveDateTime"])))
    show(out, rows)
    out.blocks.append(Para(line(wording(report["code"])), lead="Study:"))
    out.blocks.append(Heading(out.called("headings", "findings")))
    results(out, every(resources, "Observation"), {})
