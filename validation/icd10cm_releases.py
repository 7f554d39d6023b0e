"""Which ICD-10-CM release holds on a day, among those whose tables are loaded.

A release starts on 1 October (a fiscal year's codes) or 1 April (an update) and holds until the next one starts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from validation import icd10cm

_NAME = re.compile(r"icd10cm-(?P<name>20[0-9]{2}-(?:04|10))\.sqlite")


class Release(NamedTuple):
    """A loaded release and the days on which it holds, both inclusive."""

    name: str
    first: date
    last: date


@cache
def loaded_releases() -> tuple[Release, ...]:
    """The shipped release and those whose tables a site has built beside it, oldest first."""
    found = {match["name"] for path in icd10cm.FOLDER.glob("*.sqlite") if (match := _NAME.fullmatch(path.name))}
    return tuple(release(name) for name in sorted(found | {icd10cm.RELEASE}))


def release(name: str) -> Release:
    """The release of a name such as `2026-04`, with its days."""
    year, month = (int(part) for part in name.split("-"))
    following = date(year, 10, 1) if month == 4 else date(year + 1, 4, 1)
    return Release(name, date(year, month, 1), following - timedelta(days=1))


def release_on(day: date) -> Release:
    """The loaded release that holds on a day: the newest that has started, else the oldest."""
    started = [each for each in loaded_releases() if each.first <= day]
    return started[-1] if started else loaded_releases()[0]
