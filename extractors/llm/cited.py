"""A model's answer as cited values: nothing of it is trusted, grounding derives each value anew from its quote."""

from __future__ import annotations

from collections.abc import Iterator

from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.llm.answer_model import Answer, Quoted


def cited_values(answer: Answer, document_type: DocumentType) -> Iterator[Cited]:
    """Yields the stated leaves of an answer, in schema order.

    Args:
        answer: of the document type's response model.
        document_type: whose paths they are.
    """
    for entity in type(answer).model_fields:
        held = getattr(answer, entity)
        for number, one in enumerate(held if isinstance(held, list) else [held], start=1):
            group = f"{entity[0]}{number}" if isinstance(held, list) else None
            for leaf in type(one).model_fields:
                quoted = getattr(one, leaf)
                path = f"{entity}.{leaf}"
                if isinstance(quoted, Quoted) and quoted.value.strip() and path in document_type.specs:
                    yield Cited(
                        path=path, group=group, value=quoted.value.strip(), quote=quoted.quote, page=quoted.page
                    )
