"""What the words around a value say against it: it is one of two, was refused, or names who gets a copy.

Looked for on the page itself, so it holds for whatever backend read the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from documents.pages import Page
from documents.values import Cited, Evidence, Kind

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
_REFUSED_AFTER = re.compile(
    r"\s*[)\]]?\s*,?\s*(?:which )?(?:(?:was|were|had been|has been)\s+)(?:previously |initially |recently )?(?:denied|"
    r"rejected|done|performed|completed|obtained|billed|withdrawn|cancell?ed)\b",
    re.IGNORECASE,
)
# Who gets a copy or a letter asks for nothing.
_COPY_TO = re.compile(
    r"(?:^|\n|\s)(?:b?cc|c\.c\.|cop(?:y|ies) to|attn|attention|dear)\s*[:.]?\s*(?:Dr\.?\s*)?$", re.IGNORECASE
)
# A year alone, or a month, dates no care: a part of a date, or of the fax header's.
_WHOLE_DATE = 10
# Words about a diagnosis or service that describe none.
_HEDGE = re.compile(
    r"(?:procedures?|diagnos[ie]s|descriptions?|codes?|services?|units?|medications?|drugs?|conditions?|"
    r"rule(?:d)? out|r/o|possible|probable|suspected|vs\.?|versus|and/or|or|not|either|also|with|history of|h/o)",
    re.IGNORECASE,
)
_SEEN = 60
# A form's question states nothing: `Is the patient taking Enbrel? [ ] Yes [x] No`.
_ASKED = re.compile(r"[^.;:\n?]{0,50}\?")
_CLINICAL = ("medication.drug", "medication.status", "diagnosis.", "allergy.")
# `25 mg to 50 mg`: the old amount, or the lower end of a range.
_CHANGED = re.compile(r"\s*(?:to|->|→)\s*\d", re.IGNORECASE)
_AMOUNTS = frozenset({Kind.STRENGTH, Kind.DOSE})


def doubt(cited: Cited, kind: Kind, value: str, evidence: Sequence[Evidence], pages: Mapping[int, Page]) -> str | None:
    """The name of the doubt that a mention's surroundings or form raise, or None."""
    if kind is Kind.DATE:
        return "partial_date" if len(value) < _WHOLE_DATE else None
    if cited.path.endswith(".description") and _HEDGE.fullmatch(value.strip()):
        return "not_asked"
    if len(evidence) == 1 and _stands_open(cited.path, kind, evidence[0], pages):
        return "not_asked"
    if len(evidence) != 1 or not (kind in _CODES or cited.path == "provider.name"):
        return None
    text, span = pages[evidence[0].page].text, evidence[0]
    before, after = text[max(0, span.start - _SEEN) : span.start], text[span.end : span.end + _SEEN]
    if kind in _CODES:
        refused = kind is Kind.PROCEDURE_CODE and (_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after))
        return "not_asked" if refused or _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before) else None
    return "copied" if _COPY_TO.search(before) else None


def _stands_open(path: str, kind: Kind, span: Evidence, pages: Mapping[int, Page]) -> bool:
    """Whether what follows makes a question of a clinical statement, or replaces an amount."""
    after = pages[span.page].text[span.end : span.end + _SEEN]
    if kind in _AMOUNTS:
        return _CHANGED.match(after) is not None
    return path.startswith(_CLINICAL) and _ASKED.match(after) is not None
