"""Whose value a label asks for: the phrases that name its owner, and the fields that are an owner's."""

from __future__ import annotations

# Phrases that say whose value a label asks for: phrase -> (owner, role). Longer phrases are tried first.
OWNERS: dict[str, tuple[str, str]] = {
    "patient": ("patient", ""), "member": ("patient", ""), "enrollee": ("patient", ""), "beneficiary": ("patient", ""),
    "recipient": ("patient", ""), "client": ("patient", ""), "participant": ("patient", ""),
    "claimant": ("patient", ""), "covered person": ("patient", ""), "individual": ("patient", ""),
    "subscriber": ("subscriber", ""), "insured": ("subscriber", ""), "policyholder": ("subscriber", ""),
    "policy holder": ("subscriber", ""), "cardholder": ("subscriber", ""), "guarantor": ("subscriber", ""),
    "responsible party": ("subscriber", ""), "employee": ("subscriber", ""), "parent": ("subscriber", ""),
    "guardian": ("subscriber", ""), "emergency contact": ("other", ""), "spouse": ("other", ""),
    "secondary insurance": ("other", ""), "secondary": ("", ""), "other insurance": ("other", ""),
    "requesting provider": ("provider", "requesting"), "requesting physician": ("provider", "requesting"),
    "requesting practitioner": ("provider", "requesting"), "requesting clinician": ("provider", "requesting"),
    "requesting": ("provider", "requesting"), "requester": ("provider", "requesting"),
    "requestor": ("provider", "requesting"), "orderer": ("provider", "ordering"),
    "submitting provider": ("provider", "requesting"),
    "ordering provider": ("provider", "ordering"), "ordering physician": ("provider", "ordering"),
    "ordering clinician": ("provider", "ordering"), "ordering practitioner": ("provider", "ordering"),
    "ordering": ("provider", "ordering"), "authorizing provider": ("provider", "ordering"),
    "referring provider": ("provider", "referring"), "referring physician": ("provider", "referring"),
    "referring": ("provider", "referring"), "referring doctor": ("provider", "referring"),
    "prescriber": ("provider", "requesting"), "prescribing physician": ("provider", "requesting"),
    "prescribing provider": ("provider", "requesting"), "prescribing": ("provider", "requesting"),
    "prescribing clinician": ("provider", "requesting"),
    "treating provider": ("provider", "requesting"), "treating physician": ("provider", "requesting"),
    "treating": ("provider", ""), "attending": ("provider", "attending"),
    "attending physician": ("provider", "attending"), "attending provider": ("provider", "attending"),
    "pcp": ("provider", "pcp"), "primary care provider": ("provider", "pcp"),
    "primary care physician": ("provider", "pcp"), "primary care": ("provider", "pcp"),
    "servicing provider": ("provider", "servicing"), "rendering provider": ("provider", "servicing"),
    "performing provider": ("provider", "servicing"), "rendering physician": ("provider", "servicing"),
    "servicing physician": ("provider", "servicing"), "performing physician": ("provider", "servicing"),
    "surgeon": ("provider", "servicing"), "specialist": ("provider", "servicing"),
    "rendering": ("provider", "servicing"), "servicing": ("", "servicing"), "performing": ("", "servicing"),
    "refer to": ("provider", "servicing"), "referred to": ("provider", "servicing"),
    "provider": ("provider", ""), "physician": ("provider", ""), "doctor": ("provider", ""),
    "clinician": ("provider", ""), "practitioner": ("provider", ""), "practice": ("provider", ""),
    "office": ("provider", ""), "clinic": ("provider", ""), "dept": ("provider", ""), "department": ("provider", ""),
    "md": ("provider", ""),
    "facility": ("facility", ""), "servicing facility": ("facility", ""), "rendering facility": ("facility", ""),
    "performing facility": ("facility", ""), "site": ("facility", ""), "location": ("facility", ""),
    "hospital": ("facility", ""), "supplier": ("facility", ""), "vendor": ("facility", ""), "agency": ("facility", ""),
    "dme": ("facility", ""), "infusion center": ("facility", ""), "performing site": ("facility", ""),
    "payer": ("payer", ""), "payor": ("payer", ""), "health plan": ("payer", ""), "insurance": ("payer", ""),
    "insurance company": ("payer", ""), "carrier": ("payer", ""), "plan": ("payer", ""), "insurer": ("payer", ""),
    "pharmacy": ("pharmacy", ""), "dispensing pharmacy": ("pharmacy", ""), "specialty pharmacy": ("pharmacy", ""),
    "contact": ("contact", ""), "contact person": ("contact", ""), "office contact": ("contact", ""),
    "requester contact": ("contact", ""), "billing provider": ("other", ""), "billing": ("other", ""),
    "reviewer": ("other", ""), "sender": ("provider", ""), "recipient of letter": ("provider", "servicing"),
    "addressee": ("provider", "servicing"), "consultant": ("provider", "servicing"),
    "originating provider": ("provider", "referring"), "originating": ("provider", "referring"),
    "professional": ("provider", ""), "ordering professional": ("provider", "ordering"),
    "examiner": ("provider", "attending"), "hospitalist": ("provider", "attending"),
    "proceduralist": ("provider", "attending"), "preparer": ("contact", ""),
}  # fmt: skip
# Whose fields an owner's are: owner -> entities of the schema; none for a person whose values are not read.
ENTITIES_OF: dict[str, frozenset[str]] = {
    "patient": frozenset({"patient"}),
    "provider": frozenset({"provider"}),
    "facility": frozenset({"facility"}),
    "payer": frozenset({"payer"}),
    "subscriber": frozenset({"subscriber"}),
    "pharmacy": frozenset(),
    "contact": frozenset(),
    "other": frozenset(),
}


def belonging_to(paths: tuple[str, ...], owner: str) -> tuple[str, ...]:
    """The fields of these that are the owner's or nobody's own; all where the owner is unknown."""
    entity = ENTITIES_OF.get(owner)
    if entity is None:
        return paths
    # `Member ID and payer`: the payer is everybody's.
    people = frozenset({"patient", "provider", "facility", "subscriber"})
    return tuple(p for p in paths if p.split(".")[0] in entity or p.split(".")[0] not in people)


def owner_within(words: str) -> tuple[str, str]:
    """The owner that a known label's own words name, and the role; both "" where they name none or the payer."""
    tokens = words.split()
    for size in (3, 2, 1):
        for start in range(len(tokens) - size + 1):
            phrase = " ".join(tokens[start : start + size])
            if phrase in OWNERS and OWNERS[phrase][0] not in ("payer", ""):
                return OWNERS[phrase]
    return "", ""
