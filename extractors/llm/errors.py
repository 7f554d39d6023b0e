"""Errors about the model as a whole; what becomes of a single question is an outcome and never raised."""

from __future__ import annotations

from documents.errors import Fax2FhirError


class ModelUnusableError(Fax2FhirError):
    """The configured model does not answer as it must."""

    code = "LLM_UNUSABLE"
    remedy = "See docs/llm.md for the outcome it names; `fax2fhir llm check --all-modes` tells which modes work."
    exit_code = 9
