"""Rules that other stages raise, declared here so that every id has one meaning and one page."""

from __future__ import annotations

from documents.records import RedFlag, Severity
from validation.rule import OVER_THE_PACKET, Rule, raised_elsewhere

CONFLICTING_VALUES: Rule = raised_elsewhere(
    Rule(
        "CONF-001",
        Severity.ERROR,
        title="The document states different values for the same item",
        remedy="look at each place and decide which one holds",
        flag=RedFlag.CONFLICTING_VALUES,
        raised_by="extractors.records.assembly",
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

AMBIGUOUS_SELECTION: Rule = raised_elsewhere(
    Rule(
        "READ-010",
        Severity.ERROR,
        title="More than one box is ticked where the form allows one",
        remedy="ask the sender which is meant",
        flag=RedFlag.AMBIGUOUS_SELECTION,
        raised_by="extractors.forms",
    )
)

PROMPT_INJECTION: Rule = raised_elsewhere(
    Rule(
        "READ-020",
        Severity.ERROR,
        title="Text on a page gives orders to a program; it was not read",
        remedy="check the page before deciding",
        flag=RedFlag.PROMPT_INJECTION,
        raised_by="extractors.forms",
    )
)

UNREAD_CODE: Rule = raised_elsewhere(
    Rule(
        "READ-040",
        Severity.ERROR,
        title="What looks like a diagnosis or procedure code was read as no field's value",
        remedy="look at the page that it names, and add the code if it belongs to the record",
        raised_by="extractors.prose",
    )
)

UNREAD_ANSWER: Rule = raised_elsewhere(
    Rule(
        "READ-050",
        Severity.ERROR,
        title="A form has an answer at a field's label, and it could not be read "
        "(a warning for fields of little weight)",
        remedy="enter it from the page that it names",
        raised_by="extractors.forms",
    )
)

PATIENT_MISMATCH: Rule = raised_elsewhere(
    Rule(
        "PT-001",
        Severity.ERROR,
        title="Pages of the document are about another person",
        remedy="separate them before anything is filed",
        flag=RedFlag.PATIENT_MISMATCH,
        raised_by="extractors.records.packet",
    )
)

OTHER_PATIENT: Rule = raised_elsewhere(
    Rule(
        "READ-030",
        Severity.ERROR,
        title="Pages name another patient than the document is about; none of their values is accepted",
        remedy="check whose they are and tell the sender",
        flag=RedFlag.PATIENT_MISMATCH,
        raised_by="extractors.records.packet",
    )
)

REQUIREMENT_UNMET: Rule = raised_elsewhere(
    Rule(
        "EVID-001",
        Severity.INFO,
        title="The payer asks for something that the packet does not show",
        remedy="see the record's checklist; ask the sender for what is missing",
        raised_by=OVER_THE_PACKET,
    )
)

DUPLICATE_REQUEST: Rule = raised_elsewhere(
    Rule(
        "DUP-001",
        Severity.ERROR,
        title="The same service was requested for the same patient and date before",
        remedy="compare it with the earlier request; close it as a duplicate if it asks for nothing else",
        raised_by="review_queue.settlement",
    )
)
