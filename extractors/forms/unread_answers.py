"""What forms ask for whose answer is no field's value: a signature, the clinical summary, drugs tried before.

Their labels count when their place is blank only. Wordings are those that payers, laboratories and clinics print, in
their canonical spelling (`extractors.forms.wording`).
"""

from __future__ import annotations

_SIGNATURE = """
signature | provider signature | signature of provider | signature of requesting provider |
authorized signature | signature of requesting | requesting provider authorized signature |
authorized provider signature | electronic signature | signature of authorized representative |
signature of person requesting | signature line | sign here | provider sign here | clinician sign here |
prescriber sign here | signature stamp | signature required | original signature | handwritten signature |
wet signature | physician original signature | signature and credential | signature with credential |
signature of treating provider | signature and title | signed | signed by | provider attestation signature |
attestation signature | certifying signature | physician or authorized signature |
signature of physician or designee | signature of prescriber or authorized representative |
prescriber or authorized signature | signature of ordering md
"""
_SUMMARY = """
clinical summary | clinical rationale | clinical information | clinical justification | medical justification |
rationale | clinical history | statement of medical necessity | clinical note | clinical finding |
medical necessity | anything else reviewer should know | summary of clinical information |
supporting clinical information | reason for request and clinical information | brief clinical summary |
brief clinical history | clinical narrative | narrative | justification | pertinent clinical information |
relevant clinical information | clinical detail | additional clinical information |
clinical indication and history | summary of clinical finding | clinical reason | pertinent history |
pertinent clinical finding | relevant clinical history | rationale for request | clinical comment |
rationale for exception | clinical rationale for request | clinical reason for request |
explanation of medical necessity | medical necessity explanation | explain medical necessity |
reason for medical necessity | medical necessity narrative | justification for request |
justification of medical necessity | medical necessity justification | case summary |
other information reviewer should know | other clinical information | clinical presentation |
clinical summary and rationale | clinical picture | clinical course | history and clinical finding |
history finding | summary of medical necessity | clinical information supporting request | clinical support |
clinical background | reason for exception | why it medically necessary | why is it medically necessary |
tell us why it needed | supporting rationale | clinical information to support request |
summary of patient history | summary of case | medical rationale | relevant finding | pertinent finding |
supporting finding | supporting fact | fact that support care | fact that support request | fact supporting request |
clinical fact | what support request | reason for care | why care needed | why this care needed | history and exam |
pertinent history and exam | relevant history and exam | history of present illness | present illness |
history exam and finding | history of present illness exam and prior imaging | finding that support request |
relevant history and finding | case description | description of case | clinical story | course and finding |
clinical picture and course | patient story | brief history | brief summary | summary of need
"""
_TRIED = """
drug tried | medication tried | previous therapy | prior therapy | previous medication tried |
prior medication tried | medication tried and failed | drug tried and failed | tried and failed |
therapy tried | treatment tried | formulary alternative tried | alternative tried | preferred drug tried |
preferred alternative tried | previous drug tried | prior drug tried | step therapy history | medication trial |
prior trial | drug trial | previous treatment tried | past medication tried | failed therapy |
failed medication | medication failed | drug failed | tried medication | medication previously tried |
drug previously tried | prior medication history | previously tried medication | formulary medication tried |
trial and failure | previous trial and outcome | tried already | already tried | tried before | tried so far |
tried already and with what result | tried before and result | what has been tried | what was tried |
what patient has tried | treatment already tried | treatment already attempted | therapy already tried |
therapy already attempted | drug already tried | medication already tried | conservative treatment tried |
conservative treatment attempted | conservative or drug treatment already attempted | conservative care tried |
conservative measure tried | earlier treatment | earlier treatment and result | earlier drug and result |
previous treatment and outcome | previous treatment and response | prior treatment and response |
prior treatment and outcome | prior therapy and outcome | treatment to date | treatment so far | therapy to date |
therapy so far | drug used so far | drug used before | measure already taken | failed treatment
"""


def _named(wordings: str, name: str) -> dict[str, str]:
    return {" ".join(w.split()): name for w in wordings.split("|") if w.strip()}


BLANK_ONLY: dict[str, str] = {
    **_named(_SIGNATURE, "provider.signature"),
    **_named(_SUMMARY, "clinical.summary"),
    **_named(_TRIED, "medication.tried"),
}
