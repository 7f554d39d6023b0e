"""A letter's head and foot: its date, the payer who writes, the plan, who gets a copy, and the reviewer who signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.values import Cited, Kind
from extractors.grammar.find import find_values, normalise
from extractors.outline.flow import Citing, Flow, Piece, Span, Told, flow_of
from extractors.outline.strips import Strip
from extractors.outline.topics import plain_words

# Date line, inside address, reference block: a letter's head ends at its salutation, or here.
_HEAD_STRIPS = 14
_SALUTATION = re.compile(r"^\W*(?:dear\b|to whom it may concern|hello\b|attention:)", re.IGNORECASE)
_OTHER_DATE = re.compile(
    r"\b(?:birth|dob|born|service|received|request|effective|admi|discharge|through|review)\w*", re.IGNORECASE
)

_WORD = r"[A-Z][\w&'’.-]*"
_NAME = rf"(?P<name>{_WORD}(?:,? (?:{_WORD}|of|the|and|&|for)){{1,8}}?)"
_DID = (
    r"(?:(?:has|have|had)(?: also| recently| carefully| now| completed)? )?(?:also |recently |carefully |now "
    r")?(?:reviewed|received|denied|"
    r"approved|evaluated|completed|determined|made|decided|administers|is unable|is not able|cannot|could not|is "
    r"writing|"
    r"considered|concluded|finished|looked at|needs|did not approve|does not|will not|partially)\b"
)
_PAYER = (
    re.compile(rf"^\W*{_NAME},?(?: \([^)]{{2,40}}\))?,? {_DID}"),
    re.compile(rf"\b(?:member of|enrolled (?:in|with)|on behalf of|(?:director|reviewer|physician|pharmacist|nurse) "
               rf"(?:at|of|for|with)|"
               rf"thank you for choosing|coverage (?:through|with)|administered by|insured by) {_NAME}(?=[,.;]| has\b"
               rf"| have\b| reviewed\b| to\b| and\b|$)"),
)  # fmt: skip
_NO_PAYER = re.compile(
    r"^(?:The|Our|Your|This|We|You|Dear|Dr|Mr|Ms|Mrs|A|An|In|On|After|If|Based|Please|As|It|I)\b|\b(?:MD|DO|NP|PA-C"
    r"|PharmD|RN|"
    r"Director|Request|Notice|Department|Committee|Member|Patient|Provider|Office|Hospital|Clinic|Appeals?)\b"
)
_PLAN_LABELS = frozenset(
    re.split(
        r"\s*\|\s*",
        "plan|plan name|benefit plan|product|line of business|plan type|coverage|health plan product|product name|lob|"
        "plan product|your plan|member plan|coverage type|benefit plan name|program|insurance plan|plan of benefits|"
        "product line|benefit package|benefit|benefits|health benefit|benefit type|your benefit|your coverage|"
        "member benefit|coverage plan|health coverage|drug plan|pharmacy benefit|medical benefit|plan or product|"
        "enrolled in|member product",
    )
)
_CREDENTIAL = (
    r"(?:M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?(?:-C)?|A?PRN|FNP(?:-B?C)?|DNP|ARNP|CRNP|CNM|DPM|DDS|DMD|OD"
    r"|PharmD|Pharm\.D\.|PhD|PsyD|LCSW|R\.?N\.?|R\.?Ph\.?|DC|DPT|PT|MBBS)"
)
_COPY = re.compile(
    rf"^\W*(?:cc|c\.c\.|copy(?: to)?|copies "
    rf"to)\s*[:.]+\s*(?P<name>[^,:(]{{4,60}}?)(?:,?\s+{_CREDENTIAL}\b)?\s*(?:[,;(]|\s{{2,}}|$)",
    re.IGNORECASE,
)
_OWN_PHONE = re.compile(
    r"^\W*(?P<owner>(?:your |the )?(?:requesting |ordering |treating |referring |prescribing |servicing |rendering "
    r")?(?:provider|physician|"
    r"prescriber|doctor|practitioner|clinic|office|practice)(?:'s)?(?: office)?|(?:member|patient|enrollee"
    r"|subscriber)(?:'s)?) "
    r"(?P<what>fax|phone|telephone|tel)(?: (?:number|no))?\b",
    re.IGNORECASE,
)
_CLINICIAN = re.compile(
    r"\W*(?:requesting|ordering|treating|referring|prescribing|servicing|rendering)? ?(?:provider|physician|prescriber|"
    r"practitioner|clinician|doctor)(?: name)?(?: ?:\s*| *$)",
    re.IGNORECASE,
)
_SIGNER = re.compile(rf"^\W*(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{1,3}}),? +{_CREDENTIAL}\b")
_REVIEWING = re.compile(
    r"\b(?:medical director|physician reviewer|clinical (?:reviewer|pharmacist)|peer reviewer|chief medical officer"
    r"|reviewing "
    r"(?:physician|pharmacist)|medical officer|pharmacist reviewer|utilization (?:review|management)|appeals? "
    r"reviewer)\b",
    re.IGNORECASE,
)


def cell_flow(strip: Strip, cell: int = 0) -> Flow:
    """One cell of a line as text of its own."""
    held = strip.cells[cell]
    return flow_of([Piece(strip.page, held.start, held.text)], from_ocr=strip.from_ocr)


def _all(flow: Flow) -> Told:
    return Told(flow, Span(0, len(flow.text)))


def read_head(strips: Sequence[Strip], citing: Citing) -> Iterator[Cited]:
    """The date, plan, copies, telephone numbers and reviewer of a letter, from its lines."""
    yield from _letter_date(strips, citing)
    for index, strip in enumerate(strips):
        yield from _plan(strip, citing)
        yield from _copy(strip, index, citing)
        yield from _telephone(strips[max(0, index - 3) : index + 1], index, citing)
        yield from _reviewer(strip, strips[index + 1] if index + 1 < len(strips) else None, citing)


def _letter_date(strips: Sequence[Strip], citing: Citing) -> Iterator[Cited]:
    """A date alone on a line, or at the right of the letterhead, before the salutation."""
    for strip in strips[:_HEAD_STRIPS]:
        if _SALUTATION.match(strip.text):
            return
        last = len(strip.cells) - 1
        if last > 1 or _OTHER_DATE.search(strip.text):
            continue
        value = normalise(Kind.DATE, strip.cells[last].text, from_ocr=strip.from_ocr)
        labelled = last == 1 and strip.cells[0].text.rstrip().endswith(":")
        if value is not None and len(value) == 10 and not labelled:
            yield citing.cite("letter.date", _all(cell_flow(strip, last)), value=value, score=1.0 if last == 0 else 0.9)
            return


def _plan(strip: Strip, citing: Citing) -> Iterator[Cited]:
    """`Plan  Gold PPO`, which other documents print over a clinician's plan of care."""
    if len(strip.cells) > 1 and plain_words(strip.cells[0].text) in _PLAN_LABELS:
        flow, start = cell_flow(strip, 1), 0
    else:
        flow = cell_flow(strip)
        label = re.match(r"([^:]{4,30}):\s*(?=\S)", flow.text)
        if label is None or plain_words(label[1]) not in _PLAN_LABELS:
            return
        start = label.end()
    told = Told(flow, Span(start, len(flow.text.rstrip(" .,;°|*"))))
    if 2 < len(told.text) <= 60 and told.text[0].isalnum():
        yield citing.cite("payer.plan", told)


