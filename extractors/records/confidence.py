"""The probability that a field is right, from its feature row, and whether that is enough to do without a person.

Logistic in features whose weights are a versioned JSON file; COLD weights are set by hand and documented there. A field
is accepted when (1 - p) x cost of an error < cost of a review, so p > 1 - 1/cost (0.99, 0.98, 0.95). Hard caps come
last: an ungrounded value stays at or below 0.2, one that failed a check or is in conflict at or below 0.5, and one with
any reason against it is never accepted. In COLD mode OCR text needs more proof than one reading (see weighting).

Reasons (stable codes; every field that is not accepted has at least one):
    empty_quote, value_not_of_kind, quote_not_found, value_not_in_quote, struck_out   ungrounded (see grounding)
    failed_check            a rule's error, or a check digit, or a code that the release does not hold
    conflicting_values      the document states another value for the same item
    several_values          other candidates for the field were read, none of them clearly right
    repaired                a look-alike was repaired through the printed description
    ambiguous_selection     both boxes of a choice are ticked
    prompt_injection        the text around gives orders to a program
    dictated                the line around speaks of copying or answering, or in a tongue that the reader does not know
    corrected               the line around mends an entry: of its field nothing is sure, the old value nor the new one
    low_ocr_confidence      a word of the span was read with too little certainty
    no_second_proof         OCR text of a kind that checks itself by nothing, read once
    second_reading_differs  recognition read its words again, by themselves, and read something else
    unknown_drug, unknown_allergen, unknown_condition   not in the lexicon, and no code beside it
    dropout                 a band without ink crosses the words
    negated_context         the words before deny what the value states
    ambiguous_century       a two-digit year that could be of the last century
    cut_off                 the printed phrase goes on beside the span
    turned_print            it stands across the page's reading direction, as stamps along the margin do
    unreadable_character    a character that cannot be read stands in it or in a word beside it
    near_match              the quote was found nearly, or through look-alikes
    rule_warning            a rule has a doubt
    weak_label              the label beside it fits poorly, or stands far away
    unread_group            nothing known names the entity that it describes
    partial_date            a year or month only: a part of a date
    unproven_anchor         computed from a date or a window that is not accepted itself
    not_asked               the words around refuse it, or offer another code in its place
    copied                  the person gets a copy, or the letter
    staff                   a nurse or clerk to be called, who neither orders nor gives care
    label_words             words of a label or title stand in what should be a name
    service_name            the words of a billed code, not of a prescription
    not_taken               the words around make another thing of a drug or route: a reaction, a level, a tube
    kin                     the line is about a relative
    remarked                words beside or in a condition that may say it is over, doubted or another's
    strength_or_dose        an amount of drug beside it, and no other: its strength as well as its dose
    modifier_or_units       a number that is a modifier too, and no modifier is read
    past_history            only a past medical history lists it: it may go on or be over
    readings_disagree       the two backends read different values for it
    one_reading             only the model read it, and its record at such values is not known yet
    held                    the drug was paused: not current, and not stopped for good
    unread_words            an entry of a medication list says more of the drug than any reader knows
    not_asserted            an uncertain or hypothetical mention
    document_type_unsure    the segment may be of a type for which this label means something else
    low_confidence          none of the above alone: the probability is too low
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from documents.values import Kind
from extractors.records.weighting import Mode, Weights
from extractors.schema import ErrorCost

# Share of values with digits that were read right, by the lowest confidence of their words: 2,839 values that the
# grammar of their kind let pass, on 178 synthetic faxes of three sets that share no layout. Errors of every sort
# count, of layout too. From .96 on 1,004 of 1,016 were right, and none of the twelve was a misread word: hence .995.
_TOKEN_ACCURACY = (
    (0.0, 0.60), (0.5, 0.72), (0.65, 0.84), (0.75, 0.86), (0.825, 0.91), (0.885, 0.95), (0.915, 0.973), (0.945, 0.98),
    (0.96, 0.995),
)  # fmt: skip
# Share of misread words that are still a value of the kind, and so pass unnoticed. One letter of a word of a small
# vocabulary makes no other word of it; of misread diagnosis codes a third lands on another code that exists, and none
# of 76 on one whose official wording is printed beside it; a check digit catches every single digit. Digits alone
# tell nothing: 1. Half of the changed digits of a date make no plausible date.
_UNNOTICED_WORD = 0.05
_UNNOTICED_CODE = 0.33
_UNNOTICED_AGREED = 0.02
_UNNOTICED_CHECKED = 0.1
_UNNOTICED_DATE = 0.5

# A second reading that agrees makes words as sure as one reading of this confidence: of 1,083 values with digits on 213
# synthetic faxes of four sets that were read at 0.80 and more and then alike, at most 5 held a misread character.
_AGREED_TWICE = 0.96

# Set in a row where the evidence itself gave reasons against the value, so that the row alone can be judged again.
NOTED = "noted"

FAMILIES: dict[Kind, str] = {
    Kind.DIAGNOSIS_CODE: "code",
    Kind.PROCEDURE_CODE: "code",
    Kind.MODIFIER: "code",
    Kind.PLACE_OF_SERVICE: "code",
    Kind.NPI: "id",
    Kind.IDENTIFIER: "id",
    Kind.PHONE: "id",
    Kind.DATE: "date",
    Kind.DURATION: "date",
    Kind.PERSON_NAME: "person",
    Kind.DRUG: "medication",
    Kind.STRENGTH: "medication",
    Kind.DOSE: "medication",
    Kind.FORM: "medication",
    Kind.ROUTE: "medication",
    Kind.FREQUENCY: "medication",
    Kind.NUMBER: "measure",
    Kind.RESULT: "measure",
    Kind.RANGE: "measure",
    Kind.UNIT: "measure",
    Kind.SEX: "choice",
    Kind.URGENCY: "choice",
    Kind.CHOICE: "choice",
    Kind.ORGANIZATION: "words",
    Kind.ADDRESS: "words",
    Kind.TEXT: "words",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a feature row amounts to; `held`: no probability, however high, would have it accepted."""

    confidence: float
    accepted: bool
    reasons: tuple[str, ...]
    held: bool = False


