"""People and dates that running text names: the patient's sex and name, who signed, who is asked to follow up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited, Kind
from extractors.grammar.find import find_values, normalise
from extractors.prose.citing import Groups, Mention
from extractors.prose.passages import Passage
from extractors.prose.sentences import Sentence, sentences

_WORD = r"[A-Z][A-Za-zÀ-ÿ'’-]+"
_NAME = rf"{_WORD}(?:\s+(?:[A-Z]\.?|{_WORD}))?\s+(?:(?:de|la|del|van|von|der|St\.)\s+)*{_WORD}"
_CREDENTIAL = (
    r"(?:M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?(?:-C)?|FNP(?:-B?C)?|AGNP(?:-C)?|APRN|ARNP|DNP|CRNP|CNM|DPM|DDS|DMD|OD|"
    r"PharmD|PhD|PsyD|LCSW|RN|CNP|CNS|DC|DPT|PT|MBBS)"
)
_AGE = (
    # Spelled out it stands apart from its unit: `may go to F` holds no `ma y`.
    r"(?:\b\d{1,3}[\s-]*(?:years?|yrs?|y\.?|months?|mos?|weeks?|days?)|"
    r"\b[a-z]+(?:[- ][a-z]+)?[\s-]+(?:years?|yrs?|months?|weeks?|days?))[\s./-]*(?:o\.?(?:ld)?|old|of age)?[\s,-]+"
)
_SEX = re.compile(
    rf"(?:{_AGE}|\b\d{{1,3}}\s?(?:yo|y/o|y\.o\.)\s+)(?:(?:(?!male|female)[a-z-]+|\w+[- ](?:handed|American)|"
    rf"G\d\w*),?\s+){{0,4}}?(?P<sex>females?|males?|woman|man|lady|gentleman|girl|boy|F|M)\b"
    r"|\b\d{1,3}\s?(?:yo|y/o)?\s?(?P<short>[FM])\b(?=[\s,.]+(?:with|who|presents?|here|w/|s/p|seen|hx|h/o|admitted))",
    re.I,
)
_SEX_VALUE = {"f": "female", "female": "female", "woman": "female", "lady": "female", "girl": "female"}
_SEX_VALUE |= {"m": "male", "male": "male", "man": "male", "gentleman": "male", "boy": "male"}
_INTRODUCED = re.compile(
    rf"\b(?:my patient|our patient|the above(?:-named| named)? patient|patient named|caring for|on behalf "
    rf"of(?: my patient| our patient)?|letter for|RE:)[,:]?\s+"
    rf"(?:(?:Mr|Mrs|Ms|Miss)\.?\s+)?(?P<name>{_NAME})(?=\s*(?:,|\(|\.|$|\s(?:is|has|was|who|for|with|DOB|dob)\b))|"
    rf"^\s*(?:(?:Mr|Mrs|Ms|Miss)\.?\s+)?(?P<subject>{_NAME})\s+is\s+(?:an?|the)\s+(?=\S+[\s-]+(?:year|yr|y\.?o|"
    rf"y/o|month))",
)
_BORN = re.compile(
    r"(?:\b(?:DOB|D\.O\.B\.|date of birth|born(?: on)?)\b|(?<![\w.])b\.(?=\s*\d))\s*[:,]?\s*(?P<rest>.{6,24})", re.I
)
_SIGNED = re.compile(
    rf"\b(?i:electronically\s+(?:signed|authenticated|approved)|digitally\s+signed|signed|authenticated|"
    rf"dictated|e-?signed|attested|reviewed and signed)(?i:\s+(?:electronically|"
    rf"off))?\s*(?i:by)?\s*:?\s*(?:/s/\s*)?"
    rf"(?:Dr\.?\s+)?(?P<name>{_NAME})(?:\s*,?\s*(?P<cred>{_CREDENTIAL})\b)?",
)
_ATTENDING = re.compile(
    rf"\b(?P<cue>(?i:attending(?: physician)?(?: of record)?|surgeon|seen by|evaluated by|examined by|under "
    rf"the care of|admitted (?:to|under)|author|provider))\s*:?\s+(?:the service of\s+)?"
    rf"(?:Dr\.?\s+)?(?P<name>{_NAME})(?:\s*,?\s*(?P<cred>{_CREDENTIAL}))\b"
)
_DOCTOR = re.compile(
    rf"\b(?P<cue>(?i:follow[- ]?up|f/u|see|return to|appointment|refer(?:red|ral)?|referring|PCP|primary "
    rf"care(?: physician| provider)?|consult(?:ation)?))\b[^.;]{{0,40}}?\b"
    rf"(?P<name>Dr\.?\s+{_NAME}|{_NAME},\s*{_CREDENTIAL}\b)",
)
_SIGNATURE_LINE = re.compile(
    rf"^\s*(?:/s/\s*)?(?P<name>{_NAME}),?\s+(?P<cred>{_CREDENTIAL})(?:\s*,\s*(?P<specialty>[A-Z][a-z]+(?: "
    rf"(?:and |& )?[A-Z][a-z]+){{0,2}}))?\s*(?:$|\s{{2,}}|Dictated|Signed|\d)"
)
# Who gets a copy has not signed.
_COPIED = re.compile(r"(?:cc|cc list|copy|copies|carbon copy|pcp|referred by|referring)\b")
_DATED = (
    (
        "admission.date",
        re.compile(
            r"\b(?:was |were )?(?:re)?admitted\b(?: to [\w .']{2,40}?)?(?: on| from)?\s+(?P<rest>[\w/, -]{6,20})", re.I
        ),
    ),
    (
        "discharge.date",
        re.compile(
            r"\b(?:was |being )?discharged\b(?: home| to [\w .']{2,30}?)?(?: in \w+ condition)?(?: "
            r"on)?\s+(?P<rest>[\w/, -]{6,20})",
            re.I,
        ),
    ),
    (
        "encounter.date",
        re.compile(
            r"\b(?:(?:visit|consultation|evaluation|appointment|encounter|contact) (?:of|on|dated|held on)|"
            r"seen|evaluated|examined|presented)\b(?: in (?:the |my |our )?(?:clinic|"
            r"office|\w+ clinic))?(?: today)?,?(?: on)?\s+(?P<rest>[\w/, -]{6,20})",
            re.I,
        ),
    ),
)
# A visit of another date than this note's.
_EARLIER = re.compile(r"\b(?:last|previous|prior|initially|first|previously|again|since|next|will be)\b", re.I)


# Runs of letters without which a pattern above cannot match.
_SEX_WORDS = frozenset(
    ["female", "females", "male", "males", "woman", "man", "lady", "gentleman", "girl", "boy", "f", "m", "yof", "yom"]
)
_INTRODUCING = frozenset(
    ["patient", "caring", "behalf", "letter", "re", "year", "years", "yr", "yrs", "y", "yo", "month", "months"]
)
_BORN_WORDS = frozenset(["dob", "d", "b", "birth", "born"])
_SIGNING = frozenset(["signed", "authenticated", "approved", "dictated", "attested", "esigned", "sign"])
_ATTENDING_WORDS = frozenset(
    ["attending", "surgeon", "seen", "evaluated", "examined", "care", "admitted", "author", "provider"]
)
_SENDING = frozenset(
    ["follow", "followup", "f", "see", "return", "appointment", "refer", "referred", "referral", "referring"]
) | frozenset(["pcp", "primary", "consult", "consultation"])
_VISITING = frozenset(
    [
        "visit",
        "consultation",
        "evaluation",
        "appointment",
        "encounter",
        "contact",
        "admitted",
        "readmitted",
        "discharged",
        "seen",
        "evaluated",
        "examined",
        "presented",
    ]
)


# Words of headings in capitals; none is a part of a name.
_NO_NAME = frozenset(
    [
        "what",
        "we",
        "will",
        "to",
        "the",
        "and",
        "of",
        "for",
        "not",
        "how",
        "you",
        "your",
        "our",
        "my",
        "is",
        "are",
        "was",
    ]
) | frozenset(["in", "on", "at", "with", "from", "please", "patient", "plan", "notes", "history", "page", "date"])


def read_people(passage: Passage, groups: Groups, *, letter: bool) -> Iterator[Cited]:
    """Who a passage names; `letter`: the writer asks for something, so who signs is the requester."""
    for sentence in sentences(passage):
        yield from _patient(passage, sentence)
        yield from _dates(passage, sentence)
        yield from _signers(passage, sentence, groups, "requesting" if letter else "attending")
        yield from _colleagues(passage, sentence, groups)


def _mention(passage: Passage, group: str | None, score: float) -> Mention:
    return Mention(passage, group, features=(("lexicon_score", score), ("section_fit", 0.5)))


def _patient(passage: Passage, sentence: Sentence) -> Iterator[Cited]:
    text, at = sentence.text, sentence.start
    sex = None if _SEX_WORDS.isdisjoint(sentence.words) else _SEX.search(text)
    # A relative's age and sex stand in a family history, and after a kin word.
    if (
        sex is not None
        and passage.section not in ("family_history", "social_history")
        and not re.search(
            r"\b(?:mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|child|children|lives with)\b",
            text[: sex.start()],
            re.I,
        )
    ):
        named = "sex" if sex["sex"] else "short"
        value = _SEX_VALUE[sex[named].lower().rstrip("s") if len(sex[named]) > 1 else sex[named].lower()]
        yield _mention(passage, None, 0.9).cite("patient.sex", value, (at + sex.start(named), at + sex.end(named)))
    for found in () if _INTRODUCING.isdisjoint(sentence.words) else _INTRODUCED.finditer(text):
        group = "name" if found["name"] else "subject"
        name = normalise(Kind.PERSON_NAME, found[group], from_ocr=passage.from_ocr)
        if name is not None:
            yield _mention(passage, None, 0.8).cite(
                "patient.name", name, (at + found.start(group), at + found.end(group))
            )
    born = None if _BORN_WORDS.isdisjoint(sentence.words) else _BORN.search(text)
    if born is not None:
        yield from _date(passage, "patient.dob", born["rest"], at + born.start("rest"), 0.9)


def _date(passage: Passage, path: str, text: str, at: int, score: float) -> Iterator[Cited]:
    hits = find_values(Kind.DATE, text, from_ocr=passage.from_ocr)
    if hits and hits[0].start <= 6:
        yield _mention(passage, None, score).cite(path, hits[0].value, (at + hits[0].start, at + hits[0].end))


def _dates(passage: Passage, sentence: Sentence) -> Iterator[Cited]:
    if _VISITING.isdisjoint(sentence.words):
        return
    for path, pattern in _DATED:
        found = pattern.search(sentence.text)
        if found is not None and not _EARLIER.search(sentence.text[max(0, found.start() - 30) : found.start("rest")]):
            yield from _date(passage, path, found["rest"], sentence.start + found.start("rest"), 0.8)


def _is_shouted(name: str) -> bool:
    """Whether a run of capitals holds a word that no name does: "WHAT WE WILL DO" ends in a credential."""
    return name.isupper() and not _NO_NAME.isdisjoint(name.lower().split())


def _provider(passage: Passage, span: tuple[int, int], role: str | None, groups: Groups) -> Iterator[Cited]:
    value = normalise(Kind.PERSON_NAME, passage.text[slice(*span)], from_ocr=passage.from_ocr)
    if value is None or _is_shouted(passage.text[slice(*span)]):
        return
    mention = _mention(passage, groups.next("prov"), 0.8)
    yield mention.cite("provider.name", value, span)
    if role is not None:
        yield mention.cite("provider.role", role, span, derived=True)


def _signers(passage: Passage, sentence: Sentence, groups: Groups, role: str) -> Iterator[Cited]:
    text, at = sentence.text, sentence.start
    for needs, pattern in ((_SIGNING, _SIGNED), (_ATTENDING_WORDS, _ATTENDING)):
        for found in () if needs.isdisjoint(sentence.words) else pattern.finditer(text):
            end = found.end("cred") if found["cred"] else found.end("name")
            yield from _provider(passage, (at + found.start("name"), at + end), role, groups)
    line = _SIGNATURE_LINE.match(text)
    if line is not None:
        signs = None if _COPIED.match(passage.label) else role
        cited = list(_provider(passage, (at + line.start("name"), at + line.end("cred")), signs, groups))
        yield from cited
        if cited and line["specialty"] and line["specialty"] not in ("Dictated", "Signed"):
            mention = _mention(passage, cited[0].group, 0.7)
            yield mention.cite(
                "provider.specialty", line["specialty"], (at + line.start("specialty"), at + line.end("specialty"))
            )


def _colleagues(passage: Passage, sentence: Sentence, groups: Groups) -> Iterator[Cited]:
    if _SENDING.isdisjoint(sentence.words):
        return
    for found in _DOCTOR.finditer(sentence.text):
        if not found["name"][0].isupper():
            continue
        cue = found["cue"].lower()
        role = "pcp" if cue.startswith(("pcp", "primary")) else "referring" if cue == "referring" else None
        span = (sentence.start + found.start("name"), sentence.start + found.end("name"))
        yield from _provider(passage, span, role, groups)
