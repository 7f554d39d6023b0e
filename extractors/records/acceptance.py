"""Whether a record may be published without a person (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence

from documents.records import Field, FieldStatus, Finding, Severity
from documents.values import Kind

# Every one of these that was read must be accepted: an unaccepted value never vanishes behind accepted ones.
_CRITICAL_KINDS = frozenset(
    {
        Kind.DIAGNOSIS_CODE,
        Kind.PROCEDURE_CODE,
        Kind.MODIFIER,
        Kind.DRUG,
        Kind.STRENGTH,
        Kind.DOSE,
        Kind.FREQUENCY,
        Kind.DATE,
        Kind.IDENTIFIER,
        Kind.NPI,
    }
)
# Of other kinds, but a patient is harmed as surely if they vanish: what a drug's mention means, how much is asked for,
# what the patient must not be given.
_CRITICAL_PATHS = frozenset({"medication.status", "procedure.units", "allergy.substance", "allergy.none"})
# Of 78 segments of unseen documents below .9 every second was of another type, of 198 above none; a notice read as a
# request gives values that are printed and yet wrong. Below this a person sees the segment, whatever its fields say.
SURE_TYPE = 0.85
# What closes unread (a cover sheet, a blank page) does no harm to fields, but what it says would be lost.
SURE_CLOSING = 0.7


def decide_acceptance(
    fields: Sequence[Field],
    findings: Sequence[Finding],
    *,
    required: Sequence[Sequence[str]],
    type_confidence: float,
) -> tuple[bool, tuple[str, ...]]:
    """Whether every required field, and every critical value that was read, is accepted, and no finding is an error.

    Returns:
        The decision and the reasons against, as stable codes: `required_not_accepted:<path>`, `not_accepted:<path>`,
        `finding:<rule>`, `document_type_unsure`, `nothing_read`.
    """
    reasons: list[str] = []
    if not fields:
        reasons.append("nothing_read")
    if type_confidence < SURE_TYPE:
        reasons.append("document_type_unsure")
    usable = {f.path for f in fields if f.usable}
    reasons += [f"required_not_accepted:{paths[0]}" for paths in required if not usable.intersection(paths)]
    reasons += [
        f"not_accepted:{f.path}"
        for f in fields
        if (f.kind in _CRITICAL_KINDS or f.path in _CRITICAL_PATHS)
        and not f.usable
        and f.status is not FieldStatus.REJECTED
    ]
    reasons += [f"finding:{f.rule}" for f in findings if f.severity is Severity.ERROR]
    unique = tuple(dict.fromkeys(reasons))
    return not unique, unique
