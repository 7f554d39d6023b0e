"""Allergies in the forms in which notes list them."""

import pytest

from tests.extractors.prose.reads import entities, pairs, read

CASES: list[tuple[str, list[dict[str, str]]]] = [
    (
        "Allergies  latex - itching\nAddress  12 Elm St  Phone  207-555-0149",
        [{"substance": "latex", "reaction": "itching"}],
    ),
    (
        "Allergies: adhesive-blisters, iodine-skin burn, beta-lactam antibiotics",
        [
            {"substance": "adhesive", "reaction": "blisters"},
            {"substance": "iodine", "reaction": "skin burn"},
            {"substance": "beta-lactam antibiotics"},
        ],
    ),
    (
        "Allergies: oxycodone/nausea; sulfa/hives",
        [{"substance": "oxycodone", "reaction": "nausea"}, {"substance": "sulfa", "reaction": "hives"}],
    ),
    (
        "ALLERGIES\n- Ramipril Cough\n- Sulfa drugs Hives and Rash",
        [{"substance": "Ramipril", "reaction": "Cough"}, {"substance": "Sulfa drugs", "reaction": "Hives and Rash"}],
    ),
    (
        "Allergies: naproxen, wheezing; latex; gives contact rash",
        [{"substance": "naproxen", "reaction": "wheezing"}, {"substance": "latex", "reaction": "contact rash"}],
    ),
    (
        "Please note gadolinium (hives). Warnings: morphine (itching).",
        [{"substance": "gadolinium", "reaction": "hives"}, {"substance": "morphine", "reaction": "itching"}],
    ),
    ("HPI: He reacted badly to cefaclor.", [{"substance": "cefaclor"}]),
    (
        "Allergen  Reaction  Severity\nShellfish  Throat swelling  High",
        [{"substance": "Shellfish", "reaction": "Throat swelling"}],
    ),
    ("Allergies: Sulfa (sulfonamide antibiotics)", [{"substance": "Sulfa"}]),
    (
        "Allergies\nLatex (rash)\nInsight fair, judgment intact. Feet and nails looked after.",
        [{"substance": "Latex", "reaction": "rash"}],
    ),
    (
        "ALLERGIES: penicillin (hives); codeine (nausea and vomiting)",
        [{"substance": "penicillin", "reaction": "hives"}, {"substance": "codeine", "reaction": "nausea and vomiting"}],
    ),
    (
        "Allergies: Sulfa - hives; lisinopril - cough",
        [{"substance": "Sulfa", "reaction": "hives"}, {"substance": "lisinopril", "reaction": "cough"}],
    ),
    (
        "Allergies: penicillin -> rash, bee stings",
        [{"substance": "penicillin", "reaction": "rash"}, {"substance": "bee stings"}],
    ),
    (
        "ALLERGIES\nLatex: contact dermatitis\nShellfish: throat swelling",
        [
            {"substance": "Latex", "reaction": "contact dermatitis"},
            {"substance": "Shellfish", "reaction": "throat swelling"},
        ],
    ),
    (
        "Allergies:\n- amoxicillin causes rash\n- iodinated contrast (anaphylaxis)",
        [
            {"substance": "amoxicillin", "reaction": "rash"},
            {"substance": "iodinated contrast", "reaction": "anaphylaxis"},
        ],
    ),
    (
        "DRUG ALLERGIES: aspirin, ibuprofen and morphine",
        [{"substance": "aspirin"}, {"substance": "ibuprofen"}, {"substance": "morphine"}],
    ),
    ("HPI: She is allergic to sulfa drugs (rash).", [{"substance": "sulfa drugs", "reaction": "rash"}]),
    ("HPI: Known penicillin allergy (hives).", [{"substance": "penicillin", "reaction": "hives"}]),
    ("Allergies: No known drug allergies except latex (rash)", [{}, {"substance": "latex", "reaction": "rash"}]),
    (
        "ALLERGIES\nPenicillin   Hives   Moderate\nCodeine   Nausea   Mild",
        [{"substance": "Penicillin", "reaction": "Hives"}, {"substance": "Codeine", "reaction": "Nausea"}],
    ),
    ("HPI: He is not allergic to penicillin.", []),
    ("Allergies: NKDA\nRecent Results\nComponent   Value   Units\nGlucose   99   mg/dL", [{}]),
    (
        "Allergies: latex (rash)\nPrescriber signature (stamps not accepted)   Date",
        [{"substance": "latex", "reaction": "rash"}],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:50] for c in CASES])
def test_substances_and_reactions(text: str, expected: list[dict[str, str]]) -> None:
    found = [{k: v for k, v in a.items() if k != "none"} for a in entities(read(text), "allergy")]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Allergies: NKDA",
        "ALLERGIES: No known drug allergies",
        "Allergies: None",
        "Allergies: none known.",
        "Allergies: NKA",
        "No known allergies.",
        "HPI: She has no known medication allergies.",
        "Allergies: Denies",
        "HPI: He denies drug allergies.",
    ],
)
def test_none_known(text: str) -> None:
    assert [(c.path, c.value) for c in read(text) if c.path.startswith("allergy")] == [("allergy.none", "none known")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALLERGIC TO: codeine; gives itching.", {"codeine": "itching"}),
        ("Known intolerance: latex, with hives.", {"latex": "hives"}),
        ("Allergies: penicillin, causing rash; sulfa, which caused hives", {"penicillin": "rash", "sulfa": "hives"}),
        ("Allergies: penicillin, sulfa, latex", {"penicillin": None, "sulfa": None, "latex": None}),
    ],
)
def test_what_a_substance_does_may_follow_a_comma(text: str, expected: dict[str, str | None]) -> None:
    assert pairs(read(text), "allergy", "substance", "reaction") == expected
