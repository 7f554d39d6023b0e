"""What the fields of one entity say about each other: a code and its words, a drug and its dose, a name and all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from documents.records import Field
from documents.values import Alignment, Kind
from extractors.records.code_repair import repaired_code
from extractors.records.features import self_check
from validation.icd10cm import description_agreement, lookup

# A word read with more confidence than this is hardly ever misread.
_SURE_CODE = 0.9


def relate(fields: list[Field]) -> list[Field]:
    """The fields with the features and reasons that follow from their neighbours in the same group."""
    return _owned(_told_apart(_prescribed(_described(_dated(fields)))))


def _dated(fields: list[Field]) -> list[Field]:
    """The fields; another date read from the very words of the birth date is a wrong label's."""
    births = [e for f in fields if f.path == "patient.dob" for e in f.evidence]
    return [
        f.model_copy(update={"reasons": (*f.reasons, "weak_label")})
        if f.kind is Kind.DATE and f.path != "patient.dob" and any(e.overlaps(b) for e in f.evidence for b in births)
        else f
        for f in fields
    ]


# The words that are printed with a diagnosis code: the patient's, or one that a policy covers.
_WORDINGS = frozenset({"diagnosis.description", "policy.diagnosis_description"})


def _described(fields: Iterable[Field]) -> list[Field]:
    """The fields with what codes and the words printed with them say about each other."""
    listed = list(fields)
    wording = {(f.path.split(".")[0], f.group): f for f in listed if f.path in _WORDINGS}
    worded = {f.group for f in listed if f.path == "procedure.description" and f.alignment is not Alignment.NONE}
    out: list[Field] = []
    for field in listed:
        if field.kind in (Kind.DIAGNOSIS_CODE, Kind.NPI):
            field = _self_checked(field, wording.get((field.path.split(".")[0], field.group)))  # noqa: PLW2901
        if field.path == "procedure.code" and field.features.get("cited_position_text") and field.group not in worded:
            # Five digits amid text prove nothing by themselves: a job or record number looks the same.
            field = field.model_copy(update={"reasons": (*field.reasons, "weak_label")})  # noqa: PLW2901
        out.append(field)
    return out


# The leaves of which a repeated entity needs one, to be somebody or something.
_NAMING = {
    "diagnosis": ("diagnosis.code", "diagnosis.description"),
    "procedure": ("procedure.code", "procedure.description"),
    "medication": ("medication.drug",),
    "provider": ("provider.name", "provider.npi"),
    "facility": ("facility.name", "facility.npi"),
    "allergy": ("allergy.substance", "allergy.none"),
    "observation": ("observation.name",),
}
# What makes it doubtful that a name is one of a drug, an allergen, a clinician at all.
_DOUBTS_OF_NAMES = ("unknown_drug", "unknown_allergen", "service_name", "not_taken", "staff", "label_words")


def _prescribed(fields: list[Field]) -> list[Field]:
    """The fields; what stands beside a drug of the lexicon is more likely to be its strength, route or frequency."""
    known = {f.group for f in fields if f.path == "medication.drug" and f.features.get("known_word")}
    return [
        f.model_copy(update={"features": {**f.features, "lexicon": 0.5}})
        if f.path.startswith("medication.") and f.group in known
        else f
        for f in fields
    ]


# CPT modifiers of two digits that senders use; a count of services is hardly ever one of them.
_MODIFIERS = frozenset(
    ["22", "24", "25", "26", "50", "51", "52", "53", "54", "55", "57", "58", "59", "62", "76", "77", "95"]
)
_WHY = re.compile(r"\b(?:why|reasons?|outcomes?|results?|response)\b", re.IGNORECASE)
_AMOUNT_OF_DRUG = re.compile(r"[\d.,]+\s?(?:mg|mcg|g|%)(?!\s?/\s?k)", re.IGNORECASE)


