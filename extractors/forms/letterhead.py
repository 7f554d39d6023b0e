"""What stands without a label: the plan in a letterhead or address, a letter's date, banner and signature names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values, normalise
from extractors.layout.chunks import Chunk

# Words of plans' names, and of those who send requests to them. A name with a word of each is no plan's.
_PLAN_WORDS = re.compile(
    r"\b(?:health ?plans?|insurance|assurance|mutual|benefits?|blue ?cross|blue ?shield|bcbs|medicaid|medicare|hmo|ppo|"
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
# A plan's department; before it stands the plan's name, or the line above is the plan.
_DEPARTMENT = re.compile(
    r"[\s,–—-]*\b(?:utilization (?:management|review)|prior (?:auth\w*|approvals?)|medical review|"
    r"pre-?service review|pharmacy (?:services|department|programs?)|"
    r"medical management|provider services|clinical (?:review|services|pharmacy)|care management|intake|"
    r"appeals?(?: and grievances)?|"
    r"um department|authorizations?|precertification|member services|case management|health services)\b.*$",
    re.IGNORECASE,
)
_LETTER_ZONE = 0.30
_HEAD_ZONE = 0.16
_CLOSING = re.compile(
    r"^\W*(?:sincerely|respectfully|regards|best regards|kind regards|thank you|with appreciation|cordially|"
    r"yours\b.*|signed|"
    r"very truly yours)\b[\w\s]{0,20}[,.]?\s*$",
    re.IGNORECASE,
)
_SIGNED_BY = re.compile(r"\b(?:electronically |e-?)?(?:signed|authenticated|approved|ordered) by:?\s+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"\b(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?|APRN|FNP(?:-[A-Z]+)?|DPM|DNP|ARNP|CNM|PharmD|RN)\b\.?")
_SPECIALTY = re.compile(r"^[A-Z][A-Za-z&/ ]{5,40}$")
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
_SERVICE_DATE = re.compile(
    r"\b(?:planned|scheduled|anticipated|proposed|expected|tentatively set|to be (?:performed|done|given)|"
    r"will be (?:performed|"
    r"done|given)|date of service|begin(?:ning)?|start(?:ing)?)\b[^.]{0,25}?\b(?:for|on|is|of|from)\s+$",
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
    for sheet in sheets:
        if "patient.name" not in have:
            _read_banner(sheet, collected)
        _read_signature(sheet, collected, have=have)
        _read_sentences(sheet, collected, have=have)
    if "request.date" not in have and sheets:
        _read_letter_date(sheets[0], collected)


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
            if chunk.box.top > _LETTER_ZONE or chunk.index in sheet.claimed or len(chunk.text) > 70:
                continue
            span = _name_span(chunk)
            if span is None:
                continue
            name = sheet.page.text[span[0] : span[1]]
            score = _plan_score(name)
            if score == 0.0 and len(name.split()) < 2:
                continue
            shortened = span[1] < chunk.end
            department_below = any(
                _DEPARTMENT.search(c.text)
                for c in (lines[position + 1] if position + 1 < len(lines) else ())
                if abs(c.box.left - chunk.box.left) < 0.05
            )
            score += 1.0 if department_below or (shortened and score) else 0.0
            score += 0.5 if chunk.box.top < _HEAD_ZONE else 0.0
            if score >= 1.2:
                yield score, *span


def _name_span(chunk: Chunk) -> tuple[int, int] | None:
    """The span of an organization's name in a chunk: capitalised words, without a department or a title."""
    text = _DEPARTMENT.sub("", chunk.text).rstrip(" ,-–—|")
    # `NORTHERN HEALTH PLAN - Pharmacy Prior Authorization`: the name is the part before the dash that sounds like one.
    head = re.split(r"\s[-–—|/]\s|\s{2,}", text, maxsplit=1)[0]
    text = head if _plan_score(head) else text
    if not text or _TITLE_WORDS.search(text) or _SENDER_WORDS.search(text):
        return None
    words = [w for w in text.split() if w[0].isalpha()]
    capital = sum(w[0].isupper() for w in words)
    if len(words) < 1 or len(words) > 8 or capital < 0.7 * len(words) or text.endswith("."):
        return None
    return chunk.start, chunk.start + len(text)


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
            if value is not None and not _CREDENTIALS.search(chunk.text) and not _SENDER_WORDS.search(chunk.text):
                span = (chunk.start, chunk.end)
                collected.add("patient.name", value, sheet.page, span, place=Place("text", 0.7, 0.05))
                return


