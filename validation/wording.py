"""Clinical wording as comparable words: what a diagnosis says, what it rules out, which qualifiers it carries."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Wording(NamedTuple):
    """The content words of a description, in their plainest form.

    Attributes:
        said: what it states.
        denied: the word that each denial opens with (`aura` in `without aura`).
        scoped: the words after that, up to the next comma; where commas are missing they may be stated after all.
    """

    said: frozenset[str]
    denied: frozenset[str]
    scoped: frozenset[str]


# Words that tell no two diagnoses apart: grammar, and the classification's own fillers.
_STOP_WORDS = """
a an and are as at be by due for from has in is it its of on or the this to type class stage grade with nos nec
unspecified other specified elsewhere classified disease disorder condition following after status side region site part
dx diagnosis pt patient organism cause mention secondary associated related affecting involving
"""
_STOP = frozenset(_STOP_WORDS.split())

# Abbreviations and everyday names that clinicians print, in the classification's words. General usage only; an
# abbreviation with two common meanings (MS, PE, RA in a heart note) is listed with the one ICD-10-CM codes use most.
_SPOKEN = {
    "acl": "anterior cruciate ligament",
    "af": "atrial fibrillation",
    "afib": "atrial fibrillation",
    "aki": "acute kidney failure",
    "adhd": "attention deficit hyperactivity",
    "bil": "bilateral",
    "bilat": "bilateral",
    "bph": "benign prostatic hyperplasia",
    "ca": "malignant neoplasm",
    "cad": "atherosclerotic heart native coronary artery",
    "cancer": "malignant neoplasm",
    "carcinoma": "malignant neoplasm",
    "chf": "heart failure",
    "ckd": "chronic kidney",
    "copd": "chronic obstructive pulmonary",
    "cva": "cerebral infarction",
    "ddd": "disc degeneration",
    "dm": "diabetes mellitus",
    "dm1": "1 diabetes mellitus",
    "dm2": "2 diabetes mellitus",
    "dvt": "deep vein thrombosis",
    "esrd": "end renal",
    "former": "history",
    "fx": "fracture",
    "gad": "generalized anxiety",
    "gerd": "gastro esophageal reflux",
    "hld": "hyperlipidemia",
    "hfref": "systolic heart failure",
    "hfpef": "diastolic heart failure",
    "hiv": "human immunodeficiency virus",
    "htn": "hypertension",
    "hx": "history",
    "hypercholesterolaemia": "hypercholesterolemia",
    "ibs": "irritable bowel syndrome",
    "lt": "left",
    "lle": "left lower limb",
    "rle": "right lower limb",
    "lue": "left upper limb",
    "rue": "right upper limb",
    "leg": "limb",
    "arm": "limb",
    "mdd": "major depressive",
    "mi": "myocardial infarction",
    "ms": "multiple sclerosis",
    "oa": "osteoarthritis",
    "osa": "obstructive sleep apnea",
    "pe": "pulmonary embolism",
    "ptsd": "post traumatic stress",
    "ra": "rheumatoid arthritis",
    "renal": "kidney",
    "rf": "rheumatoid factor",
    "rt": "right",
    "sle": "systemic lupus erythematosus",
    "smoker": "nicotine dependence",
    "smoking": "nicotine dependence",
    "tobacco": "nicotine",
    "stroke": "cerebral infarction",
    "t1dm": "1 diabetes mellitus",
    "t2dm": "2 diabetes mellitus",
    "tia": "transient cerebral ischemic attack",
    "tumor": "neoplasm",
    "uti": "urinary tract infection",
    "hemiparesis": "hemiplegia",
    "oesophageal": "esophageal",
    "paraesthesia": "paresthesia",
    "herniated": "displacement",
    "herniation": "displacement",
    "slipped": "displacement",
    "ii": "2",
    "iii": "3",
    "iv": "4",
}

# What opens a denial, and what ends it: `without aura, intractable` denies aura only.
_DENIES = frozenset({"without", "no", "w/o", "wo"})
_DENIES_NEXT = frozenset({"not", "non"})
_ENDS = frozenset({",", ";", "(", ")", "with", "but"})

_TOKEN = re.compile(r"w/o|[a-z0-9]+(?:'s)?|[,;()]")


def _stem(word: str) -> str:
    """Singular form, crude but the same on both sides of a comparison."""
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def read_wording(text: str) -> Wording:
    """The content words of a printed or official description, abbreviations spelled out."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode().lower()
    said: set[str] = set()
    denied: set[str] = set()
    scoped: set[str] = set()
    into = after = said
    for token in _TOKEN.findall(plain):
        if token in _ENDS:
            into = said
        elif token in _DENIES or token in _DENIES_NEXT:
            into, after = denied, (scoped if token in _DENIES else said)
        else:
            words = [_stem(w) for w in _SPOKEN.get(token, token).split()]
            kept = [w for w in words if w not in _STOP]
            into.update(kept)
            # `not elsewhere classified` denies nothing; `without mention of obstruction` denies obstruction.
            if into is denied and (kept or after is said):
                into = after
    return Wording(frozenset(said), frozenset(denied), frozenset(scoped))
