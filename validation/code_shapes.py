"""Shapes of procedure codes, modifiers and places of service, and which code system a shape belongs to."""

from __future__ import annotations

import re
from enum import StrEnum


class ProcedureSystem(StrEnum):
    """The code systems of requested services, by the neutral format's names."""

    CPT = "CPT"
    HCPCS = "HCPCS"


# CPT: five digits from 00100 on (category I), or four digits and a letter: F (II), T (III), U (PLA), M (MAAA), A.
_CPT = re.compile(r"(?!000)[0-9]{5}|[0-9]{4}[FTUMA]")
# HCPCS Level II: a letter A to V and four digits; D codes are the dental association's, published within it.
_HCPCS = re.compile(r"[A-V][0-9]{4}")
# CPT modifiers are 22 to 99 (and P1-P6, 1P-8P); HCPCS ones start with a letter.
_CPT_MODIFIER = re.compile(r"[2-9][0-9]|P[1-6]|[1-8]P")
_HCPCS_MODIFIER = re.compile(r"[A-Z][A-Z0-9]")

# Sections of HCPCS Level II (CMS, alpha-numeric index) that hold things handed out and nothing else: medical and
# surgical supplies A4206-A8004, durable medical equipment E0100-E8002, temporary codes of the equipment contractors
# K0001-K9999, orthotic and prosthetic devices L0112-L9900.
_DEVICES = {"A": (4206, 8004), "E": (100, 8002), "K": (1, 9999), "L": (112, 9900)}
# Codes of drugs: J (administered drugs, chemotherapy), Q (temporary ones, biosimilars among them), C9 (drugs that
# hospitals bill apart), S0 (drugs that private payers code).
_DRUG = re.compile(r"[JQ][0-9]{4}|(?:C9|S0)[0-9]{3}")

# CMS Place of Service code set, assigned codes (28-30, 35-40, 43-48, 59, 63, 64, 67-70, 73-80 and 82-98 are not).
_PLACES_OF_SERVICE = frozenset(
    [*range(1, 28), *range(31, 35), 41, 42, *range(49, 59), 60, 61, 62, 65, 66, 71, 72, 81, 99]
)


def procedure_system(code: str) -> ProcedureSystem | None:
    """The system whose shape a code has; None if it has neither."""
    if _CPT.fullmatch(code):
        return ProcedureSystem.CPT
    return ProcedureSystem.HCPCS if _HCPCS.fullmatch(code) else None


def is_device(code: str) -> bool:
    """Whether a code is that of a device or supply."""
    first, last = _DEVICES.get(code[:1], (1, 0))
    return _HCPCS.fullmatch(code) is not None and first <= int(code[1:]) <= last


def is_drug(code: str) -> bool:
    """Whether a code is that of a drug."""
    return _DRUG.fullmatch(code) is not None


def modifier_system(modifier: str) -> ProcedureSystem | None:
    """The system whose shape a modifier has; None if it has neither."""
    if _CPT_MODIFIER.fullmatch(modifier):
        return ProcedureSystem.CPT
    return ProcedureSystem.HCPCS if _HCPCS_MODIFIER.fullmatch(modifier) else None


def is_place_of_service(code: str) -> bool:
    """Whether two digits are an assigned place of service."""
    return bool(re.fullmatch(r"[0-9]{2}", code)) and int(code) in _PLACES_OF_SERVICE
