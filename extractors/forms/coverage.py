"""Labels that ask for the insurer on one form and for its product on another; the value tells."""

from __future__ import annotations

import re

from extractors.forms.answers import Answer
from extractors.forms.form_page import FormPage
from extractors.forms.parsing import Piece
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet

# Network types and metal levels name a product; these words name a company.
_PRODUCT = re.compile(
    r"\b(?:HMO|PPO|EPO|POS|HSA|HDHP|PFFS|[DC]?-?SNP|Bronze|Gold|Platinum|Silver \d+)\b", re.IGNORECASE
)
_INSURER = re.compile(
    r"\b(?:insurance|health plan|mutual|assurance|company|(?:benefit|health) trust|alliance|blue (?:cross|shield)|"
    r"cooperative|administrators|medical assistance|health partners|community care|employee program)\b",
    re.IGNORECASE,
)
# Labels that mean the insurer on one form and its product on another.
_EITHER = frozenset({"plan", "plan name", "name of plan", "coverage"})
_SLASH = re.compile(r"\s+/\s+|\s{2,}/\s*|\s+\|\s+")
# `Prairie Mutual, no. 88231907`: the member's number behind the insurer's name.
_NUMBER = re.compile(
    r"\s*(?:[,;/(]|\s[-–—]\s|\s(?=(?:under|no|id|number)\b|#))\s*(?:(?:member|policy|subscriber|card|under|with|group)\s+)*(?:(?:id|no\.?|number|nr\.?)\b|#)?[\s:#.]*"
    r"(?P<id>(?=(?:[^\d]*\d){4})(?-i:[A-Z]{0,4})[- ]?\d[A-Z0-9]*(?:[- ]?(?=[A-Z]*\d)[A-Z0-9]+)*)\)?\s*$",
    re.IGNORECASE,
)


def payer_or_plan(path: str, text: str, question: Question, sheet: Sheet) -> str:
    """`payer.name` or `payer.plan`, whichever the answer to `Coverage` or `Plan` is; other labels keep their field."""
    words, product = question.label.words, _PRODUCT.search(text) is not None
    if words == "coverage" and product:
        return "payer.plan"
    if words in _EITHER and not product:
        asked_apart = any("payer.plan" in q.label.paths and q.label.words not in _EITHER for q in sheet.questions)
        return "payer.name" if asked_apart or _INSURER.search(text) else path
    return path


def without_number(text: str) -> tuple[str, Piece | None]:
    """An insurer's name without the member's number behind it, and that number."""
    found = _NUMBER.search(text)
    if found is None or not found.start() or "group" in found.group().lower():
        return text, None
    return text[: found.start()].rstrip(), Piece("patient.member_id", found["id"], *found.span("id"))


def add_payer_and_plan(answer: Answer, form: FormPage) -> bool | None:
    """Adds both where one answer names both (`Lakeshore Mutual / PPO Choice`); None if it holds no stroke.

    A member's number behind the name is added too.
    """
    text = form.text(answer)
    named, number = without_number(text)
    if number is not None:
        form.add("payer.name", named.strip(), (answer.start, answer.start + len(named)), answer.place)
        form.add(number.path, number.value, (answer.start + number.start, answer.start + number.end), answer.place)
        return True
    if not _SLASH.search(text):
        return None
    parts = _SLASH.split(text)
    if len(parts) != 2:
        return False
    at = answer.start + text.index(parts[1], len(parts[0]))
    form.add("payer.name", parts[0].strip(), (answer.start, answer.start + len(parts[0])), answer.place)
    form.add("payer.plan", parts[1].strip(), (at, at + len(parts[1])), answer.place)
    return True
