"""Rules that other stages raise, declared here so that every id has one meaning and one page."""

from __future__ import annotations

from documents.records import RedFlag, Severity
from validation.rule import Rule, raised_elsewhere

CONFLICTING_VALUES: Rule = raised_elsewhere(
    Rule(
        "CONF-001",
        Severity.ERROR,
        title="The document states different values for the same item",
        remedy="look at each place and decide which one holds",
        flag=RedFlag.CONFLICTING_VALUES,
        raised_by="extractors.assembly",
    )
)

IMPLAUSIBLE_HEADER: Rule = raised_elsewhere(
    Rule(
        "DL-001",
        Severity.INFO,
        title="The fax header's time cannot be right, so the clock starts at arrival",
        remedy="nothing, unless the sender proves an earlier transmission",
        raised_by="validation.deadlines",
    )
)
