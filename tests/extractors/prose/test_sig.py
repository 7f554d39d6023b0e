"""Sigs as US notes, lists and labels print them."""

from itertools import pairwise

import pytest

from extractors.prose.sig import read_sig

# text after the drug's name -> attributes
CASES: list[tuple[str, dict[str, str]]] = [
    (
        " 500 mg tablet Take 1 tablet by mouth 2 (two) times daily with meals.",
        {
            "strength": "500 mg",
            "form": "tablet",
            "dose": "1 tablet",
            "route": "by mouth",
            "frequency": "2 (two) times daily with meals",
        },
    ),
    (" 5 mg every 6 (six) hours as needed", {"strength": "5 mg", "frequency": "every 6 (six) hours as needed"}),
    (" 2 puffs q.4h. p.r.n.", {"dose": "2 puffs", "frequency": "q.4h. p.r.n."}),
    (" 20 mg each morning", {"strength": "20 mg", "frequency": "each morning"}),
    (
        " 500 mg tablet, take 1 tablet PO BID",
        {"strength": "500 mg", "form": "tablet", "dose": "1 tablet", "route": "po", "frequency": "bid"},
    ),
    (
        " 20 mg capsule by mouth once daily",
        {"strength": "20 mg", "form": "capsule", "route": "by mouth", "frequency": "once daily"},
    ),
    (" 75 mcg PO qAM", {"strength": "75 mcg", "route": "po", "frequency": "qam"}),
    (
        " 40 mg/0.4 mL pen, inject 40 mg SC every 14 days",
        {"strength": "40 mg/0.4 mL", "form": "pen", "dose": "40 mg", "route": "sc", "frequency": "every 14 days"},
    ),
    (
        " 100 mg vial 5 mg/kg intravenous weeks 0, 2, 6 then every 8 weeks",
        {
            "strength": "100 mg",
            "form": "vial",
            "dose": "5 mg/kg",
            "route": "intravenous",
            "frequency": "weeks 0, 2, 6 then every 8 weeks",
        },
    ),
    (
        " 1 mg/dose (4 mg/3 mL) pen 1 mg subcutaneous once weekly",
        {
            "strength": "1 mg/dose (4 mg/3 mL)",
            "form": "pen",
            "dose": "1 mg",
            "route": "subcutaneous",
            "frequency": "once weekly",
        },
    ),
    (
        " 200 units vial 155 units intramuscular every 12 weeks",
        {
            "strength": "200 units",
            "form": "vial",
            "dose": "155 units",
            "route": "intramuscular",
            "frequency": "every 12 weeks",
        },
    ),
    (" 22 units subcut qHS", {"dose": "22 units", "route": "subcut", "frequency": "qhs"}),
    (
        " 100 units/mL subcutaneous per sliding scale with meals",
        {"strength": "100 units/mL", "route": "subcutaneous", "frequency": "per sliding scale with meals"},
    ),
    (
        " 90 mcg/actuation inhaler, 2 puffs every 4 hours as needed",
        {"strength": "90 mcg/actuation", "form": "inhaler", "dose": "2 puffs", "frequency": "every 4 hours as needed"},
    ),
    (" 12.5 mg PO BID with meals", {"strength": "12.5 mg", "route": "po", "frequency": "bid with meals"}),
    (" 10mg daily", {"strength": "10 mg", "frequency": "daily"}),
    (" 81 mg daily", {"strength": "81 mg", "frequency": "daily"}),
    (" 650 mg q6h prn pain", {"strength": "650 mg", "frequency": "q6h prn pain"}),
    (
        " 875-125 mg tablet: 1 tab po bid x 10 days",
        {"strength": "875-125 mg", "form": "tablet", "dose": "1 tab", "route": "po", "frequency": "bid"},
    ),
    (
        " 0.05% cream apply topically twice daily",
        {"strength": "0.05%", "form": "cream", "route": "topically", "frequency": "twice daily"},
    ),
    (" 20 mEq by mouth daily", {"strength": "20 meq", "route": "by mouth", "frequency": "daily"}),
    (" 1,000 mg twice a day", {"strength": "1000 mg", "frequency": "twice a day"}),
    (
        " 50 mg. Take one tablet by mouth nightly.",
        {"strength": "50 mg", "dose": "1 tablet", "route": "by mouth", "frequency": "nightly"},
    ),
    (
        " 300 mg/2 mL prefilled syringe 300 mg SQ every 2 weeks",
        {
            "strength": "300 mg/2 mL",
            "form": "prefilled syringe",
            "dose": "300 mg",
            "route": "sq",
            "frequency": "every 2 weeks",
        },
    ),
    (" 150 mg IM monthly", {"strength": "150 mg", "route": "im", "frequency": "monthly"}),
    (" 15 mg weekly", {"strength": "15 mg", "frequency": "weekly"}),
    (" 0.5 mL inject 0.5 mL subcutaneously every month", {"dose": "0.5 mL", "route": "subcutaneously"}),
    (" 2000 IU daily", {"dose": "2000 iu", "frequency": "daily"}),
    (
        " 250 mcg/50 mcg diskus 1 inhalation twice daily",
        {"form": "diskus", "dose": "1 inhalation", "frequency": "twice daily"},
    ),
    (
        " 0.005% ophthalmic solution 1 drop both eyes at bedtime",
        {"strength": "0.005%", "dose": "1 drop", "frequency": "at bedtime"},
    ),
    (
        " 25 mg tablets, 2 tablets by mouth every evening",
        {"strength": "25 mg", "dose": "2 tablets", "route": "by mouth", "frequency": "every evening"},
    ),
    (
        " patch 25 mcg/hr, apply 1 patch every 72 hours",
        {"dose": "25 mcg/hr", "form": "patch", "frequency": "every 72 hours"},
    ),
    (" 375 mg/m2 IV weekly x 4", {"dose": "375 mg/m2", "route": "iv", "frequency": "weekly"}),
    (" 8 mg ODT SL q8h prn nausea", {"strength": "8 mg", "frequency": "q8h prn nausea"}),
    (" 30 mg at bedtime", {"strength": "30 mg", "frequency": "at bedtime"}),
    (" 5 mg every other day", {"strength": "5 mg", "frequency": "every other day"}),
    (" ER 500 mg with dinner", {"strength": "500 mg"}),
    (
        " 300 mg/5 mL suspension, give 5 mL by mouth three times daily",
        {
            "strength": "300 mg/5 mL",
            "form": "suspension",
            "dose": "5 mL",
            "route": "by mouth",
            "frequency": "three times daily",
        },
    ),
    (
        " 120 mg/mL autoinjector; 240 mg loading dose then 120 mg monthly",
        {"strength": "120 mg/mL", "form": "autoinjector", "frequency": "monthly"},
    ),
    (" 40 mg tab #30 RF 3", {"strength": "40 mg", "form": "tab", "quantity": "30", "refills": "3"}),
    (" 10 mg, disp: 90, refills: 1", {"strength": "10 mg", "quantity": "90", "refills": "1"}),
    (
        " 10 mg qty 60 days supply 30 refills 5",
        {"strength": "10 mg", "quantity": "60", "days_supply": "30", "refills": "5"},
    ),
    (" 5 mg, dispense 30 tablets, 2 refills", {"strength": "5 mg", "quantity": "30", "refills": "2"}),
    (
        " 1 mg/dose quantity 3, 28 days supply, 11 refills",
        {"strength": "1 mg/dose", "quantity": "3", "days_supply": "28", "refills": "11"},
    ),
    (" 20 mg 90-day supply", {"strength": "20 mg", "days_supply": "90"}),
    (" 20 mg no refills", {"strength": "20 mg", "refills": "0"}),
    (" 20 mg daily. Refill x 6", {"strength": "20 mg", "frequency": "daily", "refills": "6"}),
    (" 100 mg (headache, 2021)", {"strength": "100 mg"}),
    (" 20 mg (inadequate response)", {"strength": "20 mg"}),
    (" 5 mg-325 mg 1 tab q4h prn", {"dose": "1 tab", "frequency": "q4h prn"}),
    (" 24/26 mg PO BID", {"strength": "24/26 mg", "route": "po", "frequency": "bid"}),
    (" 2 tablets po qid", {"dose": "2 tablets", "route": "po", "frequency": "qid"}),
    (" one capsule daily", {"dose": "1 capsule", "frequency": "daily"}),
    (" 60 mg/mL q6 months SC", {"strength": "60 mg/mL", "frequency": "q6 months", "route": "sc"}),
    (" nebulizer solution 2.5 mg/3 mL via nebulizer q4h", {"strength": "2.5 mg/3 mL", "frequency": "q4h"}),
    (" 1 g IV q24h", {"strength": "1 g", "route": "iv", "frequency": "q24h"}),
    (
        " suppository 25 mg PR q12h PRN",
        {"form": "suppository", "strength": "25 mg", "route": "pr", "frequency": "q12h prn"},
    ),
    (
        " nasal spray 50 mcg, 2 sprays each nostril daily",
        {"strength": "50 mcg", "dose": "2 sprays", "frequency": "daily"},
    ),
    (" 10 mg sublingual prn", {"strength": "10 mg", "route": "sublingual", "frequency": "prn"}),
    (" 50 mg/mL", {"strength": "50 mg/mL"}),
    (" as directed", {"frequency": "as directed"}),
    ("", {}),
    (" for hypertension", {}),
    (" level 1.2 mmol/L", {}),
    (" LDL 145 mg/dL", {}),
    (" since 03/2024", {}),
    (" 1 unit/kg IV", {"dose": "1 unit/kg", "route": "iv"}),
    (" 600 mg/300 mg by mouth once a day", {"route": "by mouth", "frequency": "once a day"}),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0] for c in CASES])
def test_attributes_of_a_sig(text: str, expected: dict[str, str]) -> None:
    parts = read_sig(text)
    found = {p.path.removeprefix("medication."): p.value for p in parts}
    assert {k: found.get(k) for k in expected} == expected
    if not expected:
        assert found == {}


@pytest.mark.parametrize("text", [c[0] for c in CASES])
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    parts = read_sig(text)
    assert len({p.path for p in parts}) == len(parts)
    for one, after in pairwise(parts):
        piece = one.path == "medication.dose" and after.path == "medication.form" and after.end <= one.end
        assert one.end <= after.start or piece  # `1 tab`: what is counted is the form
    for part in parts:
        assert 0 <= part.start < part.end <= len(text)


def test_a_folded_digit_is_read_only_from_recognised_text() -> None:
    assert [p.value for p in read_sig(" 1O mg daily", from_ocr=True) if p.path == "medication.strength"] == ["10 mg"]
    assert [p.value for p in read_sig(" 1O mg daily") if p.path == "medication.strength"] == []
