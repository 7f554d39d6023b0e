"""Errors of this room, below the one tree (documents.errors).

Fax2FhirError
└── FhirMappingError    a bundle that we built is not one that we may publish
"""

from __future__ import annotations

from documents.errors import Fax2FhirError


class FhirMappingError(Fax2FhirError):
    """A bundle failed our own check; nothing is published. The message names elements, never their content."""

    code = "FHIR_MAPPING_FAILED"
    remedy = "Report it with the code and the record's id; the record stays in review."
