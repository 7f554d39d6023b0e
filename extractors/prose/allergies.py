"""Allergies: substance and reaction in lists, rows and sentences, and the statement that there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.drugs import find_drugs
from extractors.lexicon.words import any_of, words
from extractors.prose.citing import Groups, Mention
from extractors.prose.headers import header_words
from extractors.prose.lines import LIST_MARK
from extractors.prose.passages import Passage
from extractors.prose.sentences import sentences

_NONE = re.compile(
    r"\b(?:NKDA|NKA|NKMA|NKFA|N\.?K\.?D\.?A\.?|no known (?:\w+[ /]){0,3}?allerg(?:y|ies)|no (?:known )?(?:drug|"
    r"medication|food|environmental)(?: or \w+)? allerg(?:y|ies)|"
    r"no allerg(?:y|ies)(?: to (?:medications?|drugs|food))?(?: known| reported)?|denies (?:any |all |known |"
    r"drug |medication |food )*allerg(?:y|ies)|not allergic to any\w*)",
    re.I,
)
# Without one of these nothing outside an allergy section speaks of an allergy.
_CUES = ("allerg", "nk", "n.k", "anaphyla", "hypersensitiv", "intoleran", "react", "sensitiv")
_WARNING = ("note", "warn", "alert", "caution", "beware", "watch", "avoid", "cannot", "tolera")
_NONE_ALONE = re.compile(
    r"\s*(?:none(?: known| reported| listed| on file)?|no known|denies|nil|negative|no)\s*[.,;]?\s*$", re.I
)
# Of the reactions those that stand alone beside a substance: "latex hives"; "mild" or "renal" say too little.
_VAGUE = frozenset(
    ["mild", "moderate", "severe", "unknown", "liver", "kidney", "renal", "respiratory", "breathing", "upset"]
)
_REACTION = (
    r"(?:(?:skin|contact|facial|generalized|severe|mild|itchy|full[- ]body|gi|stomach|throat|lip|tongue)\s+)?"
    rf"(?:{'|'.join(word for word in words('reactions') if word not in _VAGUE)})"
)
_REACTED = rf"{_REACTION}(?:(?:\s*[,/&;]\s*|\s+and\s+|\s+){_REACTION})*"
_ITEM = re.compile(
    r"^(?P<substance>[A-Za-z][\w /'+-]{1,48}?)\s*(?:"
    r"[(\[]\s*(?:reactions?\s*:?\s*)?(?P<bracket>[^()\[\]]+)[)\]]?.*"
    r"|\s*(?:->|→|=>|[:=]|\s[-–—]+\s?|[-–—]\s)\s*(?:reactions?\s*:?\s*)?(?:(?:causes?|caused|gives?|gave|causing|giving)\s+)?(?P<dash>.+?)"
    rf"|(?:\s*,?\s+|\s?/\s?|-)(?P<bare>{_REACTED})"
    r"|\s*[,;]?\s+(?:causing|causes?|caused|gives?|gave|giving|results? in|resulted in|produces?|"
    r"produced|with|leads? to|leading to|led to|reactions?(?:\s+(?:is|was|of|being))?:?|which (?:gives?|gave|caused|"
    r"causes))\s+(?P<verb>.+?)"
    r"|)\s*\.?\s*$",
    re.I,
)
# What goes on with the substance before a comma or semicolon: "codeine; gives itching", "latex, hives".
_TELLS = (
    rf"\s*(?:{_REACTION}\s*(?:[.,;]|$)|with\b|which\b|causing\b|causes?\b|caused\b|gives?\b|gave\b|giving\b|"
    r"resulting\b|leading\b|leads? to\b|led to\b|reactions?\b)"
)
_PROSE = re.compile(
    r"\b(?:allergic to|(?:drug |medication )?allerg(?:y|ies) to|allergies (?:include|are)|anaphylaxis to|anaphylactic "
    r"(?:reaction )?to|hypersensitiv(?:e|ity) to|intolerance to|(?:reacts?|reacted|sensitive) (?:badly )?to|"
    r"(?:bad|adverse|severe|prior|allergic) reactions? to)\s+"
    r"(?P<list>[A-Za-z][^.;]{1,120})",
    re.I,
)
# A warning names an allergy only with the reaction beside it: "please note latex (hives)".
_WARNED = re.compile(
    r"\b(?:please note|note|warnings?|alerts?|cautions?|beware(?: of)?|watch(?: out)? for|(?:must |should )?avoids?|"
    r"cannot (?:have|take|tolerate)|does not tolerate|intolerant of)\b\W{0,3}(?:that )?"
    rf"(?P<list>[A-Za-z][\w /'+-]{{1,48}}\s*(?:\(\s*{_REACTED}\s*\)|[-–—:=]\s*{_REACTED})[^.]{{0,80}})",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:(?:known|severe|reported|documented|his|her|with|has|an?|of|prior|possible) "
    r")*(?P<substance>[A-Za-z][\w-]{2,30}(?: [a-z]{3,12})?) allergy\b(?:\s*\((?P<reaction>[^()]{3,60})\))?",
    re.I,
)
# Words of forms and of sentences.
_NO_SUBSTANCE = re.compile(
    r"(?i)\d|\b(?:fax|tel|phone|no|npi|signature|signed|name|number|address|date|dob|page|form|id|is|are|was|were|be|been|"
    r"has|have|had|get|got|for|fair|good|intact|normal|together|m\.?d|d\.?o|n\.?p|rn|fnp\S*|pa-c)\b"
)
# Fit of a passage that stands under its own exact header, not in a list that runs on.
_ANNOUNCED = 0.9
# `Contrast allergy  [ ] yes  [X] no`: a form's question, answered by its boxes.
_ASKED = re.compile(r"\W*(?:[xX]\W*)?(?:yes|no|y|n)\b", re.I)
_DENIED = re.compile(r"\b(?:no|not|denies|denied|without|negative for|any)\b[^.;]{0,40}$", re.I)


def read_allergies(passage: Passage, groups: Groups) -> Iterator[Cited]:
    """The allergies that a passage states."""
    if passage.section in ("family_history", "closing", "administrative"):
        return
    for sentence in sentences(passage):
        text, at = sentence.text, sentence.start
        if passage.section != "allergies" and not any(cue in sentence.low for cue in _CUES):
            if any(cue in sentence.low for cue in _WARNING):
                yield from _warned(passage, text, at, groups)
            continue
        none = _NONE.search(text)
        if none is not None:
            span = (at + none.start(), at + none.end())
            yield _mention(passage, None).cite("allergy.none", "none known", span)
            # "No known drug allergies except sulfa" goes on; everything else after it is a repetition.
            rest = re.match(r"[\s,]*(?:except(?: for)?|other than|but)\s+", text[none.end() :], re.I)
            if rest is None:
                continue
            at, text = at + none.end() + rest.end(), text[none.end() + rest.end() :]
        if passage.section == "allergies":
            if _NONE_ALONE.match(text):
                lead = len(text) - len(text.lstrip())
                yield _mention(passage, None).cite(
                    "allergy.none", "none known", (at + lead, at + len(text.rstrip(" .,;")))
                )
                continue
            yield from _listed(passage, text, at, groups)
        elif none is None:
            yield from _told(passage, text, at, groups)
            yield from _warned(passage, text, at, groups)


def _mention(passage: Passage, group: str | None) -> Mention:
    return Mention(
        passage, group, features=(("section_fit", passage.section_fit if passage.section == "allergies" else 0.5),)
    )


def _listed(passage: Passage, text: str, at: int, groups: Groups) -> Iterator[Cited]:
    told = _PROSE.search(text)
    if told is not None:
        yield from _items(passage, told["list"], at + told.start("list"), groups)
        return
    mark = LIST_MARK.match(text)
    low = mark.end() if mark else 0
    cells = [(m.start(), m.end()) for m in re.finditer(r"\S+(?:\s\S+)*", text[low:])]
    if passage.row and len(cells) > 1 and ";" not in text and "(" not in text:
        yield from _row(passage, text, at, [(low + a, low + b) for a, b in cells], groups)
        return
    yield from _items(passage, text[low:], at + low, groups)


def _row(passage: Passage, text: str, at: int, cells: list[tuple[int, int]], groups: Groups) -> Iterator[Cited]:
    """A table's row: substance, reaction, and columns that nobody asks for."""
    substance = text[slice(*cells[0])].strip(" :,-")
    others = " ".join(text[low:high] for low, high in cells[1:])
    if not _is_allergy(substance, others, announced=False) or re.search(r"\d", others):
        return
    mention = _mention(passage, groups.next("alg"))
    start = text.index(substance, cells[0][0])
    yield mention.cite("allergy.substance", substance, (at + start, at + start + len(substance)))
    for low, high in cells[1:]:
        reaction = text[low:high]
        if re.fullmatch(r"[A-Za-z][A-Za-z ,/-]+", reaction) and reaction.lower() not in _no_substance():
            yield mention.cite("allergy.reaction", reaction, (at + low, at + high))
            return


