"""Finds names of conditions in text: a lexicon of chronic and episodic conditions, and names built on a head word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick

# Words before a condition that belong to its name or qualify it; description is kept as printed.
_QUALIFIER = re.compile(
    r"(?:acute|chronic|severe|moderate|mild|recurrent|persistent|refractory|active|latent|primary|secondary|bilateral|left|right|unilateral|upper|lower|"
    r"stage|grade|type|class|[iv]{1,3}|\d[ab]?|early|late|advanced|metastatic|malignant|benign|community-acquired|hospital-acquired|"
    r"uncontrolled|poorly|controlled|intractable|symptomatic|idiopathic|congenital|hereditary|familial|juvenile|adult|post-?\w+|non-?\w+|pre-?\w+|"
    r"treatment-resistant|moderate-to-severe|end-stage|steroid-dependent|seropositive|seronegative|generalized|localized|systemic|diffuse|focal|"
    r"lumbar|cervical|thoracic|spinal|sacral|femoral|distal|proximal|medial|lateral|anterior|posterior|deep|superficial|hepatic|renal|cardiac|pulmonary|cerebral|"
    r"intestinal|gastric|colonic|esophageal|pancreatic|ovarian|breast|lung|colon|colorectal|prostate|thyroid|bladder|kidney|skin|brain|bone|joint|knee|hip|shoulder|"
    r"ankle|wrist|elbow|foot|hand|rotator|cuff|meniscal|ligament|disc|nerve|valve|aortic|mitral|carotid|coronary|venous|arterial|peripheral|vascular|"
    r"papillary|follicular|medullary|squamous|basal|small|cell|ductal|invasive|lobular|major|minor|bipolar|clostridioides|clostridium|difficile|pneumocystis|staph\w*|strep\w*|"
    r"fungal|viral|bacterial|opportunistic|serious|allergic|autoimmune|inflammatory|degenerative|demyelinating|traumatic|pathologic|osteoporotic|compression|stress|vertebral|"
    r"obstructive|restrictive|interstitial|ischemic|hemorrhagic|hypertensive|diabetic|alcoholic|nonalcoholic|drug-induced|rheumatoid|psoriatic|septic|reactive|"
    r"urinary|tract|respiratory|gastrointestinal|neurologic\w*|psychiatric|mental|mood|anxiety|personality|eating|use|alcohol|opioid|substance|tobacco|nicotine|sleep|seizure|bleeding|"
    r"thyroid|parathyroid|adrenal|pituitary|growth|hormone|vitamin|iron|immune|plaque|atopic|erosive|tophaceous|cluster|chronic|episodic|full-thickness|partial-thickness|"
    r"inguinal|umbilical|hiatal|ventral|incisional|inflamed|solitary|spiculated|multiple|hilar|mediastinal|paranasal|sinus|retinal|macular|optic|corneal)\s+$",
    re.I,
)
_SUFFIX = re.compile(
    r"(?<![\w-])[A-Za-z][\w'-]*?(?:itis|osis|emia|oma|omas|opathy|pathies|plegia|iasis|algia|rrhagia|ectasis|penia|sclerosis|malacia|megaly|stenosis|"
    r"trophy|thyroidism|glycemia|natremia|kalemia|uria|rrhea|asthenia|phagia|phasia|plasia)(?![\w-])",
    re.I,
)
# Words with such endings that name no condition.
_NO_CONDITION = frozenset(
    "diagnosis prognosis osmosis hypnosis symbiosis mitosis meiosis apoptosis aroma diploma glaucomas coma stoma "
    "anastomosis ankylosis phagocytosis academia sympathy empathy telepathy arthralgia myalgia polyuria polyphagia "
    "diarrhea hypertrophy amenorrhea philosophy psychopathy homeopathy naturopathy arthrosis metamorphosis toma "
    "hematoma metastasis dysuria nocturia rhinorrhea gonorrhea dysphagia aphagia odynophagia hypertrophies trophy "
    "leukocytosis keratosis stenosis sclerosis fibrosis necrosis thrombosis hemostasis atrophy hyperplasia "
    "tachyarrhythmia bacteriuria otorrhea galactorrhea steatorrhea dysphasia glucosuria otalgia mastalgia".split()
)
# After the name: "of the left knee", "with hyperglycemia", "without aura, intractable".
_TAIL = re.compile(
    r"(?:\s+of\s+(?:the\s+|both\s+|his\s+|her\s+)?[a-z][\w'-]*(?:\s+(?:and|or|&)\s+[a-z][\w'-]*)?(?:\s+(?:knee|hip|shoulder|wrist|ankle|spine|region|intestine|lung|"
    r"breast|eye|leg|arm|foot|hand|joint|joints|lobe|artery|vein|tract))?)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ConditionHit:
    """A condition's name in a text: span, whether it is chronic, and how sure (1.0 lexicon, less for a pattern)."""

    start: int
    end: int
    chronic: bool
    score: float


