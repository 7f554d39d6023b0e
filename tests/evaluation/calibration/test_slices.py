"""What is counted of a document, by sender, payer and type, and when acceptance meant the same."""

from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Alignment, Kind
from evaluation.calibration.slices import EDGES, judged_by, named, summarise, total
from extractors.records.weighting import FamilyWeights, Mode, Slice, Weights, load_weights


def a_field(path: str, kind: Kind, *, accepted: bool = True, **features: float) -> Field:
    return Field(
        path=path,
        value="K21.9",
        kind=kind,
        quote="K21.9",
        alignment=Alignment.EXACT,
        confidence=0.99 if accepted else 0.4,
        status=FieldStatus.ACCEPTED if accepted else FieldStatus.REVIEW,
        features={"grounded": 1.0, "printed": 1.0, **features},
    )


def a_record(document_type: str, *fields: Field, accepted: bool) -> Record:
    segment = Segment(document_type=document_type, page_start=1, page_end=1, confidence=0.97)
    return Record(id=document_type, document_id="d", segment=segment, fields=fields, accepted=accepted)


NOTE = a_record("clinical_note", a_field("diagnosis.code", Kind.DIAGNOSIS_CODE, validator_pass=1.0), accepted=True)
REQUEST = a_record(
    "prior_auth_request",
    a_field("diagnosis.code", Kind.DIAGNOSIS_CODE, accepted=False),
    a_field("patient.name", Kind.PERSON_NAME, accepted=False, grounded=0.0),
    accepted=False,
)


def test_a_packet_is_one_document_of_its_sender_and_payer_and_of_each_type() -> None:
    found = {named(s.slice): s for s in summarise([NOTE, REQUEST], sender="(605) 555-0142", payer=None, weights="w")}
    assert set(found) == {"sender 6055550142", "type clinical_note", "type prior_auth_request"}
    sender, note = found["sender 6055550142"], found["type clinical_note"]
    assert (sender.documents, sender.reviewed, sender.ungrounded, sender.coded, sender.unknown_code) == (1, 1, 1, 1, 1)
    assert (note.documents, note.reviewed, note.ungrounded, note.coded, note.unknown_code) == (1, 0, 0, 1, 0)
    assert all(sum(counts) == 1 and len(counts) == len(EDGES[name]) + 1 for name, counts in sender.histograms.items())
    assert "agrees" not in sender.histograms


def test_nights_add_up() -> None:
    night = summarise([REQUEST], sender="605-555-0142", payer=None, weights="w")[0]
    both = total([night] * 3)
    assert (both.documents, both.ungrounded) == (3, 3)
    assert sum(both.histograms["fields"]) == 3


def test_a_hold_elsewhere_or_a_new_name_is_no_other_judgement() -> None:
    warm = load_weights().model_copy(update={"families": {"id": FamilyWeights(mode=Mode.WARM, deltas={"bias": 0.3})}})

    def here(weights: Weights) -> str:
        return judged_by(weights, sender="605-555-0142", payer=None, types=["referral"])

    assert here(warm.model_copy(update={"version": "b", "labels": 99})) == here(warm)
    assert here(warm.model_copy(update={"cold_slices": (Slice(sender="8065550167"),)})) == here(warm)
    assert here(warm.model_copy(update={"cold_slices": (Slice(sender="6055550142"),)})) != here(warm)
