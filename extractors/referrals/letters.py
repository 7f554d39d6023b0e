"""Referral letters: whom the patient is sent to (`Dear Dr. ...`), and who is sent (`Thank you for seeing ...`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited, Kind
from extractors.grammar.find import find_values, normalise

_WORD = r"[A-ZÀ-Þ][\w'’À-ÿ-]+\.?"
_INITIAL = r"(?:[A-Z]\.?|de|la|del|van|von|der|St\.)"
_NAME = rf"{_WORD}(?:[ \n]{_INITIAL})*(?:[ \n]{_WORD}){{1,2}}"
_DEAR = re.compile(rf"(?m)^\s*(?i:dear)\s+(?:Dr\.?|Doctor|Prof\.?)\s+(?P<name>{_WORD}(?: {_WORD})?)")
_CREDENTIALED = re.compile(
    rf"(?m)^[ \t]*(?:(?i:to|attn|attention)\s*:?\s*)?(?:Dr\.?\s+)?(?P<name>{_NAME}),?\s+"
    r"(?:M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?(?:-C)?|FNP(?:-B?C)?|APRN|ARNP|DNP|DPM|OD|DC|DPT|PhD|PsyD)\b"
)
_SENT = re.compile(
    r"(?:\b(?i:thank you (?:so much |very much |in advance |again )?for (?:agreeing to |accepting to |"
    r"your willingness to |accepting |taking the time to )?"
    r"(?:see|seeing|evaluating|evaluate|accepting|your help with|assisting with)|kindly see|please (?:see|evaluate|"
    r"accept)|"
    r"(?:i|we) (?:am|are|would like to|wish to|want to) ?(?:be )?(?:refer(?:ring)?|send(?:ing)?)(?: (?:to )?you)?|"
    r"appreciate (?:you|your) (?:seeing|evaluation of|"
    r"opinion on|consultation (?:on|for)|assessment of)|(?:your|an?) (?:opinion|evaluation|consultation) (?:on|for|"
    r"of)|referral (?:of|for)|introduce)\s+"
    r"(?:(?:my|our|this|the)\s+(?:\w+\s){0,2}?patient,?\s+)?)(?:(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+)?"
    rf"(?P<name>{_NAME})(?=\s*(?:,|\(|\.|\n|\s(?i:is|has|was|who|for|with|to|in|regarding|dob)\b))"
)
# The line that says whom a letter is about: `About Jane Doe, born May 3, 1950, female; telephone ...`.
_ABOUT = re.compile(
    rf"(?m)^[ \t]*(?i:about|re|regarding|concerning|in re|subject|patient)\s*[:.]?\s+(?:(?i:our|your|my|"
    rf"the)\s(?i:patient),?\s)?"
    rf"(?:(?:Mr|Mrs|Ms|Miss)\.?\s)?(?P<name>{_NAME})\s*[,(;]\s*(?P<rest>(?i:born|dob|d\.o\.b|date of birth|birth|"
    rf"b\.)[^\n]*(?:\n(?!\s*(?i:dear|to whom))[^\n]+){{0,3}})"
)
_SEX = re.compile(r"(?i)(?<![a-z])(?P<sex>female|male)(?![a-z])")
_INSURED = re.compile(
    r"(?:(?i:insured\s(?:with|by|through|under)|insurance|insurer|coverage|covered by|health plan|payer|plan)\s*:?\s+)"
    r"(?P<plan>[A-Z][\w&'’.-]*(?:\s(?:of|and|&|the|[A-Z][\w&'’.-]*)){0,5})"
)
_MEMBER = re.compile(
    r"(?i)\b(?:under|(?:member|subscriber|policy|insurance)?\s?(?:id|number|no\.?|"
    r"#))\s*:?\s*(?P<id>(?=[A-Z0-9-]*\d{4})[A-Z0-9][A-Z0-9-]{5,17}(?: \d{3,6})?)(?![\w-])"
)
_LABEL_SCORE, _BLOCK_SCORE = 0.9, 0.95


def read_letter(pages: Sequence[Page]) -> Iterator[Cited]:
    """The patient whom a sentence introduces, and the addressee with the role of the one who is asked."""
    for page in pages:
        for found in _SENT.finditer(page.text):
            if normalise(Kind.PERSON_NAME, " ".join(found["name"].split())) is not None:
                yield _cited("patient.name", page, found.span("name"), _LABEL_SCORE)
        for about in _ABOUT.finditer(page.text):
            yield _cited("patient.name", page, about.span("name"), _LABEL_SCORE)
            yield from _particulars(page, about.span("rest"))
        dear = _DEAR.search(page.text)
        if dear is not None:
            yield from _addressee(page, dear)


def _particulars(page: Page, span: tuple[int, int]) -> Iterator[Cited]:
    """What the line about the patient says beside the name: sex, birth, telephone, insurance."""
    start, text = span[0], page.text[slice(*span)]
    for path, kind in (("patient.dob", Kind.DATE), ("patient.phone", Kind.PHONE)):
        for found in find_values(kind, text)[:1]:
            cited = _cited(path, page, (start + found.start, start + found.end), _LABEL_SCORE)
            yield cited.model_copy(update={"value": found.value})
    for path, group, pattern in (
        ("patient.sex", "sex", _SEX),
        ("payer.name", "plan", _INSURED),
        ("patient.member_id", "id", _MEMBER),
    ):
        said = pattern.search(text)
        if said is not None:
            cited = _cited(path, page, (start + said.start(group), start + said.end(group)), _LABEL_SCORE)
            yield cited.model_copy(update={"value": cited.value.lower()}) if path == "patient.sex" else cited


def _addressee(page: Page, dear: re.Match[str]) -> Iterator[Cited]:
    """Whom the letter greets: by the full name in the block above, where one ends in the greeted name."""
    family = dear["name"].split()[-1].rstrip(".,").casefold()
    for found in _CREDENTIALED.finditer(page.text, 0, dear.start()):
        if found["name"].split()[-1].casefold() == family:
            span, score = found.span("name"), _BLOCK_SCORE
            break
    else:
        span, score = dear.span("name"), _LABEL_SCORE
    group = f"addressee-{page.number}"
    yield _cited("provider.name", page, span, score).model_copy(update={"group": group})
    role = _cited("provider.role", page, span, score)
    yield role.model_copy(update={"group": group, "value": "servicing", "derived": True})


def _cited(path: str, page: Page, span: tuple[int, int], score: float) -> Cited:
    quote = page.text[slice(*span)]
    return Cited(
        path=path, value=" ".join(quote.split()), quote=quote, page=page.number, start=span[0],
        features={"label_score": score},
    )  # fmt: skip
