"""Whose words a message page holds: the patient's own, the header's, the clinic's reply and the portal's warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Page
from extractors.prose.passages import Passage

# A line of the header: its label and what follows.
_LABELLED = re.compile(
    r"[\s.,'‘*_~-]{0,4}(?P<label>from|to|for|cc|sent|date(?: ?/ ?time| and time| sent| received)?|time|received|"
    r"subject|re|patient(?: name)?|"
    r"name|dob|date of birth|patient dob|birth ?date|mrn|phone|cell|home phone|callback(?: number)?|call ?back(?: #|"
    r" no\.?)?|"
    r"provider|doctor|clinic|recipient|sender|message (?:type|id|date)|type|status|priority|topic|category|caller|"
    r"caller name|relationship|relation to patient|taken by|call taken by|pharmacy|member id|insurance|message for|"
    r"attn|attention|regarding|reason for call|thread|folder|account|created|submitted|proxy|left by|length|duration|"
    r"pt name|pt|matched (?:chart|patient)|chart(?: name)?|called from|caller(?:['’]s)? number|left on|mailbox|"
    r"call from)"
    r"\s*(?:#|no\.?)?(?:\s*[:>]\s*|(?-i:(?<=[A-Z]{2})\s+(?=[A-Z(0-9])))(?P<rest>.*)",
    re.IGNORECASE,
)
# Labels whose content the patient wrote.
_OWN_LABEL = re.compile(
    r"\s*(?:message(?: body| text| from patient| details)?|subject|topic|re|reason for (?:call|message)|comments?|"
    r"question|patient message|patient (?:states|says|reports)|transcript(?:ion)?|voicemail(?: transcript(?:ion)?)?|"
    r"details|body|concern|request)\s*[:>-]\s*",
    re.IGNORECASE,
)
_STAFF = (
    r"(?:R\.?N\.?|L\.?P\.?N\.?|M\.?A\.?|CMA|RMA|M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?-?C?|PharmD|MSN|BSN|APRN|FNP|nurse|"
    r"care team|front desk|staff|clinic|office|medical assistant|receptionist|billing department|pharmacist|"
    r"support team|"
    r"scheduling|triage|do[- ]?not[- ]?reply|no[- ]?reply|automated|system|Dr\.?)"
)
_IS_STAFF = re.compile(rf"(?<![A-Za-z]){_STAFF}(?![A-Za-z])")
_REPLY = re.compile(
    rf"\s*(?:(?:reply|response|replied|answer(?:ed)?)\s+(?:from|by|of)\b|(?:staff|nurse|provider|clinic|office|"
    rf"care team|"
    rf"physician|doctor|rn|ma|our|automatic|automated|auto)[ -]?(?:reply|response|note|notes|comment|answer|message to "
    rf"patient|action|documentation|use only)\b|(?:reply|response)\s*:|(?:for )?(?:office|staff|clinic|internal) use\b|"
    rf"(?:disposition|advice given|plan|action taken|triage (?:note|disposition)|routed to|forwarded to|"
    rf"assigned to)\s*:|"
    rf"on .{{6,40}}(?<![A-Za-z]){_STAFF}\b.{{0,40}}wrote\s*:)",
    re.IGNORECASE,
)
_OWN_AGAIN = re.compile(
    r"\s*(?:original message|(?:message|reply|response) from (?:the )?patient|patient (?:message|wrote|reply|response)|"
    r"message\s*:|on .{6,60} wrote\s*:|-{2,}\s*original)",
    re.IGNORECASE,
)
# What portals and voicemail print under every message.
_WARNING = re.compile(
    r"(?:\b(?:if (?:you|this|it)\b.{0,80}?|"
    r"(?:in|for) (?:an?|any|medical|case of|all)?\s?(?:medical )?emergenc\w+.{0,40}?|"
    r"do not use.{0,60}?|not (?:be )?(?:used|monitored|intended).{0,60}?)"
    r"(?:911|emergenc\w+|nearest (?:hospital|er)|urgent)|allow \d.{0,20}?(?:business|hours)|"
    r"this (?:message|mailbox|inbox|email) is.{0,80}?(?:confidential|monitored|encrypted|automated|secure))",
    re.IGNORECASE,
)
# One of these stands in every such sentence: cheap to look for.
_WARNS = re.compile(
    r"911|emergenc|nearest|urgent|business|hours|confidential|monitored|encrypted|automated|secure", re.I
)
_FIRST_PERSON = re.compile(r"(?i)\b(?:i|i'm|i've|my|me|we|our)\b")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A labelled line of a message's header; `start` is the offset of `text`, what follows the label, on the page."""

    page: int
    label: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A message.

    Attributes:
        header: the labelled lines above and between the words, in order, those of replies left out.
        own: for each page the patient's words as one passage of the page's length, everything else blank.
    """

    header: tuple[HeaderLine, ...]
    own: tuple[Passage, ...]


def thread_of(pages: Sequence[Page]) -> Thread:
    """The message that the pages hold, the patient's words apart from all others."""
    header: list[HeaderLine] = []
    own: list[Passage] = []
    staff = False
    for page in pages:
        kept = list(page.text)
        for start, line in _lines(page.text):
            staff = _speaks(line, staff=staff)
            labelled = _LABELLED.match(line)
            if not staff:
                header += _header_of(page.number, line, start)
            if staff or (labelled is not None and not _OWN_LABEL.match(line)) or _REPLY.match(line):
                _blank(kept, start, start + len(line))
            elif (said := _OWN_LABEL.match(line)) is not None:
                _blank(kept, start, start + said.end())
        text = "".join(kept).replace("\n", " ")
        for said in _SENTENCE.finditer(text):
            warning = _WARNING.search(said.group()) if _WARNS.search(said.group()) else None
            # In doubt the words are the patient's: a danger that they write of must be seen.
            if warning is not None and not _FIRST_PERSON.search(said.group()):
                start = said.start() + warning.start()
                text = text[:start] + " " * (said.end() - start) + text[said.end() :]
        own.append(Passage(page.number, 0, text, from_ocr=page.from_ocr, verbatim=page.text))
    return Thread(tuple(header), tuple(own))