def weighed(features: Mapping[str, float], kind: Kind) -> Mapping[str, float]:
    """The row as the model weighs it: a misread word counts as far as its kind would let it pass unnoticed."""
    if "ocr_token" not in features:
        return features
    lowest = max(features.get("ocr_min_conf", 0.0), _AGREED_TWICE if features.get("second_agrees") else 0.0)
    row = {**features, "ocr_token": token_log_odds(lowest, unnoticed(features, kind))}
    if "second_differs" in row and not _digits_decide(features, kind):
        del row["second_differs"]
    return row


def _digits_decide(features: Mapping[str, float], kind: Kind) -> bool:
    """Whether one misread digit makes another value of it that nothing else would show."""
    return unnoticed(features, kind) > _UNNOTICED_CHECKED and kind not in _FORGIVING


def probability(features: Mapping[str, float], kind: Kind, weights: Weights) -> float:
    """The model's probability, before caps."""
    log_odds = weights.log_odds(weighed(features, kind), FAMILIES[kind])
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def token_log_odds(confidence: float, unnoticed: float = 1.0) -> float:
    """Log-odds of a value being read right, from the lowest confidence of its words.

    Between the measured points in a straight line; `unnoticed` is the share of misreadings that its kind lets pass.
    """
    points = _TOKEN_ACCURACY
    if confidence >= points[-1][0]:
        accuracy = points[-1][1]
    else:
        accuracy = points[0][1]
        for (x0, y0), (x1, y1) in pairwise(points):
            if x0 <= confidence <= x1:
                accuracy = y0 + (y1 - y0) * (confidence - x0) / (x1 - x0)
                break
    missed = (1 - accuracy) * unnoticed
    return math.log((1 - missed) / missed)


def unnoticed(features: Mapping[str, float], kind: Kind) -> float:
    """The share of misreadings of a value that nothing about it would show: 1 where nothing checks it."""
    if kind in (Kind.NPI, Kind.DIAGNOSIS_CODE):
        if not features.get("validator_pass"):
            return 1.0
        return _UNNOTICED_CHECKED if kind is Kind.NPI else _UNNOTICED_AGREED if _agrees(features) else _UNNOTICED_CODE
    if kind is Kind.DATE:
        return _UNNOTICED_DATE
    worded = kind in _VOCABULARIES or (kind is Kind.FREQUENCY and not features.get("digits"))
    return _UNNOTICED_WORD if worded or features.get("known_word") else 1.0


