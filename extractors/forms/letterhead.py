"""What stands without a label: the plan in a letterhead or address, a letter's date, banner and signature names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Kind
from extractors.forms.banner import read_banner
from extractors.forms.collected import Collected, Place
from extractors.forms.shapes import GUESSED
from extractors.forms.sheet import Sheet
from extractors.forms.signatures import CREDENTIALS, DEPARTMENT, read_seen_by, read_signature
from extractors.grammar.find import find_values, normalise
from extractors.layout.chunks import Chunk

# Words of plans' names, and of those who send requests to them. A name with a word of each is no plan's.
_PLAN_WORDS = re.compile(
    r"\b(?:(?:health )?plans|health ?plan|insurance|assurance|medical assistance|medi-?cal|masshealth|ahcccs|tenncare|"
    r"badgercare|soonercare|apple health|husky|administrators|employee program|"
    r"assurance|mutual|benefits?|blue ?cross|blue ?shield|bcbs|medicaid|medicare|hmo|ppo|"
    r"health ?care plan|health partners|community plan|advantage|benefit trust|health trust|aetna|cigna|humana|"
    r"united ?healthcare|anthem|kaiser|centene|molina|wellcare|tricare|ambetter|amerigroup|caresource|payers?|"
    r"health options|health net|health alliance|family care|life|national health|employees?|indemnity|"
    r"pharmacy benefit|rx solutions|caremark|express scripts|optum\w*|trust fund|cooperative)\b",
    re.IGNORECASE,
)
_WEAK_PLAN_WORDS = re.compile(r"\bhealth\b|\bcare\b|\bplan\b|\btrust\b|\bpartners\b", re.IGNORECASE)
_SENDER_WORDS = re.compile(
    r"\b(?:clinic|hospital|medical (?:center|group|associates)|associates|specialists?|physicians?|surgery|surgical|"
    r"orthop\w+|cardiology|oncology|neurology|pulmon\w+|gastro\w+|rheumat\w+|dermat\w+|imaging|radiology|laborator\w+|"
    r"infusion|therapy|rehab\w*|p\.?\s?c\.?|pllc|md|practice|institute|dme|suppl(?:y|ies)|home care|urgent care|"
    r"university|"
    r"center|centre|department of|school|pediatrics|family medicine|internal medicine|ob/?gyn|women'?s)\b",
    re.IGNORECASE,
)
# Words of a form's title or instructions, never in a plan's name.
_TITLE_WORDS = re.compile(
    r"\b(?:request|form|authorization|pre-?cert\w*|certification|determination|worksheet|fax(?: to)?|page|order|"
    r"letter|note|"
    r"supplement|additional information|submit|complete|please|section|instructions?|dear|whom|phone|www|http|\.com|"
    r"information|urgent|standard|expedited|review|attn|attention|member|patient|services requested|re)\b|[:?@]|\d{3}",
    re.IGNORECASE,
)
# Where patients lie or are operated on.
_HOSPITAL = re.compile(
    r"\b(?:hospitals?|medical cent(?:er|re)|surg(?:ery|ical) cent(?:er|re)|infirmary|memorial|health (?:system|center)|"
    r"rehabilitation (?:center|institute)|nursing (?:center|home|facility)|hospice|ambulatory surgery|medical campus)\b"
    r"(?!.*\b(?:laborator(?:y|ies)|labs?|physicians|associates|pharmacy|summary|note|report|record|course|"
    r"department of)\b)",
    re.IGNORECASE,
)
# Who supplies what a request asks for; a kind of supplier alone is a form's title.
_SUPPLIER = re.compile(
    r"^(?!(?:durable|home|medical|specialty|infusion|pharmacy|prescription|oxygen|hospice|drug|retail|general)\b)"
    r".*\b(?:equipment|oxygen|medical suppl(?:y|ies)|dme|home (?:health|care|infusion|medical)|pharmacy|rx|infusions?|"
    r"orthotics|prosthetics|sleep (?:center|lab)|hospice|mobility|compounding)\b"
    r"(?!.*\b(?:program|benefits?|plan|review|services|department|unit|management|solutions)\b)",
    re.IGNORECASE,
)
# Who reports results; a kind of report or department alone is a title.
_LABORATORY = re.compile(
    r"^(?!(?:the |our )?(?:final |interim |preliminary |corrected |clinical |reference |medical )*"
    r"(?:laborator(?:y|ies)|labs?)(?:\s|$))(?!.*\b(?:reports?|results?|requisition|summary|tests?|director|department|order|findings|values|data|"
    r"studies|panel|profile)\b)"
    r".*\b(?:laborator(?:y|ies)|labs?|diagnostics|pathology|hospital|medical center)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 4
# A plan's name, and a line that explains the form behind it.
_LONGEST_NAME, _LONGEST_LINE = 70, 160
_LETTER_ZONE = 0.30
_HEAD_ZONE = 0.16
_SEX_IN_SENTENCE = re.compile(
    r"\b\d{1,3}[- ]?(?:years?|yrs?|y)[- ]?(?:old|o)?[- ,/]{0,2}(?:\w+ ){0,2}?(?P<sex>female|male|woman|man|f|m)\b",
    re.IGNORECASE,
)
_URGENCY_IN_SENTENCE = re.compile(
    r"\brequest\w*\b[^.]{0,20}?\b(?P<urgency>expedited|urgent|standard|stat)\s+(?:review|determination|processing|"
    r"decision|"
    r"prior authorization|request)\b",
    re.IGNORECASE,
)
# `Is this request for an urgent review?`, `If you request an expedited review, ...`
_ASKS_OR_SUPPOSES = re.compile(
    r"\b(?:is th(?:is|e)|are you|do you|if|whether|check|select|mark)\b[^.]*$|\?$", re.IGNORECASE
)
_SERVICE_DATE = re.compile(
    r"\b(?:planned|scheduled|anticipated|proposed|expected|tentatively set|to be (?:performed|done|given)|"
    r"will be (?:performed|"
    r"done|given)|date of service|begin(?:ning)?|start(?:ing)?)\b[^.]{0,25}?\b(?:for|on|is|of|from)\s+$|"
    r"\b(?:beginning|starting|commencing|effective)\s+$",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:determination|decision|response|answer|reply|review)\b[^.]{0,40}?\b(?:by|before|no later than|"
    r"not later than)\s+$",
    re.IGNORECASE,
)
_AT_FACILITY = re.compile(
    r"\b(?:at|with|by|through|from)\s+(?P<name>(?:[A-Z][\w.&'-]*,?\s+(?:(?:of|and|the|for|&)\s+)?){0,5}"
    r"(?:Hospital|Center|Clinic|Suites?|Imaging|DME|Surgery|Health|Infusion|Supply|Medical|Rehab\w*|Therapy|"
    r"Laborator(?:y|ies)|"
    r"Pharmacy|Services|Institute|Associates)(?:,?\s+(?:Inc|LLC|P\.?C|PLLC|Ltd)\b\.?)?)"
)


def read_unlabelled(sheets: list[Sheet], collected: Collected) -> None:
    """Reads what no label announces; only fields that the labels have left open."""
    have = {c.path for c in collected.cited}
    if "payer.name" not in have:
        _read_payer(sheets, collected)
    if "patient.name" not in have:
        _take_insured(collected)
    for sheet in sheets:
        read_banner(sheet, collected, have)
        read_seen_by(sheet, collected)
        if "patient.name" not in have:
            _read_banner(sheet, collected)
        read_signature(sheet, collected, have=have)
        _read_sentences(sheet, collected, have=have)
    if "facility.name" not in have and sheets:
        _read_hospital(sheets[0], collected)
    dated = next((p for p in ("request.date", "encounter.date") if p in collected.specs), None)
    if dated is not None and dated not in have and sheets:
        _read_letter_date(dated, sheets[0], collected)


def _take_insured(collected: Collected) -> None:
    """A form that asks for nobody but the insured means the patient; a person confirms it."""
    insured = next((c for c in collected.cited if c.path == "subscriber.name"), None)
    if insured is not None:
        features = {**insured.features, "label_score": GUESSED}
        collected.cited.append(insured.model_copy(update={"path": "patient.name", "features": features}))


def _read_payer(sheets: list[Sheet], collected: Collected) -> None:
    best: tuple[float, Sheet, int, int] | None = None
    for number, sheet in enumerate(sheets):
        for score, start, end in _plans(sheet):
            rated = score - 0.3 * min(number, 3)
            if best is None or rated > best[0]:
                best = (rated, sheet, start, end)
    if best is None:
        return
    score, sheet, start, end = best
    place = Place("text", max(0.3, min(0.95, score / 3)))
    collected.add("payer.name", " ".join(sheet.page.text[start:end].split()), sheet.page, (start, end), place=place)


def _plans(sheet: Sheet) -> Iterator[tuple[float, int, int]]:
    """Candidates for the plan's name in a page's head or a letter's address, with a score."""
    lines = sheet.layout.lines
    for position, line in enumerate(lines):
        for chunk in line:
            if chunk.box.top > _LETTER_ZONE or chunk.index in sheet.claimed or len(chunk.text) > _LONGEST_LINE:
                continue
            span = _name_span(chunk, sheet)
            if span is None:
                continue
            name = sheet.page.text[span[0] : span[1]]
            score = _plan_score(name)
            if score == 0.0 and len(name.split()) < 2:
                continue
            shortened = span[1] < chunk.end
            department_below = any(
                DEPARTMENT.search(c.text)
                for c in (lines[position + 1] if position + 1 < len(lines) else ())
                if abs(c.box.left - chunk.box.left) < 0.05
            )
            score += 1.0 if department_below or (shortened and score) else 0.0
            score += 0.5 if chunk.box.top < _HEAD_ZONE else 0.0
            if score >= 1.2:
                yield score, *span