def _copy(strip: Strip, index: int, citing: Citing) -> Iterator[Cited]:
    """`cc: Ann Lee, MD, fax (555) 010-0100`: the clinician who asked, and where the answer was sent."""
    flow = flow_of([Piece(strip.page, strip.start, strip.source)], from_ocr=strip.from_ocr)
    found = _COPY.match(flow.text)
    if found is None:
        return
    value = normalise(Kind.PERSON_NAME, found["name"], from_ocr=strip.from_ocr)
    numbers = find_values(Kind.PHONE, flow.text, from_ocr=strip.from_ocr)
    if value is None or not numbers:
        return
    group = f"copy{index}"
    yield citing.cite("provider.name", Told(flow, Span(*found.span("name"))), value=value, group=group)
    for number in numbers:
        before = flow.text[max(0, number.start - 14) : number.start].lower()
        path = "provider.fax" if "fax" in before else "provider.phone"
        yield citing.cite(path, Told(flow, Span(number.start, number.end)), value=number.value, group=group)


def _telephone(strips: Sequence[Strip], index: int, citing: Citing) -> Iterator[Cited]:
    """A number on the last of some lines whose label says whose it is; an appeals department's is nobody's here.

    The clinician whose it is stands beside it or on a line above.
    """
    strip = strips[-1]
    for cell in range(len(strip.cells)):
        label = _OWN_PHONE.match(strip.cells[cell].text)
        if label is None:
            continue
        beside = [c for c in (cell, cell + 1) if c < len(strip.cells)]
        flow, numbers = cell_flow(strip, cell), []
        for place in beside:
            flow = cell_flow(strip, place)
            if numbers := find_values(Kind.PHONE, flow.text, from_ocr=strip.from_ocr):
                break
        if len(numbers) != 1:
            continue
        told = Told(flow, Span(numbers[0].start, numbers[0].end))
        fax = label["what"].lower() == "fax"
        if not re.search(r"(?i)member|patient|enrollee|subscriber", label["owner"]):
            path = "provider.fax" if fax else "provider.phone"
            group = f"phone{index}-{cell}"
            yield citing.cite(path, told, value=numbers[0].value, group=group)
            yield from _clinician(strips, group, citing)
        elif not fax:
            yield citing.cite("patient.phone", told, value=numbers[0].value)


