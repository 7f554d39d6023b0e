"""Services in running text: a wording with its CPT or HCPCS code in brackets, or after a word that announces one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Assertion, Cited, Kind
from extractors.grammar.find import normalise
from extractors.prose.assertion import assert_mention
from extractors.prose.citing import Groups, Mention
from extractors.prose.passages import Passage
from extractors.prose.sentences import Sentence, sentences

# "(72148)", "(CPT 72148, 1 unit)", "(J1745-JZ)", "[code 96413]".
_CODE = re.compile(
    r"[(\[]\s?(?:(?P<label>CPT|HCPCS|code|procedure "
    r"code)(?:/HCPCS)?(?:\s?codes?)?[\s:#]*)?(?P<code>[A-CE-HJ-MP-V]\d{4}|\d{5}|\d{4}[FTUM])"
    r"(?:\s?[-–]\s?(?P<modifier>[A-Z0-9]{2}))?(?:\s?[,;x×]\s?(?:qty\s?)?(?P<units>\d{1,4})\s?(?:units?|visits?|"
    r"sessions?)?)?\s?[)\]]"
    r"|\b(?P<label2>CPT|HCPCS)(?:/HCPCS)?(?:\s?codes?)?[\s:#]*(?P<code2>[A-CE-HJ-MP-V]\d{4}|\d{5}|"
    r"\d{4}[FTUM])\b(?:-(?P<modifier2>[A-Z0-9]{2})\b)?",
    re.I,
)
_LABELS = frozenset({"cpt", "hcpcs"})
_OPENER = re.compile(
    r"\b(?:order(?:ed|ing)?|request(?:ed|ing)?|authori[sz]ation (?:of|for)|approval (?:of|for)|coverage (?:of|"
    r"for)|schedule(?:d)?|perform(?:ed)?|obtain|refer(?:red)? for|"
    r"underwent|undergo|recommend(?:ed)?|necessity (?:of|for)|plan(?:ned)? for|proceed with|need(?:s)?|"
    r"require[sd]?|service|procedure|for|of|and|the|an?)\s+",
    re.I,
)
_EDGE = " \t,;:-–—.*•"
_GENERIC = re.compile(
    r"(?i)(?:the )?(?:requested |following |above )*(?:therap(?:y|ies)|services?|procedures?|treatments?|"
    r"medications?|drugs?|codes?|study|tests?|billing)"
)
# A service that was given, or refused, or that another is asked for in place of.
_NOT_ASKED_BEFORE = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|last)\s+(?!auth)[^.;,]{0,30}$|"
    r"\b(?:not|instead of|rather than|no longer)\b[^.;,]{0,12}$",
    re.I,
)
_NOT_ASKED_AFTER = re.compile(
    r"[)\]]?\s*,?\s*(?:which )?(?:was|were|had been|has been)\s+(?:previously |initially |recently )?(?:denied|"
    r"rejected|done|performed|completed|obtained|billed|withdrawn|cancell?ed)\b",
    re.I,
)
_EXAMPLE = re.compile(r"\b(?:example|e\.g\.|sample)\b[^.;]{0,40}$", re.I)


def read_procedures(passage: Passage, groups: Groups) -> Iterator[Cited]:
    """The coded services that a passage states; denied and past ones are left to the reader of the note."""
    if passage.section in ("family_history", "allergies", "psh"):
        return
    for sentence in filter(_may_code, sentences(passage)):
        text, at = sentence.text, sentence.start
        previous = 0
        for found in _CODE.finditer(text):
            second = found["code"] is None
            name = "code2" if second else "code"
            code = normalise(Kind.PROCEDURE_CODE, found[name], from_ocr=passage.from_ocr)
            wording = _wording(text, previous, found.start(), titled=passage.section == "procedures")
            previous = found.end()
            labelled = bool(found["label"] or found["label2"])
            if code is None or (wording is None and not labelled) or _EXAMPLE.search(text[: found.start()]):
                continue
            span = wording or found.span(name)
            if _NOT_ASKED_BEFORE.search(text[: found.start()]) or _NOT_ASKED_AFTER.match(text[found.end() :]):
                continue
            if assert_mention(text, *span, section=passage.section) in (Assertion.NEGATED, Assertion.HYPOTHETICAL):
                continue
            features = (("lexicon_score", 1.0 if labelled else 0.8), ("section_fit", passage.section_fit or 0.5))
            mention = Mention(passage, groups.next("px"), features=features)
            if wording is not None:
                value = " ".join(text[slice(*wording)].split())
                yield mention.cite("procedure.description", value, (at + wording[0], at + wording[1]))
            yield mention.cite("procedure.code", code, (at + found.start(name), at + found.end(name)))
            system = "HCPCS" if code[0].isalpha() else "CPT"
            yield mention.cite("procedure.system", system, (at + found.start(name), at + found.end(name)), derived=True)
            for path, group in (
                ("procedure.modifier", "modifier2" if second else "modifier"),
                ("procedure.units", "units"),
            ):
                if found[group]:
                    yield mention.cite(path, found[group], (at + found.start(group), at + found.end(group)))


def _may_code(sentence: Sentence) -> bool:
    """Whether a sentence holds what every coded service does: a digit, and a bracket or the name of a code set."""
    return sentence.digits and ("(" in sentence.text or "[" in sentence.text or not _LABELS.isdisjoint(sentence.words))


def _wording(text: str, low: int, high: int, *, titled: bool) -> tuple[int, int] | None:
    """The service's wording before its code: a procedure list's whole line, else from the ordering verb on."""
    chunk = text[low:high]
    breaks = [m.end() for m in re.finditer(r"[;:]\s|[.]\s+(?=[A-Z])|^\s*\(?\d{1,2}[.)]\s", chunk)]
    start = low + (breaks[-1] if breaks else 0)
    if not titled:
        openers = list(_OPENER.finditer(text, start, high))
        strong = [o for o in openers if len(o.group().split()[0]) > 3]
        if strong:
            start = _past_articles(text, strong[-1].end(), high)
        elif openers and not text[start:high].strip()[:1].isupper():
            start = openers[0].end()
    body = text[start:high]
    start += len(body) - len(body.lstrip(_EDGE))
    end = low + len(chunk.rstrip(_EDGE))
    # "The requested therapy (CPT 96413)": the bracket opens before the label.
    while end > start and text[end - 1] in "([ ":
        end -= 1
    printed = text[start:end]
    if _GENERIC.fullmatch(printed):
        return None
    if len(re.findall(r"[A-Za-z]", printed)) < 3 or len(printed.split()) > 16:
        return None
    return start, end


def _past_articles(text: str, start: int, high: int) -> int:
    article = re.compile(r"(?:(?:an?|the|of|for)\s+)+", re.I).match(text, start, high)
    return article.end() if article else start
