"""Which places of a form count as left blank: the form asks there, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.pages import Box, Word
from extractors.document_type import DocumentType
from extractors.forms.answers import find_answers
from extractors.forms.collected import Collected
from extractors.forms.parsing import is_blank, says_elsewhere
from extractors.forms.questions import Question
from extractors.forms.sections import Section
from extractors.forms.sheet import Sheet, is_closed
from extractors.layout.chunks import Chunk

_MARKED_REQUIRED = re.compile(
    r"[*†‡§!]|\(cid:\d+\)|\((?:required|req'?d?\.?|mandatory|needed|must|r|!)\)|\brequired\b", re.IGNORECASE
)
# A label that asks only under a condition (`if different from above`) is not left blank by mistake.
_CONDITIONAL = re.compile(
    r"\(?\bif (?:different|applicable|known|other|any|not|renewal|yes|available)\b|\boptional\b", re.IGNORECASE
)
# Below this score a label may be a misread word: its empty place proves nothing.
_SURE_LABEL = 0.9
# Behind a mark that an entry is required the words are a label, misread or not.
_SURE_MARKED = 0.8
# People whose own signature or text is not asked of the provider.
_OTHERS = frozenset({"patient", "subscriber", "other", "contact"})
# Letters in a text box that holds specks only; the shortest summary anybody writes has more.
_FEWEST_LETTERS = 12
# `See attached notes and imaging.` in a box for a summary; longer texts say something themselves.
_LONGEST_REMARK = 60
# Mean word confidence of a page under which handwriting and noise are not recognised at all, as often as misread.
_READABLE_PAGE = 0.6
# A list of drugs tried holds at least the name of one.
_SHORTEST_DRUG = 4
# `NPI`, `DOB`: longer words in capitals are headings.
_LONGEST_ACRONYM = 4
# Below it forms print their footers and barcodes (share of the page's height).
_FOOTER = 0.92
# Characters that the marks in the place of a signature are wide together.
_SCRAWL = 4.0
# Fields that forms offer as boxes to tick.
_BY_BOXES = frozenset({"request.urgency", "patient.sex", "service.place"})
# Fields that no blank place is claimed of on recognised pages: one character alone in a box is often not read.
_LONE_CHARACTERS = frozenset({"procedure.units", "medication.quantity", "medication.refills", "medication.days_supply"})


def is_filled_in(document_type: DocumentType) -> bool:
    """Whether documents of the type are forms that a sender fills in: they state when they were asked for."""
    return "request.date" in document_type.specs and "letter.date" not in document_type.specs


def note_blank(path: str, question: Question | None, sheet: Sheet, collected: Collected) -> None:
    """Notes an empty place where a sender would be asked for it."""
    if question is None or _is_unreadable(question.chunk.box, sheet):
        return
    text = sheet.page.text[question.start : question.end]
    if question.label.score < (_SURE_MARKED if _MARKED_REQUIRED.search(text) else _SURE_LABEL):
        return
    if re.search(r"[a-z]\.$", text) and text[0].islower():
        return  # the end of a sentence
    if _CONDITIONAL.search(text) or (text.isupper() and text.isalpha() and len(text) > _LONGEST_ACRONYM):
        return  # one word in capitals is a heading whose labels were not recognised
    if _is_title(question, sheet) or (path in _BY_BOXES and _has_boxes(question, sheet)):
        return
    if path in _LONE_CHARACTERS and question.chunk.from_ocr:
        return
    if collected.asks(path) or _MARKED_REQUIRED.search(text):
        collected.add_blank(path)


def tells_what_it_asks(question: Question, sheet: Sheet) -> bool:
    """Whether a label is one without doubt and asks under no condition: then what stands at its place answers it."""
    text = sheet.page.text[question.start : question.end]
    return question.label.score >= _SURE_LABEL and question.fills and _CONDITIONAL.search(text) is None


def _is_title(question: Question, sheet: Sheet) -> bool:
    """Whether a label stands alone right over what it announces: no colon, no box, no fill-in line."""
    chunk = question.chunk
    ruled = chunk.cell.bottom < 1.0 and chunk.cell.bottom - chunk.box.bottom < 1.5 * sheet.line_height
    if is_closed(chunk.cell) or ruled or len(sheet.line_of(chunk)) > 1 or re.search(r"[:_.]\W*$", chunk.text):
        return False
    if _MARKED_REQUIRED.search(sheet.page.text[question.start : question.end]):
        return False
    below, above = next(sheet.lines_below(chunk), None), next(sheet.lines_above(chunk), None)
    if any(line is not None and _starts_alike(line[0], chunk, sheet) for line in (below, above)):
        return False  # one of a column of labels
    return below is not None and below[0].box.top - chunk.box.bottom < 2.0 * sheet.line_height


def _starts_alike(other: Chunk, chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a line starts with a known label under or over this one."""
    known = any(q.fills and q.label.words != "?" for q in sheet.questions_of(other))
    return known and abs(other.box.left - chunk.box.left) < 0.01


