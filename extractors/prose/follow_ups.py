"""Follow-ups: what has to happen next, as the note says it, and after how long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Assertion, Cited
from extractors.prose.assertion import assert_mention
from extractors.prose.citing import LONGEST_QUOTE, Groups, Mention
from extractors.prose.lines import LIST_MARK
from extractors.prose.passages import Passage
from extractors.prose.sentences import sentences
from extractors.prose.summary_rules import rules

_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|eight|ten|twelve|a few|several|a couple(?: of)?)"
# "in 4 weeks", "within 7-10 days", "in six months' time", "3 mo", "every 3 months".
_INTERVAL = re.compile(
    rf"\b(?:(?:in|within|after|every|at)\s+(?:about |approximately |approx\.? |the next |around |~\s?)?)"
    rf"(?P<interval>{_NUMBER}(?:\s?(?:-|–|to|or)\s?{_NUMBER})?\s?-?\s?(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours?|hrs?)"
    r"(?:'? time)?)\b|\b(?P<bare>\d{1,3}(?:\s?(?:-|–|to)\s?\d{1,3})?\s?-?\s?(?:days?|weeks?|wks?|months?|mos?))\b",
    re.I,
)

# A visit's reason ("follow-up of diabetes") asks for nothing.
_CLOSED = frozenset(["administrative", "closing", "requested", "chief_complaint"])
# "Return if the pain comes back" asks for nothing yet.
_CONDITION = re.compile(r"\b(?:if|should|unless|in case|as needed|prn)\b", re.I)


def read_follow_ups(passage: Passage, groups: Groups) -> Iterator[Cited]:
    """The follow-ups that a passage asks for; what to do if something happens is advice and none of them."""
    cue = rules().follow_up
    if passage.section in cue.closed or passage.section in _CLOSED:
        return
    for sentence in sentences(passage):
        said = cue.words.search(sentence.text)
        if said is None or len(sentence.text.strip()) > LONGEST_QUOTE:
            continue
        if assert_mention(sentence.text, *said.span()) not in (Assertion.PRESENT, Assertion.HISTORICAL):
            continue
        interval = _INTERVAL.search(sentence.text, said.start())
        if interval is None and _CONDITION.search(sentence.text, said.start()):
            continue
        fit = passage.section_fit if passage.section in cue.sections else 0.5
        mention = Mention(passage, groups.next("fu"), features=(("section_fit", fit),))
        mark = LIST_MARK.match(sentence.text)
        left = mark.end() if mark else len(sentence.text) - len(sentence.text.lstrip())
        start, end = sentence.start + left, sentence.start + len(sentence.text.rstrip(" .;,"))
        yield mention.cite("follow_up.text", " ".join(passage.text[start:end].split()), (start, end))
        if interval is not None:
            low, high = (sentence.start + at for at in interval.span(interval.lastgroup or "interval"))
            yield mention.cite("follow_up.interval", " ".join(passage.text[low:high].split()), (low, high))
