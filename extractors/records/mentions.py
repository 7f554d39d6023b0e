"""Mentions of a field: each cited value with its proof, merged where they say the same, set apart where they differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from documents.pages import Page
from documents.unprintable import is_unreadable, shown
from documents.values import Cited, Evidence, Kind
from extractors.document_type import DocumentType
from extractors.grammar.choices import Choices
from extractors.grammar.find import normalise
from extractors.grammar.sig_meaning import meaning
from extractors.grounding.proof import Grounding, ground
from extractors.grounding.surroundings import doubt
from extractors.records.features import SpanQuality, cut_off, feature_row, span_quality
from extractors.records.second_readings import second_features
from extractors.records.turned_print import is_turned
from extractors.records.unreadable import is_beside_unreadable
from extractors.schema import FieldSpec

# Below this lowest word confidence a reading may differ from another by misreading, not because the document does.
_DOUBTFUL_WORD = 0.85
# Wordings of the same name, address or description agree this much (token order free).
_SAME_WORDS = 85.0
_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """One reading of one field.

    Attributes:
        cited: as the backend returned it.
        spec: the field's declaration.
        grounding: where and how it was found.
        value: re-derived (grounded) or as claimed (ungrounded).
        quality: of the words that prove it.
        features: the mention's own feature row.
        group: its entity's group, renumbered later.
    """

    cited: Cited
    spec: FieldSpec
    grounding: Grounding
    value: str
    quality: SpanQuality
    features: dict[str, float]
    group: str | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Page and offset; ungrounded mentions come last."""
        if not self.grounding.evidence:
            return (10**6, 0)
        return (self.grounding.evidence[0].page, self.grounding.evidence[0].start)

    @property
    def doubtful(self) -> bool:
        """Whether recognition was not sure of one of its words."""
        return self.quality.from_ocr and self.quality.lowest < _DOUBTFUL_WORD

    @property
    def rank(self) -> tuple[float, ...]:
        """Better readings rank higher: grounded, alignment, label, word confidence; then the earlier one."""
        return (
            self.features["grounded"],
            self.grounding.score,
            round(self.features["label"] + self.features.get("status", 0.0) + self.features.get("section", 0.0), 2),
            self.quality.lowest,
            -self.place[0],
            -self.place[1],
        )


# Words beside a drug that its reader did not understand (extractors.prose.remarks).
_UNREAD = "cited_unread_words"


@dataclass(frozen=True, slots=True)
class Reading:
    """What all mentions of one value come to.

    Attributes:
        best: the mention that stands for them.
        evidence: proof from every mention.
        mentions: how many different places say it.
    """

    best: Mention
    evidence: tuple[Evidence, ...]
    mentions: int


def make_mention(
    cited: Cited,
    document_type: DocumentType,
    *,
    pages: Sequence[Page],
    numbered: Mapping[int, Page],
) -> Mention | None:
    """The grounded mention of a cited value, or None if the schema does not know the path.

    `numbered` holds the same pages by their numbers.
    """
    spec = document_type.specs.get(cited.path)
    if spec is None:
        return None
    kind, choices = spec.reads.kind, spec.reads.choices
    if cited.derived or (kind is Kind.CHOICE and not any(wordings for _, wordings in choices)):
        grounding = _ground_derived(cited, spec, pages)
    else:
        grounding = ground(
            cited.value, cited.quote, pages=pages, kind=kind, page=cited.page, start=cited.start, choices=choices
        )
    quality = span_quality(grounding.evidence, numbered)
    features = feature_row(cited, kind, grounding, quality)
    if quality.from_ocr and grounding.value is not None:
        features |= second_features(grounding.value, kind, grounding.evidence, numbered)
    if cut_off(cited, kind, grounding.evidence, numbered):
        features["cut"] = 1.0
    if is_turned(grounding.evidence, numbered):
        features["turned"] = 1.0
    # A model may answer with characters that no page holds.
    value = shown(cited.value if grounding.value is None else grounding.value)
    if is_unreadable(value) or is_beside_unreadable(grounding.evidence, numbered):
        features["unreadable"] = 1.0
    against = doubt(cited, kind, value or cited.value, grounding.evidence, numbered)
    if against is not None:
        features[against] = 1.0
    return Mention(
        cited=cited,
        spec=spec,
        grounding=grounding,
        value=value,
        quality=quality,
        features=features,
        group=cited.group if spec.repeated else None,
    )


def _ground_derived(cited: Cited, spec: FieldSpec, pages: Sequence[Page]) -> Grounding:
    """A derived value is proven by the text it follows from, and must be one that the schema allows."""
    value = _allowed(cited.value, spec.reads.choices) if spec.reads.choices else normalise(spec.reads.kind, cited.value)
    if value is None:
        return Grounding(None, reason="value_not_of_kind")
    quote = ground(cited.quote, cited.quote, pages=pages, kind=Kind.TEXT, page=cited.page, start=cited.start)
    if not quote.grounded and not any(c.isalpha() for c in cited.quote):
        # It may follow from a code (`CPT` from `72148`), which is no prose.
        for kind in (Kind.PROCEDURE_CODE, Kind.NUMBER, Kind.DATE, Kind.IDENTIFIER):
            quote = ground(cited.quote, cited.quote, pages=pages, kind=kind, page=cited.page, start=cited.start)
            if quote.grounded:
                break
    return replace(quote, value=value) if quote.grounded else quote


