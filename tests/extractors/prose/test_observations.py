"""Vital signs and results: name, value, unit, flag - never a range, a goal, a dose or a date."""

import pytest

from tests.extractors.prose.reads import entities, read, record_of

Row = tuple[str, str, str | None, str | None]

CASES: list[tuple[str, list[Row]]] = [
    ("Vitals: RR 18 breaths per minute", [("RR", "18", "breaths per minute", None)]),
    (
        "Vitals: Pulse 71 beats per min, BP 118/70 mm[Hg]",
        [("Pulse", "71", "beats per min", None), ("BP", "118/70", "mm[Hg]", None)],
    ),
    ("Vitals: Temp 37.22222 Cel", [("Temp", "37.22222", "Cel", None)]),
    ("Imaging: ejection fraction 35 %, aiming for a weight of 180 lbs", [("ejection fraction", "35", "%", None)]),
    (
        "Vitals  BP 120/80  HR 72  Temp 98.4 F",
        [("BP", "120/80", None, None), ("HR", "72", None, None), ("Temp", "98.4", "F", None)],
    ),
    (
        "Most recent results  Epworth score: 19 points; Mean sleep latency: 3.1 minutes",
        [("Epworth score", "19", "points", None), ("Mean sleep latency", "3.1", "minutes", None)],
    ),
    (
        "Flowsheet: Lequesne index: 14 points; Walking distance: 80 m",
        [("Lequesne index", "14", "points", None), ("Walking distance", "80", "m", None)],
    ),
    ("HPI: The WURSS was 31 points.", [("WURSS", "31", "points", None)]),
    ("Labs: HCV RNA of 2400000 IU/mL", [("HCV RNA", "2400000", "IU/mL", None)]),
    ("HPI: Weight at discharge 82.1 kg", [("Weight", "82.1", "kg", None)]),
    ("RESULTS\nHGBA1C 8.4 (H) 02/20/2026", [("HGBA1C", "8.4", None, "H")]),
    ("HPI: Shoulder pain: 6/10", [("Shoulder pain", "6", "/10", None)]),
    (
        "BP 120/80, HR 72, Temp 98.1 F.",
        [("BP", "120/80", None, None), ("HR", "72", None, None), ("Temp", "98.1", "F", None)],
    ),
    (
        "Vitals: BP 148/86 mmHg, SpO2 93% on room air, Wt 84.2 kg",
        [("BP", "148/86", "mmHg", None), ("SpO2", "93", "%", None), ("Wt", "84.2", "kg", None)],
    ),
    ("VS: T 98.6 F P 80 R 16", [("T", "98.6", "F", None), ("P", "80", None, None), ("R", "16", None, None)]),
    ("Labs: Hgb A1c 8.2 %", [("Hgb A1c", "8.2", "%", None)]),
    ("HPI: LDL 145 mg/dL (H).", [("LDL", "145", "mg/dL", "H")]),
    ("HPI: Her last A1c was 9.1% in March.", [("A1c", "9.1", "%", None)]),
    ("HPI: hemoglobin A1c of 7.4 %", [("hemoglobin A1c", "7.4", "%", None)]),
    ("HPI: creatinine rose to 2.4 mg/dL", [("creatinine", "2.4", "mg/dL", None)]),
    (
        "Labs: BNP 1,240 pg/mL (H), Na 136 mmol/L, Hgb 10.9 g/dL (L)",
        [("BNP", "1240", "pg/mL", "H"), ("Na", "136", "mmol/L", None), ("Hgb", "10.9", "g/dL", "L")],
    ),
    ("Labs: troponin I <0.01 ng/mL", [("troponin I", "<0.01", "ng/mL", None)]),
    (
        "Data: Nodule diameter 11 mm; Oxygen saturation 95 %; FEV1 68 % predicted.",
        [
            ("Nodule diameter", "11", "mm", None),
            ("Oxygen saturation", "95", "%", None),
            ("FEV1", "68", "% predicted", None),
        ],
    ),
    (
        "RESULTS\nTest   Result   Units   Reference\nCreatinine   1.1   mg/dL   0.6-1.2\nFecal calprotectin   "
        "842   mcg/g   <50   H",
        [("Creatinine", "1.1", "mg/dL", None), ("Fecal calprotectin", "842", "mcg/g", None)],
    ),
    ("Objective: PHQ-9: 19. GAD-7 = 14.", [("PHQ-9", "19", None, None), ("GAD-7", "14", None, None)]),
    (
        "Results: Widget binding index 42 U/L; Gait speed 0.6 m/s",
        [("Widget binding index", "42", "U/L", None), ("Gait speed", "0.6", "m/s", None)],
    ),
    ("HPI: ESR 62 mm/hr and CRP 4.8 mg/dL.", [("ESR", "62", "mm/hr", None), ("CRP", "4.8", "mg/dL", None)]),
    (
        "Data: eGFR 78 mL/min/1.73m2; BMI 36.8 kg/m2",
        [("eGFR", "78", "mL/min/1.73m2", None), ("BMI", "36.8", "kg/m2", None)],
    ),
    ("HPI: PD-L1 TPS is 60%.", [("PD-L1 TPS", "60", "%", None)]),
    ("HPI: T-score -2.8 at the lumbar spine.", [("T-score", "-2.8", None, None)]),
    # never
    ("Plan: goal A1c < 7 %.", []),
    ("Plan: target LDL below 70 mg/dL.", []),
    ("Plan: reach an A1c below 7 percent.", []),
    ("HPI: A1c 03/04/2026 was drawn.", []),
    ("HPI: normal range for TSH 0.4-4.0.", []),
    ("MEDICATIONS: iron 325 mg daily, vitamin D 2000 IU daily", []),
    ("Plan: insulin 10 units.", []),
    ("FOLLOW-UP: repeat creatinine in 2 weeks", []),
    ("HPI: pain for 3 weeks.", []),
    ("Pt: 1389762273", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:50] for c in CASES])