def _clinician(strips: Sequence[Strip], group: str, citing: Citing) -> Iterator[Cited]:
    """The clinician that the nearest label of these lines names, from the last line up."""
    for strip in reversed(strips):
        for index, cell in enumerate(strip.cells):
            label = _CLINICIAN.match(cell.text)
            if label is None:
                continue
            beside = index + 1 if label.end() == len(cell.text) else index
            if beside == len(strip.cells):
                continue
            flow = cell_flow(strip, beside)
            start = 0 if beside > index else label.end()
            value = normalise(Kind.PERSON_NAME, flow.text[start:], from_ocr=strip.from_ocr)
            if value is not None:
                yield citing.cite("provider.name", Told(flow, Span(start, len(flow.text))), value=value, group=group)
                return


def _reviewer(strip: Strip, below: Strip | None, citing: Citing) -> Iterator[Cited]:
    """Who signs for the payer: a name with a degree beside or above `Medical Director`."""
    found = _SIGNER.match(strip.text)
    if found is None:
        return
    titled = _REVIEWING.search(strip.text) or (below is not None and _REVIEWING.search(below.text[:60]))
    value = normalise(Kind.PERSON_NAME, found["name"], from_ocr=strip.from_ocr)
    if titled and value is not None:
        flow = flow_of([Piece(strip.page, strip.start, strip.source)], from_ocr=strip.from_ocr)
        yield citing.cite("reviewer.name", Told(flow, Span(*found.span("name"))), value=value, score=0.9)


def payer_in(flow: Flow, span: Span, citing: Citing) -> Iterator[Cited]:
    """The payer that a sentence names as the one who reviewed, decided, or insures."""
    text = flow.text[span.start : span.end]
    for pattern in _PAYER:
        found = pattern.search(text)
        if found is None or _NO_PAYER.search(found["name"]):
            continue
        at = Span(span.start + found.start("name"), span.start + found.end("name"))
        yield citing.cite("payer.name", Told(flow, at), score=0.95)
        return
