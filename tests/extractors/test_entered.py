"""What a person enters for a payer's API is nothing that a reader, a rule or a model knows of."""

from __future__ import annotations

from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of


def test_only_what_asks_for_a_decision_has_something_to_enter() -> None:
    assert [t.name for t in all_document_types().values() if t.entered] == ["prior_auth_request"]


def test_no_reader_and_no_model_knows_what_is_entered() -> None:
    for declared in all_document_types().values():
        assert not set(declared.specs) & set(declared.entered_specs)
        assert not set(declared.entered_specs) & {path for entry in declared.required for path in entry}
    request = all_document_types()["prior_auth_request"]
    entities = {path.split(".")[0] for path in request.entered_specs}
    assert not entities & set(answer_model_of(request).model_fields)
