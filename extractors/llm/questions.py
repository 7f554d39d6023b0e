"""What is asked about a segment: one question a window, known by the content of what is sent."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from documents.pages import Page
from documents.value import Value
from documents.values import Cited
from extractors.backend import Reading, Usage
from extractors.document_type import DocumentType
from extractors.llm.answer_model import answer_model_of, schema_digest
from extractors.llm.asking import Asked
from extractors.llm.identifiers import Known
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.prompt import messages
from extractors.llm.redaction import Redacted, redact
from extractors.llm.settings import LlmSettings
from extractors.llm.windows import windows

# Below this mean confidence of its words a name may be spoilt beyond any likeness; a clean fax has .9 and more.
_LEGIBLE = 0.75


@dataclass(frozen=True, slots=True)
class Question:
    """One window of a segment.

    Attributes:
        key: hash of endpoint and content: equal questions have equal answers.
        content: hash of model, mode, prompt, schema and text, whoever answers; finds a recorded answer again.
        pages: of the window.
        texts: what is sent of each page.
        document_type: what is asked for.
        prefix: tells the groups of its answer from those of other windows.
        redacted: what was replaced, None where nothing is.
        replaced: how many identifiers of each kind on the pages of the window.
        illegible: pages on which recognition left too little for identifiers to be told apart; they stay here.
    """

    key: str
    content: str
    pages: tuple[Page, ...]
    texts: tuple[str, ...]
    document_type: DocumentType
    prefix: str
    redacted: Redacted | None = None
    replaced: dict[str, int] = field(default_factory=dict)
    illegible: bool = False

    @property
    def sendable(self) -> bool:
        """Whether it may leave: redacted pages about a patient only with the patient's name found to replace."""
        about_patient = "patient.name" in self.document_type.specs
        return self.redacted is None or ((self.redacted.named or not about_patient) and not self.illegible)

    @property
    def characters(self) -> int:
        """How much is sent: instructions and pages; the schema comes on top, as the site's mode sends it."""
        return sum(len(each["content"]) for each in messages(self.pages, self.texts, self.document_type))


class Answered(Value):
    """What came of a question, as it is kept: placeholders stand in it where the text was redacted.

    Its groups are the answer's own: in another segment the same question may be another window.

    Attributes:
        outcome: see LlmOutcome; values only where it is ANSWERED.
        cited: the stated values.
        ends: how each request ended.
        input_tokens, output_tokens, seconds: what it cost, failed requests included.
    """

    outcome: LlmOutcome
    cited: tuple[Cited, ...] = ()
    ends: tuple[LlmOutcome, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, asked: Asked) -> Answered:
        """From what asking gave."""
        return cls(
            outcome=asked.outcome,
            cited=asked.cited,
            ends=asked.ends,
            input_tokens=asked.input_tokens,
            output_tokens=asked.output_tokens,
            seconds=round(asked.seconds, 3),
        )


def questions(
    pages: Sequence[Page], document_type: DocumentType, settings: LlmSettings, *, known: Known | None
) -> Iterator[Question]:
    """Yields the questions about one segment.

    Args:
        pages: of the segment.
        document_type: one that is extracted.
        settings: of the model.
        known: what identifies the document's people; None where nothing is replaced.
    """
    shown = [page for page in pages if known is None or is_legible(page)]
    redacted = None if known is None else redact(shown, known)
    texts = redacted.texts if redacted is not None else tuple(page.text for page in shown)
    counts = redacted.replaced if redacted is not None else ({},) * len(shown)
    at = {page.number: i for i, page in enumerate(shown)}
    runs = windows(shown, size=settings.window_pages, overlap=settings.window_overlap) if shown else ()
    for number, window in enumerate(runs, 1):
        sent = tuple(texts[at[page.number]] for page in window)
        content = _content(window, sent, document_type, settings)
        yield Question(
            key=_key(content, settings),
            content=content,
            pages=tuple(window),
            texts=sent,
            document_type=document_type,
            prefix=f"w{number}",
            redacted=redacted,
            replaced=dict(sum((Counter(counts[at[page.number]]) for page in window), Counter())),
        )
    withheld = tuple(page for page in pages if page not in shown)
    if withheld:
        texts = ("",) * len(withheld)
        content = _content(withheld, tuple(page.text for page in withheld), document_type, settings)
        key = _key(content, settings)
        yield Question(key, content, withheld, texts, document_type, "w0", redacted, illegible=True)


def is_legible(page: Page) -> bool:
    """Whether identifiers on a page can be told apart, so that its redacted text may leave."""
    return page.quality >= _LEGIBLE


def _key(content: str, settings: LlmSettings) -> str:
    asked = {
        "content": content,
        "endpoint": settings.endpoint,
        "azure_api_version": settings.azure_api_version,
        "token_limit": settings.token_limit,
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _content(pages: Sequence[Page], texts: Sequence[str], document_type: DocumentType, settings: LlmSettings) -> str:
    asked = {
        "model": settings.model,
        "mode": settings.mode,
        "most_output_tokens": settings.most_output_tokens,
        "temperature": settings.temperature,
        "messages": messages(pages, texts, document_type),
        "schema": schema_digest(answer_model_of(document_type)),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def reading_of(answers: Iterable[tuple[Question, Answered]]) -> Reading:
    """One reading of a segment from its windows: what overlapping windows both say is said once."""
    cited: dict[tuple[object, ...], Cited] = {}
    usage = Usage()
    for question, answer in answers:
        for item in answer.cited:
            whole = item if question.redacted is None else question.redacted.put_back(item)
            if whole.group is not None:
                whole = whole.model_copy(update={"group": f"{question.prefix}{whole.group}"})
            once = (whole.path, whole.value, whole.quote, whole.page)
            cited.setdefault(once if whole.group is None else (*once, whole.group), whole)
        usage = Usage(
            requests=usage.requests + len(answer.ends),
            input_tokens=usage.input_tokens + answer.input_tokens,
            output_tokens=usage.output_tokens + answer.output_tokens,
        )
    return Reading(cited=tuple(cited.values()), usage=usage)