def _items(passage: Passage, text: str, at: int, groups: Groups) -> Iterator[Cited]:
    for low, high in _pieces(text):
        piece = text[low:high]
        lead = len(piece) - len(piece.lstrip(" ,.-*•"))
        found = _ITEM.match(piece[lead:].rstrip())
        if found is None:
            continue
        reaction = found["bracket"] or found["dash"] or found["verb"] or found["bare"] or ""
        if not _is_allergy(
            found["substance"], reaction, announced=passage.section_fit >= _ANNOUNCED or passage.section != "allergies"
        ):
            continue
        base = at + low + lead
        mention = _mention(passage, groups.next("alg"))
        start, end = found.span("substance")
        yield mention.cite("allergy.substance", " ".join(found["substance"].split()), (base + start, base + end))
        for name in ("bracket", "dash", "verb", "bare"):
            if found[name] and re.search(r"[A-Za-z]{3}", found[name]) and not _names_substance(found[name]):
                start, end = found.span(name)
                printed = passage.text[base + start : base + end]
                trimmed = printed.rstrip(" .,;")
                yield mention.cite(
                    "allergy.reaction", " ".join(trimmed.split()), (base + start, base + start + len(trimmed))
                )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Items between separators outside brackets: semicolons where there are any, else commas and "and"."""
    separator = r";" if re.search(rf";(?!{_TELLS})(?![^(]*\))", text) else r",|\band\b|&|\|"
    depth_free = re.compile(rf"(?:{separator})(?!{_TELLS})(?![^(]*\))", re.I)
    # "nausea and vomiting" after a dash belongs to one reaction.
    if separator != ";" and re.search(r"\s[-–—:]\s|->|\bcauses?\b", text) and "," not in text:
        yield 0, len(text)
        return
    start = 0
    for found in depth_free.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _no_substance() -> frozenset[str]:
    return frozenset(words("not_substances"))


def _is_allergy(substance: str, reaction: str, *, announced: bool) -> bool:
    """Whether a list's entry names what people react to, or how; a short entry beside its header may be anything."""
    if not _is_substance(substance):
        return False
    if any_of("allergens").search(substance) or find_drugs(substance) or any_of("reactions").search(reaction):
        return True
    if _NO_SUBSTANCE.search(substance) or header_words().issuperset(substance.lower().split()):
        return False
    if find_conditions(substance):
        return False
    return announced and not reaction and len(substance.split()) <= 3


