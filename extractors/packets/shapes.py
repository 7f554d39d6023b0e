"""Shapes: what kind of page it is, whatever its words are about - a table of results, a letter, a form, a message.

A document type declares which shapes speak for or against it (`DocumentType.shapes`); each is a strength of 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from extractors.lexicon.analytes import find_analytes
from extractors.lexicon.words import words
from extractors.packets import acts, topics
from extractors.packets.page_lines import PageLines

# A measured value of a laboratory: name, number, then a flag, a unit or a range. Four such lines are a report.
_UNIT = (
    r"(?:m?mol|µ?mol|u?mol|mg|g|ng|pg|ug|mcg|µg|iu|miu|uiu|u|meq|mosm|cells|copies|k|m|thou|mill|x\s?10\S*|10\S*|fl|sec|"
    r"ratio|cfu)\s?/\s?(?:dl|ml|l|ul|mcl|cumm|mm3?|hpf|lpf|h|hr|min\S*|g|kg|mg|1\.73\S*)|\bfl\b|\bpg\b|%|\bmm/hr?\b"
)
_RANGE = r"[(\[]?\s*(?:[<>]=?\s*)?\d+(?:\.\d+)?\s*(?:-|–|to)\s*\d+(?:\.\d+)?\s*[)\]]?|[<>]=?\s*\d+(?:\.\d+)?"
_FLAG = r"\(?\b(?:H{1,2}|L{1,2}|A|HIGH|LOW|CRIT(?:ICAL)?|ABN(?:ORMAL)?)\b\)?|\*"
_RESULT_ROW = re.compile(
    rf"^\W{{0,3}}[A-Za-z][A-Za-z0-9 ,./()%'+-]{{0,38}}?[\s:.]+[<>]?\d+(?:[.,]\d+)?\s*(?:{_FLAG})?[\s|]*"
    rf"(?:(?:{_UNIT})|(?:{_RANGE})(?:\s|$))",
    re.IGNORECASE,
)
_FLAGGED_ROW = re.compile(rf"^\W{{0,3}}[A-Za-z][A-Za-z0-9 ,./()%'-]{{0,38}}?\s+[<>]?\d+(?:\.\d+)?\s*(?:{_FLAG})")
_TREND_ROW = re.compile(
    rf"^\W{{0,3}}[A-Za-z][A-Za-z0-9 ,./()%'-]{{0,30}}?(?:\s+[<>]?\d+(?:\.\d+)?\s*(?:{_FLAG})?){{2,8}}\s*$"
)
_FOUND_ROW = re.compile(
    r"^\W{0,3}[A-Za-z][A-Za-z0-9 ,./()-]{1,38}?[\s:]{1,}(?:positive|negative|not detected|detected|non-?reactive|"
    r"reactive|none seen|no growth|susceptible|resistant|intermediate|not isolated|indeterminate)\b",
    re.IGNORECASE,
)
_ROW_PATTERNS = (_RESULT_ROW, _FLAGGED_ROW, _TREND_ROW, _FOUND_ROW)
_ROWS, _FEWEST_ROWS, _UNNAMED_ROW = 4.0, 1.5, 0.5
_LONGEST_ROW, _LONGEST_NAME = 120, 40

# How a patient or a relative writes. Clinicians write `I` too, but not of their own pills, pains and bills.
_PATIENT_VOICE = re.compile(
    r"\bmy (?:refills?|prescriptions?|rx|medications?|medicines?|meds|pills?|tablets?|inhaler|insulin|appointments?|"
    r"appt|visit|bill|insurance|copay|card|doctor|dr|pharmacy|mom|mother|dad|father|son|daughter|husband|wife|"
    r"partner|child|kid|baby|brother|sister|grandmother|grandfather|parents?|pain|chest|back|knee|leg|legs|arm|head|"
    r"stomach|throat|eyes?|ears?|feet|foot|hands?|skin|rash|cough|fever|symptoms|blood pressure|bp|sugars?|glucose|"
    r"dose|test results?|results?|labs|records|number|cell|chart|surgery|procedure|blood work|work|job|boss)\b"
    r"|\bi(?:'m| am) (?:out of|running|almost out|having|feeling|still|getting|not feeling|worried|writing|wondering|"
    r"scared|afraid|home|taking|supposed|due|so|really|on my|confused|in pain)\b"
    r"|\bi (?:need|ran out|run out|have been (?:having|feeling|taking|trying)|feel|felt|was wondering|wanted to|"
    r"would like|want|got|don'?t|can'?t|cannot|keep|just|took|take|missed|woke|wake|tried to|called|hope|live|think|"
    r"forgot|lost|noticed|started|stopped|left|have (?:a|an|some|not|had|no|two|three) )\b"
    r"|\bi(?:'ve| have) been\b|\b(?:should|can|could|may|do|does|will) i\b|\bwho do i\b|\bhow do i\b"
    r"|\b(?:can|could|would|will) (?:you|someone|somebody|anyone|the (?:doctor|nurse|office)|dr)\b"
    r"|\bplease (?:call|let me know|advise|send|refill|tell|help|respond)\b|\blet me know\b|\bcall me\b"
    r"|\b(?:thanks|thank you(?: so much| very much)?)[,.!\s]*(?:$|\n)|(?-i:\b(?:Hi|hi|Hello|hello|Hey|hey)\b)[ ,]",
    re.IGNORECASE,
)
_VOICE_WORDS = frozenset({"i", "my", "me", "thanks", "hi", "hello", "hey"})
# Clinicians write letters in the first person, of patients.
_CLINICIAN_VOICE = re.compile(
    r"\bmy (?:patient|clinical|professional|medical opinion|evaluation|assessment|judge?ment|impression|"
    r"recommendations?)\b|\bi (?:recommend|saw|examined|evaluated|reviewed|discussed|ordered|certify|attest|believe "
    r"that|prescribed|performed)\b|\b(?:this|the|our|your) (?:pleasant|patient|member)\b|\bnpi\b|\bicd|\bcpt\b|"
    r"\b(?:reports|denies|presents)\b|\byear[- ]old\b|\bon exam",
    re.IGNORECASE,
)

_SALUTATION = re.compile(
    r"^\W{0,3}(?:dear|to whom it may concern|greetings|(?-i:[Hh]ello|[Hh]i))\b", re.IGNORECASE | re.MULTILINE
)
_DEAR_CLINICIAN = re.compile(
    r"^\W{0,3}(?:dear|hello|hi)\s+(?:dr\b|doctor|colleague|provider|practitioner|prescriber|physician)",
    re.IGNORECASE | re.MULTILINE,
)
_DEAR_PAYER = re.compile(
    r"^\W{0,3}(?:dear|attention|attn)\W+(?:\w+\s+){0,3}?(?:director|reviewer|review\b|appeals|utilization|authorization|"
    r"health plan|insurance|payer|claims|case manager|pharmacy)|^\W{0,3}to whom it may concern",
    re.IGNORECASE | re.MULTILINE,
)
_DEAR_MEMBER = re.compile(
    r"^\W{0,3}dear\s+(?:mr|mrs|ms|miss|mx|member|enrollee|patient|beneficiary|customer|policyholder|subscriber|parent)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING = re.compile(
    r"^\W{0,3}(?:sincerely|respectfully|(?:(?:with )?(?:kind|best|warm|warmest|kindest) )?regards|yours(?: truly| "
    r"sincerely)?|cordially|with appreciation|very truly yours|thank you for your (?:time|consideration|attention))\b",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK = re.compile(r"_{3,}|\[\s?\]|\(\s\)|☐|□|❑|\bY\s?/\s?N\b|__/__")
_TICK = re.compile(r"\[[xX✓✔]\]|\([xX]\)|☑|☒|\[\s?\]|\(\s\)|☐|□|❑")
_LABEL = re.compile(r"\b[A-Za-z][A-Za-z0-9 #/&().'-]{1,32}:(?=\s|$|_)")
_LONG_LINE = 9

_CORE_SECTIONS = frozenset(
    {
        "chief_complaint", "hpi", "subjective", "objective", "pmh", "psh", "family_history", "social_history", "ros",
        "vitals", "exam", "assessment", "assessment_and_plan", "plan", "hospital_course", "discharge_medications",
        "new_medications", "perioperative", "complications",
    }
)  # fmt: skip
_CLINICAL = frozenset(words("clinical_words"))
_CLINICAL_ANYWHERE, _CLINICAL_MANY = 8, 20
# Of the words of requests and letters one in twenty is a clinician's, of a note one in ten; a few words tell nothing.
_DENSE_ANYWHERE, _DENSE, _SHORT_PAGE = 0.05, 0.08, 40
_HEADINGS = 3.0
_CODE = re.compile(
    r"(?<![\w.])(?:[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[12]\d{9}|\d{5}|[A-V]\d{4})(?![\w.-])"
)  # ICD-10-CM with a dot, NPI, CPT or HCPCS by their forms
_NUMBERED = re.compile(r"^\W{0,3}(?:\(?[a-zA-Z0-9ivx]{1,4}[.)]|[-•*])\s+\S", re.MULTILINE)


def shapes_of(page: PageLines) -> dict[str, float]:
    """The strength of each shape on a page, those above zero only."""
    strengths = {name: measure(page) for name, measure in SHAPES.items()}
    return {name: round(strength, 4) for name, strength in strengths.items() if strength > 0}


def _result_rows(page: PageLines) -> float:
    """Lines that state a laboratory value, many and dense: a note quotes a few among its prose.

    A line whose name is no known analyte counts half, one of vital signs not at all.
    """
    rows = 0.0
    for line in page.lines:
        if len(line.text) < _LONGEST_ROW and any(pattern.match(line.text) for pattern in _ROW_PATTERNS):
            named = find_analytes(line.text[:_LONGEST_NAME])
            rows += _UNNAMED_ROW if not named else 0.0 if named[0].vital else 1.0
    if rows < _FEWEST_ROWS:
        return 0.0
    return min(1.0, rows / _ROWS) * min(1.0, 3 * rows / max(1, len(page.lines)))


def _patient_voice(page: PageLines) -> float:
    """A patient's or relative's own words; a clinician's words on the page speak against it."""
    if _VOICE_WORDS.isdisjoint(page.vocabulary):
        return 0.0
    hits = len(_PATIENT_VOICE.findall(page.text))
    against = len(_CLINICIAN_VOICE.findall(page.text)) if hits else 0
    return max(0.0, min(1.0, (hits - 1.5 * against) / 3))


