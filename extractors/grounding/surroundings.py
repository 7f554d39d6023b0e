"""What the words in and around a value say against it: it is one of two, was refused, or is somebody else's.

Looked for on the page itself, so it holds for whatever backend read the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from documents.pages import Page
from documents.values import Assertion, Cited, Evidence, Kind
from extractors.grounding.decided import against_condition, is_withdrawn
from extractors.grounding.descriptions import describes_nothing
from extractors.grounding.dictated import dictated
from extractors.grounding.other_people import is_another_persons
from extractors.lexicon.remarks import is_only_remark
from extractors.lexicon.words import any_of

_CODES = frozenset({Kind.DIAGNOSIS_CODE, Kind.PROCEDURE_CODE})
_CODE = r"(?:[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|[A-Z]?\d{4,5}[A-Z]?)"
_LABEL = r"(?:(?:cpt|hcpcs|icd-?10(?:-cm)?|codes?|dx)\s*[:#]?\s*)?"
# The other code of an alternative or a range, on either side (`72148 or 72149`, `M54.16 - M54.17`).
_OTHER_AFTER = re.compile(
    rf"\s*[)\]]?\s*,?\s*(?:or|vs\.?|versus|to|through|thru|-|–|—)\s*[(\[]?\s*{_LABEL}{_CODE}\b", re.IGNORECASE
)
_OTHER_BEFORE = re.compile(
    rf"\b{_CODE}\s*[)\]]?\s*,?\s*(?:or|vs\.?|versus|not|to|through|thru|-|–|—)\s*[(\[]?\s*{_LABEL}$", re.IGNORECASE
)
_REFUSED_BEFORE = re.compile(
    r"\b(?:not|never|instead of|rather than|no longer|previous(?:ly)?|prior(?! auth)|earlier|denied)\b[^.;,\n]{0,24}$",
    re.IGNORECASE,
)
# `M17.11 (was M17.12)`, `27447, changed from 27446`: the code that no longer holds.
_REPLACED = re.compile(
    r"\b(?:(?:changed|corrected|amended|updated|switched|revised|modified) from|replac(?:es|ed|ing)|"
    r"in (?:place|lieu) of|formerly|was|were|superseded?s?|voided?|old)\W{1,3}"
    r"(?:(?:cpt|hcpcs|icd-?10(?:-cm)?|code|dx)\W{1,3})?$",
    re.IGNORECASE,
)
_REFUSED_AFTER = re.compile(
    r"\s*[)\]]?\s*,?\s*(?:which )?(?:(?:was|were|had been|has been)\s+)(?:previously |initially |recently )?(?:denied|"
    r"rejected|done|performed|completed|obtained|billed|withdrawn|cancell?ed)\b",
    re.IGNORECASE,
)
# Who gets a copy or a letter asks for nothing.
_COPY_TO = re.compile(
    r"(?:^|\n|\s)(?:b?cc|c\.c\.|cop(?:y|ies) to|attn|attention|dear)\s*[:.]?\s*(?:Dr\.?\s*)?$", re.IGNORECASE
)
# The same at the start of a line on which a number of theirs stands.
_COPY_LINE = re.compile(r"\W*(?:b?cc|c\.c\.|cop(?:y|ies) to)\b", re.IGNORECASE)
# A year alone, or a month, dates no care: a part of a date, or of the fax header's.
_WHOLE_DATE = 10
_SEEN = 60
# A form's question states nothing: `Is the patient taking Enbrel? [ ] Yes [x] No`.
_ASKED = re.compile(r"[^.;:\n?]{0,50}\?")
_CLINICAL = ("medication.drug", "medication.status", "diagnosis.", "allergy.", "request.urgency")
# `25 mg to 50 mg`: the old amount, or the lower end of a range.
_CHANGED = re.compile(r"\s*(?:to|->|→)\s*\d", re.IGNORECASE)
_AMOUNTS = frozenset({Kind.STRENGTH, Kind.DOSE})
# Who answers the telephone or keeps the chart, unless a degree to order care stands there too.
_STAFF = re.compile(
    r"\W{0,3}(?:R\.?N|B\.?S\.?N|L\.?P\.?N|L\.?V\.?N|C?M\.?A|RMA|CCM|CNA|CPhT|MSW|office manager|"
    r"(?:case|care|nurse|referral|intake|auth\w*) (?:manager|coordinator|specialist))\b\.?(?!.{0,12}\b(?:MD|DO|NP|FNP|"
    r"APRN|ARNP|CRNP|CNP|DNP|CNM|CRNA|PA-C|PA)\b)",
    re.IGNORECASE,
)
# `Insurer Mesa Health`, `Plan name(!) Mesa Health`, `Administered by Mesa Health`: a label that was read into the name.
_LABEL_FIRST = re.compile(
    r"(?:(?:(?i:primary|secondary|other|medical|health|drug)\s+)?(?i:plan|payer|payor|insurer|insurance|carrier|"
    r"coverage|benefit|health plan|product|program|sponsor|underwriter|administrator)(?:\s+(?i:name|company|co|plan|"
    r"carrier|product|sponsor))*|(?i:administered|underwritten|insured|offered|covered|issued|sponsored|managed|paid)"
    r"\s+(?i:by|through)|(?i:c/o|name|attn|to))[\s:*!?†‡#().-]+(?=[A-Z])"
)
# An identifier that its own label gives to a person: `Authorizing NPI`, `Clinician's NPI`.
_PERSONAL_ID = re.compile(
    r"\b(?!billing|servicing|rendering|performing|dispensing|testing|imaging)(?:\w+ing|provider|physician|prescriber|"
    r"clinician|practitioner|doctor|surgeon|sender|signer|requester)(?:['’]?s)?\s+(?:individual\s+)?npi\b[^A-Za-z0-9]*$",
    re.IGNORECASE,
)
# `T (303) 555-0142 - F (303) 555-0143`: a fax line, not a sex.
_LINE_AFTER = re.compile(r"[\s:.]*\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}")
# What the payer is billed for, in the words of its code: `Injection, drug, 1 mg`, `drug infusion, 1 mg`.
_UNIT_OF_BILLING = r"[\d.]+\s?(?:mg|mcg|g|units?|ml|meq|iu)\b"
_BILLED = re.compile(
    rf"\b(?:injections?|inj|infusions?)\s?,[^;\n]{{3,50}}?\b{_UNIT_OF_BILLING}|(?:[A-Za-z-]+ )?[A-Za-z-]+ (?:for )?"
    rf"(?:injections?|infusions?)\s?,\s?(?:per )?{_UNIT_OF_BILLING}",
    re.IGNORECASE,
)
_CODED_LINE = re.compile(r"\b[A-Z]\d{4}\b|\b(?i:codes?|hcpcs|j-?code|service no)\b")
# `low calcium`, `serum iron`: a level; `ethinyl estradiol`, `x-estradiol`: a part of another drug's name.
_NO_DRUG_BEFORE = re.compile(
    r"\b(?:low|high|elevated|decreased|increased|serum|urine|blood|total|ionized|plasma|corrected|ethinyl)\s$"
    r"|[A-Za-z]{3}[-/]$",
    re.IGNORECASE,
)
# `oral solution, feeding tube`: the route is said later.
_TUBE_AFTER = re.compile(
    r"[^;\n]{0,30}\b(?:(?:feeding|gastrostomy|nasogastric|[gj]|ng|peg)[- ]?tube|via peg|enteral\w*)\b", re.IGNORECASE
)
# Who sends requests to payers.
_SENDER = re.compile(
    r"\b(?:clinics?|hospital|equipment|suppl(?:y|ies)|physicians|imaging|radiology|laborator\w+|pharmacy|rehab\w*|surgery|"
    r"surgical|orthop\w+|medical (?:group|center|associates)|associates|oxygen|infusion|home care|dme|specialists?)\b",
    re.IGNORECASE,
)
# What papers and boxes are called, and a member's number: no insurer's name holds them.
_PAPER = re.compile(
    r"\b(?:notice|denial|letter|form|statement|explanation|worksheet|determination|other|additional|number|date)\b|\d{5}",
    re.IGNORECASE,
)
# What may stand right before how often a drug is taken: its amount, form and way, or a mark. After another word it says
# how often something else happens: `could not travel daily`, `low sugars at night`.
_TAKEN_BEFORE = re.compile(
    r"(?:^|[^A-Za-z\s]|\b(?:mg|mcg|g|gm|ml|kg|meq|iu|units?|doses?|tab(?:let)?s?|cap(?:sule)?s?|puffs?|sprays?|drops?|gtts?|"
    r"patch(?:es)?|pens?|syringes?|vials?|injections?|supposito\w+|lozenges?|pills?|sachets?|packets?|strips?|films?|"
    r"scoops?|teaspoons?|by|mouth|orally|oral|po|iv|im|sc|sq|subq|subcut\w*|sl|pr|inh|neb\w*|inhal\w+|topical\w*|"
    r"transdermal\w*|intra\w+|sublingual\w*|rectal\w*|vaginal\w*|nasal\w*|ophthalmic\w*|otic|buccal\w*|skin|scalp|"
    r"lungs?|nose|nostrils?|eyes?|ears?|tongue|tube|areas?|sites?|abdomen|thigh|arm|day|sig|directions?|instructions|"
    r"frequency|schedule|regimen|refills?|takes?|taking|taken|took|given?|gives|uses?|used|using|appl(?:y|ied|ies)|inject\w*|"
    r"instill\w*|place[ds]?|insert\w*|on|it|them|this|once|one|two|three|half|and|then|or|to|dosed|scheduled|each|food|meals?|water|"
    r"extended|release|er|xr|sr|dr|ec|odt|hfa|hcl|cream|ointment|gel|lotion|solution|suspension|powder|liquid))\W*$",
    re.IGNORECASE,
)
# `three times` before `daily`, on the line before perhaps; `as needed` after `every 6 hours`.
_COUNTED_BEFORE = re.compile(
    r"\b(?:(?:once|twice|thrice|one|two|three|four|five|six|\d{1,2})(?:\s*(?:-|to|or)\s*\w+)?\s+times?|twice|thrice|times|"
    r"every(?:\s+other)?|every\s+(?:\w+)|each)\s+$",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"\b(?:needed|p\.?r\.?n|required|necessary|if)\b", re.IGNORECASE)
_NEEDED_AFTER = re.compile(
    r"(?:\s*[,(]?\s*|[^,.;:|\n]{1,30}\s\(?)(?:(?:only )?(?:as|if|when|whenever) (?:needed|required|"
    r"necessary)|p\.?r\.?n\b)",
    re.IGNORECASE,
)
# A telephone, a licence, the end of a sentence: no place's name holds them.
_NO_PLACE = re.compile(
    r"\d{3}[.\s-]+\d{3,4}|\bCLIA\b|[a-z]{4}\. [A-Z]|[?:;=]|\b\d+(?:\.\d+)?\s?(?:%|degrees|mg|mm|cm)\b"
)
_SMALL_WORDS = frozenset(
    {"of", "the", "and", "at", "for", "in", "on", "de", "la", "del", "by", "with", "a", "an", "to"}
)
# What a letter says after its reasons.
_NO_REASON = re.compile(
    r"\?|:\s|\b(?:you (?:may|can|have)|call|questions?|was told|notified|on file|cop(?:y|ies)|enclosed|peer)\b",
    re.IGNORECASE,
)
# `aspirin: wheezing`, `latex (hives)`: what follows happened to the patient who took it.
_REACTED = re.compile(
    rf"\s?(?:[:(–—=]|->|-\s)\s?(?:(?:severe|mild|moderate|skin) )?{any_of('reactions').pattern}", re.IGNORECASE
)


def doubt(cited: Cited, kind: Kind, value: str, evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> str | None:
    """The name of the doubt that a mention's surroundings or form raise, or None."""
    spoken = next((d for e in evidence if (d := dictated(cited.path, kind, pages[e.page].text, e))), None)
    if spoken is not None:
        return spoken
    if len(evidence) == 1 and is_another_persons(cited.path, pages[evidence[0].page].text, evidence[0]):
        return "other_owner"
    if kind is Kind.DATE:
        return "partial_date" if len(value) < _WHOLE_DATE else None
    described = cited.path.endswith(".description")
    if described and (describes_nothing(value) or is_only_remark(value)):
        return "not_asked"
    if _holds_label(cited.path, kind, value):
        return "label_words"
    return _doubt_around(cited, kind, evidence[0], pages) if len(evidence) == 1 else None


