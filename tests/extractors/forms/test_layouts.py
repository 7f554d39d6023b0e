"""Forms in many layouts: the same questions, asked in different places, get their own answers."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.forms.reading import FormReading, read_forms
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def read(*drawings: str) -> FormReading:
    return read_forms([draw(text, number=n) for n, text in enumerate(drawings, 1)], TYPE)


def values(reading: FormReading) -> set[tuple[str, str]]:
    return {(c.path, c.value) for c in reading.cited}


LEADERS = """
                        SUNRISE STATE MEDICAID
              OUTPATIENT TREATMENT AUTHORIZATION REQUEST
     Fax completed form to: 1-888-555-0142         Phone: 1-800-555-0100

 [ ] Standard Request    [X] Expedited Request (life threatening)

 RECIPIENT INFORMATION
 Recipient's Last Name: ___Okafor________  First Name: __Grace________   MI: _T_
 Medicaid ID No.: _0045518823____________  Date of Birth: __03/14/1968__   Sex: [ ] M  [X] F
 Phone #: _(775) 555-0123_

 REFERRING PROVIDER
 Name: __Helen Park, MD____________  NPI #: __1245319599_____  TIN: _12-3456789_
 Phone: _775-555-0144_   Fax: _775-555-0145_   Contact: _Maria_

 SERVICING PROVIDER/FACILITY
 Name: __Sierra Imaging Center_____  NPI #: __1003000126_____  TIN: _98-7654321_
 Phone: _775-555-0190_   Fax: _775-555-0191_

 DIAGNOSIS INFORMATION
 Primary Diagnosis Code: _M54.16_   Description: _Radiculopathy, lumbar region_
 Secondary Diagnosis Code: _M51.26_  Description: _Disc displacement, lumbar_

 SERVICES
 CPT/HCPCS Code   Modifier   Description                      Units    Start Date    End Date
 72148            26         MRI lumbar spine w/o contrast      1      04/02/2026    06/30/2026
 97110                       Therapeutic exercises             12      04/02/2026    06/30/2026

 Provider Signature: ______________________________   Date: _03/28/2026_
"""

GRID = """
 +-------------------------------------------------------------------------------------------------------+
 | 1. Patient's name (Last, First, MI)            | 2. Birth date          | 3. Sex     | 4. ID no.       |
 | DELACROIX, MARIE A                             | 07 19 1955             | F          | W123456789      |
 +-------------------------------------------------------------------------------------------------------+
 | 5. Patient's address                           | 6. Telephone           | 7. Group number              |
 | 77 Elm Street, Bangor, ME 04401                | 207-555-0133           | 0087654                      |
 +-------------------------------------------------------------------------------------------------------+
 | 8. Ordering physician                          | 9. NPI                 | 10. Fax                      |
 | Samuel Oyelaran DO                             | 1457389212             | 207-555-0155                 |
 +-------------------------------------------------------------------------------------------------------+
 | 11. Diagnosis                                  | 12. ICD-10-CM          | 13. Date of onset            |
 | Rheumatoid arthritis, seropositive             | M05.79                 | 2019                         |
 +-------------------------------------------------------------------------------------------------------+
 | 14. Procedure                                  | 15. CPT/HCPCS          | 16. Units | 17. DOS          |
 | Infusion, abatacept                            | J0129                  | 75        | 5/4/2026         |
 +-------------------------------------------------------------------------------------------------------+
"""

TWO_COLUMNS = """
   NORTHERN LIGHTS HEALTH PLAN - Pharmacy Prior Authorization

   Member Information                                Prescriber Information
   Member Name:    Ahmed Farouk                      Prescriber Name:   Lena Zhou, NP
   Member ID:      NLH7788123                        NPI:               1932102084
   DOB:            1979-11-02                        Specialty:         Dermatology
   Phone:          612.555.0177                      Office Phone:      612.555.0110

   Pharmacy Information
   Pharmacy Name:  Corner Drugs                      Pharmacy Phone:    612.555.0199
   NPI:            1111111112                        Fax:               612.555.0198

   Drug Information
   Medication:     Dupixent (dupilumab)              Strength:          300 mg/2 mL
   Dosage Form:    prefilled pen                     Route:             subcutaneous
   Directions:     every 2 weeks                     Quantity:          2
   Days Supply:    28                                Refills:           5
   Diagnosis:      Atopic dermatitis                 ICD-10 Code:       L20.9

   Request Type:  (x) Standard   ( ) Urgent

   Medications Tried and Failed
   Drug                    Dates              Outcome
   Triamcinolone 0.1 %     01/2025-06/2025    inadequate response
   Methotrexate 15 mg      07/2025-12/2025    elevated LFTs
