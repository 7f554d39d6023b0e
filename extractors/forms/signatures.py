"""Who signed: the name with credentials under a letter's closing or behind `signed by`, and what follows it."""

from __future__ import annotations

import re

from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values, normalise
from extractors.layout.chunks import Chunk

# A plan's department; before it stands the plan's name, or the line above is the plan.
DEPARTMENT = re.compile(
    r"[\s,–—-]*\b(?:utilization (?:management|review)|prior (?:auth\w*|approvals?)|medical review|"
    r"pre-?service review|pharmacy (?:services|department|programs?)|"
    r"medical management|provider services|clinical (?:review|services|pharmacy)|care management|intake|"
    r"appeals?(?: and grievances)?|"
    r"um department|authorizations?|precertification|member services|case management|health services)\b.*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^\W*|[.!]\s+)(?:(?:very )?(?:sincerely|truly|respectfully|gratefully|warmly|cordially|faithfully|"
    r"appreciatively)(?: yours| submitted)?|(?:with )?(?:best|kind|warm|kindest|warmest)? ?(?:regards|wishes|thanks)|"
    r"thank you|many thanks|thanks|with (?:appreciation|gratitude|respect)|yours\b[\w ]*|signed|in good health)\b"
    r"[\w\s]{0,20}[,.]?\s*$",
    re.IGNORECASE,
)
_SIGNED_BY = re.compile(r"\b(?:electronically |e-?)?(?:signed|authenticated|approved|ordered) by:?\s+", re.IGNORECASE)
CREDENTIALS = re.compile(
    r"\b(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?|APRN|FNP(?:-[A-Z]+)?|DPM|DNP|ARNP|CNM|PharmD|RN|AGNP(?:-C)?|CRNP|DDS|DMD)\b\.?"
)
# Where a note or letter says with whom and for whom it is.
_HEAD = 0.36
_SEEN_BY = re.compile(
    r"\b(?i:(?:visit|session|seen|appointment|encounter|consultation|evaluation|follow-?up)\b[^\n;:]{0,40}?\b(?:with|by)|"
    r"(?:to |for )?the office of|(?:opinion|consultation|report) for)\s+(?:Dr\.?\s+)?"
    r"(?P<name>[A-Z][\w'’-]+(?: [A-Z]\.?)?(?: (?:[A-Z][\w'’-]+|St\.|de|la|van|von|der|del)){1,3}),?\s+"
    r"(?P<credentials>[A-Z][A-Za-z.-]{1,6})\b"
)
_SPECIALTY = re.compile(r"^[A-Z][A-Za-z&/ ]{5,40}$")


def read_seen_by(sheet: Sheet, collected: Collected) -> None:
    """The clinician with whom a visit was, or to whose office or for whom a letter is written; the head says it."""
    known = {c.value.casefold() for c in collected.cited if c.path == "provider.name"}
    for line in sheet.layout.lines:
        if line[0].box.top > _HEAD:
            return
        start = line[0].start
        found = _SEEN_BY.search(sheet.page.text[start : line[-1].end])
        if found is None or CREDENTIALS.match(found["credentials"]) is None:
            continue
        value = normalise(Kind.PERSON_NAME, found["name"], from_ocr=line[0].from_ocr)
        if value is not None and value.casefold() not in known:
            span = (start + found.start("name"), start + found.end("credentials"))
            group = collected.new_group("provider")
            collected.add("provider.name", value, sheet.page, span, place=Place("text", 0.7), group=group)


def read_signature(sheet: Sheet, collected: Collected, *, have: set[str]) -> None:
    """The signer of a letter or order: a name with credentials after a closing or `signed by`, with what follows it."""
    for chunk in sheet.layout.chunks:
        signed = _SIGNED_BY.search(chunk.text)
        if signed is not None and "provider.name" not in have:
            _add_signer(chunk, chunk.start + signed.end(), sheet, collected, have=have)
    lines = sheet.layout.lines
    closing = next((i for i, line in enumerate(lines) if _CLOSING.search(line[-1].text)), None)
    if closing is None:
        return
    for position in range(closing + 1, min(closing + 7, len(lines))):
        chunk = lines[position][0]
        if CREDENTIALS.search(chunk.text) and _add_signer(chunk, chunk.start, sheet, collected, have=have):
            _add_specialty(lines[position + 1 : position + 3], sheet, collected)
            return


def _add_signer(chunk: Chunk, start: int, sheet: Sheet, collected: Collected, *, have: set[str]) -> bool:
    text = sheet.page.text[start : chunk.end]
    body = text.split(" on ")[0]
    credentials = CREDENTIALS.search(body)
    if credentials is not None and credentials.group() == "RN":
        return False  # a nurse signs for somebody
    end = credentials.end() if credentials else len(body)
    value = normalise(Kind.PERSON_NAME, body[:end], from_ocr=chunk.from_ocr)
    if value is None:
        return False
    group = _signer_group(collected)
    span = (start, start + end)
    collected.add("provider.name", value, sheet.page, span, place=Place("text", 0.8), group=group)
    collected.derive("provider.role", "requesting", sheet.page, span, place=Place("text", 0.8), group=group)
    for match in find_values(Kind.NPI, text[end:])[:1] if "provider.npi" not in have else ():
        span = (start + end + match.start, start + end + match.end)
        collected.add("provider.npi", match.value, sheet.page, span, place=Place("text", 0.8), group=group)
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
        if _SPECIALTY.match(text) and not sheet.is_label(line[0]) and not DEPARTMENT.search(text):
            span = (line[0].start, line[0].end)
            collected.add("provider.specialty", text, sheet.page, span, place=Place("text", 0.6), group=group)
            return
