"""Remarks about a listed condition or code: words that decide against it, and words that change nothing."""

from __future__ import annotations

import re
from functools import cache

from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.words import any_of, words
from validation.icd10cm import unknown_words

# Words of denial, doubt and time that belong to names and plans: they decide nothing.
_NAMED = re.compile(
    r"\b(?:not (?:intractable|otherwise|elsewhere|specified|well|adequately|optimally|fully|at|controlled|due to|"
    r"in status|responding|improv\w+|tolerat\w+|yet at)|unspecified whether|without|non-?hodgkin|none ?specified|"
    r"(?:single|recurrent) episode|class (?:\d|i{1,3}|iv)|(?:\d|nyha|killip) class|personal history of|"
    r"(?:diagnosed|diagnosis|dx'?d?|onset|since|noted|began|started|found|confirmed|proven|established)\s+(?:in|on)|"
    r"(?:former|past|ex-?) ?(?:smoker|drinker)|(?:acquired|congenital) absence|fear of (?:flying|heights)|"
    r"treated (?:with|by|for)|cat[- ]scratch|"
    r"h pylori negative|(?:seronegative|(?:rf|her2|triple|hr|er|pr|ccp|gram)[- ]negative)|"
    r"old (?:tear|fracture|infarct\w*))\b",
    re.IGNORECASE,
)
# Says nothing by itself beside a code.
_FUNCTION = re.compile(
    r"(?:from|to|now|also|either|or|and|and/or|but|the|an?|is|are|been|be|of|for|with|by|on|in|at|as|it|this|that|which|"
    r"new|updated?|code[sd]?|cpt|hcpcs|icd|procedures?|diagnos[ei]s|dx|primary|secondary|please|see|only|process|use|bill|"
    r"submit|request\w*|date|note|services?|lines?|patient|pt|school|testing|mother|father|family|per)",
    re.IGNORECASE,
)
# Everyday words of conditions, and a label's own, that the classification does not use.
_EVERYDAY = frozenset([
    "unsteady", "slipped", "pinched", "frozen", "runny", "stuffy", "blocked", "clogged", "bulging", "ruptured", "bad",
    "high", "low", "trouble", "problem", "problems", "meaning", "name", "code", "words", "description", "condition",
    "wording", "called", "cid", "mets", "nyha", "killip", "ecog", "gold", "ccs", "tnm", "ajcc",
    "figo", "widespread", "flare", "htn", "dm", "known", "worsening",
])  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z'/-]*")
_CODE = re.compile(r"\b[A-Z]?\d[0-9A-Z]{1,4}(?:\. ?[0-9A-Z]{1,4})?\b")
_QUESTIONED = re.compile(r"\?(?=\s*[A-Za-z(]|\s*[)\]]|\s*$)|\(\s*-\s*\)|\[\s*\]\s*y", re.IGNORECASE)


def decides(text: str) -> bool:
    """Whether words of a text deny, doubt, end, replace or withdraw the condition or code beside them."""
    plain = _NAMED.sub(" ", text)
    return any_of("decision_words").search(plain) is not None or _QUESTIONED.search(plain) is not None


def is_only_remark(text: str) -> bool:
    """Whether a text beside a code describes nothing: words of decision and grammar, another code (`changed from`)."""
    rest = any_of("decision_words").sub(" ", _CODE.sub(" ", text))
    return all(_FUNCTION.fullmatch(word) for word in _WORD.findall(rest))


def has_foreign_words(description: str) -> bool:
    """Whether a condition's wording holds a word that neither the classification nor the lexicon uses of conditions."""
    rest = _CODE.sub(" ", description)
    for hit in reversed(find_conditions(rest)):
        rest = f"{rest[: hit.start]} {rest[hit.end :]}"
    kept = (
        w for w in re.findall(r"[A-Za-z][\w'-]*", rest) if not _qualifies().fullmatch(w) and w.lower() not in _EVERYDAY
    )
    return bool(unknown_words(" ".join(kept)))


def is_harmless(remark: str) -> bool:
    """Whether what follows a listed condition begins as a course, finding, treatment or plan does, or is empty."""
    body = re.sub(r"^[\s,;:()\[\]\-–—.=|*•/+]+", "", _CODE.sub(" ", remark))
    if not re.search(r"[A-Za-z]{2}", body) or any_of("harmless_remarks").match(body):
        return True
    return not has_foreign_words(re.split(r"[,;:.()]|\s-\s", body, maxsplit=1)[0])


@cache
def _qualifies() -> re.Pattern[str]:
    return re.compile("|".join(words("qualifiers")), re.IGNORECASE)