def _name_span(chunk: Chunk, sheet: Sheet) -> tuple[int, int] | None:
    """The span of an organization's name in a chunk: capitalised words, without a label, a department or a title."""
    asked = [q for q in sheet.questions_of(chunk) if q.label.words != "?"]
    if asked and asked[0].inline[1] <= asked[0].inline[0]:
        return None
    at = asked[0].inline[0] - chunk.start if asked else _behind_label(chunk)
    text = DEPARTMENT.sub("", chunk.text[at:]).rstrip(" ,-–—|")
    # `NORTHERN HEALTH PLAN - Pharmacy Prior Authorization`: the name is the part before the dash that sounds like one.
    head = re.split(r"\s[-–—|/]\s|\s{2,}", text, maxsplit=1)[0]
    text = head if _plan_score(head) else text
    if not text or len(text) > _LONGEST_NAME or _TITLE_WORDS.search(text) or _SENDER_WORDS.search(text):
        return None
    words = [w for w in text.split() if w[0].isalpha()]
    capital = sum(w[0].isupper() for w in words)
    if all(_WEAK_PLAN_WORDS.fullmatch(w) for w in words):
        return None  # what is left of a department
    if len(words) < 1 or len(words) > 8 or capital < 0.7 * len(words) or text.endswith("."):
        return None
    return chunk.start + at, chunk.start + at + len(text)


