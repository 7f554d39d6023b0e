"""Which desk a message belongs to, and the words that decided: any symptom goes first, the others by evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.values import Cited
from extractors.messages.thread import Thread
from extractors.prose.passages import Passage

# What must reach a clinician whatever else the message says.
_ALARM = (
    r"chest (?:pains?|pressure|tightness|hurts|discomfort)|(?:pain|pressure|tightness) in (?:my|his|her|the) chest|"
    r"(?:trouble|difficulty|hard time|problems?) (?:with )?breathing|(?:can'?t|cannot|can not|hard(?:er)? to|"
    r"could not|couldn'?t|"
    r"unable to) (?:breathe|catch (?:my|his|her) breath)|short(?:ness)? of breath|out of breath|winded|gasping|"
    r"suicid\w+|kill (?:myself|himself|herself)|(?:want|wanted|wish)\w* to die|end (?:my|it all|his|her) ?(?:life)?\b|"
    r"(?:hurt|harm|cut)(?:ing)? (?:myself|himself|herself)|self[- ]harm|don'?t want to (?:live|be here)|"
    r"passed out|pass(?:ing)? out|faint(?:ed|ing)?|black(?:ed|ing) out|collapsed|unconscious|unresponsive|"
    r"(?:face|mouth) (?:is )?droop\w*|slurred speech|slurring|can'?t (?:speak|move|feel|see|walk|swallow)|"
    r"(?:numb|weak)(?:ness)? (?:on|in|down) (?:one|my|the|his|her) (?:\w+ )?(?:side|arm|leg|face)|went numb|"
    r"throat (?:is )?(?:closing|swelling|tight\w*)|(?:lips?|tongue|face|throat)(?: and \w+)? (?:is|are|was|were|has|"
    r"have|got|swelled)? ?"
    r"(?:swollen|swelling|swelled)|swelling (?:of|in) (?:my|his|her) (?:lips?|tongue|face|throat)|anaphyla\w+|hives|"
    r"(?:cough\w*|throw\w*|vomit\w*|spit\w*)(?: up)? blood|blood in (?:my|his|her|the) (?:stools?|urine|vomit|pee|"
    r"poop)|"
    r"black(?: tarry)? stools?|tarry stools?|bleeding|seizures?|convuls\w+|overdos\w+|took too (?:many|much)|"
    r"worst headache|fever (?:of|over|above|is|was|up to) ?10[1-9]|heart (?:is )?(?:racing|pounding|fluttering|"
    r"skipping)|"
    r"palpitations|(?:sugar|glucose)s? (?:is|was|are|were|has been|have been|of|at|over|above|in the)? ?(?:[3-9]\d\d|"
    r"[1-6]\d)\b|"
    r"(?:blood pressure|bp) (?:is|was|has been|of|at|reading)? ?(?:1[6-9]\d|2\d\d)|can'?t keep (?:anything|food|"
    r"water|it|fluids)"
    r"|severe(?:ly)? (?:pain|headaches?|dizz\w+|rash|reaction|bleeding|swelling|cramps?|\w+ pain)|contractions|"
    r"water broke"
)
# Complaints that a nurse should see before a clerk does.
_COMPLAINT = (
    r"(?:getting|feeling|felt|feel|gotten|got|become|becoming|is|are|much|even|been) (?:a lot |much |even |so much |"
    r"far )?worse|worsen\w*|"
    r"(?:not|isn'?t|aren'?t|hasn'?t|haven'?t) (?:been )?(?:getting|feeling|gotten|improv\w+) ?(?:any )?(?:better|"
    r"well)?|not feeling (?:well|good|right)|"
    r"don'?t feel (?:well|good|right)|feel(?:ing)? (?:sick|awful|terrible|weak|dizzy|faint|lightheaded|light-headed|"
    r"nauseous|"
    r"nauseated|bad|ill|funny|off|feverish|shaky|hopeless|depressed|anxious)|more tired|so tired|very tired|"
    r"exhausted|fatigued?|"
    r"dizz(?:y|iness)|light-?headed(?:ness)?|vertigo|nausea|nauseous|nauseated|vomit\w*|throwing up|threw up|diarrhea|"
    r"constipat\w+|fevers?|chills|sweats|rash(?:es)?|itch(?:y|ing)|swelling|swollen|puffy|headaches?|migraines?|"
    r"(?:stomach|belly|abdominal|back|knee|hip|leg|arm|neck|shoulder|joint|muscle|ear|tooth|pelvic|foot|hand|nerve|"
    r"side|eye|"
    r"wrist|ankle) (?:pains?|aches?|hurts?|cramps?)|(?:more|bad|terrible|awful|a lot of|sharp|new|constant|in|"
    r"having) pain|hurts?|hurting|aching|"
    r"cough(?:ing)?|wheez\w+|congest\w+|sore throat|numb(?:ness)?|tingl\w+|burning|cramp(?:s|ing)|bruis\w+|"
    r"infect(?:ed|ion)|pus|drainage|draining|oozing|red and (?:warm|hot|swollen)|lumps?|weight (?:loss|gain)|"
    r"(?:losing|lost|gained|gaining) (?:a lot of )?weight|blurr(?:y|ed) vision|vision (?:changes?|loss)|confus(?:ed|"
    r"ion)|"
    r"can'?t sleep|insomnia|trouble sleeping|panic attacks?|side effects?|reaction to|allergic reaction|fell\b|"
    r"fall(?:en)?\b|"
    r"(?:blood pressure|bp|sugars?|glucose|heart rate|pulse) (?:is|are|was|were|has been|have been|keeps?|"
    r"readings?)? ?(?:\w+ )?(?:running |going |staying |too |very |so |really )?(?:high|low|elevated|up)\b|"
    r"tremors?|shaking|hallucinat\w+|flare(?:[- ]?up)?"
)
# What a part of the body does or is like: `my chest feels tight`, `her left ankle has been throbbing`.
_PART = (
    r"(?:chest|heart|head|neck|throat|jaw|face|cheek|lips?|tongue|mouth|gums?|tooth|teeth|eyes?|eyelids?|ears?|"
    r"nose|sinus(?:es)?|shoulders?|arms?|elbows?|wrists?|hands?|fingers?|thumbs?|knuckles?|ribs?|sides?|back|"
    r"spine|stomach|belly|abdomen|tummy|gut|bladder|groin|pelvis|hips?|buttocks?|legs?|thighs?|knees?|calf|"
    r"calves|shins?|ankles?|foot|feet|heels?|toes?|joints?|muscles?|skin|scalp|breasts?|nipples?|lungs?|"
    r"breathing|vision|voice|incision|wound|scar|stitches|body)"
)
_SEEMS = (
    r"(?:feels?|felt|(?:is|are|was|were|has been|have been|had been|'s been|keeps?|kept|gets?|got|gotten|(?:is|"
    r"are|has been|have been) (?:getting|feeling)|becomes?|became|turned|went|goes|looks?|seems?|started?|"
    r"starts|starting)(?: to (?:be|feel|get))?)"
)
_AMISS = (
    r"(?:tight\w*|heavy|sore|stiff|numb|weak\w*|tender|hot|warm|cold|red|blue|purple|black|yellow|pale|swollen|"
    r"puffy|itchy|painful|uncomfortable|funny|weird|strange|odd|wrong|tingly|hard|raw|inflamed|bruised|"
    r"infected|achy|crampy|bloated|upset|queasy|unsteady|wobbly|shaky|fuzzy|foggy|blurry|double|hoarse|stuck|"
    r"locked|clogged|bad|worse|awful|terrible|horrible|unbearable|on fire|like|throb\w*|pound\w*|ach(?:e|ing)|"
    r"burn\w*|sting\w*|tingl\w*|kill\w*|itch\w*|swell\w*|bleed\w*|cramp\w*|puls(?:e|ing)|giv(?:e|ing) (?:out|"
    r"way)|lock\w*|popp\w*|click\w*|grind\w*|peel\w*|twitch\w*|shak(?:e|ing)|leak\w*|ooz(?:e|ing)|water\w*|"
    r"ring\w*|bother\w*|act(?:ing)? up|spasm\w*|jerk\w*|rac(?:e|ing)|flutter\w*|skipp\w*|pull\w*|squeez\w*|"
    r"crush\w*|hurt\w*|dr(?:ain|ip)\w*|open(?:ing|ed)? up|spread\w*|turning|droop\w*|blister\w*)"
)
_SENSED = (
    rf"(?:my|his|her|the|our|their|both|left|right) {_PART} "
    rf"(?:(?:just|also|always|now|still|really|suddenly) )?{_SEEMS} "
    r"(?:(?:a|an|so|very|really|too|more|quite|pretty|kind|sort|of|bit|little|lot|all|\w+ly|still|and|sometimes) )*"
    rf"{_AMISS}(?!\w)"
)
_COMPLAINT += f"|{_SENSED}"
# `nausea pills`, `pain clinic`, `headache specialist`: no complaint.
_NOT_COMPLAINT = re.compile(
    r"\s*(?:-\s?)?(?:medic\w+|meds?\b|pills?|tablets?|patch\w*|cream|clinic|management|doctor|specialist|shots?|drops|"
    r"prescriptions?|inhaler|spray|center|injections?|relief|reliever|killers?|control|screening|test\b|class|program|"
    r"diary|journal|log\b|ointment|therapy|vaccine)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?i)(?:\b(?:no|not|without|never|denies|deny|don'?t have(?: any)?|do not have(?: any)?|haven'?t had(?: any)?|"
    r"have not had(?: any)?|"
    r"didn'?t have|any more|free of|no more|no longer(?: have)?|stopped having|in case (?:i|of)|if i|"
    r"(?:isn'?t|aren'?t|not) (?:having|getting)(?: any)?)\s+(?:\w+\s+){0,2}(?:(?:or|and|nor)\s+)?)$"
)
# Complaints that the sender shares with nobody: somebody else's, or of long ago.
_GONE = re.compile(r"(?i)\b(?:went away|gone now|is better now|has stopped|resolved|all better|is gone)\b")

_CUES: dict[str, tuple[tuple[str, float], ...]] = {
    "refill_request": (
        (r"refill(?:s|ed|ing)?(?: requests?)?|re-fill\w*|renew(?:al|als|ed)?(?: (?:of )?(?:my|the|his|"
         r"her) (?:prescriptions?|rx|meds?|medications?|\w+))?", 3.0),
        (r"(?:ran|run|running|almost|nearly|about|completely|totally|all|am|are|is|be|i'm) (?:\w+ )?(?:out|"
         r"low) (?:of|on) (?:my|his|her|the|\w+)", 3.0),
        (r"(?:only |just )?(?:have )?(?:\d+|one|two|three|four|five|a few|a couple(?: of)?) (?:\w+ )?(?:pills?|"
         r"tablets?|doses?|days?|caps\w*|pens?|patches|puffs) left|last (?:pill|dose|tablet|bottle|pen|one|inhaler|"
         r"patch)\b", 3.0),
        (r"need (?:more|another|a new|some more)? ?(?:\w+ )?(?:prescription|rx|supply|pills|bottle|script|inhaler|"
         r"pens?)\b|new (?:prescription|rx|script)|"
         r"(?:send|call|fax|sent|called|phone|submit) (?:\w+ ){0,6}(?:to|in to|into) (?:the |my |our )?(?:pharmacy|"
         r"walgreens|cvs|rite aid|walmart|kroger|costco|publix|express scripts|optum|caremark|mail order)", 2.5),
        (r"(?:90|30|60)[- ]day supply|pharmacy (?:said|says|told|needs?|won'?t|will not|has not|hasn'?t|is waiting|"
         r"can'?t)|prescription (?:has )?(?:expired|ran out|run out)|no (?:more )?refills|(?:up|"
         r"due) for (?:a )?refill", 2.0),
        (r"pharmacy|prescriptions?|rx\b", 0.5),
    ),
    "appointment": (
        (r"(?:re-?schedul\w+|schedul\w+|cancel\w*|book(?:ing|ed)?|move|change|push back|postpone|confirm|make|need|"
         r"set up|get|want|miss(?:ed)?|moving|keep) "
         r"(?:\w+ ){0,5}(?:appointments?|appts?|visits?|follow[- ]?ups?|check[- ]?ups?|physicals?|slot|"
         r"consult(?:ation)?|wellness)\b", 3.0),
        (r"(?:appointments?|appts?)\b(?: \w+){0,4} (?:re-?schedul\w+|cancel\w*|moved|changed|earlier|sooner|later|"
         r"available|time|date|availability|openings?)", 3.0),
        (r"re-?schedul\w+|cancell?(?:ed|ing|ation)?\b|can'?t make (?:it|my|the)|won'?t be able to (?:make|come)|"
         r"(?:any|next|earliest|soonest) (?:\w+ )?(?:openings?|availab\w+|slots?)|when (?:can|could|is|should) (?:i|"
         r"my|you|we|he|she) (?:\w+ ){0,3}(?:come in|be seen|next|see|get in)|"
         r"come in (?:to|for)|be seen|get in (?:to see|sooner|with)|wait ?list|what time", 2.0),
        (r"appointments?|appts?|schedul\w+", 1.0),
    ),
    "billing": (
        (r"(?:got|received|have|sent|about|question\w* (?:about|on|regarding)|a|my|the|this|"
         r"pay(?:ing)?) (?:\w+ ){0,3}(?:bills?|invoices?|statements?|charges?|co-?pays?|balance|copayments?|"
         r"deductible|eob)\b", 3.0),
        (r"bill(?:ed|ing)(?: department| office| question)?|over-?charged|double charged|charged (?:me|us|twice|for)|"
         r"collections?|payment plan|refund(?:ed)?|owe[sd]?\b|past due|financial assistance", 3.0),
        (r"(?:insurance|claim|medicare|medicaid|plan|coverage)(?: \w+){0,6} (?:denied|den(?:ying|ies)|rejected|"
         r"(?:has|have|did|does|do|will|is|are|still)?(?: still)?(?: not|n'?t|n.t) (?:yet )?(?:been )?(?:pay|paid|"
         r"cover\w*|approv\w*|process\w*))|"
         r"(?:not|n'?t|never|has|have|had|still not|yet to be|get|been|was|were|"
         r"waiting for) (?:yet )?(?:been )?(?:approv(?:ed|al)|pre-?authoriz\w+|authoriz\w+)|prior auth\w*|"
         r"pre-?auth\w*|approv(?:al|ed)\b|denied by|denial", 2.5),
        (r"(?:new|changed|switched|different|lost|updated?) (?:my |our )?insurance|insurance (?:card|change\w*|"
         r"information|company|approval)|out of pocket|cost of|how much (?:will|does|is|do|would)|afford|price|"
         r"expensive|coupon", 2.0),
        (r"insurance|coverage|covered", 0.75),
    ),
}  # fmt: skip
_ALARM_PATTERN = re.compile(rf"(?<![A-Za-z])(?:{_ALARM})(?![A-Za-z])", re.IGNORECASE)
_COMPLAINT_PATTERN = re.compile(rf"(?<![A-Za-z])(?:{_COMPLAINT})(?![A-Za-z])", re.IGNORECASE)
_PATTERNS = {
    bucket: tuple(
        (re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE), weight) for words, weight in cues
    )
    for bucket, cues in _CUES.items()
}
# Below this no desk is meant; nearer than this to the second one a person looks.
_ENOUGH, _CLEAR_LEAD = 1.5, 1.5
# One cue of this weight is a wish of its own: a message with two of them is for a person to divide.
_ANOTHER_WISH = 2.5
_SURE, _DOUBTFUL = 1.0, 0.4
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Decision:
    """A desk, the words that decided (page, start, end) and how sure that is, 0 to 1."""

    bucket: str
    page: int
    start: int
    end: int
    sure: float


def read_bucket(thread: Thread) -> Iterator[Cited]:
    """The desk of a message, as a value that follows from the words that decided."""
    decision = route(thread.own)
    if decision is None:
        return
    passage = next(p for p in thread.own if p.page == decision.page)
    yield Cited(
        path="message.bucket",
        value=decision.bucket,
        quote=passage.quote(decision.start, decision.end),
        page=decision.page,
        start=decision.start,
        features={"label_score": decision.sure},
        derived=True,
    )


def route(own: Sequence[Passage]) -> Decision | None:
    """The desk that the patient's words ask for; None where there are no words."""
    symptom = _symptom(own, _ALARM_PATTERN) or _symptom(own, _COMPLAINT_PATTERN)
    if symptom is not None:
        return symptom
    scores: dict[str, float] = {}
    deciding: dict[str, tuple[float, Decision]] = {}
    for passage in own:
        for bucket, cues in _PATTERNS.items():
            for pattern, weight in cues:
                found = pattern.search(passage.text)
                if found is None:
                    continue
                scores[bucket] = scores.get(bucket, 0.0) + weight
                if weight > deciding.get(bucket, (0.0, None))[0]:
                    deciding[bucket] = (weight, Decision(bucket, passage.page, found.start(), found.end(), _SURE))
    ranked = sorted(scores, key=lambda b: (-scores[b], b))
    if not ranked or scores[ranked[0]] < _ENOUGH:
        return _other(own)
    best = deciding[ranked[0]][1]
    second, rival = (scores[ranked[1]], deciding[ranked[1]][0]) if len(ranked) > 1 else (0.0, 0.0)
    sure = _SURE if scores[ranked[0]] - second >= _CLEAR_LEAD and rival < _ANOTHER_WISH else _DOUBTFUL
    return Decision(best.bucket, best.page, best.start, best.end, sure)


def _symptom(own: Sequence[Passage], pattern: re.Pattern[str]) -> Decision | None:
    """The first complaint that is neither denied nor a medicine's name nor gone."""
    for passage in own:
        for found in pattern.finditer(passage.text):
            before, after = passage.text[max(0, found.start() - 40) : found.start()], passage.text[found.end() :]
            clause = re.split(r"[.;!?]|\bbut\b", before)[-1]
            if _DENIED.search(clause) or _NOT_COMPLAINT.match(after) or _GONE.match(after[:24].lstrip()):
                continue
            return Decision("symptom_escalation", passage.page, found.start(), found.end(), _SURE)
    return None


def _other(own: Sequence[Passage]) -> Decision | None:
    """No desk in particular; the first sentence shows it."""
    for passage in own:
        first = re.search(r"\S.*?(?:[.!?]|\s{3,}|$)", passage.text)
        if first is not None and any(c.isalpha() for c in first.group()):
            end = min(first.end(), first.start() + _LONGEST_QUOTE)
            return Decision("other", passage.page, first.start(), end, _DOUBTFUL)
    return None
