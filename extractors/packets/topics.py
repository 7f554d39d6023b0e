"""What the headings and verdicts on a page are about: a payer's letter, a policy's rules, an imaging study."""

from __future__ import annotations

import re

from extractors.letters.wordings import CONDITIONAL, LETTER_TOPICS, OUTCOMES
from extractors.letters.wordings import OTHER as OTHER_LETTER_TOPIC
from extractors.lexicon.words import words
from extractors.outline.topics import Topics
from extractors.packets.page_lines import PageLines
from extractors.policies.wordings import BACKGROUND, OTHER_CODES, POLICY_TOPICS

# A heading is a short line; where a colon follows, its words before it.
_LONGEST_HEADING = 8
_CONDITION_BEFORE = 70
# Words without which no verdict is stated: saves the search on most pages.
_VERDICT_WORDS = frozenset(words("verdict_words"))
_PATIENT_LABEL = re.compile(
    r"(?i)\b(?:d\.?o\.?b\b|date of birth|birth ?da(?:te|y)|date born|born\b|mrn\b|medical record|"
    r"(?:patient|member|enrollee|subscriber|insured|recipient|beneficiary)(?:'s)? (?:name|id|no|number|#)|"
    r"(?:patient|member|enrollee|insured)\s*:)"
)
_IMAGING = re.compile(
    r"^\W{0,3}(?:technique|comparisons?|findings|impression|conclusion|clinical (?:history|indication)|indications?|"
    r"exam(?:ination)?|study|contrast|views?|protocol|radiation dose)\b\s*:?",
    re.IGNORECASE | re.MULTILINE,
)
_IMAGED = re.compile(
    r"\b(?:comparisons?\s*:|radiolog(?:ist|y)|contrast|axial|sagittal|coronal|ultrasound|sonogra\w+|x-?rays?|radiographs?|"
    r"\d views?|mri|ct|mr|pet|mammogra\w+|t1|t2|hounsfield|echogenic|attenuation|lucency|opacity)\b",
    re.IGNORECASE,
)
# A surgeon's technique and findings are an operation's.
_OPERATED = re.compile(
    r"\b(?:surgeon|incision|sutur\w+|an(?:a)?esthe\w+|blood loss|prepped|draped|operati(?:on|ve)|"
    r"hemostasis|operating room)\b",
    re.IGNORECASE,
)


def letter_topics(page: PageLines) -> float:
    """Headings that payers' decision letters have: the reason, what is needed, appeal, peer-to-peer, the decision."""
    return min(1.0, len(_topics(page, LETTER_TOPICS) - {OTHER_LETTER_TOPIC}) / 2)


def policy_topics(page: PageLines) -> float:
    """Headings that policies have, several of them: criteria, papers to send, exclusions, codes, times."""
    return min(1.0, max(0, len(_topics(page, POLICY_TOPICS) - {BACKGROUND, OTHER_CODES}) - 1) / 2)


def verdict(page: PageLines) -> float:
    """A decision on a request is stated; not what may be decided, or was once."""
    if _VERDICT_WORDS.isdisjoint(page.vocabulary):
        return 0.0
    text = page.running
    return float(
        any(
            not CONDITIONAL.search(text[max(0, found.start() - _CONDITION_BEFORE) : found.start()])
            for _, pattern in OUTCOMES
            for found in pattern.finditer(text)
        )
    )


def patient_labels(page: PageLines) -> float:
    """Places for a patient's name, birth date or number, filled in or not: two kinds are certain."""
    return min(1.0, len({label.lower() for label in _PATIENT_LABEL.findall(page.text)}) / 2)


def imaging_headings(page: PageLines) -> float:
    """The headings of an imaging report, where something was imaged and nothing operated on."""
    headings = {found.group().strip(" :").lower() for found in _IMAGING.finditer(page.text)}
    if len(headings) < 2 or not _IMAGED.search(page.text) or _OPERATED.search(page.text):
        return 0.0
    return min(1.0, (len(headings) - 1) / 2)


def _topics(page: PageLines, known: Topics) -> set[str]:
    found = set()
    for line in page.lines:
        head = line.text.split(":")[0].strip()
        if 0 < len(head.split()) <= _LONGEST_HEADING and len(line.tokens) <= 2 * _LONGEST_HEADING:
            topic = known.topic(head, False, True)
            if topic is not None:
                found.add(topic)
    return found
