"""What a page asks for, whom it asks, and who signs: evidence of its type that no title and no layout can take away.

The wordings are data (`acts.toml`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from extractors.packets.page_lines import PageLines

# A signature stands among so many last lines.
_SIGNATURE_LINES = 7
# Two phrases of one kind are certain; one may be an aside.
_CERTAIN = 2


@dataclass(frozen=True, slots=True)
class Act:
    """The wordings of one act.

    Attributes:
        gate: words of which a page must hold one.
        phrases: finds any of its phrases, None where it has none.
        kinds: patterns of which it counts how many occur.
    """

    gate: frozenset[str]
    phrases: re.Pattern[str] | None
    kinds: tuple[re.Pattern[str], ...]

    def may_occur(self, page: PageLines) -> bool:
        """Whether a search is worth its time."""
        return not self.gate or not self.gate.isdisjoint(page.vocabulary)

    def said(self, page: PageLines) -> int:
        """How many different phrases the page says, as far as they count."""
        if self.phrases is None or not self.may_occur(page):
            return 0
        said: set[str] = set()
        for found in self.phrases.finditer(page.running):
            said.add(found.group().lower())
            if len(said) == _CERTAIN:
                break
        return len(said)

    def found(self, page: PageLines) -> int:
        """How many kinds the page holds."""
        return sum(kind.search(page.text) is not None for kind in self.kinds) if self.may_occur(page) else 0


@cache
def act(name: str) -> Act:
    """The wordings of an act by its name in `acts.toml`."""
    declared = _declared()
    table, parts = declared[name], declared["parts"]
    alternatives = table.get("phrases", ())
    return Act(
        gate=frozenset(table.get("gate", ())),
        phrases=_pattern("|".join(alternatives), parts) if alternatives else None,
        kinds=tuple(_pattern(kind, parts) for kind in table.get("kinds", ())),
    )


def asks_colleague(page: PageLines) -> float:
    """A clinician is asked to see a patient, to give an opinion or to take over."""
    return min(1.0, act("asks_colleague").said(page) / _CERTAIN)


def sends_patient(page: PageLines) -> float:
    """Places for who sends a patient and for the clinician who shall see her, or a page addressed to one."""
    return act("sends_patient").found(page) / 3


def asks_payer(page: PageLines) -> float:
    """A payer is asked to approve, to cover, or to change a decision."""
    return min(1.0, act("asks_payer").said(page) / _CERTAIN)


def expedite_terms(page: PageLines) -> float:
    """It is said when a decision must come sooner."""
    return float(act("expedite_terms").said(page) > 0)


def fill_in(page: PageLines) -> float:
    """Words to whom fills in a form."""
    return min(1.0, act("fill_in").said(page) / _CERTAIN)


def call_slip(page: PageLines) -> float:
    """What is written down of a telephone call: who called, how to call back, what was said, who took it."""
    return min(1.0, max(0, act("call_slip").found(page) - 2) / 3)


def message_head(page: PageLines) -> float:
    """What stands around an electronic message: sender, recipient, time and subject, and how such messages are used."""
    head = act("message_head")
    if not head.may_occur(page):
        return 0.0
    return min(1.0, max(0, head.found(page) - 2) / 2 + 0.5 * (head.said(page) > 0))


def clinician_signs(page: PageLines) -> float:
    """One of the last lines is a clinician's name with letters behind it, or holds an NPI."""
    signature = act("clinician_signs").phrases
    return float(signature is not None and any(signature.search(line.text) for line in page.lines[-_SIGNATURE_LINES:]))


@cache
def _declared() -> dict[str, Any]:
    text = (resources.files("extractors.packets") / "acts.toml").read_text("utf-8")
    return tomllib.loads(text)


def _pattern(pattern: str, parts: dict[str, list[str]]) -> re.Pattern[str]:
    for name, alternatives in parts.items():
        pattern = pattern.replace(f"<{name}>", "|".join(alternatives))
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
