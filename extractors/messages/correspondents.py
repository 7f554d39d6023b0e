"""Who writes to whom, and how the sender can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.values import Cited, Kind
from extractors.grammar.find import find_values, normalise
from extractors.messages.thread import HeaderLine, Thread, is_staff
from extractors.prose.passages import Passage

_FROM = frozenset({"from", "sender", "caller", "caller name", "left by"})
_PHONE = frozenset(
    {"phone", "cell", "home phone", "callback", "callback number", "call back", "call back #", "callback #"}
)
_PATIENT = frozenset(
    {"patient", "patient name", "name", "pt", "pt name", "matched chart", "matched patient", "chart name", "chart"}
)
_TO = frozenset({"to", "recipient", "provider", "doctor", "message for", "for", "attn", "attention"})
_WORD = r"[A-ZÀ-Þ][\w'’À-ÿ-]*\.?"
_NAME = rf"{_WORD}(?: (?:de|la|del|van|von|der|bin|al|St\.|{_WORD})){{0,4}}"
_DOCTOR = re.compile(
    rf"(?P<title>(?:Dr\.?|Doctor|Prof\.?)\s+)(?P<named>{_NAME})|"
    rf"(?P<held>{_NAME}),?\s(?:M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?(?:-C)?|FNP(?:-B?C)?|APRN|ARNP|DNP|CNM|DPM|PharmD|"
    rf"PhD|OD|DDS)\b"
)
# Words beside a clinician's name that are none of it.
_DESK = re.compile(
    r"(?:['’]s|\s)\s*(?:care team|team|office|clinic|nurses?|staff|and staff|group|practice|pool|inbox|medical|health|"
    r"department|family|internal|primary|cardiology|on call|covering|please|i|my|the|this|it|hi|hello|thank\w*)\b.*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?mi)^\s*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|attn:?|to)[\s,:]+(?=(?:Dr|Doctor)\b)"
)
# A sender who writes of somebody else.
_PROXY = re.compile(
    r"(?i)\b(?:on behalf of|proxy|parent|mother|father|mom|dad|daughter|son|wife|husband|spouse|guardian|caregiver|"
    r"sister|"
    r"brother|poa|power of attorney|for)\b"
)
_ASIDE = re.compile(r"\s*[(<\[].*$")
_CALL = re.compile(
    r"(?i)\b(?:call|reach|text|phone|contact|ring)(?:ed)?(?: me| us| back| him| her| patient| pt)*(?: back)?(?: at|"
    r" on| @|:)?|"
    r"(?:my|our|cell|home|mobile|phone|telephone|best|callback|call ?back|contact|work|tel)\.?(?: (?:phone|cell|"
    r"number|home|contact))*(?: number)?(?: is|'s|:|#)?"
)
_CALL_REACH = 34
_NOT_OWN_PHONE = re.compile(
    r"(?i)\b(?:pharmacy|walgreens|cvs|rite aid|walmart|fax|clinic|office|hospital|insurance|lab|dr)\b[^.]{0,30}$"
)
_SIGNED = re.compile(
    r"(?mi)^\s*(?:(?:with |many |best |kind |warm |most )*(?:sincerely|thanks|thank you|regards|wishes|respectfully|"
    r"gratefully|best|love)"
    rf"(?: (?:so much|very much|again|in advance|yours))?|yours(?: truly| sincerely)?|"
    rf"--?)[,.! ]*\n\s*(?P<name>(?-i:{_WORD})(?: (?-i:{_WORD})){{1,3}})\s*$"
)
_DATE_LINE = re.compile(
    r"(?m)^[ \t]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?(?P<date>[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|"
    r"th)?,? \d{4}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})[ \t]*$",
    re.I,
)
_SENT_BY = re.compile(
    rf"(?i:\b(?:this is|my name is|name'?s))\s+(?P<name>{_NAME})(?=[,.]|\s+(?i:and|calling|i|my|from|date|dob|with|a|"
    rf"patient)\b|$)"
)
_SURE, _LIKELY, _WEAK = 1.0, 0.9, 0.75


def read_correspondents(thread: Thread) -> Iterator[Cited]:
    """The patient's name and telephone, and the clinician the message goes to."""
    yield from _patient(thread)
    yield from _clinician(thread)
    for line in thread.header:
        for found in find_values(Kind.PHONE, line.text)[:1] if line.label in _PHONE else ():
            quote = line.text[found.start : found.end]
            yield _cited("patient.phone", found.value, quote, (line.page, line.start + found.start), _SURE)
    for passage in thread.own:
        yield from _phone(passage)
    yield from _letter_date(thread)