@dataclass(frozen=True, slots=True)
class _Lexicon:
    automaton: ahocorasick.Automaton
    chronic: frozenset[str]
    head: re.Pattern[str]


@cache
def _lexicon() -> _Lexicon:
    lists: dict[str, set[str]] = {}
    current = ""
    for line in (resources.files("extractors.lexicon") / "conditions.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[] \n")
        elif line.strip() and not line.startswith("#"):
            lists.setdefault(current, set()).update(w.strip() for w in line.split(",") if w.strip())
    automaton = ahocorasick.Automaton()
    for word in lists["chronic"] | lists["episodic"]:
        automaton.add_word(word, word)
    automaton.make_automaton()
    heads = "|".join(sorted(lists["head"], key=len, reverse=True))
    return _Lexicon(automaton, frozenset(lists["chronic"]), re.compile(rf"(?<![\w-])(?:{heads})(?![\w-])", re.I))


def find_conditions(text: str) -> list[ConditionHit]:
    """Names of conditions in a text, longest first where they overlap, in order, with their qualifiers."""
    lowered = text.lower()
    if len(lowered) != len(text):
        return []
    known = _lexicon()
    hits: list[ConditionHit] = []
    for last, word in known.automaton.iter(lowered):
        start, end = last - len(word) + 1, last + 1
        if _inside_word(text, start, end):
            continue
        # Abbreviations count only in capitals: PE and MI are conditions, "pe" and "als" are not.
        if len(word) <= 4 and word.isalpha() and word not in ("gout", "acne", "gerd") and not _capital(text[start:end]):  # noqa: PLR2004
            continue
        hits.append(ConditionHit(start, end, word in known.chronic, 1.0))
    hits += [ConditionHit(m.start(), m.end(), False, 0.8) for m in known.head.finditer(text) if _named(text, m.start())]
    hits += [
        ConditionHit(m.start(), m.end(), False, 0.8)
        for m in _SUFFIX.finditer(text)
        if m.group().lower() not in _NO_CONDITION
    ]
    kept: list[ConditionHit] = []
    for hit in sorted((_widened(text, h) for h in hits), key=lambda h: (h.start - h.end, -h.score)):
        if all(hit.end <= k.start or hit.start >= k.end for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def _capital(printed: str) -> bool:
    return sum(c.isupper() for c in printed) * 2 > len(printed)


def _inside_word(text: str, start: int, end: int) -> bool:
    return bool(
        (start and (text[start - 1].isalnum() or text[start - 1] == "-")) or (end < len(text) and text[end].isalnum())
    )


def _named(text: str, start: int) -> bool:
    """Whether a bare head word has a word before it that makes it a name: `disease` alone is none."""
    return _QUALIFIER.search(text[max(0, start - 40) : start]) is not None


def _widened(text: str, hit: ConditionHit) -> ConditionHit:
    start = hit.start
    while (found := _QUALIFIER.search(text[max(0, start - 40) : start])) is not None:
        # A qualifier is a whole word, on the same side of any punctuation.
        at = max(0, start - 40) + found.start()
        if at and (text[at - 1].isalnum() or text[at - 1] == "-"):
            break
        start = at
    tail = _TAIL.match(text, hit.end)
    return ConditionHit(start, tail.end() if tail else hit.end, hit.chronic, hit.score)
