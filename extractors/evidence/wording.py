"""Wordings by which a sentence asks for something, plans it or declines it, instead of stating it."""

from __future__ import annotations

import re


def _any(wordings: str) -> str:
    """The alternatives of a list separated by bars, over as many lines as it takes."""
    return "|".join(each.strip() for each in wordings.split("|"))


# A payer's words to whoever fills the form in, and criteria copied onto it.
_ASKING = _any(
    r"""attach | include | submit | enclose | provide | indicate | specify | describe | list (?:all|any|each) |
    check (?:all|one|any) | please (?:list|note|send|fax|answer|explain|complete|see) |
    must (?:be|have|include|document|show|meet|try) | (?:is|are) required | required (?:for|if|when|documentation) |
    requirements? | criteria | criterion | documentation (?:of|that|showing|supporting) |
    if (?:yes|no|so|applicable|available) | (?:all|any|one|both|two|at least one) of the following |
    (?:member|patient|beneficiary|enrollee)s? (?:must|should|needs? to) | yes\W{1,4}no"""
)
ASKS = re.compile(rf"\?|\b(?:{_ASKING})\b", re.I)

# What a payer demands, in a clinician's words: `her insurance wants six weeks of it` says nothing of the patient.
_PAYER = _any(
    r"""(?:insurance|health|medical|benefit|drug|coverage)?\s?(?:compan(?:y|ies)|carriers?|plans?|polic(?:y|ies)) |
    insurance | insurers? | payers? | payors? | medicare | medicaid | pbm | utilization (?:management|review) |
    step therapy | guidelines? | formulary | reviewers? | coverage | protocol | authorization"""
)
_DEMANDING = _any(
    r"""requir(?:es?|ed|ing) | wants? | wanted | demand(?:s|ed|ing)? | mandat(?:es?|ed|ing) |
    insist(?:s|ed|ing)? (?:on|that) | ask(?:s|ed)? (?:for|that) | expects? | expected | call(?:s|ed)? for |
    stipulat(?:es?|ed) | needs? | needed | specif(?:y|ies|ied) | dictat(?:es?|ed) |
    (?:will|would|does|did) not (?:cover|pay|approve|authorize) |
    (?:won't|wouldn't|doesn't|didn't) (?:cover|pay|approve|authorize)"""
)
DEMANDS = re.compile(rf"\b(?:{_PAYER})(?:\s+[\w']+){{0,3}}?\s+(?:{_DEMANDING})\b", re.I)

# What is still to come.
_AHEAD = _any(
    r"""will | would | should | shall | going to | plans? | planned | planning | recommend(?:s|ed|ing|ation)? |
    suggest(?:s|ed|ing)? | consider(?:s|ed|ing)? | refer(?:s|red|ral|ring)? | schedul(?:e|ed|ing) |
    order(?:s|ed|ing)? | prescrib(?:e|ed|ing) | discuss(?:ed|ing)? | offer(?:s|ed|ing)? | advis(?:e|ed|ing) |
    encourag(?:e|ed|ing) | await(?:s|ing)? | pending | request(?:s|ed|ing)? | needs? | candidate for |
    to (?:begin|start|try|undergo|complete|initiate|attend) | begin | start | initiate | eligible for |
    wants? | wishes | interested in | asks? (?:for|about) | arrange | set up | yet to | instead of |
    rather than | contemplat(?:e|ing) | defer(?:s|red)? | trial of"""
)
PLANS = re.compile(rf"\b(?:{_AHEAD})\b", re.I)

# What was offered and not done. `has not improved with` is said of what was done.
_OUTCOME = r"(?! (?:\w+ )?(?:improv|respon|help|work|reliev|resolv|provid|chang|benefi|succe)\w*)"
_NOT_DONE = _any(
    r"""declin(?:e|es|ed|ing) | refus(?:e|es|ed|ing) | not (?:yet )?(?:started|tried|attempted|completed|done|begun) |
    not yet | no[- ]show(?:ed)? | never (?:started|tried|went|had|attended|received|completed) | unable to | cannot |
    could not | can't | couldn't | unwilling to | hold(?:ing)? off | contraindicat\w+ |
    avoid(?:s|ed|ing)? | failed to"""
)
_NOT_DONE += rf"|(?:did|has|have|had)(?: not|n't){_OUTCOME}"
REFUSES = re.compile(rf"\b(?:{_NOT_DONE})\b", re.I)

# What is behind the patient, between a plan's word and the phrase: `we request imaging as she completed therapy`.
_BEHIND = _any(
    r"""complet(?:ed|ing|ion) | fail(?:ed|ing|ure|s) | tried | underwent | undergone | attend(?:ed|ing) |
    finish(?:ed|ing) | participat(?:ed|ing) | receiv(?:ed|ing) | had | has had | despite | after | following | s/p |
    status post | prior | previous(?:ly)? | did | took | used | using | treated | persist\w* |
    without (?:relief|improvement|benefit) | refractory | inadequate | intoleran\w+ | history of"""
)
DONE = re.compile(rf"\b(?:{_BEHIND})\b", re.I)

# What came of it, said after it; in the past only, since a plan names outcomes too.
OUTCOME = re.compile(
    r"\b(?:produced|gave|provided|yielded|brought|resulted|failed|helped|was tried|were tried)\b", re.I
)

# Between a phrase and the word that says what becomes of it: `therapy twice a week was recommended`.
_TENSE = _any(
    r"""was | is | were | are | has been | have been | had been | to be | being | for | x | trial | course |
    sessions? | program | evaluation | and \w+ | [0-9]+ | weeks? | months? | of | but | which | she | he | patient |
    also | again | strongly | initially"""
)
AFTERWARDS = re.compile(rf"[\s,(]{{1,2}}(?:(?:{_TENSE})\s+){{0,6}}(?P<word>[\w'-]+(?:\s[\w'-]+){{0,3}})", re.I)

# An empty box that recognition took for a letter or a digit.
BOX_LIKE = re.compile(r"(?:^|\s)(?:[oO0DCLQU□☐_]|\[\s?\]|\(\s?\)|[1lI]\])\s{1,2}$")
