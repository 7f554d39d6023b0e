"""What a message is about beside drugs: the patient's insurance, an awaited service, a planned visit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.messages.thread import Thread
from extractors.prose.passages import Passage

_WORD = r"[A-ZÀ-Þ][\w&'’.-]*"
_PLAN = rf"{_WORD}(?: (?:of|and|&|the|{_WORD})){{0,5}}"
# A plan's name stands in capitals after one of these.
_INSURED = re.compile(
    rf"(?:(?i:my|our|his|her|the|new|have|has|is) )*(?i:insurance|health plan|coverage|carrier|"
    rf"insurer)(?: (?i:company|plan|carrier|is|through|with|"
    rf"now|from|changed to|switched to|called|name))*\s*[(:,]?\s*(?P<name>{_PLAN})|"
    rf"(?i:insured (?:by|through|with)|covered (?:by|under|through)|switched to|coverage (?:with|through)|(?:i|"
    rf"we) (?:now )?have)\s+(?P<other>{_PLAN})(?=\s+(?i:insurance|health|plan|hmo|ppo|coverage)|\s*[,(.]\s*(?i:id|"
    rf"member|policy))"
)
_STARTS = frozenset(
    {
        "I",
        "My",
        "They",
        "It",
        "The",
        "We",
        "He",
        "She",
        "This",
        "Please",
        "Can",
        "And",
        "But",
        "ID",
        "Has",
        "Is",
        "You",
        "Dr",
    }
)
_MEMBER = re.compile(
    r"(?i)\b(?:member|subscriber|insurance|policy|card|plan|cardholder|medicaid|medicare)?\s?(?:id|number|no\.?|"
    r"#)\s*(?:number|no\.?|#)?\s*(?:is|:|#)?\s*(?P<id>[A-Z0-9][A-Z0-9-]{5,17})(?![\w-])"
)
_PART = (
    r"(?:abdom\w+|abdominal|brain|head|neck|chest|lumbar|cervical|thoracic|spine|back|knee|hip|shoulder|ankle|"
    r"foot|wrist|elbow|pelvi[cs]|sinus|renal|kidney|liver|thyroid|breast|cardiac|heart|carotid|leg|arm|hand|lung|"
    r"low[- ]dose|full body|whole body|left|right|bilateral|total|partial|home|overnight|screening|diagnostic|"
    r"nuclear|transvaginal|upper|lower|outpatient|in-lab)"
)
_MODALITY = (
    r"(?:CT(?: scan)?|CAT scan|MRI|MRA|PET(?:[ /-]CT)?(?: scan)?|x-?rays?|ultrasound|sonogram|echo(?:cardiogram)?|"
    r"mammogram|"
    r"DEXA(?: scan)?|bone density(?: scan| test)?|sleep study|colonoscopy|endoscopy|EGD|EMG|EEG|stress test|biopsy|"
    r"physical therapy|occupational therapy|speech therapy|infusions?|(?:steroid |epidural |botox |gel )?injections?|"
    r"(?:knee|hip|shoulder|joint) replacement|(?:cataract|hernia|gallbladder|bariatric|back|spine|spinal|knee|hip|"
    r"shoulder|"
    r"carpal tunnel|heart|bypass) surgery|CPAP(?: machine)?|wheelchair|hospital bed|insulin pump|glucose monitor|CGM)"
)
_SERVICE = re.compile(
    rf"(?<![A-Za-z])(?:{_PART}\s){{0,3}}{_MODALITY}(?:\s(?:of (?:my |the |his |"
    rf"her )?)?{_PART}){{0,4}}(?:\s(?:with(?: and without|out)?|w/o?|and without)\s(?:IV )?(?:contrast|"
    rf"dye))?(?![A-Za-z])",
    re.IGNORECASE,
)
# A cheap look before the costly one.
_NAMES_SERVICE = re.compile(rf"(?<![A-Za-z]){_MODALITY}", re.IGNORECASE)
# A service counts where it is waited for, wanted or planned; not where it was done.
_WAITED = re.compile(
    r"(?i)\b(?:approv\w*|authoriz\w*|pre-?auth\w*|den(?:y|ied|ies|ying|ial)|cover(?:ed|s|ing|age)?|pay(?:ing)? for|"
    r"paid for|schedul\w*|order(?:ed|s)?(?: for| the| a| an| my)?|referral|"
    r"refer(?:red)?|need(?:s|ed)?|waiting|appeal\w*|request\w*|upcoming|supposed to (?:have|get)|going to (?:have|"
    r"get)|getting|book\w*|set up)\b[^.;!?]{0,60}$"
)
_DONE = re.compile(
    r"(?i)\b(?:had|did|done|got|results? (?:of|from)|since|after|last|previous|my recent)\b[^.;!?]{0,25}$"
)
_PLANNED = re.compile(
    r"(?i)\b(?:(?:appointment|appt|visit|surgery|procedure|scan|test|MRI|CT|colonoscopy|infusion|treatment|therapy|"
    r"it|that|which|this|physical|check-?up|follow-?up)"
    r"(?: (?:with|for) [^.;!?]{1,30}?)?(?: (?:is|was|has been|'s|are|will be|scheduled|set|booked|"
    r"coming up))*(?: (?:on|for|this))|scheduled (?:for|on)|booked (?:for|on)|come in on|see you on|be seen on)"
    r"\s+(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+(?:the\s+)?)?$"
)
_CANCELLED = re.compile(
    r"(?i)\b(?:missed|last|cancel\w*|can'?t make|cannot make|previous|instead of|not)\b[^.;!?]{0,40}$"
)
_SURE, _LIKELY = 1.0, 0.9


def read_matters(thread: Thread) -> Iterator[Cited]:
    """Insurance, member id, services and planned dates that the patient's own words state."""
    for passage in thread.own:
        yield from _insurance(passage)
        yield from _services(passage)
        yield from _dates(passage)