def _doubt_around(cited: Cited, kind: Kind, span: Evidence, pages: Mapping[int, Page]) -> str | None:
    path, text = cited.path, pages[span.page].text
    found: str | None = None
    if path.startswith("diagnosis.") and cited.assertion is Assertion.PRESENT:
        found = against_condition(path, text, span)
    if found is not None:
        return found
    if _stands_open(path, kind, span, pages):
        found = "not_asked"
    elif path.startswith("medication."):
        found = _not_taken(path, text, span)
    elif path == "facility.npi":
        found = "other_owner" if _PERSONAL_ID.search(text[max(0, span.start - _SEEN) : span.start]) else None
    elif kind is Kind.SEX:
        found = "other_owner" if _LINE_AFTER.match(text, span.end) else None
    elif path.startswith("provider."):
        found = _bystander(path, text, span)
    elif kind in _CODES:
        found = _refused(kind, text, span)
    elif path.startswith("procedure."):
        found = "not_asked" if is_withdrawn(text, span) else None
    return found


def _refused(kind: Kind, text: str, span: Evidence) -> str | None:
    """`not_asked` for a code that is one of several or a procedure that was done or denied."""
    before, after = text[max(0, span.start - _SEEN) : span.start], text[span.end : span.end + _SEEN]
    refused = kind is Kind.PROCEDURE_CODE and bool(
        _REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after) or is_withdrawn(text, span)
    )
    refused = refused or _REPLACED.search(before) is not None
    return "not_asked" if refused or _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before) else None


