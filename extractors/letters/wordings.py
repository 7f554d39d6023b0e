"""How payers' letters word their headings, decisions, demands and terms: data for the readers of letters."""

from __future__ import annotations

import re

from extractors.outline.topics import Topics

REASON, NEEDED, APPEAL, PEER, DECISION, OTHER = "reason", "needed", "appeal", "peer", "decision", "other"

LETTER_TOPICS = Topics(
    {
        REASON: "reason for denial | reasons for denial | reason for the denial | denial reason | denial reasons | "
                "reason "
        "for our decision | reasons for our decision | reason for decision | reason for this decision | reason for "
        "determination | rationale | denial rationale | clinical rationale | rationale for denial | rationale for "
        "decision | rationale for determination | decision rationale | basis for decision | basis for our decision | "
        "basis of determination | basis for denial | why we denied your request | why did we deny your request | why "
        "was your request denied | why your request was denied | why we made this decision | why was my request denied "
        "| why we cannot approve this request | why we could not approve this | how we made our decision | how we made "
        "this decision | explanation of decision | explanation of denial | explanation | clinical reason | clinical "
        "reasons for denial | specific reason for denial | specific reasons for the adverse determination | principal "
        "reason | principal reasons | principal reason for denial | reason | reasons | medical director rationale | "
        "reviewer rationale | reviewer comments | determination rationale | clinical review rationale | reason for "
        "adverse determination | reason code description | reason request was pended | reason pended | denial "
        "explanation | summary of our decision | reason for the decision | reason for non approval | reason not "
        "approved",
        NEEDED: "information needed | information we need | what we need | what we need from you | needed information "
                "| "
        "additional information needed | additional information requested | additional information required | "
        "information requested | information required | requested information | requested documentation | missing "
        "information | missing documentation | documents needed | documents required | documentation needed | "
        "documentation required | required documentation | required information | records needed | records requested | "
        "outstanding information | outstanding items | what is missing | what we still need | please send | please "
        "submit | please provide | please send us | criteria not met | unmet criteria | criteria that were not met | "
        "requirements not met | what is needed for approval | what would be needed for approval | what we would need "
        "to "
        "approve this request | needed to approve | requirements for approval | to be approved | for reconsideration | "
        "information to submit | what to send | items needed | items requested | clinical information needed | "
        "clinical "
        "information requested | clinical criteria not met | specific criteria not met | needed for review | "
        "information needed to complete our review | what you can do | next steps for approval | how to get this "
        "approved",
        APPEAL: "your right to appeal | right to appeal | appeal rights | your appeal rights | how to appeal | "
                "appeals | "
        "appeal | appeal information | how to file an appeal | how to request an appeal | filing an appeal | if you "
        "disagree | if you disagree with this decision | if you do not agree | if you don't agree with our decision | "
        "what if i disagree with this decision | appeal process | appeal procedures | appeal instructions | "
        "reconsideration | request for reconsideration | reconsideration rights | your rights | member rights | member "
        "appeal rights | provider appeal rights | provider appeals | provider dispute | your rights to appeal | you "
        "may "
        "appeal this decision | what to do if you disagree | standard appeal | expedited appeal | fast appeal | "
        "redetermination | how to ask for an appeal | asking for an appeal | you have the right to appeal this "
        "decision "
        "| important information about your appeal rights | level 1 appeal | first level appeal | internal appeal",
        PEER: "peer to peer | peer to peer review | peer to peer discussion | peer to peer consultation | peer to peer "
        "request | request a peer to peer | p2p | p2p review | speak with a medical director | talk to a reviewer | "
        "discussion with the medical director | physician discussion | doctor to doctor discussion | peer to peer "
        "conversation | peer to peer opportunity | reconsideration by peer to peer | speak with our reviewer",
        DECISION: "decision | our decision | determination | coverage decision | outcome | decision summary | "
                  "determination "
        "summary | summary of decision | review outcome | status | request status | decision status | authorization "
        "status | review determination | final determination | review decision | result of review | case status | "
        "disposition",
        OTHER: "language assistance | language services | nondiscrimination notice | nondiscrimination | notice of "
        "nondiscrimination | external review | independent review | independent external review | fair hearing | state "
        "fair hearing | state hearing | continuation of benefits | continuing benefits | enclosures | enclosure | cc | "
        "questions | contact us | need help | get help | help with your appeal | getting help | your rights to "
        "information | copies of documents | who can file an appeal | appointment of representative | legal help | "
        "complaints | grievances | criteria used | guideline used | clinical criteria | criteria used in this review | "
        "clinical guidelines used | sources used | references | important information | important notice | about this "
        "letter | summary of request | request details | request information | case information | member information | "
        "provider information | service information | requested services | service requested | services reviewed | "
        "second level appeal | external appeal | independent review organization | department of insurance | "
        "diagnosis | diagnosis codes | confidentiality notice | disclaimer | payment | claims payment | authorization "
        "is not a guarantee of payment",
    },
    stems=(
        (OTHER, r".*\b(?:external|independent) (?:medical )?review\b.*|.*\b(?:fair|state|administrative) hearing\b.*"),
        (OTHER, r".*\b(?:language|interpreter|nondiscrimination|discrimination|privacy|enclosures?|payment)\b.*"),
        (PEER, r".*\b(?:peer|physician|doctor|clinician|provider) to (?:peer|physician|doctor|clinician|reviewer)\b.*"),
        (PEER, r"(?:speak|talk|discuss|call)\b.*\b(?:reviewer|medical director|physician|doctor)\b.*"),
        (NEEDED, r"what (?:would|could|might|may|can|will) (?:help|change|be needed|support|let us)\b.*"),
        (NEEDED, r".*\b(?:needed|missing|outstanding|requested|required) (?:information|documentation|documents"
                 r"|records|papers|items)\b.*"),
        (NEEDED, r".*\b(?:information|documentation|documents|records|papers|items) (?:we (?:still )?need|needed"
                 r"|missing|requested|required|outstanding|to (?:send|submit))\b.*"),
        (NEEDED, r"(?:what|items|documents|records|papers) (?:we|is|to|you)\b.*\b(?:need|send|submit|missing"
                 r"|provide)\b.*|.*\bcriteria\b.*\bnot (?:been )?(?:met|shown|satisfied)\b.*"),
        (NEEDED, r"(?:(?:additional|clinical|medical|new|any|the|other|further) )*(?:information|documentation"
                 r"|documents|records"
                 r"|evidence|papers|items|notes|details)\b.*\b(?:supports?|helps?|change|reconsider(?:ed|ation)?|approve|assist"
                 r"|allow|consider(?:ed)?)\b.*"),
        (NEEDED, r"(?:the following|these|this|what)\b.*\b(?:considered|resubmi(?:ssion|t|tting)|support)\b.*"),
        (APPEAL, r".*\b(?:appeals?|dispute|disagree|challenge|reconsider(?:ation)?|redetermination|second (?:review"
                 r"|look|opinion)|another review)\b.*"),
        (REASON, r"(?:why|how) (?:we|was|did|have|your|my|this|our|the|it)\b.*"),
        (REASON, r"(?:the |our )?(?:specific |clinical |principal |main |medical )*(?:reasons?|rationale|basis|grounds"
                 r"|explanation)(?: for| of| behind)?\b.*"),
        (DECISION, r"(?:the |our |your )?(?:coverage |review |final |authorization )*(?:decision|determination|outcome"
                   r"|disposition|result)s?(?: made| reached| summary)?|what we (?:decided|cover|approved|found)\b.*"),
    ),
)  # fmt: skip

