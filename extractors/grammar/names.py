"""Names of people, and wordings that are kept as printed: organizations, addresses, drugs, prose."""

from __future__ import annotations

import re

from extractors.grammar.match import Match, squeeze

# Credentials and titles as clinicians print them; they are not part of a name.
_CREDENTIAL = (
    r"(?:m\.?d\.?|d\.?o\.?|n\.?p\.?(?:-?c)?|f\.?n\.?p\.?(?:-?[bc]+)?|p\.?a\.?(?:-?c)?|r\.?n\.?|l\.?p\.?n\.?|a\.?p\.?r\.?n\.?|c\.?n\.?[mp]\.?|c\.?r\.?n\.?[ap]\.?"
    r"|d\.?n\.?p\.?|ph\.?d\.?|pharm\.?d\.?|d\.?p\.?m\.?|d\.?d\.?s\.?|d\.?m\.?d\.?|d\.?c\.?|o\.?d\.?|p\.?t\.?|d\.?p\.?t\.?|o\.?t\.?r?|mph|msn|bsn"
    r"|mba|ms|mbbs|facs|facp|facc|faaos|faan|fccp|faap|facog|agnp(?:-?c)?|arnp|cnm|lcsw|lmft|psy\.?d\.?)"
)
_SUFFIX = re.compile(rf"(?i)(?:[\s,]+{_CREDENTIAL})+\s*$")
_TITLE = re.compile(r"(?i)^(?:dr|doctor|mr|mrs|ms|miss|prof)\b\.?\s+")
_GENERATION = re.compile(r"(?i)[\s,]+(jr|sr|ii|iii|iv)\.?$")
# Words that make a text a label or a remark, never somebody's name.
_NOT_A_NAME = re.compile(
    r"(?i)\b(?:name|date|birth|dob|member|patient|provider|physician|prescriber|id|npi|phone|fax|address|sex|gender|"
    r"number|code|plan|group|insurance|diagnosis|signature|request(?:ed|ing)?|required|information|attached|see|above|same|"
    r"none|unknown|n/?a|self|hospital|clinic|center|medical|health|inc|llc|street|suite|page|form|please|print|"
    r"determination|denial|denied|notice|authorization|appeals?|approval|decision|coverage|benefits?|adverse|disagree|"
    r"director|department|policy|claims?|person|covered|records?|reports?|operation|operative|procedure|telephone|"
    r"encounter|visit|consult(?:ation)?|specialty|laborator(?:y|ies)|services?|summary|history|physical|statement|letter|"
    r"chart|progress|discharge|admission|office|practice|county|university|seen|treated|details|particulars|section|"
    r"birthdate|birthday|ppo|hmo|epo|hdhp|medicare|medicaid|pllc|llp|ltd|corp|corporation|incorporated|company|"
    r"foundation|associates|partners|primary|institute|network|regional|systems?|"
    r"therapy|medication|drug|referral|order|results?|tests?|exam(?:ination)?|imaging|specimen|collected)\b"
)
# Words of which names of practices, hospitals and companies are made; one ends or nearly ends such a name.
_ORGANIZATION = re.compile(
    r"(?i)\b(?:clinics?|hospitals?|cent(?:er|re)s?|medical group|physicians?(?: group)?|associates|specialists|"
    r"practice|institute|corporation|corp|incorporated|inc|llc|l\.l\.c|llp|pllc|p\.?l\.?l\.?c|p\.c|company|foundation|"
    r"health ?care|health (?:system|network|services|center)|"
    r"laborator(?:y|ies)|labs|imaging|radiology|pharmacy|hospice|home (?:health|care)|agency|suppl(?:y|ies)|services|"
    r"orthop(?:a?)edics|pediatrics|dermatology|cardiology|oncology|neurology|urology|family medicine|"
    r"internal medicine|surgery|rehab(?:ilitation)?|therapy|medical equipment|partners|group|university)\b\.?"
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]*)*\.?", re.UNICODE)
_SMALL = frozenset(["of", "and", "the", "for", "at", "in"])
# Small words inside names.
_PARTICLES = frozenset(
    ["de", "la", "del", "da", "das", "do", "dos", "di", "du", "van", "von", "der", "den", "ten", "ter", "le", "el"]
) | frozenset(["al", "bin", "ibn", "y", "e", "san", "st", "st.", "zu", "af"])
_LETTERS_FOR_DIGITS = {"0": "o", "1": "l", "5": "s", "8": "B", "|": "l"}


def whole_person(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one person's name: `First M Last`, without titles and credentials."""
    bare = squeeze(text).strip(" ,;:.")
    drawn = "".join(_LETTERS_FOR_DIGITS.get(c, c) for c in bare) if from_ocr and _one_digit_in_word(bare) else bare
    name = _SUFFIX.sub("", _TITLE.sub("", drawn)).strip(" ,.")
    generation = _GENERATION.search(name)
    if generation:
        name = name[: generation.start()]
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        inner = _GENERATION.search(last)
        if inner:
            generation, last = inner, last[: inner.start()]
        name = f"{first} {last}" if first and last else ""
    words = name.split()
    if not 2 <= len(words) <= 5 or _NOT_A_NAME.search(name) or not all(_WORD.fullmatch(w) for w in words):
        return None
    if max(len(w.strip(".")) for w in words) < 2:
        return None
    if words[0][0].isupper() and any(w.islower() and w not in _PARTICLES for w in words):
        return None  # `Severe persistent asthma`
    if generation:
        words.append(generation.group(1))
    return Match(" ".join(w if len(w.strip(".")) > 1 else w.strip(".") for w in words), 0, len(text), drawn != bare)


def names_organization(text: str) -> bool:
    """Whether a text is the name of a practice, a hospital or a company: capitalised, with a word of such names."""
    bare = squeeze(text).strip(" ,;:.")
    words = [w for w in bare.split() if w[0].isalpha() and w.lower() not in _SMALL]
    if not 2 <= len(words) <= 9 or any(c in bare for c in ":;?!@%") or sum(c.isdigit() for c in bare) > 3:
        return False
    return all(w[0].isupper() for w in words) and _ORGANIZATION.search(bare) is not None


def _one_digit_in_word(text: str) -> bool:
    """Whether digits stand inside words only, one a word, as OCR leaves them; numbers stay numbers."""
    words = [w for w in text.split() if any(c.isdigit() or c == "|" for c in w)]
    return bool(words) and all(len(w) > 2 and sum(c.isdigit() or c == "|" for c in w) == 1 for w in words)


def whole_text(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001 - prose is kept as printed
    """A text with a letter in it, single-spaced."""
    value = squeeze(text)
    return Match(value, 0, len(text)) if any(c.isalpha() for c in value) else None


def whole_address(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that may be an address: it has a number and a word."""
    value = squeeze(text.replace("\n", " "))
    if any(c.isdigit() for c in value) and re.search(r"[A-Za-z]{2}", value):
        return Match(value, 0, len(text))
    return None


def whole_drug(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that may name a drug: words, with a brand in brackets and release marks; no sentence."""
    value = squeeze(text)
    if not re.search(r"[A-Za-z]{3}", value) or len(value) > 80 or len(value.split()) > 8:
        return None
    return Match(value, 0, len(text))
