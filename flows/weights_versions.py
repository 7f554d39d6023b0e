"""The weights in force: a version that the ledger keeps, or the shipped ones."""

from __future__ import annotations

from pydantic import ValidationError

from documents.errors import LedgerError
from extractors.records.weighting import Weights, load_weights
from ledger import weights
from ledger.ledger import Ledger
from ledger.weights import KeptWeights


def weights_in_force(ledger: Ledger) -> Weights:
    """The weights that a run is to judge with.

    Raises:
        LedgerError: the version in force was changed, or this program does not understand it.
    """
    with ledger.snapshot() as connection:
        kept = weights.in_force(connection)
    return load_weights() if kept is None else understood(kept)


def understood(kept: KeptWeights) -> Weights:
    """The weights of a kept version.

    Raises:
        LedgerError: this program does not understand them.
    """
    try:
        return Weights.model_validate_json(kept.payload)
    except ValidationError:
        error = LedgerError("a version of the weights is not one of this program", subject=kept.name)
    error.remedy = "Run `fax2fhir weights rollback`, or install the version of the program that made it."
    raise error
