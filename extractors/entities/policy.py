"""What a payer's policy is called, when it holds, whom it covers, and how fast it is decided."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.schema import ErrorCost, Reads, Schema, called


class Issuer(Schema):
    """The payer whose policy it is, and the plans that it applies to."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            called(
                "issued by | issuer | payer | payer name | health plan | health plan name | company | company name | "
                "publisher | published by | policy owner | plan sponsor | insurer | carrier | organization | "
                "administered by | contractor | contractor name | issuing organization | issuing entity | "
                "underwritten by | approved for"
            ),
            asked=False,
        ),
    ] = None
    plan: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "applies to | applicable to | applicable plan | applicable plans | applicable product | applicable "
                "products | line of business | lines of business | lob | product | products | plan | plans | plan "
                "name | plan type | plans covered | benefit plan | benefit plans | this policy applies to | policy "
                "applies to | coverage type | program | programs | applicable line of business | applicable lines of "
                "business | market | scope | applicability | product line | product lines | plans in scope | members "
                "covered | population | for members of | benefit types | benefit type | benefits | plans and products "
                "| covered plans | "
                "coverage types | insurance products | product types"
            ),
            asked=False,
        ),
    ] = None


class Policy(Schema):
    """The policy itself."""

    title: Annotated[
        str | None,
        Reads(
            Kind.TEXT,
            called(
                "policy title | title | policy name | name of policy | guideline title | guideline name | policy "
                "subject | subject | topic | document title | criteria title | medical policy title | coverage policy "
                "title | bulletin title | criteria name | lcd title"
            ),
            asked=False,
        ),
    ] = None
    number: Annotated[
        str | None,
        Reads(
            Kind.IDENTIFIER,
            called(
                "policy number | policy no | policy id | policy identifier | policy code | guideline number | "
                "guideline "
                "no | guideline id | document number | document id | document no | bulletin number | medical policy "
                "number | coverage policy number | clinical policy number | criteria number | reference number | "
                "policy reference number | reference | policy | number | id | lcd id | lcd number | cpb number | "
                "criteria id | index number | section | policy reference | publication number | control number | "
                "policy index | file number | drug policy number | position number | position no | criteria no | rule "
                "number | standard "
                "number | protocol number | protocol no | document control number | clinical guideline number | "
                "policy # | guideline "
                "# | identifier | document identifier | coverage position number | pub number | guideline | coverage "
                "guideline | medical guideline | clinical guideline | bulletin | bulletin no | bulletin id | "
                "protocol | "
                "protocol id | rule no | rule id | rule | document | doc no | doc id | doc number | policy ref | "
                "policy "
                "index no | criteria | criteria set | criteria set id | coverage policy | coverage policy no | medical "
                "policy | medical policy no | drug policy | lcd | ncd | article id | catalog number | standard | "
                "standard "
                "no | publication no | position | pdl | pdl number | um guideline | um guideline number"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    effective_date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "effective date | effective | date effective | policy effective date | current effective date | "
                "effective as of | effective from | in effect from | in force from | in force since | effective date "
                "of this policy | guideline effective date | valid from | in effect since | current version effective "
                "| version effective date | implementation date | revision effective date | policy effective | "
                "effective on | starts | takes effect | takes effect on"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    original_date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "original effective date | original policy date | origination date | original date | date of origin | "
                "origination | initial effective date | first effective | adopted | adoption date | created | "
                "creation date | original implementation date | policy origination date | original issue date"
            ),
            asked=False,
        ),
    ] = None
    review_date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "last review date | last review | last reviewed | review date | reviewed | date reviewed | reviewed "
                "on | date of last review | most recent review | most recent review date | last annual review | annual "
                "review date | last committee review | committee review date | date last reviewed | latest review | "
                "latest review date | p and t review date | last p and t review | last review or revision | "
                "reviewed by "
                "committee on | annual review | annual review completed | policy last reviewed | last medical review"
            ),
            asked=False,
        ),
    ] = None
    # A text may be revised between two reviews, and approved after one.
    revision_date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "last revised | last revision | last revision date | revision date | revised | date revised | "
                "revised on | "
                "last updated | updated | last update | last modified | amended | last amended | last approved | "
                "last approval date | approval date | approved on | date of last revision | latest revision | "
                "version date"
            ),
            asked=False,
        ),
    ] = None
    next_review_date: Annotated[
        str | None,
        Reads(
            Kind.DATE,
            called(
                "next review date | next review | next scheduled review | review due | next annual review | next "
                "review due | to be reviewed by | next review on | expiration date | expires | sunset date | scheduled "
                "review | future review date | due for review | due for review on | look back due | next look | "
                "review again by | to be reviewed | review by"
            ),
            asked=False,
        ),
    ] = None
    turnaround_standard: Annotated[
        str | None,
        Reads(
            Kind.DURATION,
            called(
                "standard turnaround | standard | standard request | standard requests | standard review | standard "
                "decision | routine | routine request | routine requests | routine review | non urgent | non urgent "
                "request | non urgent requests | non urgent review | standard turnaround time | turnaround standard | "
                "turnaround time standard | standard determination | standard determinations | standard timeframe | "
                "regular request | regular requests | routine turnaround"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    turnaround_expedited: Annotated[
        str | None,
        Reads(
            Kind.DURATION,
            called(
                "expedited turnaround | expedited | expedited request | expedited requests | expedited review | "
                "expedited decision | urgent | urgent request | urgent requests | urgent review | stat request | "
                "expedited turnaround time | turnaround expedited | turnaround time expedited | expedited "
                "determination | expedited determinations | expedited timeframe | urgent turnaround | rush request | "
                "emergent request"
            ),
            ErrorCost.SERIOUS,
            asked=False,
        ),
    ] = None
    approval_duration: Annotated[
        str | None,
        Reads(
            Kind.DURATION,
            called(
                "approval duration | duration of approval | authorization duration | duration of authorization | "
                "length of approval | length of authorization | approval period | authorization period | initial "
                "approval duration | initial authorization duration | coverage duration | duration of coverage | "
                "approval length | authorization length | initial approval | initial authorization | approvals last | "
                "approval term | initial approval period | initial authorization period | approval valid for | "
                "authorization valid for | initial duration | initial coverage duration | term of approval"
            ),
            asked=False,
        ),
    ] = None
    renewal_duration: Annotated[
        str | None,
        Reads(
            Kind.DURATION,
            called(
                "renewal duration | reauthorization duration | renewal approval duration | continuation duration | "
                "renewal | reauthorization | renewal period | continued approval | continuation of therapy duration | "
                "reauthorization period | reapproval duration | renewal authorization | continued authorization | "
                "reauthorization approval duration"
            ),
            asked=False,
        ),
    ] = None
    diagnosis_code: Annotated[str | None, Reads(Kind.DIAGNOSIS_CODE, asked=False, listed=True)] = None
    diagnosis_description: Annotated[str | None, Reads(Kind.TEXT, asked=False, listed=True)] = None
    diagnosis_range: Annotated[str | None, Reads(Kind.TEXT, asked=False, listed=True)] = None
    exclusion: Annotated[str | None, Reads(Kind.TEXT, asked=False, listed=True)] = None
