"""Whether a birth date, sex, telephone, address or chart number stands after the label of somebody but the patient.

Looked for in the words before the value on its line, and in the heading of its block; the policy holder's number is
the patient's too, so ids of the coverage are none of this.
"""

from __future__ import annotations

import re

from documents.values import Evidence

_PERSONAL = frozenset({"patient.name", "patient.dob", "patient.sex", "patient.phone", "patient.address", "patient.mrn"})
_WHERE = frozenset({"patient.phone", "patient.address"})
_KIN = (
    r"(?:legal )?guardian|(?:step|grand|foster )?parents?|(?:step|grand)?mother|(?:step|grand)?father|mom|dad|spouse|"
    r"husband|wife|domestic partner|sibling|sister|brother|emergency contact|(?:primary )?care ?giver|care ?taker|"
    r"responsible party|next of kin|n\.?o\.?k|health ?care proxy|proxy|p\.?o\.?a|power of attorney|"
    r"conservator|interpreter|authorized representative|contact person|accompanied by|informant"
)
_HOLDER = (
    r"policy ?holder|policy owner|subscriber|insured(?! (?:with|by|through))|card ?holder|guarantor|employee|sponsor"
)
# `Subscriber ID` is the patient's number; `Relationship to insured: self` says that both are one.
_NO_PERSON = (
    r"(?!(?:['’]s)?\W{0,3}(?:i\.?d|identification|number|num|no|policy|group|plan|insurance|relation\w*|self\b|same\b|patient\b"
    r"|(?:name|is|information)\W{0,3}(?:self\b|same\b|the patient\b)|(?:is )?(?:needed|required)|#))"
)
_NOT_RELATED = (
    r"(?<!relationship to )(?<!relation to )(?<!relationship to the )(?<!if not )(?<!name of )(?<!lives with )"
)
_RELATIVE = re.compile(rf"{_NOT_RELATED}\b(?:{_KIN})\b{_NO_PERSON}", re.IGNORECASE)
_OTHER = re.compile(rf"{_NOT_RELATED}\b(?:{_KIN}|{_HOLDER})\b{_NO_PERSON}", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:employer|school|attorney|lawyer|case ?manager|case ?worker|social worker|pharmacy)\b", re.IGNORECASE
)
_PATIENT = re.compile(
    r"\b(?:patient|pt|(?:member|enrollee|beneficiary|recipient|client|resident|child|dependent)(?!(?:['’]s)?\W{0,3}(?:i\.?d|num|no|#)))"
    r"\b(?!['’]?s? (?:mother|father|parent|spouse|guardian|husband|wife))",
    re.IGNORECASE,
)
# A heading names its person and little else: `EMERGENCY CONTACT INFORMATION`.
_HEADING = re.compile(
    rf"\W*(?:(?:section|part)\s+\w{{1,3}}\W+|\d{{1,2}}[.)]\s*)?(?:{_KIN}|{_HOLDER})(?:\s*(?:/|or|and)\s*(?:{_KIN}|{_HOLDER}))?"
    r"(?:['’]s)?(?:\s+(?:information|info|details|contact|demographics|section))*\W*",
    re.IGNORECASE,
)
# More lines than this are no block of one person's.
_BLOCK = 6


def is_another_persons(path: str, text: str, span: Evidence) -> bool:
    """Whether a value read as the patient's stands after another person's label.

    Args:
        path: the field it was read as.
        text: of the page.
        span: the value's place in it.
    """
    if path not in _PERSONAL:
        return False
    start = text.rfind("\n", 0, span.start) + 1
    before = text[start : span.start]
    # `Insured: Jane Roe` may well be the patient; a guardian is not.
    others = _RELATIVE if path == "patient.name" else _OTHER
    theirs = max((m.start() for m in others.finditer(before)), default=-1)
    if path in _WHERE:
        theirs = max(theirs, max((m.start() for m in _PLACE.finditer(before)), default=-1))
    own = max((m.start() for m in _PATIENT.finditer(before)), default=-1)
    return theirs > own if max(theirs, own) >= 0 else _under_their_heading(text[:start])


def _under_their_heading(above: str) -> bool:
    """Whether the nearest lines above, up to an empty one, begin with another person's heading."""
    for line in above.split("\n")[-2 : -2 - _BLOCK : -1]:
        if not line.strip() or _PATIENT.search(line):
            return False
        if _HEADING.fullmatch(line):
            return True
    return False
