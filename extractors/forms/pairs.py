"""Labels with one value each: every label's places are tried until one parses as its field's kind."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.values import Kind
from extractors.forms.answers import Answer, find_answers
from extractors.forms.blanks import note_blank
from extractors.forms.cells import parse_drug
from extractors.forms.collected import Collected, Place
from extractors.forms.derived import derive_from
from extractors.forms.doubts import among_places, doubted, is_doubtful, is_plausible, offers_instead
from extractors.forms.labels import Label
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import Piece, is_blank, parse_diagnosis, parse_procedure, parse_value, says_elsewhere
from extractors.forms.questions import SHAPED, Question
from extractors.forms.sections import Section
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values
from extractors.grammar.match import Match

# Fields that forms offer as boxes: a line with several of their choices is not an answer.
_CHOSEN = frozenset({"request.urgency", "patient.sex", "service.place"})
_YES_NO = re.compile(r"(?P<yes>yes|y)|(?:no|n)", re.IGNORECASE)
_SLASH = re.compile(r"\s+/\s+|\s{2,}/\s*|\s+\|\s+")
# Wordings too short to ask for a date of service by themselves outside a table or a line about dates.
_NEVER_BLANK = frozenset({"urgent", "expedited", "re"})
# Network types and metal levels name a product; these words name a company.
_PRODUCT = re.compile(
    r"\b(?:HMO|PPO|EPO|POS|HSA|HDHP|PFFS|[DC]?-?SNP|Bronze|Gold|Platinum|Silver \d+)\b", re.IGNORECASE
)
_INSURER = re.compile(
    r"\b(?:insurance|health plan|mutual|assurance|company|benefit trust|alliance|blue (?:cross|shield))\b",
    re.IGNORECASE,
)
# `Your member: H84875575` in a letter to the plan gives the number, not the name.
_MEMBER_NUMBER = re.compile(r"[A-Z]{0,4}-?\d{6,14}(?:-?[A-Z0-9]{1,3})?")
# What recognition makes of a dotted line after a value: words of round letters only.
_LEADER = re.compile(r"(?:\s+(?:[ceo]{3,}|[ceostv]{8,}))+[\s.:_]*$")
_PRODUCT_LABELS = frozenset({"coverage", "product", "benefit plan", "plan type", "product name", "type of coverage"})
_BARE_DATES = frozenset({"from", "to", "start", "end", "through", "thru", "until"})


def read_pairs(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Reads every label of the page that no table or choice has used, in reading order."""
    for question in sheet.questions:
        if (question.start, question.end) in sheet.answered or question.chunk.index in sheet.claimed:
            continue
        label, section = question.label, question.section
        left = question.chunk.box.left if question.fills else None
        path = ownership.path_of(label, section, left)
        ownership.note(label, path, section, left)
        if label.parts:
            _read_several(question, sheet, collected, ownership)
        elif path in sheet.decided:
            continue
        elif path is not None and not path.startswith("allergy."):  # lists of allergies are read as prose
            _read_one(question, path, sheet, collected, ownership)
        elif label.blank:
            _read_blank_only(question, sheet, collected)


