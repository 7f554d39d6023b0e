"""The feature row of a field: what its span, its label, the checks and the other mentions say for and against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.pages import Page, WordSource
from documents.values import Alignment, Assertion, Cited, Evidence, Kind
from extractors.grammar.dates import ambiguous_century
from extractors.grounding.proof import Grounding
from extractors.lexicon.drugs import find_drugs
from extractors.lexicon.words import any_of
from extractors.records.confidence import FAMILIES, token_log_odds
from validation.icd10cm import lookup
from validation.npi import is_valid_npi

# A label score at which the label is neither for nor against (backends give 1.0 for a full match right beside).
_NEUTRAL_LABEL = 0.8
# The same for how well a section or a wording fits what is read from it.
_NEUTRAL_FIT = 0.7
# What US charts list as allergies beside drugs by name.
_ALLERGEN = re.compile(
    r"(?i)\b(?:latex|penicillins?|sulfa|sulfonamides?|cephalosporins?|nsaids?|opioids?|statins?|ace inhibitors?|iodine"
    r"|iodinated|contrast|shellfish|peanuts?|tree nuts?|eggs?|milk|dairy|soy|wheat|gluten|bees?|wasps?|pollen|dust|mold"
    r"|dander|adhesive|tape|nickel|strawberr(?:y|ies)|fish|codeine|morphine|aspirin|tetracyclines?|macrolides?"
    r"|quinolones?|fluoroquinolones?|gadolinium|chlorhexidine|betadine|lidocaine|novocaine)\b"
)
# Kinds that are printed as one phrase, and never in the middle of a sentence's noun.
_WHOLE_PHRASES = frozenset({Kind.ORGANIZATION, Kind.ADDRESS, Kind.PERSON_NAME})
_WORD_BEFORE = re.compile(
    r"(?:^|[\s:,])(?!(?:Dr|Mr|Mrs|Ms|By|The|For|To|From|With|And|Re|At|On)\b)[A-Z0-9][A-Za-z0-9'-]* $"
)
_WORD_AFTER = re.compile(
    r"\.? (?!(?:MD|DO|NP|PA|RN|PhD|FNP|APRN|ARNP|DNP|DPM|LCSW|PT|OT|Jr|Sr|II|III|IV|DOB|MRN|NPI|ID)\b)"
    r"[A-Z][A-Za-z'-]*(?![A-Za-z'-]*(?: [A-Za-z]+){0,2}\s?[:#])"
)
# `1 mg/dose` before `(4 mg/3 mL)`; `metoprolol` before `tartrate`: other salts are other products.
_CUT_BEFORE = {
    # `MCG-594` before `. 05`, `MB4471` before ` 9038`: a space stands in the number, printed or put in by recognition.
    Kind.IDENTIFIER: re.compile(r"[-./]\s?\d|\s[-./]\s?\d\d|\s\d{3,6}(?![\d./-])"),
    # `injection` before `site reactions`, `oral` before `thrush`: words of what the drug did, or of another thing.
    Kind.FORM: re.compile(r"[\s-](?:site|related|reactions?|tests?|pain|endoscopy)\b", re.IGNORECASE),
    Kind.ROUTE: re.compile(
        r"\s(?:agents?|thrush|ulcers?|mucositis|contraceptives?|hygiene|intake|cavity|steroids?|bursts?)\b",
        re.IGNORECASE,
    ),
    # `three times daily with`: what follows, perhaps on the next line, is a part of it.
    Kind.FREQUENCY: re.compile(
        r"\s?,?\s?(?:(?:before|after|until|as|prn)\b|with(?:\s*\n|\s*$|\s{2}|\s(?:each |every |a |the |your )?"
        r"(?:(?:main|evening|morning) )?(?:meals?|food|snacks?|breakfast|lunch|dinner|supper|water|milk)\b))",
        re.IGNORECASE,
    ),
    Kind.STRENGTH: re.compile(r"\s?\(\s?\d[\d.,]*\s?(?:mg|mcg|g|units?|ml|%)", re.IGNORECASE),
    Kind.DRUG: re.compile(
        r"\s(?:acetonide|tartrate|succinate|sodium|potassium|calcium|magnesium|hydrochloride|hcl|sulfate|acetate|"
        r"maleate|fumarate|mesylate|besylate|citrate|phosphate|propionate|furoate|decanoate|valerate|bromide|pamoate|"
        r"enanthate|cypionate|palmitate|tosylate|dipropionate|xr|er|sr|la|cr|dr|ec)\b"
        # `insulin` before `isophane 24 units`: one word more stands between the name and the amount.
        r"|\s(?!tab|cap|inj|sol|susp|cream|oint|patch|inhal|spray|drops|pen|vial|syr|powder|gel|film|lotion|oral|daily|dose"
        r"|unit|chew)[a-z]{5,}\s\d[\d.,]*\s?(?:mg|mcg|g|units?|meq|iu|%)",
        re.IGNORECASE,
    ),
}
# `31` before `. 4`: recognition set the decimals apart. In a text layer a sentence ends there.
_DECIMALS_APART = re.compile(r"[.,]\s\d")
_WITH_DECIMALS = frozenset({Kind.NUMBER, Kind.RESULT})
# `Oswestry` before `index`: the scale's name has one word more.
_SCALE_AFTER = re.compile(r"\s(?:scores?|scales?|index|ratio|count|questionnaire|inventory|subscale)\b", re.IGNORECASE)
# `Harbor Federal Employee` before a line that only says `Program`: the name went over the edge of its column.
_WRAPPED = re.compile(r"\n(?:[A-Z][a-z][\w&-]*[ -]?){1,3}(?=\n|$| /)")
# `12 Elm St, Boise` before `, ID 83702`.
_ADDRESS_AFTER = re.compile(r",\s?[A-Za-z]|\s{1,2}[A-Z]{2}\.?,?\s+\d{5}")
# A status for which no wording was found is the place's usual one: a discontinued drug may stand there too.
_UNSAID_FIT = 0.5
# What is named by a word of the reader's own lists: results and conditions.
_LISTED_WORDS = frozenset({"observation.name", "diagnosis.description"})
_KNOWN_WORD = 0.9
# Lexicon score of a drug that is listed by name; stems and unlisted words score less.
_KNOWN_DRUG = 0.95


# A substance that people are allergic to is named by a word of a list, as a drug is.
_KNOWN_SUBSTANCE = 0.95


@dataclass(frozen=True, slots=True)
class SpanQuality:
    """How well the words of the evidence were read: lowest and mean confidence, OCR or not, the page's quality."""

    lowest: float
    mean: float
    from_ocr: bool
    page_quality: float