def _has_boxes(question: Question, sheet: Sheet) -> bool:
    """Whether choices stand beside or right under a label: then they answer it, in whatever words."""
    top, bottom = question.chunk.box.top, question.chunk.box.bottom
    height = sheet.line_height
    return any(top - height < m.box.top and m.box.bottom < bottom + 2.5 * height for m in sheet.layout.page.marks)


def note_unwritten(question: Question, sheet: Sheet, collected: Collected) -> None:
    """Notes a label whose answer is not read but asked for (a signature, the summary) if nothing is written there."""
    name = question.label.blank
    if question.label.owner in _OTHERS:
        return  # the patient's own signature is not the provider's
    if name == "provider.signature":
        # A drawn signature is no text, and a text layer says nothing about ink. Without a box it may stand anywhere.
        if question.chunk.from_ocr and is_closed(question.chunk.cell) and not _is_signed(question, sheet):
            note_blank(name, question, sheet, collected)
    elif not _is_written(question, sheet):
        note_blank(name, question, sheet, collected)


def note_unwritten_sections(sheet: Sheet, collected: Collected) -> None:
    """Notes the boxes under headings that ask for a text, a signature or a list, and hold nothing."""
    for section in sheet.sections.all():
        heading = section.chunk
        if heading is None or _is_unreadable(heading.box, sheet):
            continue
        label = collected.lexicon.read(heading.text.strip(), heading.from_ocr)
        name = "medication.tried" if section.kind == "tried" else label.blank if label is not None else ""
        if not name or (label is not None and label.blank and (label.score < _SURE_LABEL or label.owner in _OTHERS)):
            continue
        if name == "provider.signature" and not (heading.from_ocr and is_closed(heading.cell)):
            continue
        words = list(_words_under(section, sheet))
        text = " ".join(w.text for w in words)
        has_place = name == "medication.tried" or says_elsewhere(text) or _leaves_room(heading, sheet)
        if has_place and _is_unwritten(name, text):
            collected.add_blank(name)


def _leaves_room(heading: Chunk, sheet: Sheet) -> bool:
    """Whether a heading ends in a colon or leaves two lines free under it: else it is the title of what follows."""
    below = next(sheet.lines_below(heading), None)
    free = 1.0 if below is None else below[0].box.top - heading.box.bottom
    return heading.text.rstrip(" *").endswith(":") or free > 2.0 * sheet.line_height


def _is_unwritten(name: str, text: str) -> bool:
    letters = sum(c.isalnum() for c in text)
    if name == "provider.signature":
        return letters == 0
    if is_blank(text) or (says_elsewhere(text) and len(text) < _LONGEST_REMARK):
        return True
    return letters < (_FEWEST_LETTERS if name == "clinical.summary" else _SHORTEST_DRUG)


