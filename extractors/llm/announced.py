"""What a label announces as a patient's identifier: behind it in its column, or under it on the next line.

The labels are those of the document types' own schemas, and those of identifiers that no type asks for. What follows a
label is hidden as printed: recognition may have made it something that no reader would take for a date or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from rapidfuzz import fuzz, process

from documents.pages import Page
from extractors.document_type import all_document_types
from extractors.grammar.dates import find_dates
from extractors.llm.people import CAPITALS, LETTER, is_name, without_heads

Span = tuple[int, int, str]
Labels = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

# Paths that identify the patient or a relative, and the kind of their placeholder. 45 CFR 164.514(b)(2)(i) lists 18
# kinds of identifiers; docs/llm.md says what becomes of each.
IDENTIFYING = {
    "patient.name": "NAME",
    "patient.dob": "BIRTH",
    "patient.member_id": "MEMBER",
    "patient.mrn": "RECORD",
    "patient.phone": "PHONE",
    "patient.address": "ADDRESS",
    "subscriber.name": "NAME",
    "case.reference_number": "CASE",
    "payer.group_number": "GROUP",
}
# Identifiers of patients and relatives that no document type asks for.
_OTHERS = {
    "NAME": "spouse | spouse name | husband | wife | mother | father | parent | parent name | guardian | guardian "
    "name | legal guardian | responsible party | guarantor | guarantor name | emergency contact | next of kin "
    "| caregiver | caregiver name | relative | son | daughter | policy holder | policyholder | policy holder "
    "name | subscriber | subscriber name | insured name | cardholder | cardholder name | power of attorney | "
    "health care proxy | parent guardian | parent or guardian | contact person | employer | employer name | "
    "employee name | sponsor name",
    "PART": "maiden name | alias | preferred name | also known as | aka | first name | last name | surname | given "
    "name | family name | middle name | first | last",
    "BIRTH": "date of death | dod | deceased | birth | spouse dob | subscriber date of birth | guarantor dob",
    "SSN": "ssn | social security number | social security | social security no | ss | soc sec | last 4 ssn",
    "MEMBER": "medicaid | medicaid no | medicaid number | medicare | medicare no | medicare number | hicn | mbi",
    "RECORD": "account number | account no | acct | acct number | acct no | visit number | visit no | encounter number "
    "| encounter no | encounter id | csn | har | fin | fin number | accession | accession number | accession "
    "no | specimen id | specimen number | requisition | requisition number | req number | order number | "
    "order id | admission number | invoice number | bill number | patient no | pt id | pt no | hospital id | "
    "case id | control number | tracking number | confirmation number | driver license | drivers license | "
    "driver s license | license plate | plate | plate no | plate number | vin | vehicle id | serial number | "
    "serial no | serial | device id | "
    "device identifier | udi | lot number | implant id | passport | student id | employee id | prisoner id | "
    "inmate number | military id | rx number | prescription number | rx",
    "CASE": "authorization number | auth number | auth no | authorization no | reference number | reference no | "
    "reference | ref number | ref no | case number | case no | claim number | claim no | claim id | request "
    "id | request number | referral number | referral no | pa number | prior auth number | tracking id | "
    "complaint number | appeal number | grievance number | ticket number | icn | dcn | call reference",
    "PHONE": "cell | cell phone | mobile | mobile phone | home phone | home | work phone | contact number | callback | "
    "call back number | best number | daytime phone | evening phone | telephone | tel | phone | phone no | "
    "phone number",
    "ADDRESS": "home address | mailing address | street address | street | residence | lives at | address line | city "
    "state zip | city | zip | zip code",
    "MAIL": "email | e mail | email address",
}
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['’]s\b)?")
# What may stand between a label and its value: leaders, marks of the required, a remark in brackets.
_GAP = re.compile(r"(?:['’]?s\b)?[ \t]?(?:[(\[][^)\]\n]{0,45}[)\]}])?[ \t]*[-\s:#*.$&?%§+|=_>)}\]\\]{0,14}")
_COLUMN = re.compile(r"[ \t]{2,}|\n|$")
_NUMBER = re.compile(
    r"(?:[#(+]?[A-Za-z£$({]{0,5}[-./ ]?(?=[\w()$/.°-]*\d)[\w()$/.°;:~+*-]+)(?: (?=\S*\d)[\w()$.°;:~+-]{2,}){0,3}"
)
_DAY = re.compile(
    r"[\[({]?(?:\S{0,3}\d\S*|[A-Za-z]{3,9}[.,]? \S{0,3}\d\S*)"
    r"(?:[ \t](?:\S{0,2}\d\S*|[A-Za-z]{3,9}\b[.,]?|[-/.])){0,3}(?:,\n\d{4}\b)?"
)
_NAME = re.compile(rf"(?:{LETTER}|[{{|])[\w'’.|-]*(?:[;:.]?,? [{CAPITALS}{{|li][\w'’.|-]*){{0,4}}")
_TOWN = re.compile(r"\n?[^\n]{0,40}?,? [A-Z]{2}\.? {1,2}[\dOSBI]{2}\w{2,3}\b")
_HOUSE = re.compile(
    r"(?i)(?=\w{0,5}\d)[\dOIlSB|]\w{0,5}[A-Z]?\b[^\n]{0,3} ?[^\n]*[a-z]{3}|p\.? ?o\.? ?box"
    r"|[^\n]*\b[A-Z]{2}\.? {1,2}\d{5}"
)
# Labels of names that also stand in running text: only with a mark behind them, or at the beginning of a column.
_MARKED = re.compile(r"[:#*?=\n]|[ \t]{2}")
# The words that most labels are made of: recognition spoils them, and a label lost is a value disclosed.
_CORE = (
    "birth",
    "birthday",
    "birthdate",
    "patient",
    "member",
    "subscriber",
    "beneficiary",
    "address",
    "insured",
    "enrollee",
)
_MISREAD_LABEL = 74.0
_MOST_LABEL_WORDS = 6


def announced(page: Page) -> Iterator[Span]:
    """Yields the places that labels on a page announce: start and end in its text, and the kind."""
    text, labels = page.text, _labels()
    tokens = [(m.start(), m.end(), _token(m.group(), from_ocr=page.from_ocr)) for m in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        found = _label_at(tokens, at, labels)
        if found is None:
            at += 1
            continue
        length, kinds = found
        for kind in kinds:
            yield from _values(page, tokens[at][0], tokens[at + length - 1][1], kind)
        at += length


def _token(word: str, *, from_ocr: bool) -> str:
    lower = re.sub(r"['’]s$", "", word).lower()
    if from_ocr and len(lower) >= 5:
        near = process.extractOne(lower, _CORE, scorer=fuzz.ratio, score_cutoff=_MISREAD_LABEL)
        return lower if near is None else near[0]
    return lower


def _label_at(tokens: list[tuple[int, int, str]], at: int, labels: Labels) -> tuple[int, tuple[str, ...]] | None:
    """The longest label that begins at a token: its words and the kinds that it announces."""
    ahead = tuple(token for _, _, token in tokens[at : at + _MOST_LABEL_WORDS])
    for wording, kind in labels.get(ahead[0], ()):
        if ahead[: len(wording)] == wording:
            same = tuple(dict.fromkeys(k for w, k in labels[ahead[0]] if w == wording))
            return len(wording), same or (kind,)
    return None


@cache
def _labels() -> Labels:
    """Labels by their first word, the longest first."""
    listed: set[tuple[tuple[str, ...], str]] = set()
    for document_type in all_document_types().values():
        for path, kind in IDENTIFYING.items():
            spec = document_type.specs.get(path)
            listed |= {(tuple(label.split()), kind) for label in (spec.reads.labels if spec else ())}
    for kind, wordings in _OTHERS.items():
        listed |= {(tuple(wording.split()), kind) for wording in wordings.split(" | ")}
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for wording, kind in sorted(listed, key=lambda each: (-len(each[0]), each)):
        by_first.setdefault(wording[0], []).append((wording, kind))
    return {first: tuple(each) for first, each in by_first.items()}


def _values(page: Page, label_start: int, label_end: int, kind: str) -> Iterator[Span]:
    text = page.text
    gap = _GAP.match(text, label_end)
    start = label_end if gap is None else gap.end()
    between = text[label_end:start]
    marked = _MARKED.search(between) is not None
    if kind in {"NAME", "PART"}:
        own_column = (
            label_start == 0 or text[label_start - 1] == "\n" or text[max(0, label_start - 2) : label_start] == "  "
        )
        if own_column or (marked and " " in text[label_start:label_end]):
            yield from _name(text, start, alone=kind == "PART")
    elif kind == "BIRTH":
        yield from _birth(page, start)
    elif kind == "ADDRESS":
        if marked:
            yield from _address(text, start)
    else:
        found = _NUMBER.match(text, start)
        if found is not None and _telling(found.group(), kind):
            yield found.start(), found.end(), kind
    if ("\n" not in between and _COLUMN.match(text, start) is not None) or between.count("\n") == 1:
        yield from _under(page, label_start, label_end, kind)


def _telling(number: str, kind: str) -> bool:
    """Whether what follows a label can be the identifier: no year, no amount, no date of today's papers."""
    if re.search(r"\w\.\d", number) and kind != "PHONE":
        return False  # a code, a dose, a result
    digits = sum(c.isdigit() for c in number)
    least = 7 if kind == "PHONE" else 4
    if digits < least or next(iter(find_dates(number)), None) is not None:
        return False
    return kind in {"PHONE", "SSN"} or not re.fullmatch(r"(?:19|20)\d\d", number)


