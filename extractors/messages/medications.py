"""Drugs that a patient writes about: taken, stopped, tried in vain or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited
from extractors.lexicon.drugs import OPEN, STEM, DrugHit, find_drugs
from extractors.messages.thread import Thread
from extractors.prose.citing import Mention
from extractors.prose.drug_status import is_anothers, is_last_dose
from extractors.prose.passages import Passage
from extractors.prose.sentences import Sentence, sentences
from extractors.prose.sig import Part, read_sig

_WHO = (
    r"(?:i|i've|we|he|she|they|pt|patient|mom|dad|my (?:mom|mother|dad|father|son|daughter|child|kid|baby|husband|"
    r"wife|partner))"
)
# What the words before a drug say of it; the last of them before the drug counts.
_BEFORE: tuple[tuple[str, str], ...] = (
    ("ignored", r"my (?:mother|mom|father|dad|husband|wife|partner|sister|brother|aunt|uncle|grand\w+|friend|"
                r"neighbor|coworker)(?:'s|,)? (?:\w+ ){0,3}?(?:is on|was on|takes?|took|taking|uses?|used|has|had|"
                r"started|been on|got|gets)|allerg(?:y|ic|ies) to|reaction to|instead of|rather than|never (?:tried|"
                r"taken|took|been on|used|had|started)|"
                r"(?:don'?t|do not|didn'?t|did not|doesn'?t) (?:want|need|like) (?:to (?:take|try|start|be on|go on|"
                r"use) )?|should (?:i|he|she|we) (?:\w+ )?(?:take|try|use|start|be on|go on)|"
                r"(?:can|could|may|is it ok(?:ay)? (?:to|if i)|safe to|ok(?:ay)? to) (?:i |he |she |we )?(?:also |"
                r"still )?(?:take|try|use|mix|start|combine)|what about|is(?= \w+ (?:safe|ok|better))|"
                r"heard (?:about|of)|read about|saw (?:an? )?(?:ad|commercial)(?: \w+)? (?:for|about)|"
                r"interact\w* (?:with|between)|wonder\w* (?:about|if)|thinking (?:about|of) (?:trying|taking|starting)|"
                r"(?:neighbor|friend|coworker|sister|brother|aunt|uncle|cousin|mother-in-law|sister-in-law)(?:'s| is|"
                r" was| takes?| took| uses?| started| has| on| been)+(?: on| taking)?|"
                r"(?:have not|haven'?t|hasn'?t|has not|not|did not|didn'?t) (?:yet )?(?:started|start|tried|try|"
                r"begun|begin|picked up|received|gotten|got|filled|fill)(?: the| my| yet)?"),
    ("discontinued", r"stopped|stop(?: taking| using)?|quit|discontinued|no longer (?:on|take|takes|taking|use|uses|"
                     r"using|need)|(?:not|isn'?t|aren'?t|wasn'?t|i'?m not) "
                     r"(?:\w+ )?(?:taking|using|on)|(?:don'?t|do not|doesn'?t|does not) (?:take|use)|came off|"
                     r"come off|coming off|(?:went|gone|going|go|am|been|i'?m) off(?: of)?|(?:took|taken|taking|take|"
                     r"takes) (?:me|him|her|us|myself|mom|dad|them) off(?: of)?|"
                     r"taken off(?: of)?|weaned (?:myself )?off(?: of)?|tapered off|told (?:me|us|him|"
                     r"her) to (?:stop|quit|hold|discontinue)(?: taking| the| my)?|"
                     r"(?:haven'?t|have not|hasn'?t|has not) (?:taken|been taking|used|had|been on)|(?:used to|"
                     r"was) (?:take|be|taking|on)(?: on)?|"
                     r"finished(?: up)?|completed|done with|gave up|given up|switched (?:me |him |her )?from|"
                     r"changed (?:me |him |her )?from|replaced|previously (?:on|took|taking)"),
    ("tried-failed", r"(?:already |have |has |had |'ve )*tried|failed(?: on)?|(?:did not|didn'?t|could not|couldn'?t|"
                     r"can'?t|cannot) (?:tolerate|handle)|no (?:luck|relief|help|improvement|benefit) (?:with|from|"
                     r"on)|"
                     r"(?:did|has|have) no(?:t|thing)? (?:\w+ )?(?:respond\w*|good) (?:to|with|on)|nothing (?:with|"
                     r"from)"),
    ("requested", r"(?:can|could|would|will|please|pls|want|like)\b[^.;!?,]{0,25}? (?:prescribe|order|give|get|put|"
                  r"start|try|switch|phone|call)(?: (?:me|him|her|us|in|out|over))*(?: (?:some|a|an|on|to|with|"
                  r"prescription for|script for|trial of|course of))*|(?:new )?(?:prescription|script|rx|"
                  r"order) for(?: a| an| new| some)*|(?:would like|want(?:ed)?|like|hoping|love|interested|ask(?:ing|"
                  r"ed)?|request\w*) (?:in |to |for |about )*(?:try|trying|start|starting|go on|get on|be on|"
                  r"switch to|switching to|getting on|going on|be put on|have|get|getting)"),
    ("current", r"(?:is|was|'s|are|been|am|i'm|i've been|have been|has been|still|currently|be|stay|keep|put (?:me|"
                r"him|her|us)(?: back)?|started (?:me|him|her|us)|back|now|remain) on|"
                r"tak(?:e|es|ing|en)|us(?:e|es|ing)|inject\w*|(?:re)?start(?:ed|ing)?|began|begun|beginning|(?:since|"
                r"after) (?:\w+ )?(?:starting|taking|beginning|going on)|"
                r"(?:almost |nearly |about |completely |just )?(?:ran |run |running |am |is |are |all |i'm )?(?:out|"
                r"low) (?:of|on)|refill\w*(?: requests?)?(?: (?:of|for|on|my))*|renew\w*(?: (?:of|for|my))*|"
                r"(?<!as )need\w*(?: more| another| my| a new| some)*|"
                r"missed(?: \w+){0,5} of|doses? of|bottles? of|supply of|pills? of|increas\w+(?: (?:my|the|of))*|"
                r"decreas\w+|up(?:ped|ping)? (?:my|the)|lower(?:ed)? (?:my|the)|doubl\w+|continu\w+|switched (?:me |"
                r"him |her )?(?:over )?to|changed (?:me |him |her )?to|prescribed(?: (?:me|him|her|us))?|"
                r"gave (?:me|him|her)|(?:pick\w*|picked) up|on (?:my|the|a|his|her)|(?:more|another|"
                r"some) (?:of (?:my|the) )?|my|his|her|mom'?s|dad'?s|mother'?s|father'?s|son'?s|daughter'?s|"
                r"husband'?s|wife'?s|the"),
)  # fmt: skip
# What the words after it say; they overrule the words before.
_AFTER: tuple[tuple[str, str], ...] = (
    ("discontinued", r"(?:,? (?:but|and|so|because|until|which|then|though) )?(?:(?:i|he|she|we|they|you|dr\.? \w+|"
                     r"the doctor|it) )?(?:have |has |had |was |were |been |just |already |finally )*(?:stopped|quit|"
                     r"discontinued|took (?:me|him|her) off|weaned|dropped|let go|given up|gave up|ended|cancel\w+|"
                     r"taken (?:off|away)|pulled|thrown (?:out|away)|"
                     r"no longer|not taking|(?:don'?t|do not) take|told (?:me|us|him|her) to (?:stop|quit|hold))\b|"
                     r"(?:i |she |he )?used to"),
    ("tried-failed", r"(?:,? (?:but|and|which|yet|though) )?(?:(?:it|they|that|which|this) )?(?:just |really |never |"
                     r"has |have |did |does |do |was |were |is )*(?:(?:did|do|does|has|have)?(?: not|"
                     r"n'?t) (?:\w+ )?(?:help|helped|work|worked|working|done anything|do anything|agree)|"
                     r"never (?:helped|worked)|no help|useless|ineffective|made (?:me|him|her) (?:\w+ )?(?:sick|ill|"
                     r"nause\w+|dizzy|tired|drowsy|worse|vomit|throw up|itch\w*|break out)|gave (?:me|him|"
                     r"her) (?:\w+ )?(?:a |an |bad |terrible |awful )?(?:rash|hives|"
                     r"diarrhea|headaches?|nausea|cramps|cough|side effects|stomach \w+)|upset (?:my|his|"
                     r"her) stomach|caused)"),
    ("ignored", r"\s?(?:allergy|level|test)\b"),
    ("current", r"(?:refills?|renewal|prescription|rx|script)\b|(?:is|are|isn'?t|aren'?t|was|has|needs?|ran|runs|"
                r"seems?|makes?|keeps?|helps|works) "
                r"(?:\w+ ){0,3}?(?:working|helping|out|refill\w*|renew\w*|low|run out|making|me|not|to (?:help|work|"
                r"be))|(?:helps|works)\b"),
)  # fmt: skip
_CLAUSE = re.compile(
    r"(?:;|\bbut\b|\band (?:i|we|he|she|you|they|then|now|also|can|could|please|will)\b|\bso (?:i|we|he|she|you|can|"
    r"could)\b|\bthen\b)",
    re.I,
)
_LISTED = re.compile(
    r"(?:[\s,]|and\b|&|or\b|plus\b|also\b|as well as\b|my\b|the\b|\d[\d.,]*\s?(?:mcg|mg|g|units?|ml|%))*", re.I
)
# Between a cue and its drug: `quit` taking my, `off` of the.
_TAIL = r"(?:\s(?:taking|using|my|his|her|the|a|an|of|on|to (?:take|use)))*"
_BEFORE_PATTERNS = tuple(
    (s, re.compile(rf"(?<![A-Za-z'])(?:{words}){_TAIL}(?![A-Za-z])", re.I)) for s, words in _BEFORE
)
_AFTER_PATTERNS = tuple((s, re.compile(rf"(?:\s|,)?\s?(?:{words})", re.I)) for s, words in _AFTER)
# `I take it every morning`, in the sentence after the drug.
_IT = re.compile(
    rf"\s*(?:(?:{_WHO} )?(?:\w+ )?(?:take|takes|taking|use|uses|inject|injects|took|am taking|"
    rf"have been taking) (?:it|them|this|one|two|1|2|half|that|"
    r"these|the \w+)\b|(?:it|that|this) is (?:the )?\d|take (?:it|one|1|two|2)\b|once|twice)",
    re.I,
)
_SHORT = re.compile(r"\s*(?:thank|please|can you|could you|my pharmacy)", re.I)
# A cue this near a drug speaks of it; a bare `my` or `the` only right before.
_REACH = 70
_WEAK = re.compile(
    r"(?:(?:took|my|his|her|the|mom'?s|dad'?s|mother'?s|father'?s|son'?s|daughter'?s|husband'?s|wife'?s|(?:more|"
    r"another|some) ?(?:of (?:my|the) )?) ?)+$",
    re.I,
)
_WEAK_REACH = 28
_OWN = re.compile(r"\b(?:my|his|her|our|\w+'s) $", re.I)
_SURE, _WEAKLY = 1.0, 0.85
# A status, the span in the sentence of the words that say it, and how well they fit.
_Cue = tuple[str, int, int, float]


def read_medications(thread: Thread) -> Iterator[Cited]:
    """The drugs of a message with what the sender says of each; one that nothing is said of is left out."""
    count = 0
    for passage in thread.own:
        said = sentences(passage)
        for index, sentence in enumerate(said):
            after = said[index + 1] if index + 1 < len(said) else None
            for cited in _of_sentence(passage, sentence, after, count):
                count += cited.path == "medication.drug"
                yield cited


def _of_sentence(passage: Passage, sentence: Sentence, after: Sentence | None, count: int) -> Iterator[Cited]:
    text = sentence.text
    hits = [
        h for h in find_drugs(text, from_ocr=passage.from_ocr) if (h.plain or h.amount) and h.score > max(OPEN, STEM)
    ]
    earlier: _Cue | None = None
    for number, hit in enumerate(hits):
        bound = hits[number - 1].end if number else 0
        stop = hits[number + 1].start if number + 1 < len(hits) else len(text)
        listed = number > 0 and _LISTED.fullmatch(text[bound : hit.start]) is not None
        cue = _weighed(_said_after(text, hit, stop), earlier if listed else _said_before(text, bound, hit))
        earlier = cue
        if cue is None or cue[0] == "ignored":
            continue
        count += 1
        features: tuple[tuple[str, float], ...] = (
            ("lexicon_score", hit.score),
            ("status_fit", cue[3]),
            ("section_fit", 0.7),
        )
        if is_anothers(text, hit.start):  # a parent may write for a child: whose drug it is, a person sees
            features += (("kin", 1.0),)
        mention = Mention(passage, f"message-{count}", features=features)
        at = sentence.start
        yield mention.cite("medication.drug", text[hit.start : hit.end], (at + hit.start, at + hit.end))
        parts = [_moved(p, hit.end) for p in read_sig(text[hit.end : stop], from_ocr=passage.from_ocr)]
        for part in parts:
            yield mention.cite(part.path, part.value, (at + part.start, at + part.end))
        if after is not None and len(hits) == 1 and _IT.match(after.text) and not find_drugs(after.text):
            taken = {p.path for p in parts}
            for part in read_sig(after.text, from_ocr=passage.from_ocr):
                if part.path not in taken:
                    yield mention.cite(part.path, part.value, (after.start + part.start, after.start + part.end))
        low, high = min(cue[1], hit.start), max(cue[2], hit.end)
        if cue[0] == "current" and is_last_dose(text, hit.start):
            mention = Mention(passage, mention.group, features=(*features, ("held", 1.0)))
        yield mention.cite("medication.status", cue[0], (at + low, at + high), derived=True)


def _weighed(after: _Cue | None, before: _Cue | None) -> _Cue | None:
    """What is said of a drug: that it was stopped counts most, what is said before it more than how it went."""
    if after is None or before is None:
        return after or before
    if after[0] in ("discontinued", "ignored"):
        return after
    # `I take it and it makes me dizzy` is a drug that is taken; `the pills did not help` may be another's.
    told = before[3] >= _SURE
    return before if told or after[0] == "current" else after


def _moved(part: Part, by: int) -> Part:
    return Part(part.path, part.value, part.start + by, part.end + by)


def _said_before(text: str, bound: int, hit: DrugHit) -> _Cue | None:
    """The last cue before a drug in its own clause: status, span in the sentence, and how well it fits."""
    clauses = [m.start() for m in _CLAUSE.finditer(text, bound, hit.start)]
    low = max([bound, hit.start - _REACH, *clauses[-1:]])
    found = [
        (m.end(), -m.start(), status, m) for status, p in _BEFORE_PATTERNS for m in p.finditer(text, low, hit.start)
    ]
    strong = [f for f in found if not _WEAK.fullmatch(f[3].group().strip())]
    if strong:
        _, _, status, m = max(strong, key=lambda f: (f[0] // 3, f[1]))
        # `Please call in my Xarelto`: what is theirs they take already.
        own = status == "requested" and _OWN.search(text[: hit.start])
        return "current" if own else status, m.start(), m.end(), _SURE
    weak = [f for f in found if hit.start - f[0] <= _WEAK_REACH]
    if weak:
        _, _, status, m = max(weak, key=lambda f: f[0])
        return status, m.start(), m.end(), _WEAKLY
    return None


def _said_after(text: str, hit: DrugHit, stop: int) -> _Cue | None:
    """A cue right after a drug and its amount that overrules what stands before."""
    amount = re.compile(
        r"(?:\s*\d[\d.,]*\s?(?:mcg|mg|g|units?|ml|%)(?:\s?/\s?\w+)?)?(?:\s(?:pills?|tablets?|shots?|once|twice|daily|"
        r"a day|for (?:\w+ ){1,3}(?:years?|months?|weeks?|days?)|"
        r"last (?:year|month|week)|before|in the past|already)){0,3}",
        re.I,
    )
    start = amount.match(text, hit.end, stop)
    at = start.end() if start else hit.end
    for status, pattern in _AFTER_PATTERNS:
        found = pattern.match(text, at, stop)
        if found is not None and found.group().strip():
            return status, found.start() + len(found.group()) - len(found.group().lstrip(" ,")), found.end(), _SURE
    return None