def test_observations(text: str, expected: list[Row]) -> None:
    found = [(o["name"], o["value"], o.get("unit"), o.get("flag")) for o in entities(read(text), "observation")]
    assert found == expected


def test_a_misread_a1c_keeps_its_printed_name() -> None:
    assert [o["name"] for o in entities(read("Labs: Hemoglobin Alc 9.4 %", from_ocr=True), "observation")] == [
        "Hemoglobin Alc"
    ]


def test_a_score_out_of_the_most_is_no_pressure() -> None:
    found = entities(read("OBJECTIVE: Oswestry 22/50, BP 118/76"), "observation")
    assert [o["value"] for o in found] == ["22", "118/76"]


def test_out_of_how_many_is_a_unit_with_its_slash() -> None:
    fields = {f.path: f for f in record_of("OBJECTIVE:\nOswestry 22/50, no distress.\n").fields}
    assert fields["observation.unit"].value == fields["observation.unit"].evidence[0].quote == "/50"


@pytest.mark.parametrize(
    "text",
    ["Plan: Recheck A1c in 3 months.", "Plan: TSH within 6 weeks.", "Vitals: Ht 5' 4\"", "Vitals: Height: 5 ft 8 in"],
)
def test_a_date_to_come_and_feet_are_no_values(text: str) -> None:
    assert not entities(read(text), "observation")


@pytest.mark.parametrize(
    "text",
    [
        "Treatment Goals\nWeight 170 lbs and A1c 6.8 %",
        "Plan: She is working towards an A1c of 6.5 % and a weight of 150 lbs.",
        "HPI: He wants to reach a BMI of 27.",
        "Plan: Titrate to a heart rate of 60.",
    ],
)
def test_what_is_aimed_at_is_no_finding(text: str) -> None:
    assert not entities(read(text), "observation")


def test_a_value_of_today_beside_an_aim_is_one() -> None:
    (found,) = entities(read("HPI: She is targeting an A1c below 7, but currently A1c is 9.4 %."), "observation")
    assert found["value"] == "9.4"
