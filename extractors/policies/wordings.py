"""How payers' policies word their headings and lead-ins: data for the readers of policies."""

from __future__ import annotations

import re

from extractors.outline.topics import Topics

CRITERIA, DOCUMENTS, EXCLUSIONS, CODES, OTHER_CODES = "criteria", "documents", "exclusions", "codes", "other_codes"
TIMES, APPROVAL, BACKGROUND = "times", "approval", "background"

POLICY_TOPICS = Topics(
    {
        CRITERIA: "criteria | coverage criteria | clinical criteria | medical necessity criteria | approval criteria "
                  "| policy "
        "criteria | criteria for approval | criteria for coverage | criteria for initial approval | initial approval "
        "criteria | initial criteria | initial authorization | initial authorization criteria | initial therapy | "
        "initial "
        "review criteria | coverage guidelines | coverage guideline | guideline | guidelines | policy statement | "
        "policy | "
        "policy guidelines | coverage policy | indications | indications for coverage | coverage indications | covered "
        "indications | medical necessity | medically necessary | when covered | when it is covered | when coverage is "
        "provided | when services are covered | when we cover | when we will cover | conditions of coverage | "
        "conditions "
        "for coverage | coverage conditions | requirements | coverage requirements | authorization requirements | "
        "prior "
        "authorization requirements | prior authorization criteria | precertification criteria | clinical "
        "requirements | "
        "eligibility criteria | patient selection criteria | selection criteria | continuation criteria | continued "
        "therapy | continuation of therapy | continued approval | reauthorization | reauthorization criteria | "
        "renewal | "
        "renewal criteria | criteria for renewal | criteria for continuation | continued stay criteria | coverage of "
        "service | coverage statement | covered services | coverage rationale | coverage | clinical coverage criteria "
        "| "
        "step therapy | step therapy criteria | step therapy requirements | quantity limits | age requirements | "
        "diagnosis "
        "requirements | prescriber requirements | coverage determination | position statement | medical policy "
        "statement | "
        "policy position | benefit criteria | what must be shown | who qualifies | what we look for | review criteria "
        "| "
        "medical policy criteria | criteria for medical necessity | coverage limitations and indications | fda "
        "approved "
        "indications | what is covered | coverage rules | medically necessary indications | covered when",
        DOCUMENTS: "documents to submit | documentation | documentation requirements | required documentation | "
                   "documentation "
        "required | documents required | required documents | documentation to submit | submission requirements | "
        "what to "
        "submit | what to send | what to send with the request | information to submit | required information | "
        "information "
        "required | clinical documentation | clinical documentation required | supporting documentation | supporting "
        "documents | records to submit | records required | medical records documentation | medical record "
        "requirements | "
        "documentation needed | documents needed | documentation guidelines | required clinical information | clinical "
        "information required | clinical information needed | submit with request | submit the following | please "
        "submit | "
        "attachments | required attachments | needed with your request | paperwork | include with request | prior "
        "authorization documentation | documentation checklist | checklist | evidence required | proof required | "
        "medical "
        "records required | information needed for review | what we need from the provider",
        EXCLUSIONS: "not covered | exclusions | exclusion | limitations | limitations and exclusions | exclusions and "
        "limitations | coverage exclusions | coverage limitations | when not covered | when it is not covered | when "
        "coverage is not provided | not medically necessary | investigational | experimental and investigational | "
        "experimental or investigational | experimental | investigational or not medically necessary | non covered "
        "services "
        "| noncovered services | non covered | services not covered | excluded services | what is not covered | what "
        "we do "
        "not cover | unproven | unproven and not medically necessary | contraindications | restrictions | non covered "
        "indications | exclusion criteria | criteria for denial | reasons for denial | benefit exclusions | not "
        "approved | "
        "considered investigational | limits | uses not covered | does not cover | when it will not be covered",
        CODES: "codes | code | coding | coding information | billing codes | billing and coding | applicable codes | "
               "covered "
        "codes | procedure codes | cpt codes | cpt hcpcs codes | cpt code | hcpcs codes | hcpcs code | icd 10 codes | "
        "icd 10 "
        "cm codes | icd 10 diagnosis codes | diagnosis codes | covered diagnosis codes | covered diagnoses | "
        "applicable "
        "procedure codes | applicable diagnosis codes | cpt hcpcs | cpt procedure codes | covered procedure codes | "
        "related "
        "codes | service codes | code list | codes covered | codes that apply | cpt | hcpcs | icd 10 | icd 10 cm | "
        "applicable cpt codes | applicable hcpcs codes | coding guidelines | coding and billing | billing coding "
        "information "
        "| code table | list of codes | codes covered if criteria are met | covered icd 10 codes | icd 10 codes that "
        "support "
        "medical necessity | codes that support medical necessity | services covered | diagnoses covered | codes and "
        "descriptions | hcpcs level ii codes | codes in scope | procedures and diagnoses",
        OTHER_CODES: "codes not covered | non covered codes | noncovered codes | not covered codes | excluded codes | "
                     "codes "
        "considered investigational | investigational codes | icd 10 codes that do not support medical necessity | "
        "codes not "
        "medically necessary | non covered diagnosis codes | codes that are not covered | cpt codes not covered | "
        "diagnoses "
        "not covered | revenue codes",
        TIMES: "review time frames | review timeframes | review time frame | time frames | timeframes | turnaround | "
        "turnaround times | turnaround time | decision time frames | decision timeframes | review times | decision "
        "times | "
        "processing time | processing times | determination time frames | determination timeframes | how fast we "
        "decide | "
        "how long a decision takes | when we decide | timelines | timeline | review turnaround | request processing | "
        "timeliness | timeliness standards | decision turnaround | response times | how quickly we decide | review and "
        "decision times",
        APPROVAL: "approval duration | duration of approval | authorization period | approval period | length of "
                  "approval | "
        "length of authorization | duration of authorization | authorization duration | coverage duration | approval "
        "length | "
        "approval limits | initial approval duration | renewal duration | how long approval lasts | duration",
        BACKGROUND: "description | overview | background | summary | introduction | purpose | scope | definitions | "
        "definition | references | reference | bibliography | sources | history | revision history | policy history | "
        "review "
        "history | change history | version history | policy history and revision | document history | revisions | "
        "updates | "
        "revision log | change log | regulatory status | disclaimer | important note | important reminder | benefit "
        "application | applicability | application | applies to | line of business | related policies | related "
        "documents | "
        "clinical evidence | supporting evidence | rationale | description of service | general information | "
        "glossary | "
        "contact | contact information | how to submit | how to submit a request | how to request | submitting a "
        "request | "
        "dosage and administration | dosing | dosage | administration | how supplied | fda approval | policy history "
        "and "
        "revisions | approvals | approval history | governing body | appeals | table of contents | contents | notes | "
        "note | "
        "product description | about this policy | instructions for use | legal notice | committee approval | "
        "benefit considerations | background information | billing guidelines | government regulations",
    },
    stems=(
        (OTHER_CODES, r".*\b(?:not|non|un|investigational|excluded|do not)\b.*\bcodes?\b.*|.*\bcodes?\b.*\b(?:not"
                      r"|excluded|investigational)\b.*"),
        (CODES, r".*\b(?:codes?|coding)\b.*"),
        (EXCLUSIONS, r".*\b(?:exclusions?|excluded?|limitations?|limits|not (?:be )?(?:covered|met|paid|approved"
                     r"|medically necessary)|non ?covered|(?:do|does|will) not (?:cover|pay|approve)|investigational"
                     r"|experimental|unproven|outside)\b.*"),
        (TIMES, r".*\b(?:turnaround|time ?frames?|timelines?|timeliness|(?:processing|decision|handling|review"
                r"|response|waiting) times?|how (?:long|fast|soon|quickly)|when (?:we|you will|a) (?:decide|hear"
                r"|answer|decision)|speed)\b.*"),
        (APPROVAL, r".*\b(?:duration|period|length|term) of (?:approval|authorization|coverage|therapy)\b.*"
                   r"|.*\b(?:approval|authorization|coverage) (?:duration|period|length|term|limits?)\b.*"),
        (BACKGROUND, r".*\b(?:history|references?|definitions?|background|overview|disclaimer|sources?|purpose"
                     r"|literature|revisions?|versions?|changes|contacts?|related)\b.*|about (?:this|the)\b.*"),
        (DOCUMENTS, r".*\b(?:documents?|documentation|records?|papers?|paperwork|attachments?|evidence|proof|submit"
                    r"|submission|send|attach|enclose|accompany|show us|include with|supporting|notes)\b.*"),
        (CRITERIA, r".*\b(?:criteria|criterion|indications?|requirements?|required|conditions?|necessity|necessary"
                   r"|eligib\w+|qualif\w+|cover(?:ed|s|age)?|appropriate|must|step therapy|approval|approved?"
                   r"|authori[sz]ed?|renewals?|continu\w+|reauthorization)\b.*"),
    ),
)  # fmt: skip

