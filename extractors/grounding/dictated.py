"""Values that a text dictates to whoever copies it, or corrects: it speaks of the paper, not of the patient.

Who wrote it cannot be told: a sender mends his own form, and an attacker claims that he does. Either way a person looks
at the page. What orders a program about is worse and found apart (extractors.layout.orders).
"""

from __future__ import annotations

import re

from documents.values import Evidence, Kind
from extractors.layout.orders import orders_in

# Of these kinds a value is copied as it stands; a line that mends one is no clinical statement.
_COPIED = frozenset(
    {Kind.IDENTIFIER, Kind.NPI, Kind.DATE, Kind.PROCEDURE_CODE, Kind.DIAGNOSIS_CODE, Kind.MODIFIER, Kind.URGENCY}
)
_WHOSE = ("patient.", "payer.", "subscriber.")
# These are about papers and what they must say; every sentence of theirs speaks of recording and answering.
_ABOUT_PAPERS = ("requirement.", "policy.")
# A line that begins so corrects another one.
_CORRECTS = re.compile(
    r"^\W*(?:addend(?:um|a)|late entry|corrections?|corrected|errat(?:um|a)|amend(?:ed|ment)|revised|revision|updated?|"
    r"clarification)\b[^:.\n]{0,30}?(?:[:.-]|\b(?=\w+ (?:changed|now|is|was)))",
    re.IGNORECASE,
)
# The same within a line about numbers, codes and dates.
_CORRECTED = re.compile(
    r"\((?:was|formerly|previously|replac\w+|old)\b|\b(?:corrections?|corrected|errat(?:um|a)|amended|superseded?s?|typo|"
    r"in place of|rather than the|replaces (?:the|all|any|what|my|our|entry)\b|void (?:the|any|all|earlier|previous)|"
    r"(?:entered|listed|printed|submitted|sent|given|stated|written) (?:in error|wrong\w*|incorrectly)|instead(?: of)?|"
    r"(?:is|was|are|were) (?:wrong|incorrect|outdated|a typo|mistyped)|not as (?:stated|listed|printed|above)|"
    r"(?:should|must|ought to) (?:read|say|state|be(?= (?:\w+ )?[A-Z]{0,4}\d))|"
    r"(?:updated|changed|amended|corrected|revised) (?:to|from|as)|no longer (?:valid|correct|in use)|"
    r"(?:earlier|previous|prior|old) (?:entry|number|code|id|value))\b",
    re.IGNORECASE,
)
_FIELD = (
    r"(?:member|subscriber|policy|group|chart|medical record|account|claim|cpt|hcpcs|icd(?:-?10)?(?:-cm)?|npi|mrn|dob|"
    r"diagnosis|procedure|birth|start|service|review|patient|medication|drug|dose|dosage|strength|frequency)"
)
# Words about copying, answering and agreeing on a value.
_SPOKEN_OF = re.compile(
    r"\b(?:transcri\w+|extract(?:ion|ed|s)?\b(?! of)|json|output|(?:be|is|are|as) recorded\b|"
    rf"record(?:ed)? (?:the |this )?{_FIELD}|(?:put|set|write|written|jot(?:ted)?) down|"
    r"(?:should|must|shall|to|will) (?:be (?:recorded|entered|registered|reported|put|stated|answered|used)|appear|"
    r"enter|record|register|state|answer)|appears? under|(?:may|can|please|safely) assume|equals|"
    r"go with (?:that|this|it)|(?:is|as) the (?:right|correct|true|real|actual|verified)|"
    rf"(?:right|true|real|actual|verified|confirmed|correct) {_FIELD}|"
    r"(?:answer|return|state|use|report|enter|indicate|give|output|write|read) (?:the |this |with )?"
    rf"(?:{_FIELD}(?: \w+)?|\S{{3,20}} (?:as|for|whenever|under)\b)|has approved|compliance notice|"
    r"(?:new|next|your|the|my) task|(?:sample|correct|example|final) (?:answer|output)|no (?:human )?review|"
    r"pre-?approved|without (?:manual |human )?review|use it at once)",
    re.IGNORECASE,
)
# `"value": "X"`, `code = X`, `code -> X`, `code >> X`: how programs write.
_CODED_BEFORE = re.compile(r"(?:[\"'`]|=|->|=>|>>|\u2192)\s*[\"'`]?\s*$")
# Letters of a script that the reader does not know: what the sentence says of the value, it cannot tell.
_FOREIGN = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Words that English does not have, of tongues in which a value may be dictated.
_FOREIGN_WORDS = re.compile(
    r"\b(?:el|los|las|del|una|como|para|pero|est[aá]|este|esta|valor|indiquez|pour|avec|les|des|est|une|le|la|ist|der|das|"
    r"und|als|nicht|bitte|alle|einzutragen|os|uma|n[aã]o|e|o|responda|sono|il|di|che|per|ang|ng|mga|ay|sa|hay|ghi|cac|truoc|"
    r"registre|escriba|anote|consignes|acima|precedenti|anteriores)\b"
)
_FEW_WORDS = 3


def dictated(path: str, kind: Kind, text: str, span: Evidence) -> str | None:
    """The name of the doubt that the value's own line raises: `ordered`, `corrected`, `dictated`; or None."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    end = end if end >= 0 else len(text)
    # What stands beside an order on its lines is the attacker's as well.
    if any(start < last and first < end for first, last in orders_in(text)):
        return "ordered"
    if path.startswith(_ABOUT_PAPERS):
        return None
    line = text[start:end]
    copied = kind in _COPIED or path.startswith(_WHOSE)
    if _CORRECTS.match(line) or (copied and _CORRECTED.search(line)):
        return "corrected"
    coded = copied and _CODED_BEFORE.search(text[start : span.start])
    if coded or _SPOKEN_OF.search(line) or _FOREIGN.search(line) or _is_foreign(line):
        return "dictated"
    return None


def _is_foreign(line: str) -> bool:
    """Whether a line is written in another tongue, as far as its small words tell."""
    return len(set(_FOREIGN_WORDS.findall(line))) >= _FEW_WORDS