def _allowed(value: str, choices: Choices) -> str | None:
    return next((name for name, _ in choices if name.casefold() == value.strip().casefold()), None)


def same_value(one: Mention, other: Mention) -> bool:
    """Whether two mentions of a field say the same: equal, a variant of it, or one of them misread."""
    a, b, kind = one.value, other.value, one.spec.reads.kind
    if a.casefold() == b.casefold():
        return True
    same = False
    if kind is Kind.DATE:
        return a.startswith(b) or b.startswith(a)  # `2026-04` beside `2026-04-15`
    if kind in (Kind.DOSE, Kind.STRENGTH):
        return re.sub(r"[\s,]", "", a).casefold() == re.sub(r"[\s,]", "", b).casefold()
    if kind in (Kind.FREQUENCY, Kind.ROUTE, Kind.FORM):
        same = meaning(kind, a) == meaning(kind, b)
    elif kind in (Kind.IDENTIFIER, Kind.PROCEDURE_CODE, Kind.DIAGNOSIS_CODE):
        same = _bare(a) == _bare(b)
    elif kind is Kind.PERSON_NAME:
        same = same_person_name(a, b)
    elif kind in (Kind.TEXT, Kind.ORGANIZATION, Kind.ADDRESS, Kind.DRUG):
        digits = re.findall(r"[0-9]+", a) == re.findall(r"[0-9]+", b)
        same = digits and fuzz.token_set_ratio(a.casefold(), b.casefold()) >= _SAME_WORDS
    return same or _misread(one, other)


def _bare(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text).upper()


def same_person_name(a: str, b: str) -> bool:
    """Same first and last name, whatever initials stand between; case and punctuation aside."""
    one, other = (re.findall(r"[^\W\d_]+", x.casefold()) for x in (a, b))
    if len(one) < 2 or len(other) < 2:
        return False
    shorter, longer = sorted((one, other), key=len)
    if shorter[0] == longer[0] and shorter[-1] == longer[-1]:
        middle, more = shorter[1:-1], longer[1:-1]
        return all(any(m[0] == n[0] and (len(m) == 1 or len(n) == 1 or m == n) for n in more) for m in middle)
    return sorted(one) == sorted(other)


def _misread(one: Mention, other: Mention) -> bool:
    """Whether the values differ by a slip or two in words that OCR was not sure of."""
    if not (one.doubtful or other.doubtful):
        return False
    a, b = _bare(one.value), _bare(other.value)
    return 0 < Levenshtein.distance(a, b) <= max(1, min(len(a), len(b)) // 6)


def merge(mentions: Sequence[Mention]) -> list[Reading]:
    """Clusters the mentions of one field by value, best cluster first.

    Grounded beats ungrounded; then more mentions at different places, then the better reading.
    """
    clusters: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda m: m.rank, reverse=True):
        home = next((c for c in clusters if same_value(c[0], mention)), None)
        if home is None:
            clusters.append([mention])
        else:
            home.append(mention)
    readings = [_reading(c) for c in clusters]
    grounded = [r for r in readings if r.best.grounding.grounded]
    return sorted(grounded or readings, key=lambda r: (r.mentions, r.best.rank), reverse=True)


def _reading(cluster: list[Mention]) -> Reading:
    """One value from its mentions: the most precise of the best readings, with every mention's evidence."""
    best = cluster[0]
    if best.spec.reads.kind in (Kind.DATE, Kind.PERSON_NAME):
        equals = [m for m in cluster if m.grounding.score == best.grounding.score and not m.features.get("folded")]
        best = max(equals or [best], key=lambda m: (len(m.value), m.rank))
    read: dict[int, set[int]] = {}  # by page, the offsets of what a mention before stands on
    found: dict[tuple[int, int], Evidence] = {}
    independent = 0
    for mention in sorted(cluster, key=lambda m: m is not best):
        exact = _bare(mention.value) == _bare(best.value) or best.spec.reads.kind in (Kind.PERSON_NAME, Kind.DATE)
        new = [e for e in mention.grounding.evidence if read.get(e.page, _NOWHERE).isdisjoint(range(e.start, e.end))]
        if new and exact and not mention.cited.derived:
            independent += 1
        for e in new:
            read.setdefault(e.page, set()).update(range(e.start, e.end))
            found[(e.page, e.start)] = e
    return Reading(_with_doubt(best, cluster), tuple(found.values()), max(1, independent))


def _with_doubt(best: Mention, cluster: Sequence[Mention]) -> Mention:
    """The best mention with the doubt that another reader of the same words has: a table's row has its remarks, too."""
    here = {(e.page, at) for e in best.grounding.evidence for at in range(e.start, e.end)}
    for mention in cluster:
        if mention.features.get(_UNREAD) and any(
            not here.isdisjoint((e.page, at) for at in range(e.start, e.end)) for e in mention.grounding.evidence
        ):
            return replace(best, features={**best.features, _UNREAD: 1.0})
    return best