def _read_signature(sheet: Sheet, collected: Collected, *, have: set[str]) -> None:
    """The signer of a letter or order: a name with credentials after a closing or `signed by`, with what follows it."""
    for chunk in sheet.layout.chunks:
        signed = _SIGNED_BY.search(chunk.text)
        if signed is not None and "provider.name" not in have:
            _add_signer(chunk, chunk.start + signed.end(), sheet, collected, have=have)
    lines = sheet.layout.lines
    closing = next((i for i, line in enumerate(lines) if _CLOSING.match(line[0].text)), None)
    if closing is None:
        return
    for position in range(closing + 1, min(closing + 7, len(lines))):
        chunk = lines[position][0]
        if _CREDENTIALS.search(chunk.text) and _add_signer(chunk, chunk.start, sheet, collected, have=have):
            _add_specialty(lines[position + 1 : position + 3], sheet, collected)
            return


def _add_signer(chunk: Chunk, start: int, sheet: Sheet, collected: Collected, *, have: set[str]) -> bool:
    text = sheet.page.text[start : chunk.end]
    body = text.split(" on ")[0]
    credentials = _CREDENTIALS.search(body)
    end = credentials.end() if credentials else len(body)
    value = normalise(Kind.PERSON_NAME, body[:end], from_ocr=chunk.from_ocr)
    if value is None:
        return False
    group = _signer_group(collected)
    span = (start, start + end)
    collected.add("provider.name", value, sheet.page, span, place=Place("text", 0.8), group=group)
    collected.derive("provider.role", "requesting", sheet.page, span, place=Place("text", 0.8), group=group)
    if "request.date" not in have and " on " in text:
        at = start + text.index(" on ")
        for match in find_values(Kind.DATE, sheet.page.text[at : chunk.end])[:1]:
            span = (at + match.start, at + match.end)
            collected.add("request.date", match.value, sheet.page, span, place=Place("text", 0.7))
    return True


def _signer_group(collected: Collected) -> str:
    """The open group of an NPI without a name (it stands under the signer), else a new one."""
    named = {c.group for c in collected.cited if c.path == "provider.name"}
    open_groups = [c.group for c in collected.cited if c.path == "provider.npi" and c.group not in named]
    return open_groups[-1] if open_groups and open_groups[-1] is not None else collected.new_group("provider")


def _add_specialty(lines: tuple[tuple[Chunk, ...], ...], sheet: Sheet, collected: Collected) -> None:
    group = next((c.group for c in reversed(collected.cited) if c.path == "provider.name"), None)
    for line in lines:
        text = line[0].text.strip()
        if _SPECIALTY.match(text) and not sheet.is_label(line[0]) and not _DEPARTMENT.search(text):
            span = (line[0].start, line[0].end)
            collected.add("provider.specialty", text, sheet.page, span, place=Place("text", 0.6), group=group)
            return


def _read_sentences(sheet: Sheet, collected: Collected, *, have: set[str]) -> None:
    """Sex, date and place of service and the asked deadline, where sentences state them."""
    flow = sheet.flowing_text()
    if "patient.sex" not in have and (match := _SEX_IN_SENTENCE.search(flow)):
        value = normalise(Kind.SEX, match.group("sex"))
        if value is not None:
            collected.add("patient.sex", value, sheet.page, match.span("sex"), place=Place("text", 0.8))
            have.add("patient.sex")
    if "request.urgency" not in have and (match := _URGENCY_IN_SENTENCE.search(flow)):
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


def _read_letter_date(sheet: Sheet, collected: Collected) -> None:
    """A date alone on its line in the upper part of a letter is the letter's."""
    for line in sheet.layout.lines:
        chunk = line[0]
        if chunk.box.top > _LETTER_ZONE or len(line) > 1:
            continue
        value = normalise(Kind.DATE, chunk.text, from_ocr=chunk.from_ocr)
        if value is not None and chunk.index not in sheet.claimed:
            collected.add("request.date", value, sheet.page, (chunk.start, chunk.end), place=Place("text", 0.7))
            return