# A statement about what might be, was once, or depends: it decides nothing here.
CONDITIONAL = re.compile(
    r"\b(?:if|unless|once|whether|should|before|until|may|might|can|could|would|to|when|whenever|previously|prior|past|"
    r"earlier|not|never|in the event)\s+(?:(?:an?|any|be|been|have|is|are|was|were|being|your|our|the|this|request|"
    r"appeal|claim|service|it|we|they|that|plan|care|coverage|you|decision|again|later|still|also|another|treatment)"
    r"\s+){0,6}$",
    re.IGNORECASE,
)

_DENY = r"(?:den(?:ied|ying)|declin(?:ed|ing)|refused|reject(?:ed|ing)|disapproved|non-?certified|not certified)"
_NOT = (
    r"(?:cannot|can ?not|can't|could not|couldn't|unable to|not able to|will not|won't|did not|didn't|do not|are not"
    r"|is "
    r"not|was not|were not|has not been|have not been|have decided not to|decided not to|has decided not to|must not)"
)
_APPROVE = r"(?:approv(?:e|ed|al|able)|authoriz(?:e|ed|ation)|cover(?:ed)?|certif(?:y|ied)|granted?|pay for|agree to)"
OUTCOMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (outcome, re.compile(pattern, re.IGNORECASE))
    for outcome, pattern in (
        (
            "partially_approved",
            r"\b(?:partial(?:ly)? (?:denied|approved|denial|approval|adverse|favorable|authorized|unfavorable"
            r"|certified)"
            r"|(?:approved|denied|authorized|certified|granted)[^.;]{0,25}\bin part\b|part of (?:your|the|this) "
            r"request "
            r"(?:is|was|has been) (?:denied|approved)|approved (?:only )?(?:in part|with (?:changes|modifications?)"
            r"|for a "
            r"(?:lesser|reduced|smaller))|(?:approved|authorized) a (?:lesser|reduced|smaller)|modified (?:approval|"
            r"determination|authorization)|denied in part|partial (?:non-?certification))\b",
        ),
        (
            "denied",
            rf"\b(?:(?:we(?:['’]ve)?|plan|have|has|had|must|hereby) (?:also |therefore |recently |now )*{_DENY}\b"
            rf"(?: (?:coverage|approval|authorization|payment))?"
            rf"|(?:is|are|was|were|has been|have been|being|must be|remains?|hereby) (?:also |therefore |hereby |now "
            rf")?{_DENY}\b"
            rf"|{_NOT} (?:be |been |to )?(?:fully |currently )?{_APPROVE}\b"
            r"|(?:notice of|letter of|is a|this) (?:denial|adverse (?:benefit |coverage |organization "
            r")?(?:determination|decision)|non-?coverage|"
            r"non-?certification|disapproval)|adverse (?:benefit |coverage |organization |medical necessity "
            r")*(?:determination|decision)"
            r"|(?:denial|disapproval) (?:notice|letter|of (?:coverage|authorization|medical coverage|services?|payment"
            r"|request|prior|prescription))"
            r"|(?:coverage|claim|service|authorization|prior authorization|precertification|medical necessity|pharmacy"
            r"|drug) denial\b|unfavorable (?:decision|determination)"
            rf"|(?:uph[eo]ld|upholding|maintain(?:ed|ing)?) (?:our|the|this|its)(?: original| initial| previous)? "
            rf"(?:denial|decision|adverse)|denial (?:is|was|has been) upheld|{_DENY} (?:coverage|approval"
            rf"|authorization) (?:of|for))",
        ),
        (
            "pended",
            r"\b(?:(?:is|are|was|has been|have been|remains?|currently|been) (?:pended|pending(?: additional| more| "
            r"further| receipt)?|suspended|(?:placed |put )?on hold|incomplete)"
            r"|(?:cannot|can ?not|unable to|not able to|could not) (?:(?:make|reach|give|issue) (?:an?|our|any) "
            r"(?:\w+ )?"
            r"(?:decision|determination|answer)|(?:complete|finish|conclude|continue|begin|start|proceed with) (?:our"
            r"|the"
            r"|this|your|its)(?: \w+)? ?(?:review|determination|request|decision|case|file)|process (?:your|the|this) "
            r"request|decide|review (?:this|your|the) request)"
            r"|(?:additional|more|further|missing|the following) (?:clinical |medical |supporting )?(?:information"
            r"|documentation|records|documents|papers) (?:is|are) (?:still )?(?:needed|required|necessary|requested"
            r"|missing)"
            r"|(?:papers|records|documents|information|documentation) (?:is|are) (?:still )?missing"
            r"|(?:request|notice) (?:for|of) (?:additional|more|further|missing|incomplete|clinical"
            r"|supporting)[\w /-]{0,25}(?:information|documentation|records|request)"
            r"|(?:we|plan) (?:still )?(?:need|require|request|are requesting|must have) (?:additional|more|further"
            r"|the following)(?: \w+){0,2} (?:information|documentation|records|documents|papers|items)"
            r"|(?:additional|more|further|missing|clinical) information (?:request|needed|required|requested)|notice "
            r"of (?:extension|pend(?:ing|ed)?|incomplete)|(?:incomplete|missing information|pend(?:ed)?) (?:request "
            r"|case )?(?:notice|notification|letter)|lack(?:s|ing)? (?:of )?information (?:notice|letter))\b",
        ),
        (
            "approved",
            r"\b(?:(?:is|are|was|were|has been|have been|been|hereby) (?:also |fully |now |hereby )?(?:approved"
            r"|authorized|certified|granted)"
            r"|(?:we|plan) (?:have |has |are |also )*(?:approv(?:ed|ing)|authoriz(?:ed|ing)|certified)\b"
            r"|(?:notice of|letter of) (?:approval|authorization|favorable|certification)|(?:approval|authorization) "
            r"(?:notice|letter|notification|confirmation)|favorable (?:decision|determination)"
            r"|(?:overturn(?:ed|ing)?|revers(?:ed|ing)) (?:our|the|this|its)(?: original| initial| previous)? "
            r"(?:denial|decision|adverse)|pleased to (?:inform|tell|notify|approve|let))\b",
        ),
    )
)  # fmt: skip
# What a cell or a value beside `Decision:` says by itself.
STATUS_WORDS: dict[str, str] = {
    "denied": "denied", "denial": "denied", "adverse determination": "denied", "not approved": "denied",
    "adverse": "denied", "unfavorable": "denied", "non certified": "denied", "not certified": "denied",
    "noncertified": "denied", "declined": "denied", "disapproved": "denied", "not covered": "denied",
    "adverse benefit determination": "denied", "fully denied": "denied", "denied not medically necessary": "denied",
    "not authorized": "denied", "rejected": "denied", "upheld": "denied",
    "pended": "pended", "pending": "pended", "pend": "pended", "on hold": "pended", "incomplete": "pended",
    "additional information needed": "pended", "more information needed": "pended", "suspended": "pended",
    "pended for additional information": "pended", "additional information requested": "pended",
    "pending additional information": "pended", "pended for information": "pended", "information needed": "pended",
    "approved": "approved", "approval": "approved", "authorized": "approved", "certified": "approved",
    "favorable": "approved", "fully approved": "approved", "granted": "approved", "overturned": "approved",
    "partially approved": "partially_approved", "partially denied": "partially_approved",
    "modified": "partially_approved",
    "partial denial": "partially_approved", "partial approval": "partially_approved",
    "approved in part": "partially_approved",
    "denied in part": "partially_approved", "partially favorable": "partially_approved",
    "partial": "partially_approved",
    "approved with changes": "partially_approved", "reduced": "partially_approved",
}  # fmt: skip