def _read_one(question: Question, path: str, sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    listed = question.section.kind in ("procedure", "request", "servicing")
    if question.label.words in _BARE_DATES and not listed and not _starts_before(question, sheet):
        return
    seen_text = False
    for answer in _wider_first(question, path, sheet):
        text = sheet.page.text[answer.start : answer.end]
        if is_blank(text):
            if says_elsewhere(text):
                break
            continue
        seen_text = True
        if _take(question, path, answer, sheet, collected, ownership):
            sheet.claimed.update(c.index for c in answer.chunks if c is not question.chunk)
            return
    if not seen_text and question.label.words not in _NEVER_BLANK:
        note_blank(path, question, sheet, collected)


def _starts_before(question: Question, sheet: Sheet) -> bool:
    """`Service dates from 02/12/2026  through 04/13/2026`: the line itself says what the bare words are about."""
    return any(
        "service.start" in q.label.paths and q.label.words not in _BARE_DATES
        for q in sheet.questions
        if q.chunk.line == question.chunk.line and q.end <= question.start
    )


def _wider_first(question: Question, path: str, sheet: Sheet) -> list[Answer]:
    """The answers in order; for wordy fields the one that includes a wrapped line comes before the bare one."""
    answers = list(find_answers(question, sheet))
    if path != "patient.address" or len(answers) < 2:
        return [a for a in answers if path in ("patient.address",) or not _is_wrapped(a, question)]
    wrapped = [a for a in answers if _is_wrapped(a, question)]
    if wrapped and not _complete_address(sheet.page.text[answers[0].start : answers[0].end]):
        return [*wrapped, *[a for a in answers if a not in wrapped]]
    return [a for a in answers if a not in wrapped]


def _is_wrapped(answer: Answer, question: Question) -> bool:
    return answer.place.position == "inline" and len(answer.chunks) > 1 and answer.chunks[0] is question.chunk


def _complete_address(text: str) -> bool:
    return re.search(r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b", text) is not None


def _take(
    question: Question, path: str, answer: Answer, sheet: Sheet, collected: Collected, ownership: Ownership
) -> bool:
    """Parses an answer for a field and adds what it holds; False if it is no value of the field."""
    leader = _LEADER.search(sheet.page.text[answer.start : answer.end]) if question.chunk.from_ocr else None
    if leader is not None and leader.start():
        answer = replace(answer, end=answer.start + leader.start())
    text = sheet.page.text[answer.start : answer.end]
    label, ocr = question.label, question.chunk.from_ocr
    listed = _listed(path, text, from_ocr=ocr)
    if listed is not None:
        if (
            path.startswith("diagnosis.")
            and says_elsewhere(text)
            and not any(p.path == "diagnosis.code" for g in listed for p in g)
        ):
            collected.add_blank("diagnosis.code")
        return _add_listed(
            path, listed, answer, question=question, sheet=sheet, collected=collected, ownership=ownership
        )
    if _is_elsewhere(path, question, answer, sheet, collected):
        return False
    if path in ("payer.name", "payer.plan"):
        path = _payer_or_plan(path, text, question, sheet)
    if path in ("payer.name", "payer.plan") and _SLASH.search(text):
        return _add_payer_and_plan(text, answer, sheet, collected)
    match = parse_value(collected.lexicon.kind(path), text, from_ocr=ocr)
    if question.label.words in ("urgent", "expedited"):
        return _take_yes_no(text, answer, question, sheet, collected)
    if path == "patient.name" and label.words == "member" and (number := _MEMBER_NUMBER.fullmatch(text.strip())):
        path, match = "patient.member_id", parse_value(Kind.IDENTIFIER, number.group(), from_ocr=ocr)
    if match is None or not is_plausible(path, match.value):
        return False
    _add_value(path, match, answer, question=question, sheet=sheet, collected=collected, ownership=ownership)
    return True


def _is_elsewhere(path: str, question: Question, answer: Answer, sheet: Sheet, collected: Collected) -> bool:
    """Whether a label asks for something else here, or boxes beside the answer decide."""
    if path == "payer.plan" and question.label.words == "plan" and "request.date" not in collected.specs:
        return True  # in a note it heads what is to be done
    if path == "facility.name":
        return among_places(answer, sheet)
    urgent = question.label.words in ("urgent", "expedited")
    return path in _CHOSEN and not urgent and _offers_several(collected.lexicon.kind(path), answer, sheet)


def _add_value(
    path: str,
    match: Match,
    answer: Answer,
    *,
    question: Question,
    sheet: Sheet,
    collected: Collected,
    ownership: Ownership,
) -> None:
    """Adds a value of one field and what follows from it: the end of a range, a provider's role."""
    label, section = question.label, question.section
    text = sheet.page.text[answer.start : answer.end]
    span = (answer.start + match.start, answer.start + match.end)
    group = ownership.group_of(path, label, section)
    doubtful = is_doubtful(path, collected.lexicon.kind(path), match.value, label=label, text=text)
    place = doubted(answer.place) if doubtful else answer.place
    collected.add(path, match.value, sheet.page, span, place=place, group=group)
    if path == "service.start":
        _add_end_of_range(text, match.end, answer, sheet, collected)
    if path == "provider.name" and group is not None:
        role = ownership.role_of(label, section)
        # A section about where the service is given may name who orders it.
        sure = bool(label.role) or section.kind != "servicing"
        place = answer.place if sure else doubted(answer.place)
        collected.derive("provider.role", role, sheet.page, span, place=place, group=group)


def _payer_or_plan(path: str, text: str, question: Question, sheet: Sheet) -> str:
    """`Coverage` and `Plan` ask for the insurer on one form and for its product on another: the value tells."""
    words, product = question.label.words, _PRODUCT.search(text) is not None
    if words == "coverage" and product:
        return "payer.plan"
    if words == "plan" and not product:
        asked_apart = any(q.label.words in _PRODUCT_LABELS for q in sheet.questions)
        return "payer.name" if asked_apart or _INSURER.search(text) else path
    return path


def _take_yes_no(text: str, answer: Answer, question: Question, sheet: Sheet, collected: Collected) -> bool:
    """`Urgent? No`."""
    match = _YES_NO.fullmatch(text.strip(" ."))
    if match is None:
        return False
    value = "expedited" if match.group("yes") else "standard"
    span = (question.start, answer.end)
    collected.derive("request.urgency", value, sheet.page, span, place=answer.place)
    return True


def _add_end_of_range(text: str, after: int, answer: Answer, sheet: Sheet, collected: Collected) -> None:
    """`07/01/2026 - 07/31/2026`: the second date of a range ends the service."""
    later = find_values(Kind.DATE, text[after:])
    if later and re.fullmatch(r"\s*(?:-|–|—|to|through|thru|until)\s*", text[after : after + later[0].start]):
        span = (answer.start + after + later[0].start, answer.start + after + later[0].end)
        collected.add("service.end", later[0].value, sheet.page, span, place=answer.place)


def _offers_several(kind: Kind, answer: Answer, sheet: Sheet) -> bool:
    """Whether the answer's line prints more than one choice: then boxes decide, and none was seen."""
    line = sheet.line_of(answer.chunks[0])
    found = {m.value for c in line if c.start >= answer.start for m in find_values(kind, c.text)}
    return len(found) > 1


def _listed(path: str, text: str, *, from_ocr: bool) -> list[list[Piece]] | None:
    """The things that a line about diagnoses, services or drugs holds; None for other fields."""
    if path in ("diagnosis.code", "diagnosis.description"):
        found = parse_diagnosis(text, from_ocr=from_ocr)
        return found if path.endswith("description") else [g for g in found if any(p.path == path for p in g)]
    if path in ("procedure.code", "procedure.description"):
        found = parse_procedure(text, from_ocr=from_ocr)
        return found if path.endswith("description") else [g for g in found if any(p.path == path for p in g)]
    if path == "medication.drug":
        pieces = parse_drug(text, from_ocr=from_ocr)
        return [pieces] if pieces else []
    return None


def _add_listed(
    path: str,
    groups: list[list[Piece]],
    answer: Answer,
    *,
    question: Question,
    sheet: Sheet,
    collected: Collected,
    ownership: Ownership,
) -> bool:
    entity = path.split(".", maxsplit=1)[0]
    instead = offers_instead(sheet.page.text[answer.start : answer.end], groups)
    place = doubted(answer.place) if instead else answer.place
    for position, pieces in enumerate(groups):
        if position == 0:
            group = ownership.group_of(
                _taken(pieces, entity, question, ownership, collected), question.label, question.section
            )
        else:
            group = collected.new_group(entity)
            ownership.remember(entity, question.section, group)
        if group is None:
            continue
        for piece in pieces:
            if not collected.holds(group, piece.path):
                span = (answer.start + piece.start, answer.start + piece.end)
                collected.add(piece.path, piece.value, sheet.page, span, place=place, group=group)
        moved = [Piece(p.path, p.value, answer.start + p.start, answer.start + p.end) for p in pieces]
        derive_from(entity, group, moved, sheet=sheet, collected=collected)
        if entity == "medication":
            _derive_status(group, moved[0], question.section, sheet, collected)
    return bool(groups)


def _taken(pieces: list[Piece], entity: str, question: Question, ownership: Ownership, collected: Collected) -> str:
    """The field that decides whether the open group can take the pieces: one it already has, if any."""
    open_group = ownership.open_group(entity, question.section)
    held = [p.path for p in pieces if open_group is not None and collected.holds(open_group, p.path)]
    return held[0] if held else pieces[0].path


def _derive_status(group: str, drug: Piece, section: Section, sheet: Sheet, collected: Collected) -> None:
    if not collected.holds(group, "medication.status"):
        status = section.status or "requested"
        collected.derive(
            "medication.status", status, sheet.page, (drug.start, drug.end), place=Place("text"), group=group
        )


def _add_payer_and_plan(text: str, answer: Answer, sheet: Sheet, collected: Collected) -> bool:
    """`Health plan: Northgate Health Partners / HMO Select Silver` names both."""
    parts = _SLASH.split(text)
    if len(parts) != 2:
        return False
    at = answer.start + text.index(parts[1], len(parts[0]))
    collected.add(
        "payer.name", parts[0].strip(), sheet.page, (answer.start, answer.start + len(parts[0])), place=answer.place
    )
    collected.add("payer.plan", parts[1].strip(), sheet.page, (at, at + len(parts[1])), place=answer.place)
    return True


def _read_several(question: Question, sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """A label for several values: each part takes the first value of its kind that is left in the answer."""
    section = question.section
    for answer in find_answers(question, sheet):
        text = sheet.page.text[answer.start : answer.end]
        position, taken = 0, 0
        parts = question.label.parts
        for part in parts:
            path = ownership.path_of(part, section)
            rest = text[position:]
            if path is None:
                continue
            kind = collected.lexicon.kind(path)
            if kind in SHAPED and len(find_values(kind, text)) < sum(kind in _kinds(p, collected) for p in parts):
                continue  # one of `phone / fax` is not there, or was not read: which, nobody can say
            match = _next_value(kind, rest, from_ocr=question.chunk.from_ocr)
            if match is None:
                continue
            span = (answer.start + position + match[1], answer.start + position + match[2])
            group = ownership.group_of(path, part, section)
            collected.add(path, match[0], sheet.page, span, place=answer.place, group=group)
            _derive_for(
                path, part, (match[0], span), sheet=sheet, collected=collected, ownership=ownership, section=section
            )
            position += match[2]
            taken += 1
        if taken:
            sheet.claimed.update(c.index for c in answer.chunks if c is not question.chunk)
            return


def _kinds(label: Label, collected: Collected) -> set[Kind]:
    return {collected.lexicon.kind(p) for p in label.paths[:1]}


def _derive_for(
    path: str,
    part: Label,
    found: tuple[str, tuple[int, int]],
    *,
    sheet: Sheet,
    collected: Collected,
    ownership: Ownership,
    section: Section,
) -> None:
    group = ownership.group_of("provider.role", part, section) if path == "provider.name" else None
    if group is not None:
        role = ownership.role_of(part, section)
        collected.derive("provider.role", role, sheet.page, found[1], place=Place("text"), group=group)
    entity = path.split(".", maxsplit=1)[0]
    open_group = ownership.open_group(entity, section)
    if open_group is not None:
        derive_from(entity, open_group, [Piece(path, found[0], *found[1])], sheet=sheet, collected=collected)


def _next_value(kind: Kind, text: str, *, from_ocr: bool) -> tuple[str, int, int] | None:
    """The first value of a kind in a text that holds several, up to the next separator for wordy kinds."""
    match = parse_value(kind, text, from_ocr=from_ocr) if kind not in (Kind.TEXT, Kind.ORGANIZATION) else None
    if match is not None and (kind not in (Kind.IDENTIFIER, Kind.DRUG) or "/" not in text):
        return match.value, match.start, match.end
    offset = len(text) - len(text.lstrip(" /,;|-"))
    piece = re.split(r"\s*/\s*|\s{2,}|\s*[;|]\s*", text[offset:], maxsplit=1)[0]
    match = parse_value(kind, piece, from_ocr=from_ocr)
    return None if match is None else (match.value, offset + match.start, offset + match.end)


def _read_blank_only(question: Question, sheet: Sheet, collected: Collected) -> None:
    """A label whose value is not read but asked for: a signature, the clinical summary."""
    if question.label.blank == "provider.signature" and not question.chunk.from_ocr:
        return  # a drawn signature is no text, and a text layer says nothing about ink
    near = _prose_near if question.label.blank == "clinical.summary" else _something_near
    if not near(question, sheet):
        note_blank(question.label.blank, question, sheet, collected)


def _prose_near(question: Question, sheet: Sheet) -> bool:
    """Whether words stand beside or in the few lines under a label that asks for a text."""
    if question.inline[1] - question.inline[0] > 12:
        return True
    cell = question.chunk.cell
    for line in list(sheet.lines_below(question.chunk))[:4]:
        for chunk in line:
            inside = chunk.box.top < cell.bottom and chunk.box.left >= question.chunk.box.left - 0.08
            if inside and not sheet.is_label(chunk) and len(chunk.text) > 12:
                return not says_elsewhere(chunk.text) or len(chunk.text) > 60
    return False


def _something_near(question: Question, sheet: Sheet) -> bool:
    """Whether writing stands in one of the places of a label's value."""
    texts = (sheet.page.text[a.start : a.end] for a in find_answers(question, sheet))
    if any(c.isalnum() for text in texts for c in text):
        return True
    # A scrawl is recognised as specks that are no words for any other label.
    box = question.chunk.box
    height = sheet.line_height
    return any(
        w.box.left < box.right + 0.35
        and w.box.right > box.left
        and box.top - height < (w.box.top + w.box.bottom) / 2 < box.bottom + 2.5 * height
        and not question.chunk.start <= w.start < question.chunk.end
        and not any(c.start <= w.start < c.end and sheet.is_label(c) for c in sheet.layout.chunks)
        for w in sheet.page.words
    )
