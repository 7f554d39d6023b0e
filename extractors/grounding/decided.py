"""What the words of a line say against the condition or code that stands in it: denied, doubted, over, a relative's."""

from __future__ import annotations

import re

from documents.values import Evidence
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.remarks import decides, has_foreign_words, is_harmless

# What the words before on the line make of every condition that follows: denied, or a relative's.
_DENIED_LIST = re.compile(
    r"\b(?:ruled out|negative for|denie[sd]|no (?:evidence|history|signs?) of|free of|absent|excluded|not found|"
    r"has not|never had|without)\b[^.\n]*$",
    re.IGNORECASE,
)
_RELATIVE = (
    r"\b(?:(?:grand|step|foster)?(?:mother|father|parents?|sons?|daughters?)|sisters?|brothers?|siblings?|aunts?|uncles?|"
    r"cousins?|nieces?|nephews?|maternal|paternal|relatives?|mom|dad|husband|wife|spouse|widow(?:er)?|partner|fianc[eé]e?|"
    r"boyfriend|girlfriend|roommate|room-?mate|neighbou?rs?|friends?|co-?workers?|colleagues?|classmates?|in-laws?|"
    r"mgm|mgf|pgm|pgf|fhx|runs in)\b"
)
_KIN = re.compile(rf"(?:{_RELATIVE}|\b(?:child|family)\b)[^.\n]*$", re.IGNORECASE)
_KIN_AFTER = re.compile(_RELATIVE, re.IGNORECASE)
# Where what is said of an item begins and ends: sentences, cells set apart by wide gaps. A gap before a dash or a
# bracket sets a remark on the same item apart.
_STARTS = re.compile(r"(?<=[a-z0-9)])[.!]\s+(?=[A-Z0-9])|;\s|\s{3,}|^\s*(?:\(?\d{1,2}[.)]|[-*•])\s+")
_ENDS = re.compile(
    r"(?:^|(?<=[A-Za-z0-9)]))[.!]\s+(?=[A-Z0-9])|"
    r";\s*(?!\W*(?:\w+ )?(?:not|no|never|doubt|now)\b)|\s{3,}(?!\s*[-–—(\[*])"
)
_WRAPPED = re.compile(r"\n[ \t]*(?=[a-z(])")
# The next diagnosis of a list starts at its own code or number.
_NEXT_ITEM = re.compile(r"[,;\s]\s*(?=[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}\b)|\s\(?\d{1,2}[.)]\s+[A-Z]")
# A bare year is the day a chronic condition was found; of another one it may be the only time.
_YEAR = re.compile(r"\W*(?:19|20)\d\d\b")
# A code of this chapter names a state itself: a history, a relative's condition, a suspicion.
_STATE_CODE = re.compile(r"\bZ\d\d(?:\.|[0-9A-Z]{0,4}\b)")
_WITHDRAWN = re.compile(
    r"\b(?:cancel\w*|canx|withdr[ae]wn?|void(?:ed)?|delet(?:e|ed)|do not|don't|chang(?:ed|e|ing) to|"
    r"replaced(?: (?:by|with))|supersed\w+|instead|in place of|in lieu of|in error|error|"
    r"erroneous\w*|incorrect\w*|wrong\w*|disregard\w*|ignore|scratch|strike|stricken|crossed out|crossed off|"
    r"rescind\w*|retract\w*|revoked|duplicate|obsolete|formerly|originally|no longer|already billed|old code|"
    r"not (?:requested|needed|required|asked|for)|removed from|declined|refused|on hold|n/a)(?![\w-])",
    re.IGNORECASE,
)
_WITHDRAWN_BEFORE = re.compile(rf"{_WITHDRAWN.pattern}[^.;\n]{{0,24}}$", re.IGNORECASE)


def against_condition(path: str, text: str, span: Evidence) -> str | None:
    """Why a condition that is taken for the patient's present one is doubtful, by what its line says; or None.

    `path` tells how much must be clear: the words around decide about every field, those that only follow with an
    unknown meaning about the status, and those within about the description.
    """
    before, after = _around(text, span)
    line_before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    inside = text[span.start : span.end]
    if _STATE_CODE.search(f"{before} {inside} {after}"):
        return None
    if _DENIED_LIST.search(line_before):
        return "denied"
    if _KIN.search(line_before) or _KIN_AFTER.search(f"{inside} {after}"):
        return "kin"
    if decides(f"{before} {inside} {after}"):
        return "not_asked"
    wording = not path.endswith(".code")
    if wording and has_foreign_words(inside):
        return "remarked"
    unclear = not is_harmless(after) or (_YEAR.match(after) and not any(h.chronic for h in find_conditions(inside)))
    return "remarked" if unclear and path.endswith(".status") else None


def is_withdrawn(text: str, span: Evidence) -> bool:
    """Whether the words beside a code cancel it or name it as one that was replaced."""
    before, after = _around(text, span)
    return (
        _WITHDRAWN_BEFORE.search(before) is not None
        or _WITHDRAWN.search(f"{text[span.start : span.end]} {after}") is not None
    )


def _around(text: str, span: Evidence) -> tuple[str, str]:
    """What is said of an item before and after it: of its line, and of the next one where the sentence goes on."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    before = before[max((m.end() for m in _STARTS.finditer(before)), default=0) :]
    after = _WRAPPED.sub(" ", text[span.end : span.end + 240]).split("\n", 1)[0]
    for end in (_ENDS, _NEXT_ITEM):
        found = end.search(after)
        after = after[: found.start()] if found else after
    return before, after