"""

SIGNATURE_LINES = """
   Robert E. Lindholm                     05/09/1944              G44-009-1821
   ------------------------------         -------------------     --------------------
   Patient Name                           Date of Birth           Member ID Number

   Dr. Alice Mbatha                       1679576722              (503) 555-0134
   ------------------------------         -------------------     --------------------
   Ordering Physician                     NPI                     Fax Number
"""

COMBS = """
  Member ID | W | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |       Date of Birth | 0 | 4 | / | 1 | 2 | / | 1 | 9 | 8 | 0 |
"""

RUNNING_PAIRS = """
 DURABLE MEDICAL EQUIPMENT REQUEST
 Plan: Humboldt Advantage HMO            Date of Request: May 3, 2026
 Subscriber #: HA-99102-01   D.O.B.: May 9, 1961   Gender: Female
 Requested by: Peter Quist, MD   NPI 1346255894   Ph (707) 555-0120   Fax (707) 555-0121
 Vendor: Coastal Medical Supply   Vendor NPI: 1588667638
 Dx 1: G47.33 Obstructive sleep apnea       Dx 2: E66.9 Obesity, unspecified
 HCPCS      Qty    Item
 E0601 NU   1      CPAP device
 A7030      1      Full face mask
 Place of Service: 12 - Home
 Is this request urgent?  [ ] Yes  [X] No
"""

LABEL_COLUMN = """
 +-----------------+-----------------------------------------+
 | Member          | Priya Raman                             |
 +-----------------+-----------------------------------------+
 | Member number   | 9001-22-7713                            |
 +-----------------+-----------------------------------------+
 | Address         | 14 Ocean Ave                            |
 |                 | Portland, ME 04101                      |
 +-----------------+-----------------------------------------+
 | Ordering MD     | Walter Stein                            |
 +-----------------+-----------------------------------------+
 | MD phone / fax  | 207.555.0111 / 207.555.0112             |
 +-----------------+-----------------------------------------+
 | Diagnosis(es)   | G40.909 - Epilepsy, unspecified         |
 |                 | R56.9 - Unspecified convulsions         |
 +-----------------+-----------------------------------------+
 | Procedure(s)    | 95816 EEG, awake and drowsy             |
 +-----------------+-----------------------------------------+
 | Urgent?         | No                                      |
 +-----------------+-----------------------------------------+
"""

LETTER = """
                                  RIVERBEND RHEUMATOLOGY ASSOCIATES
                             22 Mill Street, Albany, NY 12207

 September 14, 2026

 Hudson Valley Health Plan
 Attn: Medical Director, Utilization Management

 RE:  Hannah Brill                DOB: 02/28/1983
      Member ID: HVH 003 441 92   Group: 77120
      Dx: M05.79, L40.50

 I am writing to request expedited review for my patient, Ms. Brill, a 43-year-old woman with seropositive
 rheumatoid arthritis (M05.79). I am requesting approval of HCPCS J0135 (adalimumab injection, 20 mg), 4 units
 every 28 days. Treatment is scheduled to begin on September 28, 2026 at Albany Infusion Center.

 Sincerely,

 Jonah Feld, MD, FACR
 Rheumatology
 NPI: 1477550012
"""

RECORD_ORDER = """
 Lakeside Family Medicine                                             Printed by: SMITH, A on 10/2/2026 08:11
 Vance, Rebecca L                       MRN: 00412277     DOB: 6/17/1990 (36 yrs)     Sex: F
 AMBULATORY REFERRAL / IMAGING ORDER                         Order #: 77120033
 Order date: 10/1/2026            Status: Active             Priority: Routine
 Authorizing provider: Tomas Ruiz, DO (NPI 1578493026)       Encounter: Office Visit
 Procedure: MRI BRAIN W WO CONTRAST (CPT 70553)     Qty: 1
 Diagnoses: G43.709 (Chronic migraine); R51.9 (Headache)
 Insurance: Rocky Mountain Mutual      Plan: Silver PPO     Subscriber ID: RMM44120098    Group #: 88120
 Scheduled for: 10/20/2026   Location: Front Range Imaging