def _bystander(path: str, text: str, span: Evidence) -> str | None:
    """Why somebody is no clinician of the patient's: a nurse at the telephone, or who gets a copy."""
    if path == "provider.name" and _STAFF.match(text, span.start + len(span.quote.split(",", maxsplit=1)[0])):
        return "staff"
    copied = _COPY_TO.search(text[max(0, span.start - _SEEN) : span.start]) if path == "provider.name" else None
    return "copied" if copied or _COPY_LINE.match(text, text.rfind("\n", 0, span.start) + 1) else None


def _holds_label(path: str, kind: Kind, value: str) -> bool:
    """Whether a name holds words of labels and titles, or an organization starts with a label."""
    if kind is Kind.PERSON_NAME:
        return any_of("not_person_words").search(value) is not None
    if path == "denial.reason":
        return _NO_REASON.search(value) is not None
    if path == "allergy.substance":
        return any_of("reactions").search(value.replace("-", " ")) is not None
    if kind is Kind.ORGANIZATION and not _is_title_like(value):
        return True
    if path in ("payer.name", "payer.plan") and (_PAPER.search(value) or _SENDER.search(value)):
        return True
    return path in ("payer.name", "payer.plan", "facility.name") and _LABEL_FIRST.match(value) is not None


def _is_title_like(name: str) -> bool:
    """Whether words are printed as a name is: capitals first, and no telephone, result or end of a sentence in them."""
    said = [w for w in re.findall(r"[A-Za-z][\w'’-]*", name) if w.casefold() not in _SMALL_WORDS]
    capital = sum(w[0].isupper() for w in said)
    return bool(said) and said[0][0].isupper() and 2 * capital > len(said) and _NO_PLACE.search(name) is None


