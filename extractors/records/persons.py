"""Whose a value is: a telephone number on the patient's own line, and a clinician who bears the patient's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from documents.pages import Page
from documents.records import Field, FieldStatus
from documents.values import Alignment, Kind
from extractors.records.mentions import same_person_name

_REACHED = ("provider.phone", "provider.fax")
_NAME = ".name"


def with_owners_doubted(fields: Sequence[Field], pages: Mapping[int, Page]) -> list[Field]:
    """The fields; what may as well be the patient's own has `weak_label` among its reasons."""
    patients = names_of_patients(fields)
    sides: dict[tuple[int, int], set[str]] = {}
    for field in fields:
        if field.path not in _REACHED:
            for line in _lines(field, pages):
                sides.setdefault(line, set()).add(field.path.split(".")[0])
    return [
        f.model_copy(update={"reasons": (*f.reasons, "weak_label")})
        if (f.path in _REACHED and any(_follows_patient(line, sides) for line in _lines(f, pages)))
        or is_patient(f, patients)
        else f
        for f in fields
    ]


def _follows_patient(line: tuple[int, int], sides: Mapping[tuple[int, int], set[str]]) -> bool:
    """Whether the nearest line, this or one above, that tells of the patient or a clinician tells of the patient."""
    above = sorted((at for at in sides if at[0] == line[0] and at <= line), reverse=True)
    told = next((sides[at] for at in above if sides[at] & {"patient", "provider"}), set())
    return "provider" not in told and "patient" in told


def resting_on_names(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The judged fields; an NPI is no surer than the name that says whose it is: its check digit proves no owner."""
    doubtful = {(f.path.removesuffix(_NAME), f.group) for f in fields if f.path.endswith(_NAME) and not f.usable}
    return tuple(
        f.model_copy(update={"status": FieldStatus.REVIEW, "reasons": (*f.reasons, "unread_group")})
        if f.kind is Kind.NPI and f.usable and (f.path.removesuffix(".npi"), f.group) in doubtful
        else f
        for f in fields
    )


# What a derived value of an entity qualifies; nothing is said of what is not sure itself.
_QUALIFIED = {
    "diagnosis": ("code", "description"),
    "procedure": ("code",),
    "medication": ("drug",),
}


def resting_on_qualified(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The judged fields; a derived one (`diagnosis.status`, `procedure.system`) is no surer than what it qualifies."""
    sure = {(f.path, f.group) for f in fields if f.usable}
    return tuple(
        f.model_copy(update={"status": FieldStatus.REVIEW, "reasons": (*f.reasons, "unread_group")})
        if f.derived and f.usable and _qualifies_nothing(f, sure)
        else f
        for f in fields
    )


def _qualifies_nothing(field: Field, sure: set[tuple[str, str | None]]) -> bool:
    entity = field.path.split(".")[0]
    leaves = _QUALIFIED.get(entity, ())
    return bool(leaves) and not any((f"{entity}.{leaf}", field.group) in sure for leaf in leaves)


def names_of_patients(fields: Sequence[Field]) -> list[str]:
    """The proven names of patients among the fields."""
    return [f.value for f in fields if f.path == "patient.name" and f.alignment is not Alignment.NONE]


def is_patient(field: Field, patients: Sequence[str]) -> bool:
    """Whether a clinician's name is that of a patient."""
    return field.path == "provider.name" and any(same_person_name(field.value, name) for name in patients)


def _lines(field: Field, pages: Mapping[int, Page]) -> set[tuple[int, int]]:
    """Where the printed lines of a field's evidence start: page number and offset in its text."""
    return {(e.page, pages[e.page].text.rfind("\n", 0, e.start) + 1) for e in field.evidence if e.page in pages}