def _told_apart(fields: Iterable[Field]) -> list[Field]:
    """The fields; those that may be their neighbour in the same entity, which is not read, keep the reason why."""
    listed = list(fields)
    held = {(f.path, f.group): f for f in listed}
    pended = any(f.path == "decision.outcome" and f.value == "pended" for f in listed)
    effective = max((f.value for f in listed if f.path == "policy.effective_date"), default="")
    out = []
    for f in listed:
        reason = None
        if f.path == "medication.dose" and _AMOUNT_OF_DRUG.fullmatch(f.value):
            strength = held.get(("medication.strength", f.group))
            reason = "strength_or_dose" if strength is None or _same_place(f, strength) else None
        elif f.path == "medication.status" and f.value == "discontinued" and _WHY.search(f.quote):
            reason = "several_values"  # a reason was given: it may have failed
        elif f.path == "procedure.units" and f.value in _MODIFIERS:
            reason = None if ("procedure.modifier", f.group) in held else "modifier_or_units"
        elif (f.path == "denial.reason" and pended) or (f.path == "policy.review_date" and f.value < effective):
            reason = "weak_label"  # nothing is denied yet; or the last review, not the next
        elif f.kind is Kind.NPI and (f.features.get("label", 0.0) < 0 or _is_nameless(f, held)):
            reason = "weak_label"  # its check digit proves the number, not whose it is
        elif f.path in _NO_CODES and _DIAGNOSIS_CODE.fullmatch(f.value) and lookup(f.value) is not None:
            reason = "weak_label"  # a diagnosis code beside a label of something else
        out.append(f if reason is None else f.model_copy(update={"reasons": (*f.reasons, reason)}))
    return out


# What is never a diagnosis code, whatever label stands beside one.
_NO_CODES = frozenset(
    {"patient.member_id", "patient.mrn", "payer.group_number", "case.reference_number", "allergy.substance",
     "allergy.reaction"}
)  # fmt: skip
_DIAGNOSIS_CODE = re.compile(r"[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}", re.IGNORECASE)


def _is_nameless(npi: Field, held: Mapping[tuple[str, str | None], Field]) -> bool:
    """Whether nobody is named with a number: it may be the doctor's, the clinic's or the supplier's."""
    name = held.get((f"{npi.path.split('.')[0]}.name", npi.group))
    return name is None or name.alignment is Alignment.NONE


def _same_place(one: Field, other: Field) -> bool:
    return any(a.overlaps(b) for a in one.evidence for b in other.evidence)


def _owned(fields: list[Field]) -> list[Field]:
    """The fields; those of an entity that nothing names or whose name is doubtful itself keep the reason why."""
    named = {
        (f.path.split(".")[0], f.group)
        for f in fields
        if f.path in _NAMING.get(f.path.split(".")[0], ())
        and f.alignment is not Alignment.NONE
        and not any(f.features.get(doubt) for doubt in _DOUBTS_OF_NAMES)
    }
    return [f if _has_owner(f, named) else _orphan(f) for f in fields]


def _has_owner(field: Field, named: set[tuple[str, str | None]]) -> bool:
    entity = field.path.split(".")[0]
    return entity not in _NAMING or field.path in _NAMING[entity] or (entity, field.group) in named


def _orphan(field: Field) -> Field:
    return field.model_copy(
        update={"features": {**field.features, "orphan": 1.0}, "reasons": (*field.reasons, "unread_group")}
    )


def _self_checked(field: Field, described: Field | None) -> Field:
    features, value, reasons = dict(field.features), field.value, field.reasons
    if field.kind is Kind.DIAGNOSIS_CODE:
        # A code that was read well and does not exist is the sender's error, not the reader's: it is flagged instead.
        doubtful = features.get("from_ocr") and features.get("ocr_min_conf", 1.0) < _SURE_CODE
        if doubtful and lookup(value) is None and described is not None:
            mended = repaired_code(value, described.value)
            if mended is not None:
                value, reasons = mended, (*reasons, "repaired")
                features["repaired"] = 1.0
        if described is not None:
            agreement = description_agreement(value, described.value)
            features |= {"described": 1.0, "agreement": agreement, "description": agreement - 0.5}
    features[f"validator_{self_check(field.kind, value)}"] = 1.0
    return field.model_copy(update={"value": value, "features": features, "reasons": reasons})
