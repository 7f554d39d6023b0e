"""`llm check`: one synthetic request to the configured model, in one mode or in all; no patient's page is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from documents.pages import Page
from documents.plain_text import text_page
from documents.value import Value
from documents.values import Cited
from extractors.backends.completion import Client
from extractors.backends.rules import BACKEND
from extractors.document_type import DocumentType, all_document_types
from extractors.llm.asking import Asked, Asking
from extractors.llm.breaker import Breaker
from extractors.llm.errors import ModelUnusableError
from extractors.llm.grounds import ungrounded
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import questions
from extractors.llm.rates import Rates
from extractors.llm.settings import AnswerMode, LlmSettings
from flows.settings import Settings
from flows.tables import columns, say

SYNTHETIC = Path(__file__).with_name("llm_check.txt")
_TYPE = "prior_auth_request"


class Checked(Value):
    """What one mode gave.

    Attributes:
        mode: of the answer.
        outcome: see LlmOutcome.
        fits: requests until an answer fitted the structure; None: none did.
        requests, seconds, input_tokens, output_tokens, cost: of all requests together.
        stated: values in the answer.
        proven: of these, whose quotes stand on the page and say them.
        agreed: of these, which the embedded reader reads too.
    """

    mode: AnswerMode
    outcome: LlmOutcome
    fits: int | None
    requests: int
    seconds: float
    input_tokens: int
    output_tokens: int
    cost: float
    stated: int
    proven: int
    agreed: int

    @property
    def usable(self) -> bool:
        """Whether the model reads as it must in this mode."""
        return self.outcome is LlmOutcome.ANSWERED and self.stated > 0 and self.proven == self.stated


def check_model(*, all_modes: bool, as_json: bool) -> None:
    """Asks the configured model about the synthetic request and prints what came.

    Raises:
        SettingsError: no model is configured.
        ModelUnusableError: the configured mode gave no whole, proven answer.
    """
    settings = Settings.from_environment().required_llm()
    modes = list(AnswerMode) if all_modes else [settings.mode]
    results = [_checked(settings.model_copy(update={"mode": mode})) for mode in modes]
    if as_json:
        for result in results:
            say(result.model_dump_json())
    else:
        say(f"model {settings.model} at {urlsplit(settings.base_url).hostname}, synthetic request of one page")
        say(_table(results))
        say(_allowed(settings))
    configured = next(result for result in results if result.mode is settings.mode)
    if not configured.usable:
        raise ModelUnusableError(_why(configured))


def _checked(settings: LlmSettings) -> Checked:
    page = text_page(SYNTHETIC.read_text("utf-8"), 1)
    document_type = all_document_types()[_TYPE]
    begun = time.monotonic()
    asked = asyncio.run(_asked(settings, page, document_type))
    seconds = time.monotonic() - begun
    failed = {id(item) for item, _ in ungrounded(asked.cited, document_type, [page])}
    proven = [item for item in asked.cited if id(item) not in failed]
    known = _said(BACKEND.read((page,), document_type).cited)
    return Checked(
        mode=settings.mode,
        outcome=asked.outcome,
        fits=next((n for n, end in enumerate(asked.ends, 1) if end is LlmOutcome.ANSWERED), None),
        requests=len(asked.ends),
        seconds=round(seconds, 3),
        input_tokens=asked.input_tokens,
        output_tokens=asked.output_tokens,
        cost=settings.cost(input_tokens=asked.input_tokens, output_tokens=asked.output_tokens),
        stated=len(asked.cited),
        proven=len(proven),
        agreed=sum(said in known for said in map(_of, proven)),
    )


async def _asked(settings: LlmSettings, page: Page, document_type: DocumentType) -> Asked:
    client = Client(settings)
    rates = Rates(
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        clock=time.monotonic,
    )
    asking = Asking(client, settings, rates, Breaker(clock=time.monotonic), asyncio.Semaphore(1))
    try:
        return await asking.ask(next(questions([page], document_type, settings, known=None)))
    finally:
        await client.close()


def _said(cited: Iterable[Cited]) -> frozenset[tuple[str, str]]:
    return frozenset(map(_of, cited))


def _of(item: Cited) -> tuple[str, str]:
    """A value by its field and the letters and digits of its quote: both readers quote the page."""
    return item.path, "".join(c for c in item.quote.casefold() if c.isalnum())


def _table(results: Iterable[Checked]) -> str:
    head = ("mode", "outcome", "structure", "seconds", "tokens in", "tokens out", "cost", "values proven", "agreed")
    return columns(
        head,
        [
            (
                r.mode.value,
                r.outcome.value,
                "no" if r.fits is None else "yes" if r.fits == 1 else f"after {r.fits} requests",
                f"{r.seconds:.2f}",
                str(r.input_tokens),
                str(r.output_tokens),
                f"{r.cost:.4f}",
                f"{r.proven} of {r.stated}",
                str(r.agreed),
            )
            for r in results
        ],
    )


def _allowed(settings: LlmSettings) -> str:
    if settings.agreement:
        return "a business associate agreement is declared: pages are sent" + (
            " with identifiers replaced" if settings.redact else " as they are"
        )
    if settings.redact:
        return "no business associate agreement is declared: pages are sent with identifiers replaced"
    return "no business associate agreement is declared and nothing is replaced: no patient's page will be sent"


def _why(result: Checked) -> str:
    if result.outcome is not LlmOutcome.ANSWERED:
        return f"the model gave no answer: {result.outcome.value}"
    return f"the model's quotes prove {result.proven} of {result.stated} values of the synthetic request"
