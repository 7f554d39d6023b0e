"""What a printed label asks for: the schema's own labels, with their owner or number, and labels nobody reads."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from documents.values import Kind
from extractors.document_type import DocumentType, all_document_types
from extractors.forms.composed import COMPOSED, compose, composed_version, composed_vocabulary
from extractors.forms.label_owners import ENTITIES_OF, OWNERS, belonging_to, owner_within
from extractors.forms.unread_answers import BLANK_ONLY
from extractors.forms.wording import SPELLINGS, canonical, canonical_tokens, same_word, skeleton

# Labels whose values this project does not read. Knowing them ends the value before and keeps theirs from others.
_UNREAD = """
tin | tax id | tax id number | federal tax id | ein | tax id tin | dea | dea number | license | license number |
state license | contact | contact name | contact person | office contact | requester contact name | contact person
name | person completing form | completed by | prepared by | submitted by | printed name | print name | title |
credentials | city | state | zip | zip code | city state zip | city state zip code | city state | state zip | county
| country | office address | practice address | provider address | facility address | service address | pharmacy
address | suite | age | height | weight | ht | wt | bsa | email | e mail | email address | pharmacy | pharmacy name
| pharmacy phone | pharmacy fax | pharmacy npi | ndc | ndc number | bin | pcn | rx bin | rx pcn | language |
preferred language | race | ethnicity | marital status | ssn | social security number | occupation | employer |
signature | title of signer | relationship | reason stopped | reason | outcome | result reason stopped | date used |
date of use | date started | date of therapy | therapy date | trial date | start stop date | reference | reference
range | range | normal range | ref range | normal | date collected | collected | collection date | specimen | status
| type | comment | note | remark | last filled | last fill | prescriber | prescribed by | line | item number | line
number | number | row | dose per day | therapy start date | date of last dose | from to | revenue code | rev code |
amount | charge | price | expected duration | duration | duration of therapy | length of therapy | length of
treatment | extension | ext | attn | attention | cc | subject | re | page | number of page | total page | from | to
| effective | mi | middle initial | middle name | suffix | reason for stopping | reason for discontinuation | reason
for failure | response | response to therapy | side effect | clinical summary | clinical rationale | clinical
information | clinical justification | medical justification | rationale | justification | medical necessity |
history | clinical note | additional information | other information | anything else reviewer should know | summary
| supporting information | letter of medical necessity | severity | onset | authorization | decision | approved |
denied | case manager | nurse reviewer | received by | received date | secondary insurance | other insurance |
primary | secondary | laterality | side | body part | body site | requester | last name | first name | middle name |
surname | given name | last | first | middle | re | relationship to patient | fax to | submit to | send to | return
to | mail to | service type | expiration | place | other | taxonomy code | ipa | medical group | network
| in network | par | legal guardian | interpreter | prior therapy | previous therapy | date signed
"""
_ORDINAL_WORDS = {
    "primary": "1", "principal": "1", "first": "1", "main": "1", "secondary": "2", "second": "2", "tertiary": "3",
    "third": "3", "other": "other", "additional": "other", "fourth": "4", "next": "other",
}  # fmt: skip
_JOINING_WORDS = frozenset({"of", "or", "and", "/"})
_ORDINAL_ENTITIES = frozenset({"diagnosis", "procedure", "medication"})
# A form has room for so many of a thing at most.
_MOST_ORDINALS = 20
# A label is a few words; a longer run of words is a sentence. The longest known one has eight.
_LONGEST_LABEL = 9
# Labels end in abbreviations (`No.`, `Tel.`), not in a longer word and a full stop.
_SENTENCE_END = re.compile(r"[a-z]{5,}\.\s*$")
# Between the parts of a label for several values, and what stands behind a label.
_BETWEEN_PARTS = re.compile(r"\s*/\s*|\s+(?:and|&|or)\s+|\s*\+\s*|,\s+")
_END_MARK = re.compile(r"[:*]+\s*$")
_LETTER = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"\D")
# Fuzzy phrase score from which a recognised (OCR) label counts: two wrong characters in a twelve-letter label.
_FUZZY_LABEL = 84.0
# One wrong letter of three is another word.
_ACRONYM = 3
_SHORTEST_FUZZY = 6
# A word of ten letters with two wrong ones, one of five with one.
_FUZZY_TOKEN = 79.0
# Shorter labels without their spaces are anything (`ID`, `to`).
_SHORTEST_SQUEEZED = 5


@cache
def labels_version() -> str:
    """A fingerprint of every wording that labels are matched against; it changes with any of them."""
    wordings = [
        (t.name, path, spec.reads.labels) for t in all_document_types().values() for path, spec in t.specs.items()
    ]
    read_by = (
        sorted(wordings), sorted(OWNERS.items()), _UNREAD.split("|"), sorted(BLANK_ONLY.items()), SPELLINGS,
        composed_version(),
    )  # fmt: skip
    return hashlib.sha256(repr(read_by).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Label:
    """What a label asks for.

    Attributes:
        paths: candidate fields; several for a generic label such as `phone`; none for a label that is not read.
        owner: whose value the label itself says it is (`patient`, `provider`, ...), or "".
        role: of a provider, where the label says it.
        ordinal: `1`, `2`, ... or `other` where the label numbers a repeated thing.
        score: 1.0 for a known wording, less for a fuzzy one.
        blank: special name that is reported when the label's place is blank, or "".
        parts: the labels of a label for several values (`phone / fax`), else empty.
        words: canonical wording.
    """

    paths: tuple[str, ...]
    owner: str = ""
    role: str = ""
    ordinal: str = ""
    score: float = 1.0
    blank: str = ""
    parts: tuple[Label, ...] = ()
    words: str = ""


class Lexicon:
    """The labels of one document type."""

    def __init__(self, document_type: DocumentType) -> None:
        self._paths: dict[str, list[str]] = defaultdict(list)
        for path, spec in document_type.specs.items():
            for wording in spec.reads.labels:
                key = canonical(wording)
                if key and path not in self._paths[key]:
                    self._paths[key].append(path)
        self._kinds = {path: spec.reads.kind for path, spec in document_type.specs.items()}
        self._unread = frozenset(canonical(w) for w in _UNREAD.split("|"))
        self._tokens = {t for phrase in (*self._paths, *self._unread, *OWNERS, *BLANK_ONLY) for t in phrase.split()}
        self._tokens |= composed_vocabulary()
        self._skeletons = {skeleton(t): same_word(t) for t in (*SPELLINGS, *sorted(self._tokens)) if len(t) > 1}
        self._label_words = self._tokens.union(_ORDINAL_WORDS, _JOINING_WORDS)
        self._long_tokens = sorted(t for t in self._tokens if len(t) > 2)
        self._phrases = sorted({*self._paths, *self._unread, *BLANK_ONLY})
        # Spaces and look-alikes are the first that recognition loses: `FacilityNPI`, `M ember lD`.
        self._squeezed = {_squeezed(p): p for p in reversed(self._phrases) if len(p) >= _SHORTEST_SQUEEZED}
        self._digits = {_NO_DIGIT.sub("", p) for p in self._phrases}
        self.read = lru_cache(maxsize=65536)(self._read)
        self._as_long = lru_cache(maxsize=128)(self._phrases_as_long)
        self._nearest_token = lru_cache(maxsize=65536)(self._find_nearest_token)

    def kind(self, path: str) -> Kind:
        """The kind of a field."""
        return self._kinds[path]

    def nearest(self, words: str) -> str:
        """Canonical words with each misread one as the label word it is nearest to."""
        return " ".join(self._nearest_token(token) for token in words.split())

    def _read(self, text: str, from_ocr: bool = False) -> Label | None:
        """What a printed text asks for, or None if it is no known label."""
        if len(text) > 90 or _LETTER.search(text) is None:
            return None
        if _SENTENCE_END.search(text) or text.lower() in ("yes", "no"):  # `No` is an answer, `No.` a number
            return None
        words = canonical(text)
        if not words or len(words.split()) > _LONGEST_LABEL:
            return None
        found = (
            self._known(words) or self._several(text) or self._known(canonical_tokens(text)) or self._composed(words)
        )
        if found is None and from_ocr:
            found = self._recognised(words)
        return found

    def _known(self, words: str) -> Label | None:
        """A label by its canonical words: known as such, or after its owner or ordinal is taken off."""
        words = words.strip("/ ").replace(" / ", " ")
        if not self._are_label_words(words.split()):
            return None
        direct = self._direct(words)
        if direct is not None:
            return direct
        bare, ordinal = _without_ordinal(words)
        if ordinal and bare:
            found = self._direct(bare)
            if found is None:
                found = self._owned(bare)
            if ordinal.isdigit() and int(ordinal) > _MOST_ORDINALS:
                return None  # `Strength 50 mg` is no fiftieth strength
            if found is not None and words[-1:].isdigit() and any(self._kinds[p] is Kind.NUMBER for p in found.paths):
                return None  # `Qty per fill 1`: the number is the value
            repeated = found is not None and any(p.split(".")[0] in _ORDINAL_ENTITIES for p in found.paths)
            if found is not None and (repeated or found.blank or not found.paths):
                return replace(found, ordinal=ordinal, words=words)
        return self._owned(words)

    def _are_label_words(self, words: Iterable[str]) -> bool:
        """Whether a label may be made of these words: almost all texts of a page hold one that no label has."""
        return all(word in self._label_words or word.isdigit() for word in words)

    def _direct(self, words: str) -> Label | None:
        paths = tuple(self._paths.get(words, ()))
        blank = BLANK_ONLY.get(words, "")
        if paths or blank or words in self._unread:
            owner, role = owner_within(words)
            if owner == "subscriber" and paths and all(p.startswith("payer.") for p in paths):
                owner = ""  # `Insured with`
            return Label(paths, owner=owner, role=role, blank=blank, words=words)
        return None

    def _owned(self, words: str) -> Label | None:
        """`ordering physician npi`, `phone of member`: an owner and what of theirs is asked for."""
        tokens = words.split()
        for size in (3, 2, 1):
            if len(tokens) <= size and not (len(tokens) == size and size > 1):
                continue
            for phrase, rest in (
                (" ".join(tokens[:size]), tokens[size:]),
                (" ".join(tokens[-size:]), tokens[:-size]),
            ):
                if phrase not in OWNERS:
                    continue
                owner, role = OWNERS[phrase]
                bare = " ".join(t for t in rest if t not in _JOINING_WORDS) or "name"
                if bare in OWNERS and OWNERS[bare][0] == owner:
                    bare = "name"  # `ordering MD`
                base = self._direct(bare)
                if base is None and len(rest) > 1:
                    base = self._owned(bare)
                if base is None:
                    continue
                entity = ENTITIES_OF.get(owner)
                paths = tuple(p for p in base.paths if entity is None or p.split(".")[0] in entity)
                if not paths and base.paths and owner == "patient":
                    continue  # `individual NPI`: the word does not say whose it is
                if owner in ("patient", "facility", "subscriber", "payer") and base.owner not in ("", owner):
                    owner, paths = base.owner, base.paths  # `member's PCP phone` is the inner owner's
                return Label(
                    paths, owner=owner or base.owner, role=role or base.role, blank=base.blank, words=words, score=0.95
                )
        return None

    def _several(self, text: str) -> Label | None:
        """`Office phone / fax`, `Patient name & DOB`: each part is a label, the first one's owner holds for all."""
        pieces = [p for p in _BETWEEN_PARTS.split(_END_MARK.sub("", text)) if p]
        if not 2 <= len(pieces) <= 4:
            return None
        labels = [self._known(canonical(p)) for p in pieces]
        known = [label for label in labels if label is not None]
        known.sort(
            key=lambda label: "medication.dose" in label.paths
        )  # `Dose/Strength: 90 mg` is the product's strength
        if len(known) != len(pieces):
            return self._last_part(pieces, labels) if "/" in text else None  # `Assessment and Plan` is a heading
        owner, role = known[0].owner, known[0].role
        parts = tuple(
            label if label.owner else replace(label, owner=owner, role=role, paths=belonging_to(label.paths, owner))
            for label in known
        )
        return Label((), owner=owner, role=role, parts=parts, words=canonical(text), score=0.9)

    def _last_part(self, pieces: list[str], labels: list[Label | None]) -> Label | None:
        """`Medicaid / plan ID`: words before the last part that only narrow it."""
        last = labels[-1]
        narrow = all(len(p.split()) <= 2 for p in pieces[:-1])
        if last is None or not last.paths or not narrow or not all(label is None for label in labels[:-1]):
            return None
        return replace(last, score=0.85)

    def _composed(self, words: str) -> Label | None:
        """A label that no list holds, by the meaning of its words."""
        paths = compose(words, self._kinds)
        if not paths:
            return None
        owner, role = owner_within(words)
        if owner not in {p.split(".")[0] for p in paths}:
            owner, role = "", ""
        return Label(paths, owner=owner, role=role, words=words, score=COMPOSED)

    def _recognised(self, words: str) -> Label | None:
        """A label with characters that OCR confused: its spaces, token by token, then the whole phrase fuzzily."""
        glued = self._squeezed.get(_squeezed(words))
        if glued is not None:
            found = self._direct(glued)
            return None if found is None else replace(found, score=0.9)
        meant = (self._nearest_token(token) for token in words.split())
        repaired = self.nearest(words) if self._are_label_words(meant) else words
        if repaired != words:
            found = self._known(repaired) or self._composed(repaired)
            if found is not None:
                return replace(found, score=min(found.score, 0.9))
        return self._nearest_phrase(words)

    def _nearest_phrase(self, words: str) -> Label | None:
        # A number is the value beside the label; of several words one at least must be a label's.
        if (
            len(words) < _SHORTEST_FUZZY
            or _NO_DIGIT.sub("", words) not in self._digits
            or (" " in words and not any(self._nearest_token(t) in self._tokens for t in words.split()))
        ):
            return None
        best = process.extractOne(words, self._as_long(len(words)), scorer=fuzz.ratio, score_cutoff=_FUZZY_LABEL)
        if best is None:
            return None
        # A word more or less makes another label; only its spaces may be lost or added.
        if (
            len(best[0].split()) != len(words.split())
            and fuzz.ratio(best[0].replace(" ", ""), words.replace(" ", "")) < 90
        ):
            return None
        if _NO_DIGIT.sub("", best[0]) != _NO_DIGIT.sub("", words):
            return None
        found = self._direct(best[0])
        if found is not None and self._asks_for_numbers(found) and _is_other_acronym(best[0], words):
            return None
        return None if found is None else replace(found, score=best[1] / 100)

    def _asks_for_numbers(self, label: Label) -> bool:
        return any(self._kinds[path] in (Kind.IDENTIFIER, Kind.NPI) for path in label.paths)

    def _phrases_as_long(self, length: int) -> tuple[str, ...]:
        """The phrases so long that their score against a text of this length can reach the cut."""
        reach = int(length * (100 - _FUZZY_LABEL) / _FUZZY_LABEL) + 1
        return tuple(p for p in self._phrases if abs(len(p) - length) <= reach)

    def _find_nearest_token(self, token: str) -> str:
        if token in self._tokens or len(token) < 2:
            return token
        alike = self._skeletons.get(skeleton(token))
        if alike is not None:
            return alike
        if len(token) < 4 or token.isdigit():
            return token
        best = process.extractOne(token, self._long_tokens, scorer=fuzz.ratio, score_cutoff=_FUZZY_TOKEN)
        return token if best is None else best[0]


def _is_other_acronym(phrase: str, words: str) -> bool:
    """Whether a short word differs: `MPI number` is as near `NPI number` as `MBI number`, and means neither surely."""
    pairs = zip(phrase.split(), words.split(), strict=False)
    return any(one != other and max(len(one), len(other)) <= _ACRONYM for one, other in pairs)


def _squeezed(words: str) -> str:
    return skeleton(words.replace(" ", ""))


def _without_ordinal(words: str) -> tuple[str, str]:
    """The words without a number or rank that counts repeated things, and that ordinal."""
    ordinal = ""
    kept = []
    for token in words.split():
        if token.isdigit() and len(token) <= 2 and not ordinal:
            ordinal = token
        elif token in _ORDINAL_WORDS and not ordinal:
            ordinal = _ORDINAL_WORDS[token]
        else:
            kept.append(token)
    if ordinal and kept and kept[-1] == "number":
        kept.pop()
    return " ".join(kept), ordinal