def _header_of(page: int, line: str, start: int) -> Iterator[HeaderLine]:
    """The labelled cells of a line: `Sender: A. Name   Birth: 05/14/1977` has two."""
    cells = list(re.finditer(r"\S+(?: \S+)*", line))
    for index, cell in enumerate(cells):
        labelled = _LABELLED.match(cell.group())
        if labelled is None:
            continue
        text = labelled["rest"].strip()
        at = cell.start() + labelled.start("rest") + len(labelled["rest"]) - len(labelled["rest"].lstrip())
        # A wide gap may stand between a label and its own content.
        beside = cells[index + 1] if index + 1 < len(cells) else None
        if not text and beside is not None and not _LABELLED.match(beside.group()):
            text, at = beside.group(), beside.start()
        yield HeaderLine(page, labelled["label"].lower(), text, start + at)


def _speaks(line: str, *, staff: bool) -> bool:
    """Whether the clinic has the word from this line on."""
    if _REPLY.match(line):
        return True
    labelled = _LABELLED.match(line)
    if labelled is not None and labelled["label"].lower() in ("from", "sender"):
        return _IS_STAFF.search(labelled["rest"]) is not None
    if _OWN_AGAIN.match(line) and not _IS_STAFF.search(line):
        return False
    return staff


def is_staff(name: str) -> bool:
    """Whether a sender or recipient is a clinic's rather than a patient: a title, a credential, a desk."""
    return _IS_STAFF.search(name) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _blank(letters: list[str], start: int, end: int) -> None:
    letters[start:end] = " " * (end - start)
