"""Names that a page gives away as a patient's or a relative's, without any reading of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from extractors.grammar.names import whole_person
from extractors.lexicon.words import words

# Capitals of every Latin alphabet: many a patient is an Ángel, a Łukasz or an Öz.
CAPITALS = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x250)) if c.isupper())
LETTER = r"[^\W\d_]"
_PART = rf"[{CAPITALS}{{|l][\w'’.|-]*"
_RUN = rf"{_PART}(?:,? {_PART}){{0,4}}"
_BORN = r"d\.? ?[o0]\.? ?b\b|date of b|birth|born\b|mrn\b|med(?:ical)?\.? rec|member (?:id|no|#)|subscriber (?:id|no|#)"
_AGE = r"(?:is |was )?an? \d{1,3}[- ]?(?:y|m|d)|[(,]? ?\d{1,3} ?-?(?:y/?o|yo|yrs?|years?)\b|[(,] ?(?:male|female)\b"
# What makes the name before it, or behind it, a patient's, a relative's or a correspondent's.
_BEFORE = re.compile(rf"(?P<name>{_RUN}),?[ \t]{{0,3}}[-–(\[,;:]?[ \t]{{0,12}}(?=(?i:{_BORN}|{_AGE}))")
_BEHIND = re.compile(
    r"\b(?:(?i:patient|member|enrollee|beneficiary|insured|client|resident|pt|re|regarding|concerning|"
    r"behalf of|seen|saw|evaluated?|examined|refer(?:red|ring)?|dear|for|"
    r"(?:wife|husband|spouse|son|daughter|mother|father|sister|brother|partner|guardian|caregiver|parent|friend|"
    r"next of kin|emergency contact)(?: is| was)?,?|thanks?,?|sincerely,?|posted by|sent by|from:|sender|name)"
    rf"[ \t]?[:,]?[ \t]{{1,4}}|(?i:dear|thanks?|sincerely),?\n)(?P<name>{_RUN})"
)
# Of these only the patient is named: none is a relative, a correspondent or a signer.
_PATIENT = re.compile(
    r"\b(?i:patient(?:['’]s)?(?: name)?|member(?: name)?|enrollee(?: name)?|beneficiary(?: name)?|insured|client"
    r"|resident|pt|re|regarding|concerning|behalf of|seen|saw|evaluated?|examined)"
    rf"[ \t]?[:,]?[ \t]{{1,4}}(?P<name>{_RUN})"
)
# One word suffices behind whose relative it is.
_RELATIVE = re.compile(
    r"\b(?i:his|her|their|my|(?:patient|pt)['’]s) (?:late |older |younger |adult )?"
    r"(?i:wife|husband|spouse|son|daughter|mother|father|sister|brother|partner|guardian|caregiver|aunt|uncle"
    r"|niece|nephew|grand(?:son|daughter|mother|father)|friend)"
    rf"(?:,? (?:is )?named|,)? (?P<name>[{CAPITALS}][\w'’-]+(?: [{CAPITALS}][\w'’-]+){{0,2}})"
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Master|Mx)\b\.?[ \t]{1,2}(?P<name>[A-Z{|l][\w'’|-]+(?: [A-Z][\w'’|-]+){0,2})".replace(
        "A-Z", CAPITALS
    )
)
_LAST_FIRST = re.compile(
    r"(?<![\w,])(?P<name>[A-Z{|l][\w'’|-]+(?: (?:Jr|Sr|II|III|[A-Z][\w'’-]+))?[;:.]?, {1,2}"
    r"(?![A-Z]{2}\b)[A-Z][\w'’|-]+)(?! ?[A-Za-z]{2})".replace("A-Z", CAPITALS)
)
# A line of its own over a street is whose letter it is.
_ADDRESSEE = re.compile(rf"(?m)^[ \t]*(?P<name>{_RUN})[ \t]*\n[ \t]*(?=\d{{1,6}} [A-Z]|(?i:p\.? ?o\.? ?box))")
# A column of one name, perhaps behind a label, and the cues of a patient's lines.
_CELL = re.compile(rf"(?:^|  |[:*] ?)[ \t\[(|{{]*(?P<name>{_RUN})[ \t.,|\])]*(?=$|  )")
_CUE = re.compile(rf"(?i){_BORN}|\bsex\b|\bgender\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]19\d\d\b|\b[mf]ale\b")
# Heads of labels that a run of capitals may end in.
_LABEL_HEADS = (
    "dob,date,birth,born,mrn,sex,age,gender,male,female,member,subscriber,id,policy,plan,phone,tel,cell,home,mobile,"
    "address,account,acct,group,chart,record,medical,m,f,dos,ssn"
)
_CLINICIAN_BEHIND = re.compile(
    r"(?i)^[\s,.]{0,4}(?:m\.? ?d\b|d\.? ?o\b|[a-z]?n\.? ?p\b|fnp|aprn|arnp|p\.? ?a\b|r\.? ?n\b|lpn|ph\.? ?d|pharm"
    r"|d\.?p\.?m|dnp|crna|cnm|mbbs|ms\b|mph|facs|facp|lcsw|dds|dmd|dpt|npi|\(?npi)"
)
_CLINICIAN_BEFORE = re.compile(
    r"(?i)(?:\bdr|doctor|physician|provider|prescriber|clinician|practitioner|surgeon|nurse|pharmacist|pathologist|"
    r"radiologist|director|reviewer|specialist|manager|representative|coordinator|author|dictated|signed|attending|"
    r"ordering|ordered|referring|referred by|requesting|requested by|rendering|performing|servicing|treating|pcp|"
    r"cc|attn|attention|contact|prepared by|completed by|entered by|verified by|reviewed by|collected by)\b[^\n]{0,14}$"
)
# A full stop ends a name, behind initials alone it does not: the next sentence may begin with the patient.
_NAME_PART = rf"(?:(?:[{CAPITALS}]\.)+|[{CAPITALS}][\w'’-]*)"
_BY_TITLE = re.compile(rf"\b(?:Dr|Doctor|DR)\b\.? {{0,2}}{_NAME_PART}(?: {_NAME_PART}){{0,2}}")
_BY_CREDENTIAL = re.compile(
    rf"{_NAME_PART}(?:,? {_NAME_PART}){{1,3}},? {{1,2}}"
    r"(?:M\.?D|D\.?O|NP|FNP|FNP-BC|APRN|ARNP|PA|PA-C|RN|DNP|DPM|PhD|PharmD)\b"
)
_CREDENTIALS = (
    "md,do,np,fnp,fnp-bc,np-c,pa,pa-c,rn,lpn,aprn,arnp,dnp,crna,cnm,phd,pharmd,dpm,dds,dmd,dpt,mph,msn,bsn,facp,facs"
)
_WITHOUT_STROKE = str.maketrans("øłđħŧıßæœðþ’|{i", "oldhtlsaodt'lll")
_CAPITALISED = re.compile(rf"[{CAPITALS}{{|l][\w'’|-]*")


@dataclass(frozen=True, slots=True)
class Others:
    """Clinicians and organizations that the embedded reading knows: their names stay.

    Attributes:
        names: the words of each, folded.
        wordings: as read, of more than one word.
        numbers: NPIs.
    """

    names: tuple[frozenset[str], ...] = ()
    wordings: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> Others:
        """From names as read."""
        names = list(names)
        printed = tuple(dict.fromkeys(name for name in names if len(_words(name)) > 1))
        return cls(
            tuple(frozenset(_words(name)) for name in printed), printed, frozenset(n for n in names if n.isdigit())
        )

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they are named: by a title, with credentials, or by a name that the embedded reading knows."""
        for pattern in (_BY_TITLE, _BY_CREDENTIAL):
            yield from (found.span() for found in pattern.finditer(text))
        for wording in self.wordings:
            yield from (found.span() for found in re.finditer(_loose(wording), text, re.IGNORECASE))

    def holds(self, name: str) -> bool:
        """Whether a name is one of theirs, or a part of one."""
        own = frozenset(_words(name))
        return bool(own) and any(own <= each or each <= own for each in self.names if each)