def _agrees(features: Mapping[str, float]) -> bool:
    """Whether the words beside a code are the code's own: at least half of the official wording."""
    return bool(features.get("described")) and features.get("agreement", 0.0) >= _AGREES


def judge(
    features: Mapping[str, float], *, kind: Kind, cost: ErrorCost, notes: tuple[str, ...], weights: Weights
) -> Judgement:
    """The confidence of a field, whether it is accepted, and why not.

    `notes` are reasons that the evidence itself gave (grounding, merging, rules); each keeps the field from being
    accepted.
    """
    p = probability(features, kind, weights)
    reasons = list(notes)
    if features.get("grounded", 1.0) == 0.0:
        p = min(p, weights.caps["ungrounded"])
    if features.get("validator_fail") or features.get("conflict"):
        p = min(p, weights.caps["failed"])
    if features.get("validator_fail") and "failed_check" not in reasons:
        reasons.append("failed_check")
    if features.get("warning"):
        reasons.append("rule_warning")
    family = weights.family(FAMILIES[kind])
    unproven = _unproven(features, kind, weights.strict, family.mode)
    if unproven:
        reasons.append(unproven)
    if reasons:
        p = _below(weights.caps["unproven"], p)
    if p > family.threshold(cost) and not reasons:
        return Judgement(round(p, 4), True, ())
    why = tuple(dict.fromkeys(reasons or _doubts(features)))
    return Judgement(round(p, 4), False, why, held=bool(reasons) or bool(features.get("conflict")))


def _below(cap: float, p: float) -> float:
    """A probability pressed below a cap; the surer of two stays the surer, since reviewers see them in this order."""
    knee = 2 * cap - 1
    return p if p < knee else knee + (p - knee) / 2


def _unproven(features: Mapping[str, float], kind: Kind, strict: Mapping[str, float], mode: Mode) -> str | None:
    """Why an OCR value lacks proof, or None.

    What the text itself casts doubt on holds in every mode; that one sure reading is not enough only in COLD, before
    labels of the family have shown what such a reading is worth.
    """
    if not features.get("from_ocr") or features.get("grounded", 1.0) == 0.0:
        return None
    worst = features.get("ocr_min_conf", 0.0)
    passed = bool(features.get("validator_pass"))
    checked = unnoticed(features, kind) <= _UNNOTICED_CHECKED
    if worst < strict["vocabulary_word" if checked else "checked_word"]:
        return "low_ocr_confidence"
    if features.get("second_differs") and _digits_decide(features, kind):
        return "second_reading_differs"
    if features.get("folded") and not (kind is Kind.NPI and passed):
        return "near_match"  # a code that folds into a valid one may as well be an invalid one as printed
    if kind is Kind.DIAGNOSIS_CODE and features.get("described") and not _agrees(features):
        return "no_second_proof"  # a misread code can score .95 too: `150.22` for `I50.22`
    proven = (
        worst >= strict["sure_word"]
        or bool(features.get("second_agrees"))
        or 1 + features.get("mentions", 0.0) >= strict["agreeing_mentions"]
        or checked
        or (kind is Kind.DATE and worst >= strict["sure_date"])
        or kind in _FORGIVING
        or mode is not Mode.COLD
    )
    return None if proven else "no_second_proof"


# A misread letter leaves these outside their small vocabulary.
_VOCABULARIES = frozenset({Kind.SEX, Kind.URGENCY, Kind.CHOICE, Kind.ROUTE, Kind.FORM})
# A misread letter in these harms nobody.
_FORGIVING = frozenset({Kind.ORGANIZATION, Kind.TEXT, Kind.ADDRESS, Kind.UNIT})
# Share of a code's official wording that is printed beside it, from which the two confirm each other.
_AGREES = 0.5


def _doubts(features: Mapping[str, float]) -> list[str]:
    """Reasons of a field that only falls short in sum: its weak points, or `low_confidence`."""
    found = []
    if features.get("from_ocr") and features.get("ocr_min_conf", 1.0) < 0.9:
        found.append("low_ocr_confidence")
    if features.get("fuzzy") or features.get("folded"):
        found.append("near_match")
    if features.get("label", 0.0) < 0:
        found.append("weak_label")
    return found or ["low_confidence"]
