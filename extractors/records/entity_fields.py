"""What the fields of one entity say about each other: a code and its words, a drug and its dose, a name and all."""

from __future__ import annotations

from collections.abc import Iterable

from documents.records import Field
from documents.values import Alignment, Kind
from extractors.records.code_repair import repaired_code
from extractors.records.features import self_check
from validation.icd10cm import description_agreement, lookup

# A word read with more confidence than this is hardly ever misread.
_SURE_CODE = 0.9


def relate(fields: list[Field]) -> list[Field]:
    """The fields with the features and reasons that follow from their neighbours in the same group."""
    return _owned(_prescribed(_described(_dated(fields))))


def _dated(fields: list[Field]) -> list[Field]:
    """The fields; another date read from the very words of the birth date is a wrong label's."""
    births = [e for f in fields if f.path == "patient.dob" for e in f.evidence]
    return [
        f.model_copy(update={"reasons": (*f.reasons, "weak_label")})
        if f.kind is Kind.DATE
        and f.path != "patient.dob"
        and any(e.page == b.page and e.start < b.end and b.start < e.end for e in f.evidence for b in births)
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
_DOUBTS_OF_NAMES = ("unknown_drug", "unknown_allergen", "service_name", "allergy", "staff", "label_words")


def _prescribed(fields: list[Field]) -> list[Field]:
    """The fields; what stands beside a drug of the lexicon is more likely to be its strength, route or frequency."""
    known = {f.group for f in fields if f.path == "medication.drug" and f.features.get("known_word")}
    return [
        f.model_copy(update={"features": {**f.features, "lexicon": 0.5}})
        if f.path.startswith("medication.") and f.group in known
        else f
        for f in fields
    ]


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