def _loose(name: str) -> str:
    return r"[\W_]{1,3}".join(map(re.escape, re.findall(rf"(?:{LETTER}|['’-])+", name)))


def people(text: str, others: Others) -> Iterator[tuple[int, int]]:
    """Yields where names stand that are no clinician's: start and end."""
    yield from _beside_cues(text, others)
    for pattern in (_BEFORE, _BEHIND, _RELATIVE, _TITLED, _LAST_FIRST, _ADDRESSEE):
        for found in pattern.finditer(text):
            start, end = found.span("name")
            yield from _person(text, start, end, others, alone=pattern in (_RELATIVE, _TITLED))


def names_patient(text: str, others: Others) -> bool:
    """Whether a page's words say of some name that it is the patient's: behind such a word, or before a birth date."""
    return any(
        True
        for pattern in (_BEFORE, _PATIENT)
        for found in pattern.finditer(text)
        for _ in _person(text, *found.span("name"), others, alone=False)
    )


def without_heads(text: str) -> str:
    """A run of capitalised words without the heads of labels that it ends in."""
    parts = text.split(" ")
    while len(parts) > 1 and parts[-1].strip(".,:;#").lower() in _LABEL_HEADS.split(","):
        parts.pop()
    return " ".join(parts)


def _beside_cues(text: str, others: Others) -> Iterator[tuple[int, int]]:
    """Columns that are a name and nothing else, on a line with what only patients have, or beside such a line."""
    lines = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", text)]
    cues = [_CUE.search(line) is not None for _, line in lines]
    for index, (at, line) in enumerate(lines):
        if any(cues[max(0, index - 1) : index + 2]):
            for found in _CELL.finditer(line):
                yield from _person(text, at + found.start("name"), at + found.end("name"), others, alone=False)


