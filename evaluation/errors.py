"""Errors of judging: what was given cannot be judged, or it has become worse."""

from __future__ import annotations

from documents.errors import Fax2FhirError


class EvaluationInputError(Fax2FhirError):
    """Gold, documents, predictions or results that were given cannot be used.

    Files are named by their place in the order of names: a file's name may hold a patient's.
    """

    code = "EVALUATION_INPUT"
    remedy = "Correct what the message names; docs/evaluation.md says what each folder and file must hold."
    exit_code = 2


class RegressionError(Fax2FhirError):
    """A comparison found a guarded figure worse than its bound allows."""

    code = "EVALUATION_REGRESSED"
    remedy = "Look at the figures marked `regressed` above; mend the change, or give a wider --bound with your reasons."
    exit_code = 8
