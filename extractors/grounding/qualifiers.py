"""Words that turn a statement around: none of them may be added to or dropped from a quoted value.

Fuzzy scores pass `with contrast` for `without contrast` (93) and `left knee` for `right knee`; so words of this table
must be equal, whatever the score.
"""

from __future__ import annotations

import re

# Negation, certainty, laterality, acuity, severity, time, extent: each changes a code, a claim or a decision.
QUALIFIERS = frozenset(
    re.findall(
        r"\S+",
        """
        no not without with w wo none never non denies denied negative positive absent present free excluded ruled
        out possible probable suspected likely unlikely questionable rule left right bilateral unilateral lt rt
        upper lower proximal distal anterior posterior medial lateral superior inferior dominant nondominant acute
        chronic subacute recurrent initial subsequent sequela persistent intermittent transient exacerbation mild
        moderate severe minor major partial complete total incomplete type stage grade class primary secondary
        tertiary metastatic benign malignant open closed displaced nondisplaced traumatic nontraumatic pathological
        controlled uncontrolled complicated uncomplicated specified unspecified stable unstable active inactive
        history family personal past former current resolved remission increase decrease increased decreased high
        low before after pre post first second third cervical thoracic lumbar sacral lumbosacral thoracolumbar
        cervicothoracic systolic diastolic inpatient outpatient urgent routine standard expedited i ii iii iv v
        """,
    )
)

# Said right before a phrase, they deny it.
NEGATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        no not without denies denied negative never absent non
        """,
    )
)


# Word parts one or two letters apart that mean different things.
_OPPOSITES = (
    ("hyper", "hypo"),
    ("inter", "intra"),
    ("ab", "ad"),
    ("ante", "anti"),
    ("macro", "micro"),
    ("supra", "infra"),
    ("super", "supra"),
    ("pre", "pro"),
    ("pre", "post"),
    ("per", "para"),
    ("ecto", "endo"),
    ("ilio", "ileo"),
    ("otomy", "ectomy"),
    ("otomy", "ostomy"),
    ("ectomy", "ostomy"),
    ("phagia", "phasia"),
    ("itis", "osis"),
    ("emia", "uria"),
    ("ileum", "ilium"),
    ("peroneal", "perineal"),
    ("peroneal", "peritoneal"),
    ("ureter", "urethr"),
)


def opposed(one: str, other: str) -> bool:
    """Whether two similar words differ by a part that changes the meaning (`hypertension`, `hypotension`)."""
    shorter, longer = sorted((one, other), key=len)
    if longer.endswith(shorter) and longer != shorter:
        return True  # a prefix was added: `displaced`, `nondisplaced`
    for a, b in _OPPOSITES:
        for x, y in ((a, b), (b, a)):
            if x in one and one.replace(x, y, 1) == other:
                return True
    return False