# A lead-in that opens a list of what is not covered.
EXCLUDES = re.compile(
    r"\b(?:not (?:be )?(?:considered )?(?:covered|medically necessary|approved|authorized|eligible|reimbursed)"
    r"|experimental|investigational|unproven|exclu\w+|"
    r"limitations?|will not (?:be )?(?:cover\w*|approv\w*|pay|authoriz\w*)|does not cover|do not cover|non-?covered)\b",
    re.IGNORECASE,
)
# One that opens a list of criteria or papers.
DEMANDS = re.compile(
    r"\b(?:medically necessary|cover(?:ed|age|s)?|approv(?:e|ed|al|able)|authoriz(?:e|ed|ation)|criteria|criterion|met"
    r"|meets?|must|required?|requires|"
    r"requirements?|eligible|provided (?:that|when|if)|indicated|considered|submit(?:ted)?|send|include[sd]?"
    r"|attach(?:ed)?|documentation|documents?|"
    r"records|demonstrates?|shows?|conditions? (?:is|are)|all of the following|any of the following|one of the "
    r"following)\b",
    re.IGNORECASE,
)
# One that opens a list of something else, for all it says of coverage.
OTHER_LISTS = re.compile(
    r"\b(?:codes?|plans?|products?|states?|policies|references?|definitions?|terms?|abbreviations?|brands?"
    r"|formulations?|"
    r"lines? of business|members of|sources?|websites?|available as|supplied as|forms? and strengths?|defined as|see "
    r"also)\b[^.]{0,40}:\s*$",
    re.IGNORECASE,
)
# A sentence that is a criterion by itself.
STATES = re.compile(
    r"\b(?:must|shall|is required|are required|requires?|need(?:s)? to|has to|have to|is (?:considered )?(?:covered"
    r"|medically necessary)|are (?:considered )?(?:covered|"
    r"medically necessary)|will be (?:covered|approved|authorized)|may be (?:covered|approved|considered|authorized)"
    r"|(?:we|plan)(?: will)? (?:covers?|approves?|pays? for)"
    r"|should be|should include)\b",
    re.IGNORECASE,
)
# Sentences that state a rule of the plan and no criterion: what governs, what is not replaced, where to look.
NO_CRITERION = re.compile(
    r"\b(?:benefit (?:document|plan|booklet)|member's (?:contract|certificate)|federal|state (?:law|mandate)|this "
    r"(?:policy|guideline|document) (?:does|is|explains|applies|"
    r"describes|may)|not (?:a )?guarantee|reserves the right|refer to|see (?:the|also)|appeal|standard requests"
    r"|expedited requests|claims?|billed|reimburs\w+|"
    r"effective|reviewed annually)\b",
    re.IGNORECASE,
)