def _insurance(passage: Passage) -> Iterator[Cited]:
    for found in _INSURED.finditer(passage.text):
        group = "name" if found["name"] else "other"
        name = found[group].rstrip(" .,'")
        if name.split()[0] in _STARTS or len(name) < 4:
            continue
        start = found.start(group)
        yield _cited(passage, "payer.name", name, (start, start + len(name)), _LIKELY)
    for found in _MEMBER.finditer(passage.text):
        printed = found["id"]
        if sum(c.isdigit() for c in printed) < 4 or ("-" in printed and printed.replace("-", "").isdigit()):
            continue
        yield _cited(passage, "patient.member_id", printed, found.span("id"), _SURE)


def _services(passage: Passage) -> Iterator[Cited]:
    count = 0
    if _NAMES_SERVICE.search(passage.text) is None:
        return
    for found in _SERVICE.finditer(passage.text):
        before = passage.text[max(0, found.start() - 90) : found.start()]
        if not _WAITED.search(before) or _DONE.search(before):
            continue
        count += 1
        cited = _cited(passage, "procedure.description", found.group(), found.span(), _LIKELY)
        yield cited.model_copy(update={"group": f"message-{passage.page}-{count}"})


def _dates(passage: Passage) -> Iterator[Cited]:
    for found in find_values(Kind.DATE, passage.text, from_ocr=passage.from_ocr):
        before = passage.text[max(0, found.start - 90) : found.start]
        if _PLANNED.search(before) and not _CANCELLED.search(before):
            yield _cited(passage, "service.start", found.value, (found.start, found.end), _LIKELY)


def _cited(passage: Passage, path: str, value: str, span: tuple[int, int], score: float) -> Cited:
    return Cited(
        path=path, value=" ".join(value.split()), quote=passage.quote(*span), page=passage.page, start=span[0],
        features={"label_score": score},
    )  # fmt: skip
