"""What a simulation came to, week by week, and whether each promise holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from evaluation.calibration.certificate import upper_bound
from evaluation.calibration.cusum import CUSUM
from evaluation.calibration.slices import named
from evaluation.simulation.events import NIGHTS, WITHIN
from evaluation.simulation.site import Count, Site, Week
from extractors.records.weighting import Mode

# Of what is accepted without a person at most so much may be wrong.
BOUND = 0.01
# Of all calm nights of all runs so many may bring a false alarm: the stated rate is one in 200.
FALSE_ALARMS = 1


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, whether it holds, and by which figures."""

    holds: bool
    in_words: str


def promises(sites: Sequence[Site]) -> list[Promise]:
    """All promises, judged over all runs."""
    return [*_wrong(sites), *_coverage(sites), *_alarms(sites), _false_alarms(sites)]


def _wrong(sites: Sequence[Site]) -> Iterator[Promise]:
    worst = max((total(site.weeks) for site in sites), key=lambda count: count.wrong_share)
    yield Promise(
        worst.wrong_share <= BOUND,
        f"wrong among accepted stays under {BOUND:.0%}: {_share(worst)} in the worst run",
    )
    last = max((site.weeks[-1].unseen for site in sites), key=lambda count: count.wrong_share)
    yield Promise(
        last.wrong_share <= BOUND,
        f"on documents that never came as well: {_share(last)} in the worst run, under the last weights",
    )


def _coverage(sites: Sequence[Site]) -> Iterator[Promise]:
    """Coverage after the calm weeks against the first, which is COLD throughout."""
    calm = max(1, sites[0].story.calm // NIGHTS)
    first = median(site.weeks[0].values.coverage for site in sites)
    grown = median(site.weeks[calm - 1].values.coverage for site in sites)
    yield Promise(grown > first, f"coverage grows from COLD: {first:.1%} in week 1, {grown:.1%} in week {calm}")


def _alarms(sites: Sequence[Site]) -> Iterator[Promise]:
    for event in sites[0].story.begins:
        within = WITHIN[event]
        delays = [site.touched[event] if event in site.noticed else None for site in sites]
        if within is not None:
            known = [delay for delay in delays if delay is not None]
            holds = len(known) == len(delays) and max(known) <= within
            said = ", ".join("never" if delay is None else str(delay) for delay in delays)
            yield Promise(holds, f"{event}: an alarm within {within} documents; it rang after {said}")


def _false_alarms(sites: Sequence[Site]) -> Promise:
    """Alarms of what came in, before anything changed; a family that rings by its labels was announced too little."""
    calm = sites[0].story.calm
    early = [[r for w in site.weeks for r in w.rung if r.night < calm] for site in sites]
    false = sum(len({r.night for r in rung if r.alarm.statistic != CUSUM}) for rung in early)
    families = sum(r.alarm.statistic == CUSUM for rung in early for r in rung)
    said = f"no more than {FALSE_ALARMS} false alarm in {calm * len(sites)} calm nights: {false}"
    return Promise(false <= FALSE_ALARMS, f"{said}; {families} of a family whose new weights announced too few errors")


def total(weeks: Sequence[Week]) -> Count:
    """The values of all weeks."""
    count = Count()
    for week in weeks:
        count.add(week.values)
    return count


def _share(count: Count) -> str:
    bound = upper_bound(count.accepted, count.wrong) if count.accepted else 1.0
    return f"{count.wrong} of {count.accepted:,}, {count.wrong_share:.2%} (at most {bound:.2%} at 95 % confidence)"


def table(site: Site) -> Iterator[str]:
    """Yields the weeks of a site as lines."""
    yield "week  coverage  wrong accepted (at most)  announced  needs nobody  labels audited  never seen      modes"
    for number, week in enumerate(site.weeks, 1):
        values, unseen = week.values, week.unseen
        bound = upper_bound(values.accepted, values.wrong) if values.accepted else 1.0
        modes = Counter(week.modes.values())
        told = " ".join(f"{modes[mode]} {mode}" for mode in Mode if modes[mode])
        yield (
            f"{number:4}  {values.coverage:8.1%}  {values.wrong:5} = {values.wrong_share:5.2%} ({bound:5.2%})"
            f"      {values.announced / max(1, values.accepted):7.2%}"
            f"  {week.published:5} of {week.documents:3}  {week.labels:6} {week.audited:7}"
            f"  {unseen.coverage:5.1%} {unseen.wrong:2} of {unseen.accepted:4}"
            f"  {told}{f', {week.held} slices held COLD' if week.held else ''}"
        )
        yield from (f"      {line}" for line in _told(site, number - 1))


def _told(site: Site, week: int) -> Iterator[str]:
    """The events that begin in a week and the first alarm of each slice."""
    for event, night in site.story.begins.items():
        if night // NIGHTS == week:
            yield f"night {night}: {event}"
    first: dict[str, str] = {}
    for rung in site.weeks[week].rung:
        first.setdefault(named(rung.alarm.slice), f"night {rung.night}: ALARM {rung.alarm.in_words}")
    yield from first.values()
