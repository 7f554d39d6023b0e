"""Labels with one value each: every label's places are tried until one parses as its field's kind."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.values import Kind
from extractors.forms.answers import Answer, find_answers, stands_apart
from extractors.forms.blanks import note_blank, note_unwritten, tells_what_it_asks
from extractors.forms.cells import parse_sig
from extractors.forms.collected import Collected
from extractors.forms.continued import WRAPPING, continued
from extractors.forms.coverage import add_payer_and_plan, payer_or_plan, without_number
from extractors.forms.doubts import among_places, doubted, is_doubtful, is_plausible
from extractors.forms.empty_places import is_empty_place
from extractors.forms.form_page import FormPage
from extractors.forms.guesses import read_guesses
from extractors.forms.listed_answers import add_listed, parse_listed
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import is_blank, parse_value, says_elsewhere
from extractors.forms.questions import Question
from extractors.forms.shared_labels import read_shared
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values
from extractors.grammar.match import Match
from extractors.grammar.names import names_organization

# Fields that forms offer as boxes: a line with several of their choices is not an answer.
_CHOSEN = frozenset({"request.urgency", "patient.sex", "service.place"})
_YES_NO = re.compile(r"(?P<yes>yes|y)|(?:no|n)", re.IGNORECASE)
# Wordings too short to ask for a date of service by themselves outside a table or a line about dates.
_NEVER_BLANK = frozenset({"urgent", "expedited", "re", "class", "speed", "processing", "where", "today", "ordered"})
_BARE_DATES = frozenset({"from", "to", "start", "end", "through", "thru", "until"})
# `Your member: H84875575` in a letter to the plan gives the number, not the name.
_MEMBER_NUMBER = re.compile(r"[A-Z]{0,4}-?\d{6,14}(?:-?[A-Z0-9]{1,3})?")
# What recognition makes of a dotted line after a value: words of round letters only.
_LEADER = re.compile(r"(?:\s+(?:[ceo]{3,}|[ceostv]{8,}))+[\s.:_]*$")


def read_pairs(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Reads every label of the page that no table or choice has used, in reading order."""
    form = FormPage(sheet, collected, ownership)
    for question in sheet.questions:
        if (question.start, question.end) in sheet.answered or question.chunk.index in sheet.claimed:
            continue
        label, section = question.label, question.section
        left = question.chunk.box.left if question.fills else None
        path = ownership.path_of(label, section, left)
        ownership.note(label, path, section, left)
        if label.parts:
            read_shared(question, form)
        elif path in sheet.decided:
            continue
        elif path is not None and not path.startswith("allergy."):  # lists of allergies are read as prose
            _read_one(question, path, form)
        elif label.blank:
            note_unwritten(question, sheet, collected)
    read_guesses(form)


def _read_one(question: Question, path: str, form: FormPage) -> None:
    listed = question.section.kind in ("procedure", "request", "servicing")
    if question.label.words in _BARE_DATES and not listed and not _starts_before(question, form.sheet):
        return
    seen_text = False
    for answer in _wider_first(question, path, form.sheet):
        text = form.text(answer)
        if is_blank(text):
            if says_elsewhere(text):
                break
            continue
        seen_text = seen_text or not stands_apart(answer, question, form.sheet)
        if _take(question, path, answer, form):
            form.claim(answer, question)
            return
    if seen_text and tells_what_it_asks(question, form.sheet):
        form.collected.unread.setdefault(path, form.sheet.page.number)
        return
    empty = is_empty_place(question, form.kind(path), form.sheet, form.collected)
    if not seen_text and empty and question.label.words not in _NEVER_BLANK:
        note_blank(path, question, form.sheet, form.collected)


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
        return [a for a in answers if path == "patient.address" or not _is_wrapped(a, question)]
    wrapped = [a for a in answers if _is_wrapped(a, question)]
    if wrapped and not _complete_address(sheet.page.text[answers[0].start : answers[0].end]):
        return [*wrapped, *[a for a in answers if a not in wrapped]]
    return [a for a in answers if a not in wrapped]


def _is_wrapped(answer: Answer, question: Question) -> bool:
    return answer.place.position == "inline" and len(answer.chunks) > 1 and answer.chunks[0] is question.chunk