"""

CASES = {
    "fill-in lines": (
        LEADERS,
        {
            ("payer.name", "SUNRISE STATE MEDICAID"),
            ("request.urgency", "expedited"),
            ("patient.name", "Grace Okafor"),
            ("patient.member_id", "0045518823"),
            ("patient.dob", "1968-03-14"),
            ("patient.sex", "female"),
            ("patient.phone", "(775) 555-0123"),
            ("provider.name", "Helen Park"),
            ("provider.role", "referring"),
            ("provider.npi", "1245319599"),
            ("provider.fax", "(775) 555-0145"),
            ("facility.name", "Sierra Imaging Center"),
            ("facility.npi", "1003000126"),
            ("diagnosis.code", "M51.26"),
            ("procedure.modifier", "26"),
            ("procedure.units", "12"),
            ("service.end", "2026-06-30"),
            ("request.date", "2026-03-28"),
        },
        {("provider.fax", "(888) 555-0142"), ("provider.fax", "(775) 555-0191"), ("procedure.units", "26")},
    ),
    "boxes with numbered labels": (
        GRID,
        {
            ("patient.name", "MARIE A DELACROIX"),
            ("patient.dob", "1955-07-19"),
            ("patient.member_id", "W123456789"),
            ("payer.group_number", "0087654"),
            ("provider.npi", "1457389212"),
            ("provider.fax", "(207) 555-0155"),
            ("diagnosis.description", "Rheumatoid arthritis, seropositive"),
            ("diagnosis.code", "M05.79"),
            ("procedure.code", "J0129"),
            ("procedure.system", "HCPCS"),
            ("procedure.units", "75"),
            ("service.start", "2026-05-04"),
        },
        {("patient.name", "Samuel Oyelaran")},
    ),
    "sections side by side": (
        TWO_COLUMNS,
        {
            ("payer.name", "NORTHERN LIGHTS HEALTH PLAN"),
            ("patient.name", "Ahmed Farouk"),
            ("patient.phone", "(612) 555-0177"),
            ("provider.phone", "(612) 555-0110"),
            ("provider.npi", "1932102084"),
            ("request.urgency", "standard"),
            ("medication.drug", "Dupixent (dupilumab)"),
            ("medication.quantity", "2"),
            ("medication.status", "tried-failed"),
            ("diagnosis.code", "L20.9"),
        },
        {("provider.npi", "1111111112"), ("provider.fax", "(612) 555-0198"), ("patient.phone", "(612) 555-0110")},
    ),
    "values over their labels": (
        SIGNATURE_LINES,
        {
            ("patient.name", "Robert E Lindholm"),
            ("patient.dob", "1944-05-09"),
            ("patient.member_id", "G44-009-1821"),
            ("provider.name", "Alice Mbatha"),
            ("provider.npi", "1679576722"),
        },
        {("patient.name", "Alice Mbatha")},
    ),
    "one character to a box": (COMBS, {("patient.member_id", "W12345678"), ("patient.dob", "1980-04-12")}, set()),
    "several pairs on a line": (
        RUNNING_PAIRS,
        {
            ("patient.member_id", "HA-99102-01"),
            ("patient.dob", "1961-05-09"),
            ("provider.name", "Peter Quist"),
            ("provider.npi", "1346255894"),
            ("provider.fax", "(707) 555-0121"),
            ("facility.npi", "1588667638"),
            ("diagnosis.code", "E66.9"),
            ("procedure.code", "E0601"),
            ("procedure.modifier", "NU"),
            ("service.place", "12"),
            ("request.urgency", "standard"),
        },
        {("provider.npi", "1588667638")},
    ),
    "labels in a column": (
        LABEL_COLUMN,
        {
            ("patient.name", "Priya Raman"),
            ("patient.address", "14 Ocean Ave Portland, ME 04101"),
            ("provider.name", "Walter Stein"),
            ("provider.fax", "(207) 555-0112"),
            ("diagnosis.code", "R56.9"),
            ("procedure.description", "EEG, awake and drowsy"),
            ("request.urgency", "standard"),
        },
        set(),
    ),
    "letter": (
        LETTER,
        {
            ("payer.name", "Hudson Valley Health Plan"),
            ("patient.name", "Hannah Brill"),
            ("patient.sex", "female"),
            ("patient.member_id", "HVH 003 441 92"),
            ("request.date", "2026-09-14"),
            ("request.urgency", "expedited"),
            ("procedure.code", "J0135"),
            ("procedure.units", "4"),
            ("service.start", "2026-09-28"),
            ("facility.name", "Albany Infusion Center"),
            ("provider.name", "Jonah Feld"),
            ("provider.npi", "1477550012"),
        },
        {("procedure.code", "77120"), ("procedure.code", "12207")},
    ),
    "order of a record system": (
        RECORD_ORDER,
        {
            ("patient.name", "Rebecca L Vance"),
            ("patient.mrn", "00412277"),
            ("request.date", "2026-10-01"),
            ("provider.npi", "1578493026"),
            ("procedure.code", "70553"),
            ("diagnosis.description", "Headache"),
            ("payer.plan", "Silver PPO"),
            ("service.start", "2026-10-20"),
            ("facility.name", "Front Range Imaging"),
        },
        {("request.date", "2026-10-02"), ("procedure.code", "88120")},
    ),
}


@pytest.mark.parametrize(("drawing", "expected", "wrong"), CASES.values(), ids=CASES.keys())
def test_values_of_a_layout(drawing: str, expected: set[tuple[str, str]], wrong: set[tuple[str, str]]) -> None:
    found = values(read(drawing))
    assert expected - found == set()
    assert wrong & found == set()


@pytest.mark.parametrize("leading", ["for", "For", "from", "by"])
def test_what_leads_to_a_plan_in_a_head_is_no_part_of_its_name(leading: str) -> None:
    found = values(read(f"Intake Sheet\n{leading} Cedar Mutual Health Plan\nPatient name: Ada Brook\n"))
    assert {value for path, value in found if path == "payer.name"} == {"Cedar Mutual Health Plan"}


@pytest.mark.parametrize("drawing", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_every_quote_is_verbatim(drawing: str) -> None:
    page = draw(drawing)
    for cited in read(drawing).cited:
        assert cited.start is not None
        assert page.text[cited.start : cited.start + len(cited.quote)] == cited.quote
        assert all(0.0 <= f <= 1.0 for f in cited.features.values())


def test_attributes_of_one_line_share_a_group() -> None:
    lines: dict[str | None, dict[str, str]] = {}
    for cited in read(LEADERS).cited:
        if cited.path.startswith("procedure."):
            lines.setdefault(cited.group, {})[cited.path] = cited.value
    assert {frozenset(line.items()) for line in lines.values()} == {
        frozenset(
            {
                ("procedure.code", "72148"),
                ("procedure.modifier", "26"),
                ("procedure.description", "MRI lumbar spine w/o contrast"),
                ("procedure.units", "1"),
                ("procedure.system", "CPT"),
            }
        ),
        frozenset(
            {
                ("procedure.code", "97110"),
                ("procedure.description", "Therapeutic exercises"),
                ("procedure.units", "12"),
                ("procedure.system", "CPT"),
            }
        ),
    }


def test_reading_is_deterministic() -> None:
    assert read(TWO_COLUMNS) == read(TWO_COLUMNS)


PRACTICES = """
 PRIOR AUTHORIZATION REQUEST
 PROVIDER INFORMATION
 Ordering Provider: Alder Valley Orthopedics, PLLC
 NPI: 1245319599
 Rendering Provider: Kestrel Ridge Imaging Center
 Attending Physician: Mira Holt, MD
 NPI: 1003000126
"""


def test_a_practice_where_a_clinician_is_asked_for_is_a_facility_and_keeps_its_numbers_to_itself() -> None:
    read_ = read(PRACTICES)
    assert {v for v in values(read_) if v[0].endswith(".name")} == {
        ("facility.name", "Alder Valley Orthopedics, PLLC"),
        ("facility.name", "Kestrel Ridge Imaging Center"),
        ("provider.name", "Mira Holt"),
    }
    groups = {c.value: c.group for c in read_.cited}
    assert groups["1245319599"] != groups["Mira Holt"] == groups["1003000126"]