def span_quality(evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> SpanQuality:
    """The quality of the words that the evidence touches; 1.0 where a page has no words (plain text)."""
    words = [w for e in evidence for w in pages[e.page].words_in(e.start, e.end)]
    quality = min((pages[e.page].quality for e in evidence), default=1.0)
    if not words:
        return SpanQuality(1.0, 1.0, False, quality)
    from_ocr = any(w.source is WordSource.OCR for w in words)
    # A lone punctuation mark or box wall is often read with little certainty and changes nothing.
    said = [w.confidence for w in words if any(c.isalnum() for c in w.text)] or [w.confidence for w in words]
    return SpanQuality(min(said), sum(said) / len(said), from_ocr, quality)


def feature_row(cited: Cited, kind: Kind, grounding: Grounding, quality: SpanQuality) -> dict[str, float]:
    """The features that one mention has by itself."""
    row = {
        "grounded": 1.0 if grounding.grounded else 0.0,
        "from_ocr": float(quality.from_ocr),
        "ocr_min_conf": quality.lowest,
        "ocr_mean_conf": quality.mean,
        "align_score": grounding.score,
        f"kind_{FAMILIES[kind]}": 1.0,
    }
    if grounding.grounded:
        row["ocr_token" if quality.from_ocr else "printed"] = (
            token_log_odds(quality.lowest) if quality.from_ocr else 1.0
        )
    row["page_quality"] = quality.page_quality - 1.0
    row |= {f"cited_{name}": value for name, value in cited.features.items()}
    label = cited.features.get("label_score")
    row["label"] = 0.0 if label is None else label - _NEUTRAL_LABEL
    if kind is Kind.DRUG:
        known = max((hit.score for hit in find_drugs(grounding.value or "")), default=0.0)
        row["lexicon"] = known - 0.5
        row["known_word"] = float(known >= _KNOWN_DRUG)
    elif cited.path in _LISTED_WORDS:
        row["known_word"] = row["listed"] = float(cited.features.get("lexicon_score", 0.0) >= _KNOWN_WORD)
        row["lexicon"] = cited.features.get("lexicon_score", 0.5) - 0.5
    elif cited.path == "allergy.substance" and _is_allergen(grounding.value or ""):
        row["lexicon"] = _KNOWN_SUBSTANCE - 0.5
    elif cited.path.startswith("medication.") or cited.path.startswith("observation."):
        # Beside a drug; or a result whose test is known.
        row["lexicon"] = cited.features.get("lexicon_score", 0.5) - 0.5
    row["section"] = cited.features.get("section_fit", _NEUTRAL_FIT) - _NEUTRAL_FIT
    if "status" in cited.path:
        row["status"] = cited.features.get("status_fit", _UNSAID_FIT) - _NEUTRAL_FIT
    flags = {
        "folded": grounding.alignment is Alignment.FOLDED and quality.from_ocr,
        "fuzzy": grounding.alignment is Alignment.FUZZY,
        "dropout": grounding.reason == "dropout",
        "unknown_allergen": cited.path == "allergy.substance" and not _is_allergen(grounding.value or ""),
        "unknown_drug": kind is Kind.DRUG and not row.get("known_word"),
        "denied": grounding.reason == "negated_context" and cited.assertion is Assertion.PRESENT,
        "derived": cited.derived,
        "asserted": cited.assertion is not Assertion.PRESENT,
        # Only a birth can be a century ago.
        "digits": any(c.isdigit() for c in cited.quote),
        "century": cited.path == "patient.dob" and ambiguous_century(cited.quote),
    }
    return row | {name: 1.0 for name, present in flags.items() if present}


def _is_allergen(value: str) -> bool:
    """Whether a drug of the lexicon, or a common allergen, is named."""
    return bool(_ALLERGEN.search(value)) or any(hit.score >= _KNOWN_DRUG for hit in find_drugs(value))


def cut_off(cited: Cited, kind: Kind, evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> bool:
    """Whether a name or address goes on beside the span: `Ridge Hospital` read from `Mercy Ridge Hospital`.

    A word one space away belongs to the same printed phrase, unless it is a label, a title or a credential.
    """
    goes_on = _SCALE_AFTER if cited.path == "observation.name" else _CUT_BEFORE.get(kind)
    if kind in _WITH_DECIMALS and any(pages[e.page].from_ocr for e in evidence):
        goes_on = _DECIMALS_APART
    if goes_on is not None and len(evidence) == 1:
        rest = pages[evidence[0].page].text[evidence[0].end : evidence[0].end + 24]
        return goes_on.match(rest) is not None
    if kind not in _WHOLE_PHRASES and not (kind is Kind.TEXT and cited.path.startswith("payer.")):
        return False
    if len(evidence) != 1:
        return False
    text, span = pages[evidence[0].page].text, evidence[0]
    wrapped = _WRAPPED.match(text, span.end)
    if wrapped is not None and kind is not Kind.PERSON_NAME and not any_of("not_person_words").search(wrapped.group()):
        return True
    before = _WORD_BEFORE.search(text[max(0, span.start - 30) : span.start])
    after = _WORD_AFTER.match(text[span.end : span.end + 40])
    if kind is Kind.ADDRESS and _ADDRESS_AFTER.match(text[span.end : span.end + 12]):
        return True
    return before is not None or after is not None


def self_check(kind: Kind, value: str) -> str:
    """What a value proves by itself: `pass`, `fail` or `not_checkable`."""
    if kind is Kind.NPI:
        return "pass" if is_valid_npi(value) else "fail"
    if kind is Kind.DIAGNOSIS_CODE:
        entry = lookup(value)
        return "pass" if entry is not None and entry.billable else "fail"
    return "not_checkable"