def _behind_label(chunk: Chunk) -> int:
    """Where a plan's name begins behind a word that only leads to it: `Insurer Mesa Trust`, `for Mesa Trust`."""
    label = re.match(
        r"(?:insurer|payer|payor|carrier|organization|company|to|for|by|from|of|attn\.?|"
        r"insurance(?! (?:compan|plan|group|corp|trust|fund)))\s+(?=[A-Z])",
        chunk.text,
        re.IGNORECASE,
    )
    return label.end() if label else 0


def _plan_score(name: str) -> float:
    score = 1.5 if _PLAN_WORDS.search(name) else 0.0
    return score + (0.4 if _WEAK_PLAN_WORDS.search(name) else 0.0)


def _read_banner(sheet: Sheet, collected: Collected) -> None:
    """A name beside or right above a birth date or record number: the banner of a record system."""
    for question in sheet.questions:
        if not {"patient.dob", "patient.mrn"} & set(question.label.paths):
            continue
        for chunk in sheet.layout.chunks:
            near = 0 <= question.chunk.line - chunk.line <= 1 and chunk.box.left <= question.chunk.box.left + 0.02
            close = question.chunk.box.top - chunk.box.bottom < 1.5 * sheet.line_height
            if not near or not close or sheet.is_label(chunk):
                continue
            value = normalise(Kind.PERSON_NAME, chunk.text, from_ocr=chunk.from_ocr)
            if value is not None and not CREDENTIALS.search(chunk.text) and not _SENDER_WORDS.search(chunk.text):
                span = (chunk.start, chunk.end)
                collected.add("patient.name", value, sheet.page, span, place=Place("text", 0.7, 0.05))
                return


