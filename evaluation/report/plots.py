"""Plots as inline SVG: every colour is a variable of the page, every plot has a title that can be read aloud.

Coordinates are SVG user units (pixels at natural size), origin top left, y down. Whatever is put into the markup is
escaped by `Markup.format`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from markupsafe import Markup

from evaluation.scoring.bootstrap import Figure
from evaluation.scoring.confidence import Bin, CurvePoint

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 30, 46
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
Point = tuple[float, float]

_SVG = Markup('<svg class="plot" role="img" viewBox="0 0 {0} {1}" aria-label="{2}"><title>{2}</title>{3}</svg>')
_TEXT = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
_LINE = Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
_PATH = Markup('<{} class="{}" points="{}"/>')
_DOT = Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="{}"><title>{}</title></circle>')


def _text(css: str, at: Point, said: str, anchor: str = "middle") -> Markup:
    return _TEXT.format(css, *at, anchor, said)


def _line(css: str, start: Point, end: Point) -> Markup:
    return _LINE.format(css, *start, *end)


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def percent(value: float) -> str:
    """A fraction as percent, with a decimal below ten."""
    shown = 100 * value
    return f"{shown:.0f}" if shown >= 10 or abs(shown - round(shown)) < 0.05 else f"{shown:.1f}"


@dataclass(frozen=True, slots=True)
class Axes:
    """A frame with percent axes; `y_max` is the fraction at the top."""

    x_label: str
    y_label: str
    y_max: float = 1.0
    width: int = _WIDTH
    height: int = _HEIGHT

    @property
    def right(self) -> float:
        """Where the frame ends."""
        return self.width - _RIGHT

    def x(self, value: float) -> float:
        """Where a fraction lies from left to right."""
        return _LEFT + min(max(value, 0.0), 1.0) * (self.right - _LEFT)

    def y(self, value: float) -> float:
        """Where a fraction lies from bottom to top."""
        return self.height - _BOTTOM - min(max(value / self.y_max, 0.0), 1.0) * (self.height - _TOP - _BOTTOM)

    def drawn(self, x_ticks: Sequence[tuple[float, str]]) -> list[Markup]:
        """Grid, ticks and labels; `x_ticks` are places in user units with their labels."""
        parts = []
        for quarter in _QUARTERS:
            y = self.y(self.y_max * quarter)
            parts.append(_line("grid" if quarter else "axis", (_LEFT, y), (self.right, y)))
            parts.append(_text("tick", (_LEFT - 8, y + 4), percent(self.y_max * quarter), "end"))
        base = self.height - _BOTTOM
        parts += [_text("tick", (x, base + 18), label) for x, label in x_ticks]
        parts.append(_text("axis-label", ((_LEFT + self.right) / 2, self.height - 8), self.x_label))
        parts.append(_text("axis-label", (4, 14), self.y_label, "start"))
        return parts

    def percents(self) -> list[tuple[float, str]]:
        """Ticks at the quarters of a percent axis."""
        return [(self.x(quarter), percent(quarter)) for quarter in _QUARTERS]

    def figure(self, title: str, parts: Iterable[Markup]) -> Markup:
        """The whole plot; the title is for those who hear the page."""
        return _SVG.format(self.width, self.height, title, Markup("").join(parts))


def risk_coverage(curve: Sequence[CurvePoint], coverage_99: float | None) -> Markup:
    """Share of wrong values among those kept, by how many are kept."""
    top = max([0.02, *(point.risk for point in curve)])
    axes = Axes("values kept, the surest first, %", "wrong among those kept, %", y_max=ceil(top * 50) / 50)
    points = [(axes.x(p.coverage), axes.y(p.risk)) for p in curve]
    floor, limit = axes.y(0), axes.y(0.01)
    parts = axes.drawn(axes.percents())
    parts.append(_PATH.format("polygon", "area", _points([(points[0][0], floor), *points, (points[-1][0], floor)])))
    parts.append(_PATH.format("polyline", "line", _points(points)))
    parts.append(_line("limit", (_LEFT, limit), (axes.right, limit)))
    parts.append(_text("note", (axes.right, limit - 6), "1 % wrong", "end"))
    if coverage_99:
        x, said = axes.x(coverage_99), f"{percent(coverage_99)} % kept"
        parts.append(_DOT.format(x, limit, 4.5, said))
        parts.append(_text("note strong", (x, limit - 16), said, "end" if coverage_99 > 0.4 else "start"))
    return axes.figure(f"Risk by coverage: at 1 % wrong, {percent(coverage_99 or 0)} % of values can be kept.", parts)


def reliability(bins: Sequence[Bin]) -> Markup:
    """How often values of a confidence are right; the broken line is perfect calibration."""
    axes = Axes("confidence, %", "right, %")
    parts = axes.drawn(axes.percents())
    parts.append(_line("limit", (axes.x(0), axes.y(0)), (axes.x(1), axes.y(1))))
    for each in bins:
        low, high = _wilson(each.accuracy, each.count)
        x = axes.x(each.confidence)
        said = f"confidence {percent(each.confidence)} %: {percent(each.accuracy)} % of {each.count} right"
        parts.append(_line("whisker", (x, axes.y(low)), (x, axes.y(high))))
        parts.append(_DOT.format(x, axes.y(each.accuracy), 4, said))
    parts.append(_text("note", (axes.right - 4, axes.y(0.06)), "below the line: too sure", "end"))
    parts.append(_text("note", (_LEFT + 6, axes.y(0.93)), "above: too modest", "start"))
    return axes.figure("Share of right values by confidence, in bins of equal size.", parts)


def _wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def by_level(title: str, levels: Sequence[str], figures: Sequence[Figure], *, limit: float | None = None) -> Markup:
    """One figure at rising levels of noise, with its interval; `limit` is a promise drawn across."""
    highest = max([0.0, *(each.high or each.value or 0.0 for each in figures)])
    y_max = 1.0 if limit is None else max(2 * limit, ceil(highest * 50) / 50)
    axes = Axes("noise of the fax", title + ", %", y_max=y_max, width=330, height=240)
    step = (axes.right - _LEFT) / max(1, len(levels))
    places = [_LEFT + step * (i + 0.5) for i in range(len(levels))]
    parts = axes.drawn(list(zip(places, levels, strict=True)))
    if limit is not None:
        y = axes.y(limit)
        parts.append(_line("limit", (_LEFT, y), (axes.right, y)))
        parts.append(_text("note", (axes.right, y - 6), f"promise: at most {percent(limit)} %", "end"))
    parts += [
        _text("note", (x, axes.y(0) - 8), "none") for x, each in zip(places, figures, strict=True) if each.value is None
    ]
    known = [(x, each, each.value) for x, each in zip(places, figures, strict=True) if each.value is not None]
    parts.append(_PATH.format("polyline", "line", _points((x, axes.y(value)) for x, _, value in known)))
    for x, each, value in known:
        low, high = value if each.low is None else each.low, value if each.high is None else each.high
        parts.append(_line("whisker", (x, axes.y(low)), (x, axes.y(high))))
        parts.append(_DOT.format(x, axes.y(value), 4, f"{percent(value)} %"))
        parts.append(_text("note strong", (x + 8, axes.y(value) - 8), percent(value), "start"))
    spoken = ", ".join(
        f"{level}: {'nothing to judge' if each.value is None else f'{percent(each.value)} %'}"
        for level, each in zip(levels, figures, strict=True)
    )
    return axes.figure(f"{title} by noise. {spoken}", parts)


_GAUGE = Markup(
    '<svg class="gauge" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="track" x="0" y="3" width="100" height="2"/>'
    '<rect class="band" x="{:.2f}" y="1.5" width="{:.2f}" height="5"/>'
    '<rect class="point" x="{:.2f}" y="0" width="0.9" height="8"/></svg>'
)


def gauge(figure: Figure) -> Markup:
    """A thin bar from 0 to 100 % with the interval as a band and the value as a tick."""
    if figure.value is None or figure.value > 1:
        return Markup("")
    value = 100 * figure.value
    low = value if figure.low is None else 100 * figure.low
    high = value if figure.high is None else 100 * figure.high
    return _GAUGE.format(low, max(high - low, 0.6), min(value, 99.1))
