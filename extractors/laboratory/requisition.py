"""Why the tests were ordered: diagnosis codes that a report repeats from the requisition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Assertion, Cited, Kind
from extractors.grammar.find import normalise
from extractors.laboratory.lines import Line, printed_lines
from validation.icd10cm import lookup

# What stands before the codes of a requisition.
_ORDERED_FOR = re.compile(
    r"(?i)\b(?:icd(?:[- ]?10)?(?:[- ]?cm)?|dx|diag(?:nos[ie]s|noses)?|indications?|requisition|reason (?:for|"
    r"of) (?:test(?:ing)?|"
    r"order|study|exam|lab\w*|visit)|(?:ordered|requested|sent|tested|submitted|drawn|done) for|medical necessity|"
    r"clinical (?:info(?:rmation)?|history|data|reason|details|"
    r"context|notes?|question)|pre-?op(?:erative)?|history|condition|codes? (?:submitted|provided|given|supplied|"
    r"on (?:file|order)))\b"
)
_RULED_OUT = re.compile(r"(?i)\b(?:rule out|r/o|family history|fhx|not|no evidence|screen(?:ing)? for)\b[^;,]{0,30}$")
# A code as printed, with or without its dot.
_TOKEN = re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?(?![\w.]*\w)")
_LABEL_SCORE = 0.95


def read_requisition(pages: Sequence[Page]) -> Iterator[Cited]:
    """The diagnosis codes that stand in a line that says why, or in the line below one that says nothing else."""
    count = 0
    for page in pages:
        open_label = False
        for line in printed_lines(page):
            cue = _ORDERED_FOR.search(line.text)
            if cue is not None or open_label:
                for cited in _codes(line, cue.end() if cue is not None else 0):
                    count += 1
                    yield cited.model_copy(update={"group": f"requisition-{count}"})
            open_label = cue is not None and not line.text[cue.end() :].strip(" :.()codes")


def _codes(line: Line, after: int) -> Iterator[Cited]:
    for found in _TOKEN.finditer(line.text, after):
        value = normalise(Kind.DIAGNOSIS_CODE, found.group(), from_ocr=line.from_ocr)
        if value is None or (lookup(value) is None and "." not in found.group()):
            continue  # `B12` and `T4` are tests
        ruled_out = _RULED_OUT.search(line.text[: found.start()]) is not None
        yield Cited(
            path="diagnosis.code",
            value=value,
            quote=found.group(),
            page=line.page,
            start=line.start + found.start(),
            assertion=Assertion.UNCERTAIN if ruled_out else Assertion.PRESENT,
            features={"label_score": _LABEL_SCORE},
        )