def _names_substance(printed: str) -> bool:
    """Whether a bracket says the substance again: "Sulfa (sulfonamide antibiotics)", "Norco (hydrocodone)"."""
    if any_of("reactions").search(printed):
        return False
    return any_of("allergens").search(printed) is not None or bool(find_drugs(printed))


def _is_substance(printed: str) -> bool:
    words = printed.lower().split()
    return (
        0 < len(words) <= 5
        and len(printed) > 2
        and not (set(words) <= _no_substance())
        and any_of("reactions").fullmatch(printed.strip()) is None
        and words[0] not in ("no", "none", "denies", "the", "patient", "he", "she")
    )


def _warned(passage: Passage, text: str, at: int, groups: Groups) -> Iterator[Cited]:
    for found in _WARNED.finditer(text):
        if not _DENIED.search(text[: found.start()]):
            yield from _items(passage, found["list"], at + found.start("list"), groups)


def _told(passage: Passage, text: str, at: int, groups: Groups) -> Iterator[Cited]:
    for found in _PROSE.finditer(text):
        if not _DENIED.search(text[: found.start()]):
            listed = re.split(r"\b(?:which|who|that|but|he|she|so|therefore|as)\b", found["list"])[0]
            yield from _items(passage, listed, at + found.start("list"), groups)
    for found in _BEFORE.finditer(text):
        substance = found["substance"]
        words = substance.lower().split()
        if _DENIED.search(text[: found.start()]) or not _is_substance(substance) or set(words) & _no_substance():
            continue
        if _ASKED.match(text, found.end()):
            continue
        mention = _mention(passage, groups.next("alg"))
        yield mention.cite("allergy.substance", substance, (at + found.start("substance"), at + found.end("substance")))
        if found["reaction"]:
            yield mention.cite(
                "allergy.reaction", found["reaction"], (at + found.start("reaction"), at + found.end("reaction"))
            )
