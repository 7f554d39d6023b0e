"""Results in tables of every layout, dated columns, rows without a header, and what is no result."""

from __future__ import annotations

import pytest

from documents.pages import WordSource
from documents.values import Cited
from extractors.laboratory.results import read_results
from tests.extractors.forms.drawing import draw
from tests.extractors.laboratory.printed_results import named, results

PANELS = """
TEST                      RESULT      FLAG     UNITS        REFERENCE INTERVAL    LAB
CBC With Differential
  WBC                     12.4        High     x10E3/uL     3.4-10.8              01
  Neutrophils (Absolute)  8.1         High     x10E3/uL     1.4-7.0               01
Comp. Metabolic Panel (14)
  Glucose                 148         High     mg/dL        70-99                 01
  Vitamin B12             450                  pg/mL        232-1245              02
  25-OH Vitamin D         18.2        Low      ng/mL        30.0-100.0            02
  CA 19-9                 25                   U/mL         0-35                  02
  HIV Ab/p24 Ag Screen    Non Reactive                      Non Reactive          01
Please note: the interval was updated on 3/1/2026 and is 5 units lower than before
"""


def test_a_table_without_rules() -> None:
    rows = named(results(PANELS))
    assert list(rows) == [
        "WBC", "Neutrophils (Absolute)", "Glucose", "Vitamin B12", "25-OH Vitamin D", "CA 19-9", "HIV Ab/p24 Ag Screen",
    ]  # fmt: skip
    assert rows["WBC"] == {
        "name": "WBC", "value": "12.4", "flag": "High", "unit": "x10E3/uL", "range": "3.4-10.8",
    }  # fmt: skip
    assert rows["25-OH Vitamin D"]["value"] == "18.2"
    assert rows["HIV Ab/p24 Ag Screen"]["value"] == "Non Reactive"
    assert "flag" not in rows["Vitamin B12"]


def test_a_ruled_table_with_the_result_last() -> None:
    rows = named(
        results(
            """
+------+--------------+-----------------+----------+--------+
| Flag | Analyte      | Reference Range | Units    | Result |
+------+--------------+-----------------+----------+--------+
| H    | Potassium    | 3.5 - 5.1       | mmol/L   | 5.9    |
+------+--------------+-----------------+----------+--------+
|      | Sodium       | 136 - 145       | mmol/L   | 140    |
+------+--------------+-----------------+----------+--------+
| *    | Creatinine   | 0.6 - 1.2       | mg/dL    | 2.4    |
+------+--------------+-----------------+----------+--------+
"""
        )
    )
    assert {n: (r["value"], r.get("flag"), r["unit"], r["range"]) for n, r in rows.items()} == {
        "Potassium": ("5.9", "H", "mmol/L", "3.5 - 5.1"),
        "Sodium": ("140", None, "mmol/L", "136 - 145"),
        "Creatinine": ("2.4", "*", "mg/dL", "0.6 - 1.2"),
    }


def test_the_result_may_stand_left_of_its_test() -> None:
    rows = named(
        results(
            """
Result     Units      Analyte            Normal Range
7.9        %          Hemoglobin A1c     4.0-5.6
13.1       g/dL       Hemoglobin         12.0-16.0
"""
        )
    )
    assert {n: (r["value"], r["unit"], r["range"]) for n, r in rows.items()} == {
        "Hemoglobin A1c": ("7.9", "%", "4.0-5.6"),
        "Hemoglobin": ("13.1", "g/dL", "12.0-16.0"),
    }


@pytest.mark.parametrize(
    ("printed", "value", "flag"),
    [
        ("104H", "104", "H"),
        ("104 H", "104", "H"),
        ("104*", "104", "*"),
        ("H 104", "104", "H"),
        ("<0.5", "<0.5", None),
        ("> 60", ">60", None),
        ("1,250 HH", "1250", "HH"),
        ("98 (Critical low)", "98", "Critical low"),
    ],
)
def test_values_with_flags_and_comparators(printed: str, value: str, flag: str | None) -> None:
    page = f"""
Component              Your Value           Standard Range      Units
Glucose                {printed:<20} 70 - 99             mg/dL
"""
    (row,) = results(page)
    assert (row["name"], row["value"], row.get("flag"), row["unit"]) == ("Glucose", value, flag, "mg/dL")


def test_units_glued_to_values_and_ranges() -> None:
    rows = named(
        results(
            """
Component          Your Value            Standard Range            Flag
TSH                <0.01 uIU/mL          0.40 - 4.50 uIU/mL        L
COVID-19 PCR       Detected              Not Detected              A
H pylori Ag        Negative              Negative
"""
        )
    )
    assert rows["TSH"] == {
        "name": "TSH", "value": "<0.01", "unit": "uIU/mL", "range": "0.40 - 4.50", "flag": "L",
    }  # fmt: skip
    assert (rows["COVID-19 PCR"]["value"], rows["COVID-19 PCR"]["range"]) == ("Detected", "Not Detected")
    assert rows["H pylori Ag"]["value"] == "Negative"


def test_each_dated_column_is_a_result_of_its_day() -> None:
    rows = results(
        """
Test               Units      01/05/2026    03/09/2026    06/14/2026    Ref Range
Creatinine         mg/dL      1.2           1.4 H         1.9 H         0.6-1.3
Hemoglobin         g/dL       12.9                        11.0 L        12.0-16.0
"""
    )
    assert [(r["name"], r["value"], r["date"], r.get("flag")) for r in rows] == [
        ("Creatinine", "1.2", "2026-01-05", None),
        ("Creatinine", "1.4", "2026-03-09", "H"),
        ("Creatinine", "1.9", "2026-06-14", "H"),
        ("Hemoglobin", "12.9", "2026-01-05", None),
        ("Hemoglobin", "11.0", "2026-06-14", "L"),
    ]