def _name(text: str, start: int, *, alone: bool) -> Iterator[Span]:
    found = _NAME.match(text, start)
    if found is None:
        return
    wording = without_heads(found.group()).strip(" .,;:")
    if re.match(rf" [{CAPITALS}]", text[found.end() :]) is None and is_name(wording, alone=alone and len(wording) > 2):
        yield start, start + len(wording), "NAME"


def _birth(page: Page, start: int) -> Iterator[Span]:
    ahead = page.text[start : start + 40]
    for found in find_dates(ahead, from_ocr=page.from_ocr):
        if found.start <= 14:
            yield start + found.start, start + found.end, "BIRTH"
            return
        break
    found_day = _DAY.match(page.text, start)
    if found_day is not None and sum(c.isdigit() for c in found_day.group()) >= 3:
        yield found_day.start(), found_day.end(), "BIRTH"


def _address(text: str, start: int) -> Iterator[Span]:
    column = _COLUMN.search(text, start)
    end = column.start() if column else len(text)
    if _HOUSE.match(text, start, end) is not None:
        town = _TOWN.match(text, end) if text[end : end + 1] == "\n" else None
        yield start, town.end() if town else end, "ADDRESS"


def _under(page: Page, label_start: int, label_end: int, kind: str) -> Iterator[Span]:
    """The value under a label: in the same column of the next line, or anywhere in it by its shape."""
    text = page.text
    begin = text.rfind("\n", 0, label_start) + 1
    line_end = text.find("\n", label_end)
    if line_end < 0:
        return
    next_end = text.find("\n", line_end + 1)
    line = text[line_end + 1 : next_end if next_end >= 0 else len(text)]
    cells = [(m.start(), m.end()) for m in re.finditer(r"\S+(?: \S+)*", line)]
    column = len(re.findall(r"[ \t]{2,}", text[begin:label_start].strip("\n")))
    if not cells:
        return
    column = min(column, len(cells) - 1)
    start = line_end + 1 + cells[column][0]
    if kind == "BIRTH":
        # Where columns were lost a birth is the date that is no date of today's papers.
        latest = max((m.value for m in find_dates(text, from_ocr=page.from_ocr)), default="")[:4]
        for m in find_dates(line, from_ocr=page.from_ocr):
            if cells[column][0] <= m.start < cells[column][1] or m.value[:4] < latest:
                yield line_end + 1 + m.start, line_end + 1 + m.end, kind
    elif kind in {"NAME", "PART"}:
        yield from _name(text, start, alone=kind == "PART")
    elif kind == "ADDRESS":
        yield from _address(text, start)
    else:
        found = _NUMBER.match(text, start)
        if found is not None and _telling(found.group(), kind):
            yield found.start(), found.end(), kind
