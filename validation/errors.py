"""Errors of this room, all below the one tree (documents.errors).

Fax2FhirError
├── CodeTableError    the ICD-10-CM table cannot be built or read
└── PackError         a payer rule pack is broken
"""

from __future__ import annotations

from documents.errors import Fax2FhirError


class CodeTableError(Fax2FhirError):
    """The ICD-10-CM table cannot be built or read."""

    code = "CODE_TABLE_UNUSABLE"
    remedy = "Run `python -m validation.build_icd10cm` and read what it says; the data folder must be writable once."


class PackError(Fax2FhirError):
    """A payer rule pack is broken; the message names its file and line."""

    code = "PACK_REFUSED"
    remedy = "Correct the file at the line that the message names; `fax2fhir packs check FOLDER` lists every fault."
    exit_code = 2
