"""What the words of a heading announce: whose the labels under it are, what it lists, which drugs it speaks of."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz, process

from extractors.forms.wording import skeleton

# What a heading's words say about its section, first match wins. Owners are those of `labels`; the rest name what is
# listed. A drug list's status is in `_STATUSES`.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("pharmacy", r"\bpharmacy (?:info|section|detail)|^(?:dispensing |preferred |specialty )?pharmacy$"),
        ("allergy", r"\ballerg|\badverse reactions?"),
        (
            "discontinued",
            r"\bno longer\b|\bdiscontinued\b|\bstopped (?:med|drug)|\b(?:inactive|stopped|past) medications?",
        ),
        (
            "tried",
            r"\b(?:tried|previous|prior(?!.?(?:auth|approv|cert))|past|failed|alternatives?|trials?)\b.{0,40}\b(?:med(?:ication)?s?|drugs?|"
            r"therap\w+|"
            r"treatments?|failed|tried|trials?|steps?)\b|\bstep therapy|\bmedication history|\btrial and failure|"
            r"\btreatment history|\b(?:drugs?|medications?|therap\w+) (?:tried|failed)|"
            r"\b(?:meds?|medications?|drugs?|medicines?|therap\w+|treatments?)\b.{0,40}\b(?:tried|failed|attempted|"
            r"unsuccessful(?:ly)?|without (?:success|benefit|relief)|ineffective|not tolerated|did not (?:work|help))"
            r"\b",
        ),
        (
            "current",
            r"\b(?:current|active|home|other|concurrent|concomitant|present)\b.{0,20}\b(?:med(?:ication)?s?|drugs?|"
            r"therap\w+|rx|prescriptions?)\b|\bmedication (?:list|reconciliation)|\bcurrently taking",
        ),
        (
            "current",
            r"^(?:discharge|admission|home|outpatient)? ?(?:medications|meds|drugs)(?: list)?$|"
            r"\bdischarge medications?\b",
        ),
        ("request", r"^order (?:details?|information|summary)|^request (?:type|details?|information)|^type of request"),
        (
            "observation",
            r"\b(?:labs?|laborator\w+|results?|vitals?|clinical values|findings|measurements?|objective data|"
            r"measures)\b",
        ),
        ("diagnosis", r"\bdiagnos[ei]s|\bicd ?-?10|\bdx\b|^why$|^problems?\b|\bconditions?\b|\bindications?\b"),
        ("subscriber", r"\b(?:subscriber|policy ?holder|insured|guarantor)\b"),
        (
            "patient",
            r"^(?:\w+ )?(?:patient|member|enrollee|beneficiary|recipient|client|participant)s?(?: and insurance|"
            r" and coverage| "
            r"insurance)?(?: information| info| details?| data| demographics| section| identification)?(?: and .*)?$|"
            r"\bdemographic|^covered (?:person|individual|member|patient)\b|"
            r"^(?:person|individual|child)\b.{0,12}\b(?:covered|seen|served|receiving|needing|treated|"
            r"concerned|evaluated)\b|"
            r"\b(?:patient|member|person|enrollee|beneficiary|recipient) (?:particulars|being|to be)\b|"
            r"\bwho is the (?:patient|member)|\babout the (?:patient|member)",
        ),
        # `Procedures, items or drugs by code`: what stands first is what the rows are.
        ("procedure", r"^(?:procedures?|services?|cpt|hcpcs|items?)\b.{0,20}\bdrugs?\b"),
        (
            "medication",
            r"\b(?:medications?|drugs?|prescription|rx|product)\b",
        ),
        (
            "servicing",
            r"\b(?:servicing|rendering|performing|treating|treatment|receiving) (?:provider|physician|facility|"
            r"practitioner|site|location|clinic|agency)|\bfacility\b|"
            r"\brefer(?:red)? to\b|\bsite of (?:care|service)|\bsupplier\b|\bvendor\b|\bplace of (?:service|treatment)|"
            r"\bwhere\b.*\b(?:service|care|done|given)|\bservice location\b|"
            r"^(?:to|refer to|referred to|sent to|receiving|consultant)(?: \w+)?$",
        ),
        (
            "requester",
            r"\b(?:requesting|ordering|referring|prescribing|submitting|treating|attending)\b.*\b(?:provider|physician|"
            r"practitioner|clinician|doctor|prescriber|office)|\b(?:provider|physician|practitioner|clinician|"
            r"doctor|requester|"
            r"requestor|prescriber)s?\b|\bwho (?:is )?(?:ask|request|order|send|prescrib)\w*\b|"
            r"^(?:from|sender|sent by|sending|originat\w+|referred by)(?: \w+)?$|^prescribing\b|\bsurgeons?\b",
        ),
        (
            "procedure",
            r"\b(?:procedures?|services?|items?|treatments?|stud(?:y|ies)|exams?|scans?|operations?|tests?|equipment|"
            r"cpt|hcpcs|supplies|dme)\b|"
            r"^(?:orders?|request)$|\bwhat (?:is )?(?:being )?(?:needed|requested)",
        ),
        (
            "payer",
            r"^(?:(?:primary|secondary|health|medical|member|patient|current|other) )*(?:payer|payor|insurance|"
            r"coverage|"
            r"health plan|carrier|benefits?|plan)(?: (?:information|info|details?|section|data|coverage|company|"
            r"and|plan|particulars))*$",
        ),
        ("request", r"\b(?:request|review|urgency|priority|order|authorization|how soon)\b"),
        ("signature", r"\b(?:signature|attestation|certification|acknowledg)"),
        ("clinical", r"\b(?:clinical|history|justification|rationale|necessity|comments?|notes?|summary|narrative)\b"),
        ("other", r"\b(?:office use|internal use|questions?|instructions?|attachments?|checklist|contact)\b"),
    )
)
NUMBERED = re.compile(
    r"^\W*(?:section|part|step|box)?\s*(?:\d{1,2}|[IVX]{1,4}|[A-H])\s*[.):-]?\s+(?=[A-Za-z])", re.IGNORECASE
)
_NOUN = re.compile(
    r"\b(?:information|info|section|details?|data|request(?:ed|ing)?|history|list|summary|medications?|"
    r"diagnos[ei]s|results?|"
    r"services?|procedures?|coverage|insurance|provider|prescriber|facility|demographics|allergies|signature|"
    r"attestation|"
    r"member|patient|physician|comments?|labs?|therap(?:y|ies)|values?|values|vitals?|order)\b",
    re.IGNORECASE,
)


# The words that headings are made of; recognition's nearest misses of them are read as them.
_VOCABULARY = """
additional administration administrative allergies allergy alternatives attending attestation authorization
beneficiary benefits carrier certification clinical clinician comments concomitant conditions coverage current data
demographics details diagnoses diagnosis diagnostic discontinued dispensing documentation drug drugs enrollee
equipment exam facility failed failure findings health history imaging indication information instructions insurance
insured items justification lab laboratory labs list location measurements medical medication medications medicine
member necessity order ordering patient payer performing pertinent pharmacy physician plan policyholder practitioner
prescriber prescribing prescription previous primary prior priority problems procedure procedures product provider
rationale reactions recipient referral referred referring rendering request requested requester requesting requests
required response results review secondary section service services servicing signature statement submitting
subscriber summary supplier supplies support supporting surgery tests therapies therapy treating treatment trial
trials tried type urgency values vendor vitals
"""
_WORDS = frozenset(_VOCABULARY.split())
# In order, so that of two words equally near the same is taken in every run.
_IN_ORDER = sorted(_WORDS)
_BY_SKELETON = {skeleton(w): w for w in _IN_ORDER}
# One wrong letter in four, two in eight.
_FUZZY_WORD = 75.0
_SHORTEST_FUZZY = 5
_WORD = re.compile(r"[a-z0-9]+")
_HEAD_END = re.compile(r"\s[-–—]\s|\s\(|:")
_MISREAD = re.compile(r"[A-Za-z0-9|!’']{3,}")
# What recognition leaves behind a heading: specks, and the edge of its bar.
_SPECKS = re.compile(r"[\s*'\"’‘“”.,;|:_-]+$")


@lru_cache(maxsize=4096)
def heading_kind(text: str) -> str:
    """What a heading announces, or "" for none known: by its head, else by what follows a dash or in brackets."""
    bare = NUMBERED.sub("", text)
    for part in dict.fromkeys((head(bare), bare)):
        words = " ".join(_WORD.findall(part.lower()))
        for kind, pattern in _HEADINGS:
            if pattern.search(words):
                return kind
    return ""


def head(text: str) -> str:
    """A heading without its explanation after a dash, a colon or in brackets."""
    return _HEAD_END.split(text, maxsplit=1)[0]


def has_heading_noun(text: str) -> bool:
    """Whether a text holds a word that headings end in, though it announces nothing known."""
    return _NOUN.search(head(text)) is not None


def without_specks(text: str) -> str:
    """A heading without the signs that follow it."""
    return _SPECKS.sub("", text.strip())


@lru_cache(maxsize=16384)
def as_meant(text: str) -> str:
    """A recognised heading with its misread words as the words of headings they are nearest to."""
    return _MISREAD.sub(lambda found: _nearest(found.group()), text)


@lru_cache(maxsize=16384)
def _nearest(printed: str) -> str:
    word = printed.lower()
    if word in _WORDS:
        return printed
    alike = _BY_SKELETON.get(skeleton(word))
    if alike is None and len(word) >= _SHORTEST_FUZZY and sum(c.isdigit() for c in word) * 3 < len(word):
        best = process.extractOne(word, _IN_ORDER, scorer=fuzz.ratio, score_cutoff=_FUZZY_WORD)
        alike = None if best is None else best[0]
    if alike is None:
        return printed
    return alike.upper() if sum(c.isupper() for c in printed) * 2 > len(printed) else alike.capitalize()