def _note_headings(page: PageLines) -> float:
    """Headings of a clinician's note at the beginning of lines, several of them."""
    return min(1.0, max(0, len(page.sections & _CORE_SECTIONS) - 1) / _HEADINGS)


def _clinical_words(page: PageLines) -> float:
    """How many different words of clinicians' running text a page holds, or how dense; some stand on every form."""
    held = len(_CLINICAL & page.vocabulary)
    many = (held - _CLINICAL_ANYWHERE) / _CLINICAL_MANY
    dense = (held / max(_SHORT_PAGE, len(page.tokens)) - _DENSE_ANYWHERE) / _DENSE
    return max(0.0, min(1.0, max(many, dense)))


def _form(page: PageLines) -> float:
    """Labels, blanks and tick boxes: share of the lines that hold any, more for several."""
    marks = len(_LABEL.findall(page.text)) + 2 * len(_BLANK.findall(page.text))
    marks += 2 * len(page.page.marks)
    return min(1.0, marks / max(8.0, 1.2 * len(page.lines))) if marks > 1 else 0.0


def _options(page: PageLines) -> float:
    """Tick boxes, printed or drawn."""
    return min(1.0, (len(_TICK.findall(page.text)) + len(page.page.marks)) / 4)


def _prose(page: PageLines) -> float:
    """Share of the words that stand in long lines without labels."""
    total = sum(len(line.tokens) for line in page.lines)
    running = sum(
        len(line.tokens) for line in page.lines if len(line.tokens) >= _LONG_LINE and ":" not in line.text[:40]
    )
    return running / total if total >= _LONG_LINE else 0.0


