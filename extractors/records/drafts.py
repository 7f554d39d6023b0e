"""Drafts a field from all that mention it: the best proven value, what contradicts it, and the doubts it carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from documents.records import Field, FieldStatus, Finding
from documents.unprintable import shown
from extractors.document_type import DocumentType
from extractors.records.mentions import Mention, Reading, merge
from extractors.records.reconciliation import MANY_PER_ENTITY, RULES
from validation.rulebook.elsewhere import CONFLICTING_VALUES

# Of these a document has one value; another one on another page means one of them is wrong, or another patient's.
_ONE_PER_PATIENT = frozenset(
    {"patient.name", "patient.dob", "patient.sex", "patient.member_id", "patient.mrn", "payer.group_number",
     "request.urgency"}
)  # fmt: skip
# Two readings contradict each other only if both could be read well; else one of them is misread.
_READABLE = 0.85
# Features that keep a field from being accepted whatever its probability, and the reason they give.
_FEATURE_NOTES = (
    ("dropout", "dropout"),
    ("denied", "negated_context"),
    ("century", "ambiguous_century"),
    ("cut", "cut_off"),
    ("turned", "turned_print"),
    ("unreadable", "unreadable_character"),
    ("partial_date", "partial_date"),
    ("not_asked", "not_asked"),
    ("copied", "copied"),
    ("staff", "staff"),
    ("label_words", "label_words"),
    ("other_owner", "weak_label"),
    ("service_name", "service_name"),
    ("not_taken", "not_taken"),
    ("kin", "kin"),
    ("cited_kin", "kin"),
    ("remarked", "remarked"),
    ("unknown_drug", "unknown_drug"),
    ("unknown_allergen", "unknown_allergen"),
    ("cited_past_history", "past_history"),
    ("cited_held", "held"),
    ("cited_planned", "not_asserted"),
    ("cited_unread_words", "unread_words"),
    ("ordered", "prompt_injection"),
    ("corrected", "corrected"),
    ("dictated", "dictated"),
)


def slots_of(mentions: Iterable[Mention]) -> dict[tuple[str, str | None], list[Mention]]:
    """The mentions of each field: by path and group."""
    slots: dict[tuple[str, str | None], list[Mention]] = {}
    for mention in mentions:
        slots.setdefault((mention.spec.path, mention.group), []).append(mention)
    return slots


def drafts_of(
    mentions: Sequence[Mention], document_type: DocumentType
) -> tuple[list[tuple[Field, Mention]], list[Finding]]:
    """Fields before judgement with their best mention, in schema order, then by group and place; and the conflicts."""
    slots = slots_of(mentions)
    drafts: list[tuple[Field, Mention]] = []
    findings: list[Finding] = []
    for path in document_type.specs:
        here = [(key, found) for key, found in slots.items() if key[0] == path]
        for (_, group), found in sorted(here, key=lambda item: min(m.place for m in item[1])):
            clusters = merge(found)
            kept = clusters if path in MANY_PER_ENTITY else clusters[:1]
            for reading in kept:
                rivals = [] if path in MANY_PER_ENTITY else clusters[1:]
                field, finding = _draft(reading, rivals, group)
                drafts.append((field, reading.best))
                findings += [finding] if finding else []
    return drafts, findings


def _draft(reading: Reading, rivals: Sequence[Reading], group: str | None) -> tuple[Field, Finding | None]:
    best = reading.best
    features = dict(best.features)
    features["mentions"] = float(min(reading.mentions - 1, 2))
    notes: list[str] = []
    finding = None
    if not best.grounding.grounded:
        notes.append(best.grounding.reason)
    if rivals:
        if best.spec.path in _ONE_PER_PATIENT:
            features["conflict"] = 1.0
            notes.append("conflicting_values")
            if _readable(best) and any(_readable(r.best) for r in rivals):
                finding = CONFLICTING_VALUES.finding(best.spec.path, group)
        else:
            features["rivals"] = 1.0
            notes.append("several_values")
    notes += [code for name, code in _FEATURE_NOTES if features.get(name)]
    return (
        Field(
            path=best.spec.path,
            group=group,
            value=best.value,
            kind=best.spec.reads.kind,
            quote=best.grounding.evidence[0].quote if best.grounding.evidence else shown(best.cited.quote),
            evidence=reading.evidence,
            alignment=best.grounding.alignment,
            assertion=best.cited.assertion,
            derived=best.cited.derived,
            confidence=0.0,
            status=FieldStatus.REVIEW,
            reasons=tuple(notes),
            features=features,
            source=RULES,
            alternatives=tuple(r.best.value for r in rivals),
        ),
        finding,
    )


def _readable(mention: Mention) -> bool:
    return not mention.quality.from_ocr or mention.quality.lowest >= _READABLE