def _person(text: str, start: int, end: int, others: Others, *, alone: bool) -> Iterator[tuple[int, int]]:
    """The run of capitalised words if it is a name, without the label that may stand behind it."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if _CLINICIAN_BEFORE.search(line):
        return
    last = start + len(without_heads(text[start:end]))
    name = text[start:last].strip(" .,;:-")
    follows = re.match(r" [A-Z][\w'’]+", text[last:]) is not None and last == end
    if follows or _CLINICIAN_BEHIND.match(text[last:]) or others.holds(name):
        return
    if is_name(name, alone=alone):
        yield start, start + len(text[start:last].rstrip(" .,;:"))


def is_name(text: str, *, alone: bool = False) -> bool:
    """Whether a text is a person's name and nothing else; `alone`: one word may be one."""
    if re.search(r"\d", text):
        return False
    # `{` and a small l or i at the head of a word are a misread I.
    bare = re.sub(r"[{|]|\b[li](?=[a-z]{2})", "I", re.sub(r"[;:.],", ",", text))
    parts = _words(bare)
    if not parts or not all(is_person_word(word) for word in parts):
        return False
    if len(parts) == 1:
        return alone or ("." in bare and len(bare.split()) > 1)
    return whole_person(bare, from_ocr=True) is not None


def is_person_word(word: str) -> bool:
    """Whether a word may stand in a name: no word of labels, drugs, conditions, months or places' kinds."""
    return not is_credential(word) and folded(word) not in _not_people()


def is_credential(word: str) -> bool:
    """Whether a word is a credential, not a part of a name."""
    return word.lower() in _CREDENTIALS.split(",")


def is_ordinary(word: str) -> bool:
    """Whether a word in lower case is a word of every text, though people are named so."""
    return folded(word) in _ordinary()


def in_name_form(word: str) -> bool:
    """Whether a word is capitalised, as far as recognition leaves that to be seen."""
    return _CAPITALISED.fullmatch(word) is not None and (word[0].isupper() or not word[1:].islower() or word[0] in "|{")


def folded(word: str) -> str:
    """A word of a name in lower case, without its genitive and accents, look-alikes of l and i the same.

    Each character but a genitive's stays one.
    """
    return "".join(map(_plain, re.sub(r"['’]s$", "", word)))


@cache
def _plain(letter: str) -> str:
    lower = normalize("NFKD", letter)[0].lower()[0]
    return lower.translate(_WITHOUT_STROKE)


def _words(name: str) -> list[str]:
    return [folded(word) for word in re.findall(rf"(?:{LETTER}|[|{{])(?:{LETTER}|['’|-])+", name)]


@cache
def _ordinary() -> frozenset[str]:
    return _not_people() | frozenset(map(folded, words("ordinary_names")))


@cache
def _not_people() -> frozenset[str]:
    lists = (
        "not_person_words",
        "clinical_words",
        "conditions",
        "analytes",
        "decision_words",
        "sentence_words",
        "drugs",
    )
    listed = " ".join(entry for name in lists for entry in words(name))
    return frozenset(folded(word) for word in re.findall(r"[A-Za-z]+", listed))
