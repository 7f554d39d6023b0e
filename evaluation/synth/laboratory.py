"""The values of a laboratory report: a template's own analytes with ranges and flags, and the tests of the case."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from evaluation.synth.marks import Fact, Ink, Item, Line, line
from evaluation.synth.template import Template
from evaluation.synth.typist import Typist, slug

# Units of what a laboratory measures in a tube, and names whose unit does not tell.
_LAB_UNIT = re.compile(r"(g|mol|cells|U|IU|K)/(d?m?u?L|g)$")
_LAB_NAMES = frozenset({"Hemoglobin A1c", "INR", "ESR"})
# Share of results within their range; a third lies outside, as on reports of ill people (our guess).
_NORMAL = 0.66


@dataclass(frozen=True, slots=True)
class _Analyte:
    """A test as a template lists it: `name | unit | low | high | decimals`."""

    name: str
    unit: str
    low: float
    high: float
    decimals: int

    @classmethod
    def read(cls, text: str) -> _Analyte:
        """From a line of the list."""
        name, unit, low, high, decimals = (part.strip() for part in text.split(" | "))
        return cls(name, unit, float(low), float(high), int(decimals))

    def shown(self, value: float) -> str:
        """A value with the test's decimals."""
        return f"{value:.{self.decimals}f}"

    def drawn(self, rng: random.Random) -> str:
        """A result, never negative."""
        spread = (self.high - self.low) or self.high
        beyond = rng.choice((self.low - 0.2 * spread, self.high + 0.35 * spread))
        value = rng.uniform(self.low, self.high) if rng.random() < _NORMAL else beyond
        return self.shown(max(value, self.low * 0.3))

    def flag(self, printed: str) -> str:
        """L, H or nothing."""
        value = float(printed)
        return "L" if value < self.low else "H" if value > self.high else ""

    def range(self, dash: str) -> str:
        """The reference range as printed."""
        return f"<{self.shown(self.high)}" if self.low == 0 else f"{self.shown(self.low)}{dash}{self.shown(self.high)}"


def results(typist: Typist, template: Template, rng: random.Random) -> list[Item]:
    """The rows of a report.

    Their slots are `lab.name`, `lab.value`, `lab.unit`, `lab.flag`, `lab.range`, `lab.in` and `lab.out` (the value in
    the column of its kind), `lab.before` and `lab.before2` (earlier results).
    """
    low, _, high = template.settings.get("how_many.analytes", "6..10").partition("..")
    wanted = rng.randint(int(low), int(high or low))
    known = [_Analyte.read(text) for text in template.lists["analytes"]]
    start = rng.randrange(max(1, len(known) - wanted + 1))
    chosen = known[start : start + wanted]
    names = {analyte.name.casefold() for analyte in chosen}
    # Reports of one packet are of different days, and so are their results.
    report = f"{template.voice}:{typist.case.today:%m%d}"
    return [*_own_tests(typist, names), *(_row(analyte, report, template, rng) for analyte in chosen)]


def _own_tests(typist: Typist, taken: set[str]) -> list[Item]:
    """Results of the case that come from a tube; they are the same wherever a packet names them."""
    rows: list[Item] = []
    for name, value, unit in typist.case.scenario.observations:
        measured = _LAB_UNIT.search(unit) or name in _LAB_NAMES
        if measured and name.casefold() not in taken:
            result = _result((name, value, unit), f"obs:{slug(name)}")
            rows.append({**result, "lab.range": (), "lab.before": (), "lab.before2": ()})
    return rows


def _row(analyte: _Analyte, report: str, template: Template, rng: random.Random) -> Item:
    printed = analyte.drawn(rng)
    group = f"obs:{slug(analyte.name)}:{report}"
    flag = analyte.flag(printed)
    marks = dict(zip("LH", template.settings.get("flags", "L H").split(), strict=True))
    older = [analyte.shown(max(analyte.low * 0.5, float(printed) * rng.uniform(0.85, 1.15))) for _ in range(2)]
    return {
        **_result((analyte.name, printed, analyte.unit), group, (flag, marks.get(flag, ""))),
        "lab.range": line(analyte.range(template.settings.get("dash", "-"))),
        "lab.before": _older(group, older[0], printed),
        "lab.before2": _older(group, older[1], printed),
    }


def _result(row: tuple[str, str, str], group: str, flag: tuple[str, str] = ("", "")) -> Item:
    """One test's name, value and unit, with its flag and how that is printed."""
    name, value, unit = row
    meaning, mark = flag
    much = (Ink(value, (Fact("observation.value", value, group),)),)
    flagged = Fact("observation.flag", meaning, group, optional=True, alternatives=(mark,))
    return {
        "lab.name": (Ink(name, (Fact("observation.name", name, group),)),),
        "lab.value": much,
        "lab.unit": (Ink(unit, (Fact("observation.unit", unit, group),)),) if unit else (),
        "lab.flag": (Ink(mark, (flagged,)),) if meaning else (),
        "lab.in": () if meaning else much,
        "lab.out": much if meaning else (),
    }


def _older(group: str, value: str, today: str) -> Line:
    """An earlier result of the same test: true, but not the report's own."""
    if value == today:
        return line(value)
    return (Ink(value, (Fact("observation.value", value, group, optional=True),)),)
