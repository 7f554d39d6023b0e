"""Whether an answer's quotes stand on the pages that were sent, and what the model is told where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from documents.pages import Page
from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.grounding.proof import ground

# The re-ask names the worst of them; a model that invented fifty quotes will not mend them all.
_MOST_NAMED = 20
_WHY = {
    "quote_not_found": "the quote does not stand on the pages, word for word",
    "value_not_in_quote": "the quote does not say this value",
    "value_not_of_kind": "the value has not the form that this field needs",
    "empty_quote": "the quote is empty",
    "struck_out": "the words are struck out",
}


def ungrounded(
    cited: Iterable[Cited], document_type: DocumentType, pages: Sequence[Page]
) -> Iterator[tuple[Cited, str]]:
    """Yields the values that their quotes do not prove, with the reason's code."""
    for item in cited:
        reads = document_type.specs[item.path].reads
        found = ground(item.value, item.quote, pages=pages, kind=reads.kind, page=item.page, choices=reads.choices)
        if not found.grounded and not _is_closed_choice(reads.choices):
            yield item, found.reason


def _is_closed_choice(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    """Choices without wordings (a drug's status) follow from the text and are printed nowhere."""
    return bool(choices) and not any(wordings for _, wordings in choices)


def reproach(failed: Sequence[tuple[Cited, str]]) -> str:
    """The message that sends an answer back, with the reason for each value."""
    lines = [f"- {item.path}: {_WHY.get(reason, reason)}" for item, reason in failed[:_MOST_NAMED]]
    return (
        "These values are not proven by their quotes. Copy each from the pages again, with the words it stands in, or "
        'say "not stated". Give the whole answer again.\n' + "\n".join(lines)
    )
