"""Replaces what identifies the patient by stable placeholders before anything is sent, and puts it back afterwards.

What is hidden, `extractors.llm.identifiers` says. Equal texts get equal placeholders throughout a document; a number
that the document itself prints in such a form is left out, so that no text of a page is taken for a placeholder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Page
from documents.values import Cited
from extractors.llm.announced import Span
from extractors.llm.identifiers import Known, identifiers

# As a model may give it back: other case, other brackets or none, a space or a long dash for the hyphen.
_PLACEHOLDER = re.compile(
    r"(?i)(?:[\[({<]\s?)?\b(?P<kind>[a-z]{3,8})\s?[-_–—‑ ]\s?(?P<number>\d{1,4})\b(?:\s?[\])}>])?"
)
# Between two parts of one name: a comma, an initial.
_WITHIN_NAME = re.compile(r"[ \t]{0,2}[,.]?[ \t]{1,2}(?:[A-Za-z]\.?[ \t]{1,2})?|[-'’]")
# What belongs to a number though a shape ended before it: `-01` behind a member's number.
_INITIAL = re.compile(r",? [A-Z]\.(?!\w)")
_REST_OF_NUMBER = re.compile(r"[A-Za-z0-9]*(?:-\d{1,4}(?![\d-]))?")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Pages' texts with placeholders, and what each stands for.

    Attributes:
        texts: one a page.
        meaning: the original text of each placeholder, e.g. `[NAME-1]`.
        spans: what was replaced on each page: start and end in its text, and kind.
        named: whether the patient's name was found to replace.
    """

    texts: tuple[str, ...]
    meaning: dict[str, str]
    spans: tuple[tuple[Span, ...], ...]
    named: bool

    @property
    def replaced(self) -> tuple[dict[str, int], ...]:
        """How often each kind was replaced on each page, for the disclosure log."""
        return tuple(dict(Counter(kind for _, _, kind in spans)) for spans in self.spans)

    def restored(self, text: str) -> str:
        """A text of the model's with the originals put back; what is no placeholder of ours stays."""
        return _PLACEHOLDER.sub(self._original, text)

    def put_back(self, item: Cited) -> Cited:
        """A value of the model's with the originals put back."""
        return item.model_copy(update={"value": self.restored(item.value), "quote": self.restored(item.quote)})

    def _original(self, found: re.Match[str]) -> str:
        return self.meaning.get(f"[{found['kind'].upper()}-{int(found['number'])}]", found.group())


def redact(pages: Sequence[Page], known: Known) -> Redacted:
    """Replaces the patient's identifiers on every page.

    Args:
        pages: what would be sent.
        known: of the whole document.
    """
    spans = tuple(tuple(_united(identifiers(page, known), page.text)) for page in pages)
    printed = {int(found["number"]) for page in pages for found in _PLACEHOLDER.finditer(page.text)}
    placeholders: dict[tuple[str, str], str] = {}
    texts, number = [], 0
    for page, own in zip(pages, spans, strict=True):
        pieces, at = [], 0
        for start, end, kind in own:
            original = page.text[start:end]
            if (kind, original) not in placeholders:
                number = next(n for n in range(number + 1, number + 2 + len(printed)) if n not in printed)
                placeholders[kind, original] = f"[{kind}-{number}]"
            pieces += [page.text[at:start], placeholders[kind, original]]
            at = end
        texts.append("".join([*pieces, page.text[at:]]))
    meaning = {placeholder: original for (_, original), placeholder in placeholders.items()}
    return Redacted(tuple(texts), meaning, spans, named=known.patient)


def _united(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """The spans in order; those that overlap, and the parts of one name, as one: nothing is replaced in part."""
    held: Span | None = None
    for start, end, kind in sorted(_whole(span, text) for span in spans):
        if held is None:
            held = start, end, kind
        elif start <= held[1] or _same_name(held, (start, end, kind), text):
            longer = kind if end - start > held[1] - held[0] else held[2]
            held = held[0], max(end, held[1]), longer
        else:
            yield held
            held = start, end, kind
    if held is not None:
        yield held


def _same_name(one: Span, other: Span, text: str) -> bool:
    return one[2] == other[2] == "NAME" and _WITHIN_NAME.fullmatch(text[one[1] : other[0]]) is not None


def _whole(span: Span, text: str) -> Span:
    """A span widened to the words and numbers that it cuts, without the blanks at its ends."""
    start, end, kind = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    if end > start and text[end - 1].isalnum():
        rest = _REST_OF_NUMBER.match(text, end)
        end = rest.end() if rest else end
    initial = _INITIAL.match(text, end) if kind == "NAME" else None
    if initial is not None:
        end = initial.end()
    return start, end, kind