def test_a_row_may_have_its_own_date_and_an_earlier_result_is_none() -> None:
    rows = results(
        """
Date        Test            Value    Units     Previous Result    Date
02/03/2026  Calprotectin    880      ug/g      310                11/02/2025
"""
    )
    assert rows == [{"name": "Calprotectin", "value": "880", "unit": "ug/g", "date": "2026-02-03"}]


def test_the_day_of_an_earlier_result_is_not_this_ones() -> None:
    rows = results(
        """
Test            Value    Units     Previous Result    Date
Calprotectin    880      ug/g      310                11/02/2025
"""
    )
    assert rows == [{"name": "Calprotectin", "value": "880", "unit": "ug/g"}]


def test_tables_side_by_side() -> None:
    rows = results(
        """
Test            Result   Range         Test            Result   Range
Sodium          140      136-145       WBC             6.2      4.0-11.0
Potassium       4.4      3.5-5.1       Hemoglobin      13.9     12.0-16.0
"""
    )
    assert [(r["name"], r["value"], r["range"]) for r in rows] == [
        ("Sodium", "140", "136-145"),
        ("WBC", "6.2", "4.0-11.0"),
        ("Potassium", "4.4", "3.5-5.1"),
        ("Hemoglobin", "13.9", "12.0-16.0"),
    ]


def test_a_table_runs_on_over_the_page() -> None:
    rows = results(PANELS, "Ferritin                  8           Low      ng/mL        15-150                02")
    assert rows[-1] == {"name": "Ferritin", "value": "8", "flag": "Low", "unit": "ng/mL", "range": "15-150"}


def test_rows_without_a_header() -> None:
    rows = named(
        results(
            """
Prothrombin Time: 14.2 sec (11.0-13.5) H
LDL-CHOLESTEROL  134 H  mg/dL (calc)
Protein, Urine: 2+ (Negative) A
"""
        )
    )
    assert rows["Prothrombin Time"]["range"] == "11.0-13.5"
    assert rows["LDL-CHOLESTEROL"]["value"] == "134"
    assert (rows["Protein, Urine"]["value"], rows["Protein, Urine"]["range"]) == ("2+", "Negative")


@pytest.mark.parametrize(
    "line",
    [
        "LIPID PANEL",
        "Desirable range <100 mg/dL for primary prevention; <70 mg/dL with heart disease",
        "Optimal: <100 mg/dL",
        "Prediabetes: 5.7-6.4 %",
        "eGFR is reported in mL/min and should be interpreted with age above 60",
        "Phone: 555 010 1234",
        "Collected: 03/04/2026 08:00",
        "H = above reference interval   L = below reference interval",
        "Page 2 of 3",
        "Medical Director: A. Person, MD   CLIA 05D0000000",
        "Accession 26-0413-0077   Age 64   Sex F",
        "Specimen volume 3 mL",
    ],
)
def test_what_is_no_result(line: str) -> None:
    assert results(line) == []
    header = "Test               Result      Units       Reference Range"
    assert results(f"{header}\n{line}") == []


def test_recognised_digits_that_contradict_range_and_flag_are_doubted() -> None:
    header = "Test               Result      Units       Reference Range\n"
    score = {}
    for name, value in (("Sodium", "1344"), ("Potassium", "4.4"), ("Chloride", "106H")):
        limits = {"Sodium": "136-145", "Potassium": "3.5-5.1", "Chloride": "98-107"}[name]
        page = draw(f"{header}{name:<19}{value:<12}mmol/L      {limits}", source=WordSource.OCR)
        score[name] = _value(list(read_results([page]))).features["label_score"]
    assert score["Potassium"] > 0.9
    assert max(score["Sodium"], score["Chloride"]) < 0.5


def test_a_recognised_value_without_a_range_is_not_proven() -> None:
    page = draw("Test          Result      Units\nPotassium     4.4         mmol/L", source=WordSource.OCR)
    assert _value(list(read_results([page]))).features["label_score"] < 0.8


def _value(cited: list[Cited]) -> Cited:
    return next(c for c in cited if c.path == "observation.value")


def test_typed_cells_belong_to_columns_by_their_order() -> None:
    rows = results(
        "Test      01/05/2026     12/18/2025     Units     Limits\nSodium    139 L    151    mmol/L    140 to 150"
    )
    assert [(r["value"], r["date"], r.get("flag")) for r in rows] == [
        ("139", "2026-01-05", "L"),
        ("151", "2025-12-18", None),
    ]


def test_values_that_may_be_of_another_day_have_no_day() -> None:
    page = draw("Test        01/05/2026   12/18/2025   Units\nSodium      139 140  mmol/L")
    cited = list(read_results([page]))
    assert "observation.date" not in {c.path for c in cited}
    assert max(c.features["label_score"] for c in cited) < 0.5


def test_a_range_is_no_result() -> None:
    rows = results("Test     Result     Units     Population range\nSodium   mmol/L     136 - 145")
    assert rows == []


def test_a_line_of_dates_above_the_header_is_no_part_of_it() -> None:
    page = """Drawn:          01/10/2026 10:18                 Printed: 01/15/2026 13:35
Analysis                         01/10/2026     12/13/2025     Units     Limits
Hemoglobin                       11.3           9.6            g/dL      12.1-15.9"""
    found = [
        (c.path, c.value) for c in read_results([draw(page)]) if c.path in ("observation.value", "observation.date")
    ]
    assert found == [
        ("observation.value", "11.3"),
        ("observation.date", "2026-01-10"),
        ("observation.value", "9.6"),
        ("observation.date", "2025-12-13"),
    ]