def _not_taken(path: str, text: str, span: Evidence) -> str | None:
    """Why words read as a drug's are none: what is billed by a code, or what the patient reacted to."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = text[start : end if end >= 0 else len(text)]
    billed = _BILLED.finditer(line) if _CODED_LINE.search(line) else ()
    if any(b.start() < span.end - start and span.start - start < b.end() for b in billed):
        return "service_name"
    if path == "medication.frequency":
        counted = _COUNTED_BEFORE.search(text[max(0, span.start - _SEEN) : span.start])
        needed = _NEEDED_AFTER.match(text, span.end) and _NEEDED.search(span.quote) is None
        return "not_taken" if counted or needed or not _TAKEN_BEFORE.search(line[: span.start - start]) else None
    if path == "medication.route":
        return "not_taken" if _TUBE_AFTER.match(line, span.end - start) else None
    named = path in ("medication.drug", "medication.status")
    reacted = _REACTED.match(line, span.end - start) or _NO_DRUG_BEFORE.search(line[: span.start - start])
    return "not_taken" if named and reacted else None


def _stands_open(path: str, kind: Kind, span: Evidence, pages: Mapping[int, Page]) -> bool:
    """Whether what follows makes a question of a clinical statement, or replaces an amount."""
    after = pages[span.page].text[span.end : span.end + _SEEN]
    if kind in _AMOUNTS:
        return _CHANGED.match(after) is not None
    return path.startswith(_CLINICAL) and _ASKED.match(after) is not None
