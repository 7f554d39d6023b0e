"""The services that a referral asks for, and its reason, where a line says so: `[x] Procedure: 93000 ECG`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited, Kind
from extractors.grammar.find import find_values

# Labels of what is wanted, in a line of choices too; the code stands right behind.
_WANTED = re.compile(
    r"(?i)(?<![A-Za-z])(?:(?:specific|requested|other)\s)?(?:procedures?|services?|treatments?|tests?|stud(?:y|ies)|"
    r"exams?|orders?|imaging|"
    r"therap(?:y|ies)|cpt|hcpcs|dme|equipment|items?|labs?)(?:\s?(?:/|or|and|&)\s?(?:procedures?|services?|"
    r"treatments?|tests?|codes?|hcpcs))?"
    r"(?:\s(?:codes?|requested|ordered|needed|only|name|and code|\(cpt\)|request))?\s*[:;#]\s*"
)
# How far behind the label the code may stand: `Procedure: CPT code 93000`.
_CODE_REACH = 14
_AFTER_CODE = re.compile(
    r"[\s,:;()–—-]*(?P<words>[A-Za-z][^\n|(]*?)\s*(?=\(|\s{2,}|$|\n|\||[,;]?\s*(?:units?|visits?|qty|quantity|"
    r"x)\s*[:#]?\s*\d)"
)
_REASON = re.compile(
    r"(?i)(?<![A-Za-z])(?:reason for (?:the )?(?:referral|consult(?:ation)?|request|visit|appointment)|"
    r"referral reason|reason for referring|"
    r"clinical question|question to (?:be answered|specialist|consultant)|consult(?:ation)? question|referred for|"
    r"purpose of (?:the )?referral|chief concern|presenting (?:problem|"
    r"concern))(?:\s?[/&(][^:\n]{0,40})?\s*[:?]\s*(?P<words>[^\n]{6,})"
)
_NEXT_CELL = re.compile(r"\s{2,}\S.*$")
_LABEL_SCORE = 0.95


def read_requested(pages: Sequence[Page]) -> Iterator[Cited]:
    """The service codes behind labels with the words beside them, and the printed reason."""
    count = 0
    for page in pages:
        for label in _WANTED.finditer(page.text):
            cited = list(_service(page, label.end()))
            count += bool(cited)
            yield from (c.model_copy(update={"group": f"requested-{count}"}) for c in cited)
        yield from _reason(page)


def _service(page: Page, at: int) -> Iterator[Cited]:
    line_end = page.text.find("\n", at)
    rest = page.text[at : line_end if line_end >= 0 else len(page.text)]
    found = next(iter(find_values(Kind.PROCEDURE_CODE, rest, from_ocr=page.from_ocr)), None)
    if found is None or found.start > _CODE_REACH:
        return
    yield _cited("procedure.code", found.value, page, (at + found.start, at + found.end))
    words = _AFTER_CODE.match(rest, found.end)
    if words is not None:
        start, end = words.span("words")
        yield _cited("procedure.description", " ".join(rest[start:end].split()), page, (at + start, at + end))


def _reason(page: Page) -> Iterator[Cited]:
    for found in _REASON.finditer(page.text):
        words = _NEXT_CELL.sub("", found["words"]).rstrip()
        if sum(c.isalpha() for c in words) >= 6:
            start = found.start("words")
            yield _cited("referral.reason", " ".join(words.split()), page, (start, start + len(words)))


def _cited(path: str, value: str, page: Page, span: tuple[int, int]) -> Cited:
    return Cited(
        path=path, value=value, quote=page.text[slice(*span)], page=page.number, start=span[0],
        features={"label_score": _LABEL_SCORE},
    )  # fmt: skip