def _codes(page: PageLines) -> float:
    """Diagnosis and procedure codes and NPIs, by their form."""
    kinds = {len(code) * 10 + code[0].isdigit() for code in _CODE.findall(page.text)}
    return min(1.0, max(0, len(kinds) - 1) / 2)


def _counted(pattern: re.Pattern[str], full: float = 1.0) -> Callable[[PageLines], float]:
    return lambda page: min(1.0, len(pattern.findall(page.text)) / full)


SHAPES: dict[str, Callable[[PageLines], float]] = {
    "result_rows": _result_rows,
    "patient_voice": _patient_voice,
    "note_headings": _note_headings,
    "imaging_headings": topics.imaging_headings,
    "letter_topics": topics.letter_topics,
    "policy_topics": topics.policy_topics,
    "verdict": topics.verdict,
    "patient_labels": topics.patient_labels,
    "clinical_words": _clinical_words,
    "asks_colleague": acts.asks_colleague,
    "sends_patient": acts.sends_patient,
    "asks_payer": acts.asks_payer,
    "expedite_terms": acts.expedite_terms,
    "fill_in": acts.fill_in,
    "call_slip": acts.call_slip,
    "message_head": acts.message_head,
    "clinician_signs": acts.clinician_signs,
    "form": _form,
    "options": _options,
    "prose": _prose,
    "codes": _codes,
    "salutation": _counted(_SALUTATION),
    "dear_clinician": _counted(_DEAR_CLINICIAN),
    "dear_payer": _counted(_DEAR_PAYER),
    "dear_member": _counted(_DEAR_MEMBER),
    "closing": _counted(_CLOSING),
    "list_items": _counted(_NUMBERED, 5.0),
}