def _words_under(section: Section, sheet: Sheet) -> Iterator[Word]:
    """The words between a heading and the next heading, or the label that follows its box, without labels."""
    heading = section.chunk
    if heading is None:
        return
    bottom = min(
        (
            s.top
            for s in sheet.sections.all()
            if s.top > section.top and s.left < section.right and section.left < s.right
        ),
        default=_FOOTER,
    )
    for line in sheet.lines_below(heading):
        inside = [
            c for c in line if c.box.top < bottom and section.left <= (c.box.left + c.box.right) / 2 <= section.right
        ]
        asked = [q for c in inside for q in sheet.questions_of(c) if q.fills and q.label.words != "?"]
        if inside and any(q.label.blank or _ends_box(q) for q in asked) and section.kind != "tried":
            return
        for chunk in inside:
            if not sheet.is_label(chunk) or any(q.label.words == "?" for q in sheet.questions_of(chunk)):
                yield from chunk.words


def _ends_box(question: Question) -> bool:
    """Whether a label belongs to what follows a box of text: the date beside the signature."""
    return "request.date" in question.label.paths or "date" in question.label.words.split()


def _is_written(question: Question, sheet: Sheet) -> bool:
    """Whether words stand beside or in the few lines under a label that asks for a text."""
    if question.inline[1] - question.inline[0] > _FEWEST_LETTERS:
        text = sheet.page.text[slice(*question.inline)]
        return not (says_elsewhere(text) and len(text) < _LONGEST_REMARK)
    chunk = question.chunk
    # A rule right under the label parts it from its text; one further down closes the text's box.
    bottom = chunk.cell.bottom if chunk.cell.bottom - chunk.box.bottom > sheet.line_height else 1.0
    for line in [sheet.line_of(chunk), *list(sheet.lines_below(chunk))[:4]]:
        for other in line:
            inside = other.box.top < bottom and other.box.left >= chunk.box.left - 0.08 and other is not chunk
            if inside and not sheet.is_label(other) and len(other.text) > _FEWEST_LETTERS:
                return not says_elsewhere(other.text) or len(other.text) > _LONGEST_REMARK
    return False


def _is_signed(question: Question, sheet: Sheet) -> bool:
    """Whether any writing stands in one of the places of a signature; a scrawl is recognised as specks."""
    texts = (sheet.page.text[a.start : a.end] for a in find_answers(question, sheet))
    if any(c.isalnum() for text in texts for c in text):
        return True
    area = _place_of_signature(question, sheet)
    ink = [
        w
        for w in sheet.page.words
        if _middle_in(w.box, area)
        and not question.chunk.start <= w.start < question.chunk.end
        and not any(c.start <= w.start < c.end and sheet.is_label(c) for c in sheet.layout.chunks)
    ]
    # Specks are narrow; a scrawl that recognition made points of is as wide as a word.
    written = any(c.isalnum() for w in ink for c in w.text)
    return written or sum(w.box.right - w.box.left for w in ink) > _SCRAWL * sheet.layout.char_width


def _place_of_signature(question: Question, sheet: Sheet) -> Box:
    """The label's own box where rules close it, else what lies beside it and two lines under it; to the next label."""
    chunk, height = question.chunk, sheet.line_height
    after = [c for c in sheet.line_of(chunk) if c.start > chunk.start and sheet.is_label(c)]
    edge = after[0].box.left - 2 * sheet.layout.char_width if after else 1.0
    if is_closed(chunk.cell):
        return chunk.cell._replace(right=min(chunk.cell.right, edge))
    box = chunk.box
    right = min(box.right + 0.35, edge)
    return Box(box.left - 0.02, box.top - 1.5 * height, right, min(box.bottom + 2.0 * height, _FOOTER))


def _middle_in(box: Box, area: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return area.left <= x <= area.right and area.top <= y <= area.bottom


def _is_unreadable(box: Box, sheet: Sheet) -> bool:
    """Whether the page lost ink or sense near a label: then an empty place is not known to be empty."""
    if sheet.page.quality < _READABLE_PAGE:
        return True
    top, bottom = box.top - 0.01, box.bottom + 0.03
    return any(band.top < bottom and top < band.bottom for band in sheet.page.dropout)
