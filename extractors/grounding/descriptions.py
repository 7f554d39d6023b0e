"""Texts that stand where a diagnosis or service is described, and describe none."""

from __future__ import annotations

import re

# Words about a diagnosis or service, of the sentence around it, and of coding systems.
_SAYS_NOTHING = (
    r"procedures?|diagnos[ie]s|descriptions?|code set|codes?|services?|units?|medications?|drugs?|conditions?|"
    r"rule[ds]? out|r/o|possible|probable|suspected|vs\.?|versus|and/or|or|and|not|either|also|with|history of|h/o|hx|"
    r"was|were|is|are|has|have|been|be|had|now|then|only|but|for|from|to|in|on|of|at|by|as|per|the|an?|this|that|it|please|see|above|below|"
    r"attached|changed?|replaced|replaces|instead|previous(?:ly)?|prior|former(?:ly)?|earlier|current(?:ly)?|today|"
    r"resolved|active|inactive|approved|denied|requested?|ordered|billed|completed|done|performed|withdrawn|pending|new|"
    r"old|same|other|n/?a|none|unknown|primary|secondary|principal|first|second|third|yes|no|icd-?\s?(?:9|10)?"
    r"(?:-?(?:cm|pcs))?|cpt|hcpcs|snomed(?:\s?ct)?|loinc|ndc|dx|px|version|fy|effective"
)
# Taken away one by one: as one repeated group they could be told apart in exponentially many ways.
_SAYING_NOTHING = re.compile(rf"[\W\d]+|(?:{_SAYS_NOTHING})(?![A-Za-z])", re.IGNORECASE)
# The start of another labelled line.
_LABELLED = re.compile(
    r"\W*(?:(?:referring|ordering|requesting|attending|rendering|servicing|treating|primary care|billing)\s+)?(?:"
    r"provider|physician|prescriber|clinician|doctor|surgeon|therapist|patient|member|subscriber|insured|facility|location|"
    r"clinic|hospital|practice|pharmacy|payer|plan|insurance|phone|telephone|fax|tel|address|d\.?o\.?b|date|npi|mrn|tin|id|"
    r"signature|signed|diagnos[ie]s|dx|icd-?10|cpt|hcpcs|units?|quantity|qty|modifiers?|start|end|notes?|comments?|"
    r"reason|urgency|frequency|duration|name|vitals?|allergies|medications?|meds|labs?|exam)\b[\w /#.()-]{0,24}:\s",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"\bNPI\b|\b\d{10}\b|\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b(?:DOB|MRN|fax|tel)\b|@\w+\.", re.IGNORECASE
)
# Two vital signs, or one with a pressure: `T 38.1 BP 108/64`.
_VITAL = re.compile(
    r"\b(?:T|temp(?:erature)?|BP|blood pressure|HR|heart rate|P|pulse|RR|R|resp(?:irations?|iratory rate)?|SpO2|"
    r"O2(?: sat)?|sat|weight|wt|height|ht|BMI)\b[\s:=]*\d{2,3}(?:\.\d+)?(?!\d)(?:\s?/\s?\d{2,3})?",
    re.IGNORECASE,
)
_FEWEST_VITALS = 2


def describes_nothing(value: str) -> bool:
    """Whether a description is no more than words around one, a labelled line, an identifier's line or vital signs."""
    text = value.strip()
    if not _SAYING_NOTHING.sub("", text) or _LABELLED.match(text) or _IDENTIFIER.search(text):
        return True
    return len(_VITAL.findall(text)) >= _FEWEST_VITALS or re.search(r"\bBP\s*\d{2,3}/\d{2,3}", text) is not None