def _letter_date(thread: Thread) -> Iterator[Cited]:
    """The date of a letter: alone on a line above its words."""
    for passage in thread.own[:1]:
        alone = _DATE_LINE.search(passage.verbatim)
        if alone is None:
            continue
        for found in find_values(Kind.DATE, alone["date"], from_ocr=passage.from_ocr)[:1]:
            start = alone.start("date") + found.start
            quote = passage.verbatim[start : alone.start("date") + found.end]
            yield _cited("message.date", found.value, quote, (passage.page, start), _LIKELY)


def _patient(thread: Thread) -> Iterator[Cited]:
    """The labelled patient, else the sender unless they write for somebody; else who says or signs their name."""
    labelled = [line for line in thread.header if line.label in _PATIENT and _person(line.text)]
    senders = [line for line in thread.header if line.label in _FROM and _person(line.text) and not is_staff(line.text)]
    proxy = any(_PROXY.search(line.text) for line in senders) or any(
        line.label.startswith("relation") and not re.match(r"(?i)self|patient", line.text) for line in thread.header
    )
    lines: Sequence[HeaderLine] = labelled or ([] if proxy else senders[:1])
    for line in lines:
        name = _person(line.text)
        if name is not None:
            yield _cited("patient.name", name, name, (line.page, line.start + line.text.index(name)), _SURE)
    if lines or proxy:
        return
    for pattern, score in ((_SENT_BY, _LIKELY), (_SIGNED, _WEAK)):
        for passage in thread.own:
            found = _last(pattern, passage.verbatim) if pattern is _SIGNED else pattern.search(passage.text)
            if found is not None and normalise(Kind.PERSON_NAME, found["name"]) is not None:
                yield _cited("patient.name", found["name"], found["name"], (passage.page, found.start("name")), score)
                return


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one signs
        pass
    return found


def _person(text: str) -> str | None:
    """The name that begins a header's line, without what stands in brackets; None where it names no person."""
    name = _ASIDE.sub("", text).strip(" ,;")
    name = re.split(r"\s{2,}|\s(?:DOB|MRN|D\.O\.B|ID|Sent|Date|Phone|To)\b|\d", name)[0].strip(" ,;:")
    parts = re.findall(r"[^\W\d_][\w'’.-]*", name)
    if not 2 <= len(parts) <= 5 or not all(p[0].isupper() for p in parts if len(p) > 3):
        return None
    return name if normalise(Kind.PERSON_NAME, name) is not None else None


def _clinician(thread: Thread) -> Iterator[Cited]:
    lines = [line for line in thread.header if line.label in _TO]
    for line in lines:
        span = _doctor(line.text)
        if span is not None:
            quote = line.text[slice(*span)]
            yield _cited("provider.name", quote, quote, (line.page, line.start + span[0]), _SURE, "message-to")
            return
    for passage in thread.own:
        for greeted in _GREETING.finditer(passage.verbatim):
            rest = passage.text[greeted.end() : greeted.end() + 60]
            span = _doctor(rest)
            if span is not None and span[0] < 12:
                quote = rest[slice(*span)]
                yield _cited(
                    "provider.name", quote, quote, (passage.page, greeted.end() + span[0]), _LIKELY, "message-to"
                )
                return


def _doctor(text: str) -> tuple[int, int] | None:
    """The span of a clinician's name in a text, without title and desk; a desk alone is nobody."""
    found = _DOCTOR.search(text)
    if found is None:
        return None
    group = "named" if found["named"] else "held"
    desk = _DESK.search(text, found.start(group))
    end = min(found.end(group), desk.start() if desk else len(text))
    name = text[found.start(group) : end].rstrip(" ,.'’")
    return (found.start(group), found.start(group) + len(name)) if len(name) > 1 else None


def _phone(passage: Passage) -> Iterator[Cited]:
    """A telephone that the sender says is theirs, or asks to be called at."""
    for found in find_values(Kind.PHONE, passage.text, from_ocr=passage.from_ocr):
        before = passage.text[max(0, found.start - _CALL_REACH) : found.start]
        cue = None
        for cue in _CALL.finditer(before):  # noqa: B007 - the nearest one counts
            pass
        if cue is None or not cue.group().strip() or _NOT_OWN_PHONE.search(before):
            continue
        if len(before) - cue.end() > 22 or "." in before[cue.end() :]:
            continue
        quote = passage.quote(found.start, found.end)
        yield _cited("patient.phone", found.value, quote, (passage.page, found.start), _SURE)


def _cited(path: str, value: str, quote: str, place: tuple[int, int], score: float, group: str | None = None) -> Cited:
    return Cited(
        path=path, group=group, value=" ".join(value.split()), quote=quote, page=place[0], start=place[1],
        features={"label_score": score},
    )  # fmt: skip
