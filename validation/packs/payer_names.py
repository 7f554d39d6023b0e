"""Payer and plan names, compared without case, punctuation, legal form and the department that a fax is sent to."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

_SPOKEN = {"&": " and ", "+": " plus ", "@": " at "}
_LEGAL_FORMS = "inc incorporated llc llp lp ltd limited corp corporation co company pllc pc the"
_LEGAL = frozenset(_LEGAL_FORMS.split())
# What follows a payer's name on forms and faxes without making it another payer's. `Medicare`, `Medicaid`, a state or
# `of ...` are not here: those are other plans, and often other companies.
_OFFICES = """
utilization management um umd prior authorization authorizations auth pa department dept unit team intake review
reviews medical pharmacy services service member provider customer precertification precert preauthorization
clinical operations office fax line center desk attn attention clerk group benefits administration
"""
_DEPARTMENT = frozenset(_OFFICES.split())
# Two printed names are one if recognition can have made one of the other: nine tenths agree (`rn` for `m` in 16 letters
# is 90.9), and all digits.
_READ_ALIKE = 90.0
_SHORTEST_FUZZY = 8


def normal_name(printed: str) -> str:
    """A name's words in their plainest form."""
    text = unicodedata.normalize("NFKD", printed).casefold()
    for sign, word in _SPOKEN.items():
        text = text.replace(sign, word)
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", text))
    kept = [word for word in words if word not in _LEGAL]
    return " ".join(kept or words)


def without_department(normal: str) -> str:
    """A plain name without the department at its end; the whole name if nothing else is left."""
    words = normal.split()
    while len(words) > 1 and words[-1] in _DEPARTMENT:
        words.pop()
    return " ".join(words)


def read_alike(one: str, other: str) -> bool:
    """Whether two plain names differ by no more than recognition makes of one name."""
    if min(len(one), len(other)) < _SHORTEST_FUZZY or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    return len(one.split()) == len(other.split()) and fuzz.ratio(one, other) >= _READ_ALIKE
