"""Printed labels as canonical token strings, so that `12b) Member ID #: *` and `member id number` are one."""

from __future__ import annotations

import re
from functools import lru_cache

# Numbering before a label (`12.`, `3a)`, `(4)`, `B.`), and what forms hang behind it.
_NUMBERING = re.compile(
    r"^\W*(?:\(?\d{1,2}[a-z]?[.):]+\s*|\(?[a-z][.)]\s+|\d{1,2}[a-z]?\s+(?=[A-Za-z]{2}))", re.IGNORECASE
)
_BRACKETED = re.compile(r"\([^()]{0,80}\)?|\[[^\[\]]{0,60}\]")
_PLURAL_BRACKET = re.compile(r"\((?:s|es|ies)\)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9]+|#|/|&")

_SAME = {
    "#": "number", "no": "number", "num": "number", "nbr": "number", "nos": "number", "numbers": "number",
    "tel": "phone", "telephone": "phone", "ph": "phone", "tele": "phone", "phones": "phone", "facsimile": "fax",
    "pt": "patient", "patients": "patient", "pts": "patient", "mbr": "member", "members": "member",
    "provider's": "provider", "providers": "provider", "physicians": "physician", "prescribers": "prescriber",
    "dx": "diagnosis", "diag": "diagnosis", "diagnoses": "diagnosis", "diagnosises": "diagnosis", "dxs": "diagnosis",
    "codes": "code", "ids": "id", "identification": "id", "identifier": "id", "mods": "modifier", "mod": "modifier",
    "modifiers": "modifier", "qty": "quantity", "quantities": "quantity", "drugs": "drug", "meds": "medication",
    "med": "medication", "medications": "medication", "services": "service", "svc": "service", "svcs": "service",
    "procedures": "procedure", "proc": "procedure", "addr": "address", "grp": "group", "info": "information",
    "&": "and", "desc": "description", "descr": "description", "birthdate": "birth date", "dob": "date of birth",
    "results": "result", "tests": "test", "labs": "lab", "allergies": "allergy", "conditions": "condition",
    "req": "requesting", "auth": "authorization", "spec": "specialty", "speciality": "specialty", "mid": "mi",
    "refills": "refill", "directions": "direction", "dates": "date", "units": "unit", "days": "day",
    "requests": "request", "insured's": "insured", "hcpc": "hcpcs", "npis": "npi", "therapies": "therapy",
    "failed": "failed", "practitioners": "practitioner", "organisation": "organization",
}  # fmt: skip
# Words that change nothing about what a label asks for.
_EMPTY = frozenset(
    [
        "the",
        "a",
        "an",
        "your",
        "our",
        "please",
        "print",
        "printed",
        "required",
        "optional",
        "full",
        "legal",
        "complete",
        "cm",
        "s",
        "if",
        "known",
        "applicable",
        "this",
        "for",
        "enter",
        "provide",
        "list",
        "that",
        "is",
        "are",
    ]
)
# Spellings that a label's token may have before `_SAME` makes them one; OCR damage is looked for among these too.
SPELLINGS = tuple(_SAME)
# Look-alikes of OCR, in both directions: comparing skeletons finds `lD`, `NPl`, `D0B`, `1D`.
_SKELETON = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "6": "g", "2": "z", "c": "e"})


# `Clinician name and degree` asks for the name.
_DEGREE = re.compile(r"\s*(?:,|\band\b|&|/)\s*(?:degrees?|credentials?|titles?|suffix)\b")


@lru_cache(maxsize=8192)
def canonical(text: str) -> str:
    """The label's tokens in one spelling, joined by a space; brackets, numbering and empty words are dropped."""
    plain = _PLURAL_BRACKET.sub("", text)
    plain = _BRACKETED.sub(" ", plain)
    plain = _NUMBERING.sub("", plain)
    return canonical_tokens(plain)


@lru_cache(maxsize=8192)
def canonical_tokens(text: str) -> str:
    """As `canonical`, but brackets and numbering stay."""
    low = text.lower().replace("’", "'").replace("'s", "").replace("s'", "s").replace("i.d.", "id")
    low = (
        low.replace("d.o.b.", "dob").replace("icd-10-cm", "icd10").replace("icd-10", "icd10").replace("icd 10", "icd10")
    )
    low = _DEGREE.sub("", low)
    low = low.replace("m.d.", "md").replace("n.p.i.", "npi").replace("d.o.s.", "dos").replace("m.i.", "mi")
    words: list[str] = []
    for token in _TOKEN.findall(low):
        word = same_word(token)
        if word not in _EMPTY:
            words.extend(word.split())
    # `id number` and `id` ask for the same; so do `phone number` and `phone`.
    kept = [
        w for i, w in enumerate(words) if not (w == "number" and i and words[i - 1] in ("id", "phone", "fax", "npi"))
    ]
    return " ".join(kept)


def same_word(token: str) -> str:
    """The one spelling of a token (or of the words it stands for)."""
    return _SAME.get(token, token)


def skeleton(token: str) -> str:
    """A token with look-alike characters made one."""
    return token.translate(_SKELETON).replace("rn", "m").replace("vv", "w")