def _complete_address(text: str) -> bool:
    return re.search(r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b", text) is not None


def _take(question: Question, path: str, answer: Answer, form: FormPage) -> bool:
    """Parses an answer for a field and adds what it holds; False if it is no value of the field."""
    answer = _without_leader(answer, question, form)
    text, label, ocr = form.text(answer), question.label, question.chunk.from_ocr
    listed = parse_listed(path, text, from_ocr=ocr)
    if listed is not None:
        coded = any(p.path == "diagnosis.code" for g in listed for p in g)
        if path.startswith("diagnosis.") and says_elsewhere(text) and not coded:
            form.collected.add_blank("diagnosis.code")
        return add_listed(path, listed, answer, question, form)
    if _is_elsewhere(path, question, answer, form):
        return False
    if path in ("payer.name", "payer.plan"):
        path = payer_or_plan(path, text, question, form.sheet)
        both = add_payer_and_plan(answer, form)
        if both is not None:
            return both
    if label.words in ("urgent", "expedited"):
        return _take_yes_no(text, answer, question, form)
    match = parse_value(form.kind(path), text, from_ocr=ocr)
    if path == "patient.name" and label.words == "member" and (number := _MEMBER_NUMBER.fullmatch(text.strip())):
        path, match = "patient.member_id", parse_value(Kind.IDENTIFIER, number.group(), from_ocr=ocr)
    if match is None or not is_plausible(path, match.value):
        return path == "provider.name" and _take_organization(answer, question, form)
    _add_value(path, match, answer, question, form)
    return True


def _take_organization(answer: Answer, question: Question, form: FormPage) -> bool:
    """`Rendering Provider: Alder Imaging Center` names a facility; one behind `Ordering Provider` is who asks, too."""
    text, label, section = form.text(answer), question.label, question.section
    if "facility.name" not in form.collected.specs or not names_organization(text):
        return False
    match = parse_value(form.kind("facility.name"), text, from_ocr=question.chunk.from_ocr)
    if match is None or not is_plausible("facility.name", match.value):
        return False
    form.ownership.give_to_organization(label, section)
    role = form.ownership.role_of(label, section)
    if role == "servicing":
        _add_value("facility.name", match, answer, question, form)
        return True
    # Where the service is given, such a label does not say: a person looks at it.
    place, span = doubted(answer.place), (answer.start + match.start, answer.start + match.end)
    _add_value("facility.name", match, replace(answer, place=place), question, form)
    form.derive("provider.role", role, span, place, form.collected.new_group("provider"))
    return True


def _without_leader(answer: Answer, question: Question, form: FormPage) -> Answer:
    leader = _LEADER.search(form.text(answer)) if question.chunk.from_ocr else None
    return answer if leader is None or not leader.start() else replace(answer, end=answer.start + leader.start())


def _is_elsewhere(path: str, question: Question, answer: Answer, form: FormPage) -> bool:
    """Whether a label asks for something else here, or boxes beside the answer decide."""
    if path == "payer.plan" and question.label.words == "plan" and "request.date" not in form.collected.specs:
        return True  # in a note it heads what is to be done
    if path == "facility.name":
        return among_places(answer, form.sheet)
    urgent = question.label.words in ("urgent", "expedited")
    return path in _CHOSEN and not urgent and _offers_several(form.kind(path), answer, form.sheet)


def _add_value(path: str, match: Match, answer: Answer, question: Question, form: FormPage) -> None:
    """Adds a value of one field and what follows from it: the end of a range, a provider's role."""
    label, section = question.label, question.section
    text = form.text(answer)
    span = (answer.start + match.start, answer.start + match.end)
    group = form.group_of(path, label, section)
    doubtful = is_doubtful(path, form.kind(path), match.value, label=label, text=text)
    form.add(path, match.value, span, doubted(answer.place) if doubtful else answer.place, group)
    if path in WRAPPING and match.end >= len(text.rstrip(" ,")) and not _complete_address(text):
        _go_on(path, answer, question, form)
    if path == "medication.frequency" and group is not None:
        _add_rest_of_sig(group, answer, form)
    if path == "service.start":
        _add_end_of_range(match.end, answer, form)
    if path == "provider.name" and group is not None:
        # A section about where the service is given may name who orders it.
        sure = bool(label.role) or section.kind != "servicing"
        place = answer.place if sure else doubted(answer.place)
        form.derive("provider.role", form.ownership.role_of(label, section), span, place, group)


def _add_rest_of_sig(group: str, answer: Answer, form: FormPage) -> None:
    """`Directions: 10 mL by mouth twice daily`: the dose and the route beside the frequency that the label asks for."""
    for piece in parse_sig(form.text(answer)):
        if piece.path in ("medication.dose", "medication.route") and not form.collected.holds(group, piece.path):
            form.add(
                piece.path, piece.value, (answer.start + piece.start, answer.start + piece.end), answer.place, group
            )


def _go_on(path: str, answer: Answer, question: Question, form: FormPage) -> None:
    """Adds the line on which a value goes on that its column was too narrow for."""
    tail = continued(answer, question, form.sheet)
    if tail is None:
        return
    words, number = (tail.text, None) if path == "patient.address" else without_number(tail.text)
    if path == "patient.address" or not any(c.isdigit() for c in words):
        form.collected.go_on(words)
        form.sheet.claimed.add(tail.index)
    if number is not None:
        form.add(number.path, number.value, (tail.start + number.start, tail.start + number.end), answer.place)


def _take_yes_no(text: str, answer: Answer, question: Question, form: FormPage) -> bool:
    """`Urgent? No`."""
    match = _YES_NO.fullmatch(text.strip(" ."))
    if match is None:
        return False
    value = "expedited" if match.group("yes") else "standard"
    form.derive("request.urgency", value, (question.start, answer.end), answer.place)
    return True


def _add_end_of_range(after: int, answer: Answer, form: FormPage) -> None:
    """`07/01/2026 - 07/31/2026`: the second date of a range ends the service."""
    text = form.text(answer)
    later = find_values(Kind.DATE, text[after:])
    if later and re.fullmatch(r"\s*(?:-|–|—|to|through|thru|until)\s*", text[after : after + later[0].start]):
        span = (answer.start + after + later[0].start, answer.start + after + later[0].end)
        form.add("service.end", later[0].value, span, answer.place)


def _offers_several(kind: Kind, answer: Answer, sheet: Sheet) -> bool:
    """Whether the answer's line prints more than one choice: then boxes decide, and none was seen."""
    line = sheet.line_of(answer.chunks[0])
    found = {m.value for c in line if c.start >= answer.start for m in find_values(kind, c.text)}
    return len(found) > 1