def _read_hospital(sheet: Sheet, collected: Collected) -> None:
    """Whose letterhead it is: the hospital's of a note, the laboratory's of results, the supplier's of an order form.

    A practice there is only where its clinician works.
    """
    if "service.start" in collected.specs:
        named, place = _SUPPLIER, Place("text", GUESSED)
    elif "encounter.date" in collected.specs:
        named, place = _HOSPITAL, Place("text", 0.7)
    elif "specimen.collected" in collected.specs:
        named, place = _LABORATORY, Place("text", 0.7)
    else:
        return
    for line in sheet.layout.lines[:_HEAD_LINES]:
        chunk = line[0]
        heads = (
            chunk.box.top < _HEAD_ZONE and named.search(chunk.text) is not None and not _TITLE_WORDS.search(chunk.text)
        )
        words = [w for w in chunk.text.split() if w[0].isalpha() and w.lower() not in ("of", "the", "and", "at", "for")]
        if heads and 2 <= len(words) <= 8 and all(w[0].isupper() for w in words) and not sheet.questions_of(chunk):
            group = collected.new_group("facility")
            span = (chunk.start, chunk.end)
            collected.add("facility.name", " ".join(chunk.text.split()), sheet.page, span, place=place, group=group)
            return


def _read_sentences(sheet: Sheet, collected: Collected, *, have: set[str]) -> None:
    """Sex, date and place of service and the asked deadline, where sentences state them."""
    flow = sheet.flowing_text()
    if "patient.sex" not in have and (match := _SEX_IN_SENTENCE.search(flow)):
        value = normalise(Kind.SEX, match.group("sex"))
        if value is not None:
            collected.add("patient.sex", value, sheet.page, match.span("sex"), place=Place("text", 0.8))
            have.add("patient.sex")
    match = _URGENCY_IN_SENTENCE.search(flow) if "request.urgency" not in have else None
    if match is not None and not _ASKS_OR_SUPPOSES.search(flow[max(0, match.start() - 60) : match.end() + 1]):
        value = normalise(Kind.URGENCY, match.group("urgency"))
        if value is not None:
            collected.add("request.urgency", value, sheet.page, match.span("urgency"), place=Place("text", 0.7))
            have.add("request.urgency")
    for date in find_values(Kind.DATE, flow):
        before = flow[max(0, date.start - 90) : date.start]
        span = (date.start, date.end)
        if "service.start" not in have and _SERVICE_DATE.search(before):
            collected.add("service.start", date.value, sheet.page, span, place=Place("text", 0.8))
            have.add("service.start")
            place = _AT_FACILITY.match(flow[date.end :].lstrip(" ,")) if "facility.name" not in have else None
            if place is not None:
                at = date.end + len(flow[date.end :]) - len(flow[date.end :].lstrip(" ,"))
                name_span = (at + place.start("name"), at + place.end("name"))
                name = " ".join(sheet.page.text[name_span[0] : name_span[1]].split())
                group = collected.new_group("facility")
                collected.add("facility.name", name, sheet.page, name_span, place=Place("text", 0.7), group=group)
        elif "decision.deadline" not in have and _DEADLINE.search(before):
            collected.add("decision.deadline", date.value, sheet.page, span, place=Place("text", 0.8))
            have.add("decision.deadline")


def _read_letter_date(path: str, sheet: Sheet, collected: Collected) -> None:
    """A date alone on its line in the upper part of a letter is the letter's, of a note the visit's."""
    for line in sheet.layout.lines:
        chunk = line[0]
        if chunk.box.top > _LETTER_ZONE or len(line) > 1:
            continue
        value = normalise(Kind.DATE, chunk.text, from_ocr=chunk.from_ocr)
        if value is not None and chunk.index not in sheet.claimed:
            collected.add(path, value, sheet.page, (chunk.start, chunk.end), place=Place("text", 0.7))
            return
