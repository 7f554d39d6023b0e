"""Conditions that a patient names in plain words, and what is said of them: theirs, a relative's, not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.values import Assertion, Cited
from extractors.lexicon.conditions import find_conditions
from extractors.messages.thread import Thread
from extractors.prose.citing import Mention
from extractors.prose.passages import Passage
from extractors.prose.sentences import sentences

# Plain words that name one condition and no other; a complaint of the day is no condition.
_LAY = re.compile(
    r"(?i)(?<![A-Za-z])(?:high blood pressure|high cholesterol|sugar diabetes|(?:type (?:1|2|one|two|I|"
    r"II) )?diabetes|high (?:blood )?sugar "
    r"disease|underactive thyroid|overactive thyroid|thyroid disease|acid reflux|heart failure|heart disease|"
    r"irregular heart ?beat|"
    r"a-?fib|kidney disease|kidney failure|fatty liver|cirrhosis|water on the lungs|blood clots?|stroke|mini-?stroke|"
    r"heart attack|"
    r"hay fever|seasonal allergies|asthma|copd|emphysema|sleep apnea|bad back|slipped disc|pinched nerve|arthritis|"
    r"rheumatoid arthritis|osteoporosis|thin bones|gout|lupus|fibromyalgia|migraines?|seizures?|epilepsy|parkinson'?s|"
    r"alzheimer'?s|dementia|ms|multiple sclerosis|depression|anxiety|bipolar(?: disorder)?|ptsd|adhd|add|"
    r"breast cancer|colon cancer|lung cancer|prostate cancer|skin cancer|ovarian cancer|cancer|hiv|"
    r"hep(?:atitis)? [bc]|anemia|"
    r"sickle cell(?: disease)?|crohn'?s(?: disease)?|colitis|ulcerative colitis|ibs|celiac(?: disease)?|"
    r"diverticulitis|ulcers?|"
    r"kidney stones?|gallstones?|hernia|pink eye|glaucoma|cataracts?|psoriasis|eczema|shingles|strep throat|"
    r"uti|bladder infection|urinary tract infection|yeast infection|sinus infection|ear infection|pneumonia|"
    r"bronchitis|covid|the flu)(?![A-Za-z])"
)
_KIN = (
    r"(?:my|our|his|her|the)\W{1,3}(?:\w+ )?(?:mother|mom|father|dad|parents?|brothers?|sisters?|siblings?|aunts?|"
    r"uncles?|cousins?|grand\w+|niece|nephew|"
    r"mother-in-law|father-in-law|family)|(?:mother|mom|father|dad|brother|sister|aunt|uncle|cousin|grand\w+) (?:has|"
    r"had|have|is|was|were|died|gets|got)|(?:runs|run) in (?:my|the|our) family|family history"
)
_FAMILY = re.compile(rf"(?i)\b(?:{_KIN})\b[^.;!?]{{0,60}}$")
_OWN_AGAIN = re.compile(r"(?i)\b(?:and|but|so) (?:i|i'm|i've|my)\b|\bi (?:have|had|was|am|also)\b")
_NEGATED = re.compile(
    r"(?i)\b(?:(?:don'?t|do not|doesn'?t|does not|didn'?t|did not|haven'?t|have not|hasn'?t|never)(?: think (?:i|he|"
    r"she) |\s)?(?:ever )?"
    r"(?:have|had|has|got|gotten|been (?:told|diagnosed)(?: \w+){0,3})|no|not|never|without|negative for|ruled out|"
    r"rule out|free of|denies|isn'?t|is not|"
    r"wasn'?t|was not)\b(?: (?:any|a|an|the|history|sign|signs|of|with|kind|type|have|had))*\s$"
)
_UNSURE = re.compile(
    r"(?i)\b(?:worried|afraid|scared|wonder\w*|could|might|may|maybe|possibl\w*|think|thought|if|in case|risk|"
    r"test(?:ed|ing)? for|check(?:ed)? for|"
    r"screen\w*|suspect\w*|is (?:it|this)|do i|does he|does she|am i|prevent\w*|looks like|sounds like|vaccine|shot|"
    r"nervous about)\b[^.;!?]{0,40}$"
)
_PAST = re.compile(
    r"(?i)\b(?:used to have|had|history of|years ago|as a (?:child|kid)|in (?:19|20)\d\d|when i was|previous(?:ly)?|"
    r"past|survivor of|beat)\b[^.;!?]{0,30}$"
)
_PAST_AFTER = re.compile(r"(?i)\s*(?:survivor|(?:back )?in (?:19|20)\d\d|\d+ years ago|years ago|as a (?:child|kid))")
_OWN = re.compile(
    r"(?i)(?:\b(?:my|his|her|our|with|have|has|having|got|for|from|diagnosed|due to|because of|since|of|and|or|"
    r"manage|control|treat(?:ing)?|"
    r"about|told (?:me )?(?:i|he|she) (?:have|has|had)|am|is|a|an|bad|severe|chronic|i'm|both)\s)(?:(?:my|his|her|a|"
    r"an|the|some|bad|severe|chronic|poorly controlled|controlled)\s)*$"
)
_NOT_ONE = re.compile(
    r"(?i)\s*(?:medic\w+|meds?\b|pills?|clinic|specialist|doctor|screening|test|shots?|vaccine|supplies|strips|"
    r"educat\w+|class)"
)
_STATUS = {
    Assertion.PRESENT: "active",
    Assertion.NEGATED: "negated",
    Assertion.FAMILY: "family_history",
    Assertion.HISTORICAL: "historical",
}


@dataclass(frozen=True, slots=True)
class _Named:
    start: int
    end: int
    chronic: bool


def read_conditions(thread: Thread) -> Iterator[Cited]:
    """The conditions of a message with their status; a fear, a question or a complaint states none."""
    count = 0
    for passage in thread.own:
        for sentence in sentences(passage):
            asked = sentence.text.rstrip().endswith("?")
            for named in _conditions(sentence.text):
                said = _said(sentence.text, named, asked=asked)
                if said is None:
                    continue
                count += 1
                yield from _cited(passage, (sentence.start + named.start, sentence.start + named.end), said, count)


def _conditions(text: str) -> list[_Named]:
    """The names of the lexicon and those in plain words, the longer where they overlap."""
    found = [_Named(h.start, h.end, h.chronic) for h in find_conditions(text) if h.score >= 1.0]
    found += [_Named(m.start(), m.end(), chronic=True) for m in _LAY.finditer(text) if _is_name(m.group())]
    kept: list[_Named] = []
    for item in sorted(found, key=lambda n: (n.start - n.end, n.start)):
        if all(item.end <= k.start or k.end <= item.start for k in kept):
            kept.append(item)
    return sorted(kept, key=lambda n: n.start)


def _is_name(printed: str) -> bool:
    """Abbreviations count in capitals only: `ms`, `add` are words."""
    return len(printed) > 3 or printed.isupper()


def _said(text: str, named: _Named, *, asked: bool) -> Assertion | None:
    before, after = text[: named.start], text[named.end :]
    family = _FAMILY.search(before)
    if family is not None and not _OWN_AGAIN.search(before[family.start() :]):
        return Assertion.FAMILY if not _NEGATED.search(before) else None
    if _NEGATED.search(before):
        return Assertion.NEGATED
    if asked or _UNSURE.search(before) or _NOT_ONE.match(after):
        # `my diabetes medicine` says what the medicine is for.
        return (
            Assertion.PRESENT if _NOT_ONE.match(after) and named.chronic and re.search(r"(?i)\bmy $", before) else None
        )
    if _PAST.search(before) or _PAST_AFTER.match(after):
        return Assertion.HISTORICAL
    return Assertion.PRESENT if named.chronic and _OWN.search(before) else None


def _cited(passage: Passage, span: tuple[int, int], said: Assertion, count: int) -> Iterator[Cited]:
    features = (("lexicon_score", 1.0), ("section_fit", 0.7))
    mention = Mention(passage, f"message-{count}", said, features)
    yield mention.cite("diagnosis.description", " ".join(passage.text[slice(*span)].split()), span)
    yield mention.cite("diagnosis.status", _STATUS[said], span, derived=True)
