"""A drug's status from its section, its sentence and the action column of a list."""

import pytest

from documents.records import FieldStatus
from tests.extractors.prose.reads import entities, pairs, read, record_of

STATUS: list[tuple[str, dict[str, str]]] = [
    (
        "Current Medications\nSpiriva 18 mcg inhaled daily (not taking)\nramipril 5 mg daily",
        {"spiriva": "discontinued", "ramipril": "current"},
    ),
    # the heads of a list's columns announce no list of their own
    (
        "MEDICINES\nenalapril 5 mg\nPast medications\nMedication  Dose  Why stopped\nquetiapine  25 mg  sleepy",
        {"enalapril": "current", "quetiapine": "discontinued"},
    ),
    ("Previous treatments and outcomes\narmodafinil 250 mg - headaches", {"armodafinil": "tried-failed"}),
    (
        "HPI: RA since 2016. Prior: SSZ (GI upset), Enbrel x 9 months (secondary nonresponse).",
        {"ssz": "tried-failed", "enbrel": "tried-failed"},
    ),
    # words that recognition got one letter of wrong
    (
        "TO TAKE AT HOME\namlodipine 5 mg daily\ndonot resume tramadol 50 mg",
        {"amlodipine": "current", "tramadol": "discontinued"},
    ),
    (
        "Current Medications\nrosuvastatin 10 mg daily\nNo fonger taken: baclofen 10 mg.",
        {"rosuvastatin": "current", "baclofen": "discontinued"},
    ),
    # changes and ends, in other words
    ("HPI: Switched from enalapril to valsartan 80 mg daily.", {"enalapril": "discontinued", "valsartan": "current"}),
    ("HPI: She stopped gabapentin, which brought no relief.", {"gabapentin": "discontinued"}),
    ("What has been tried so far: nortriptyline 25 mg, stopped for dry mouth", {"nortriptyline": "tried-failed"}),
    ("Unsuccessful trials: montelukast 10 mg: attacks continued", {"montelukast": "tried-failed"}),
    (
        "HPI: Treated earlier with celecoxib 200 mg. Now on duloxetine 60 mg daily.",
        {"celecoxib": "tried-failed", "duloxetine": "current"},
    ),
    (
        "HPI: The regular medicines are ramipril 5 mg daily, atenolol 50 mg daily.",
        {"ramipril": "current", "atenolol": "current"},
    ),
    ("HPI: Clonidine was phased out in May.", {"clonidine": "discontinued"}),
    ("HPI: Off since the last visit: oxycodone 5 mg.", {"oxycodone": "discontinued"}),
    ("HPI: He takes insulin and no longer takes estradiol.", {"insulin": "current", "estradiol": "discontinued"}),
    ("Plan: Otezla 30 mg twice daily, awaiting insurance approval.", {"otezla": "requested"}),
    ("I ask that you cover Skyrizi 150 mg every 12 weeks.", {"skyrizi": "requested"}),
    ("Figures: EF 30 %, BNP 900. She takes torsemide 20 mg daily.", {"torsemide": "current"}),
    # lists
    (
        "MEDICATIONS:\n- lisinopril 10 mg daily\n- metformin 500 mg BID",
        {"lisinopril": "current", "metformin": "current"},
    ),
    ("Current Meds\nAtorvastatin 40 mg qhs\nAspirin 81 mg daily", {"atorvastatin": "current", "aspirin": "current"}),
    (
        "Discontinued medications:\n- warfarin 5 mg daily\n- gabapentin",
        {"warfarin": "discontinued", "gabapentin": "discontinued"},
    ),
    ("STOP TAKING:\n1. Naproxen 500 mg\n2. Tizanidine", {"naproxen": "discontinued", "tizanidine": "discontinued"}),
    ("Medications no longer taken: sertraline 50 mg", {"sertraline": "discontinued"}),
    ("Stopped at this visit: amlodipine 5 mg - ankle swelling.", {"amlodipine": "discontinued"}),
    ("HELD MEDICATIONS\nApixaban 5 mg", {"apixaban": "discontinued"}),
    (
        "Tried and failed:\nmethotrexate 15 mg weekly\nleflunomide 20 mg daily",
        {"methotrexate": "tried-failed", "leflunomide": "tried-failed"},
    ),
    (
        "Prior therapies: topiramate 100 mg (paresthesia), propranolol 80 mg (fatigue)",
        {"topiramate": "tried-failed", "propranolol": "tried-failed"},
    ),
    (
        "Previous treatments: ibuprofen 800 mg; celecoxib 200 mg",
        {"ibuprofen": "tried-failed", "celecoxib": "tried-failed"},
    ),
    (
        "DISCHARGE MEDICATIONS\nCONTINUE  Metoprolol  25 mg  oral  twice daily\nSTOP  Furosemide  40 mg  oral  daily",
        {"metoprolol": "current", "furosemide": "discontinued"},
    ),
    (
        "Discharge Medications:\n1. START clopidogrel 75 mg daily\n2. CHANGE lisinopril 20 mg daily\n3. STOP "
        "taking meloxicam",
        {"clopidogrel": "current", "lisinopril": "current", "meloxicam": "discontinued"},
    ),
    # sentences
    ("HPI: He takes amlodipine 5 mg daily.", {"amlodipine": "current"}),
    ("Plan: Continue levothyroxine 100 mcg.", {"levothyroxine": "current"}),
    ("Plan: Start sertraline 50 mg daily.", {"sertraline": "current"}),
    ("Plan: Increase gabapentin to 600 mg TID.", {"gabapentin": "current"}),
    ("HPI: She is maintained on adalimumab 40 mg every 2 weeks.", {"adalimumab": "current"}),
    (
        "Plan: Stop glipizide. Start empagliflozin 10 mg daily.",
        {"glipizide": "discontinued", "empagliflozin": "current"},
    ),
    ("Plan: Discontinue hydrochlorothiazide 25 mg.", {"hydrochlorothiazide": "discontinued"}),
    ("Plan: D/C prednisone 20 mg.", {"prednisone": "discontinued"}),
    ("Plan: Hold warfarin for procedure.", {"warfarin": "discontinued"}),
    ("HPI: Lisinopril was stopped because of cough.", {"lisinopril": "discontinued"}),
    ("HPI: Warfarin was held before surgery.", {"warfarin": "discontinued"}),
    (
        "HPI: Simvastatin 20 mg and niacin 500 mg were discontinued.",
        {"simvastatin": "discontinued", "niacin": "discontinued"},
    ),
    ("HPI: She is no longer taking metformin 500 mg.", {"metformin": "discontinued"}),
    ("HPI: He self-discontinued duloxetine 60 mg.", {"duloxetine": "discontinued"}),
    (
        "HPI: Of note, atorvastatin was stopped; he takes ezetimibe 10 mg daily.",
        {"atorvastatin": "discontinued", "ezetimibe": "current"},
    ),
    (
        "Plan: Continue lisinopril 10 mg daily, amlodipine was stopped.",
        {"lisinopril": "current", "amlodipine": "discontinued"},
    ),
    (
        "HPI: He has tried naproxen 500 mg (no relief) and cyclobenzaprine 10 mg (sedation).",
        {"naproxen": "tried-failed", "cyclobenzaprine": "tried-failed"},
    ),
    ("HPI: She failed methotrexate 20 mg weekly.", {"methotrexate": "tried-failed"}),
    ("HPI: There was an inadequate response to sulfasalazine 1000 mg BID.", {"sulfasalazine": "tried-failed"}),
    ("HPI: Intolerant of azathioprine 100 mg.", {"azathioprine": "tried-failed"}),
    ("HPI: She could not tolerate metformin 1000 mg.", {"metformin": "tried-failed"}),
    ("HPI: Pain persists despite gabapentin 300 mg TID.", {"gabapentin": "tried-failed"}),
    ("HPI: Sumatriptan 50 mg was ineffective.", {"sumatriptan": "tried-failed"}),
    (
        "HPI: Prior treatment has included budesonide 9 mg and azathioprine 150 mg.",
        {"budesonide": "tried-failed", "azathioprine": "tried-failed"},
    ),
    ("HPI: Refractory to phenytoin 300 mg.", {"phenytoin": "tried-failed"}),
    ("HPI: A trial of amitriptyline 25 mg did not help.", {"amitriptyline": "tried-failed"}),
    (
        "Plan: Start Humira (adalimumab) 40 mg SC every 14 days; prior authorization to be submitted.",
        {"humira (adalimumab)": "requested"},
    ),
    ("I am requesting coverage of Dupixent 300 mg every 2 weeks.", {"dupixent": "requested"}),
    ("I write to ask for authorization of Ocrevus (ocrelizumab) 600 mg IV.", {"ocrevus (ocrelizumab)": "requested"}),
    ("Plan: Begin Taltz 80 mg monthly pending insurance approval.", {"taltz": "requested"}),
    ("Repatha 140 mg every 2 weeks is requested.", {"repatha": "requested"}),
    ("Please approve the attached request for Botox 200 units.", {"botox": "requested"}),
    # not the patient's medication
    ("ALLERGIES: penicillin, lisinopril (cough)", {}),
    ("ALLERGIES: atorvastatin 40 mg by mouth daily caused muscle pain", {}),
    ("HPI: He is allergic to amoxicillin.", {}),
    ("FAMILY HISTORY: Mother takes insulin and metformin.", {}),
    ("HPI: Her mother takes warfarin 5 mg daily.", {}),
    ("Plan: Consider adding spironolactone 25 mg.", {}),
    ("Plan: Avoid NSAIDs such as ibuprofen.", {}),
    ("HPI: She has never tried topiramate.", {}),
    ("Labs: lithium level 0.8, vancomycin trough 15", {}),
    ("PROCEDURE: Infliximab injection, 10 mg (J1745-JZ)", {}),
    ("HPI: Sulfonylureas and statins were discussed.", {}),
    ("HPI: potassium was 4.1 and glucose 110 mg/dL.", {}),
    ("HPI: He was counseled on salt intake 2 g daily.", {}),
    ("IMMUNIZATIONS: Shingrix 2024, Prevnar 20", {}),
]


@pytest.mark.parametrize(("text", "expected"), STATUS, ids=[c[0][:60] for c in STATUS])
def test_status_of_each_drug(text: str, expected: dict[str, str]) -> None:
    assert pairs(read(text), "medication", "drug", "status") == expected


def test_a_sig_on_the_line_below_belongs_to_its_drug() -> None:
    text = (
        "MEDICATIONS\n\nLisinopril 20 mg tablet\n    Take 1 tablet by mouth daily\n    Qty: 30  Refills: "
        "2\n\nAspirin 81 mg\n"
    )
    drugs = entities(read(text), "medication")
    assert [d["drug"] for d in drugs] == ["Lisinopril", "Aspirin"]
    assert drugs[0]["dose"] == "1 tablet"
    assert drugs[0]["frequency"] == "daily"
    assert (drugs[0]["quantity"], drugs[0]["refills"]) == ("30", "2")
    assert "dose" not in drugs[1]


def test_a_drug_split_over_two_lines_is_found_with_its_verbatim_quote() -> None:
    text = (
        "HPI: For the last two years and until today the patient has been taking insulin\nglargine 20 units at bedtime."
    )
    cited = [c for c in read(text) if c.path == "medication.drug"]
    assert [c.quote for c in cited] == ["insulin\nglargine"]
    assert text[cited[0].start :].startswith("insulin\nglargine")


def test_unknown_drugs_count_in_lists_only_and_score_lower() -> None:
    listed = [
        c
        for c in read("MEDICATIONS:\n- Zorbitrexil 20 mg daily\n- lisinopril 5 mg daily")
        if c.path == "medication.drug"
    ]
    assert [c.value for c in listed] == ["Zorbitrexil", "lisinopril"]
    assert listed[0].features["lexicon_score"] < listed[1].features["lexicon_score"]
    assert entities(read("HPI: He ate Zorbitrexil 20 mg daily."), "medication") == []


def test_an_unknown_word_with_a_drugs_ending_is_read_from_a_sentence() -> None:
    assert pairs(read("Plan: Start zanubamab 300 mg IV monthly."), "medication", "drug", "status") == {
        "zanubamab": "current"
    }


def test_statuses_are_derived_and_cite_the_words_they_follow_from() -> None:
    text = "Plan: Discontinue glipizide 5 mg."
    status = next(c for c in read(text) if c.path == "medication.status")
    assert status.derived
    assert status.quote == "Discontinue glipizide"


def _held(text: str) -> dict[str, bool]:
    """Whether the status of each stopped drug waits for a person because the drug was only paused."""
    cited = read(text)
    names = {c.group: c.value.lower() for c in cited if c.path == "medication.drug"}
    return {
        names[c.group]: "held" in c.features
        for c in cited
        if c.path == "medication.status" and c.value == "discontinued"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plan: Hold apixaban until Monday.", {"apixaban": True}),
        ("Plan: Metformin on hold for the contrast study.", {"metformin": True}),
        ("HELD MEDICATIONS\nlisinopril 10 mg", {"lisinopril": True}),
        ("Medications:\nHOLD - methotrexate 15 mg weekly", {"methotrexate": True}),
        ("Plan: infliximab was suspended.", {"infliximab": True}),
        ("Plan: Stop ibuprofen.", {"ibuprofen": False}),
        ("Discontinued medications: warfarin 5 mg", {"warfarin": False}),
    ],
)
def test_a_drug_on_hold_is_not_current_and_waits_for_a_person(text: str, expected: dict[str, bool]) -> None:
    assert _held(text) == expected


def test_a_held_drug_s_status_is_not_accepted() -> None:
    statuses = {
        text: next(f for f in record_of(text).fields if f.path == "medication.status")
        for text in ("PLAN:\nHold apixaban 5 mg until Monday.\n", "PLAN:\nStop apixaban 5 mg today.\n")
    }
    held, stopped = statuses.values()
    assert held.value == stopped.value == "discontinued"
    assert held.status is FieldStatus.REVIEW
    assert "held" in held.reasons
    assert "held" not in stopped.reasons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Plan: prednisone 40 mg daily x 5 days, then 20 mg daily x 5 days, then stop",
            {"drug": "prednisone", "strength": "40 mg", "frequency": "daily", "status": "current"},
        ),
        (
            "Plan: prednisone 40 mg daily for a week, then take 20 mg daily",
            {"drug": "prednisone", "strength": "40 mg", "frequency": "daily", "status": "current"},
        ),
        (
            "Meds: amoxicillin 500 mg BID x 10 days",
            {"drug": "amoxicillin", "strength": "500 mg", "frequency": "bid", "days_supply": "10", "status": "current"},
        ),
        (
            "Tried naproxen 500 mg BID for 30 days without relief",
            {"drug": "naproxen", "strength": "500 mg", "frequency": "bid", "status": "tried-failed"},
        ),
        (
            "Meds: warfarin 5 mg Mon/Wed/Fri and 2.5 mg other days",
            {"drug": "warfarin", "strength": "5 mg", "status": "current"},
        ),
        (
            "Meds: lisinopril 10mgdaily",
            {"drug": "lisinopril", "strength": "10 mg", "frequency": "daily", "status": "current"},
        ),
    ],
)
def test_courses_tapers_and_lost_blanks(text: str, expected: dict[str, str]) -> None:
    assert entities(read(text), "medication") == [expected]


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Meds: met formin 500 mg BID", "metformin"),
        ("Medications:\nome prazole 20 mg daily", "omeprazole"),
        ("Meds: lisin opril 10 mg daily", "lisinopril"),
    ],
)
def test_a_drug_that_recognition_cut_in_two(text: str, drug: str) -> None:
    assert [m["drug"] for m in entities(read(text, from_ocr=True), "medication")] == [drug]
    assert drug not in [m["drug"] for m in entities(read(text), "medication")]


def test_a_lost_blank_is_grounded_in_what_is_printed() -> None:
    fields = {f.path: f for f in record_of("MEDICATIONS:\nlisinopril 10mgdaily\n").fields}
    assert fields["medication.strength"].evidence[0].quote == "10mg"
    assert fields["medication.frequency"].evidence[0].quote == "daily"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Discharge medications:\n- do not resume ketorolac 10 mg", {"ketorolac": "discontinued"}),
        ("Plan: Warfarin will not be restarted.", {"warfarin": "discontinued"}),
        ("Plan: She should not continue naproxen 500 mg twice daily.", {"naproxen": "discontinued"}),
        ("Meds: don't take meloxicam 15 mg daily", {"meloxicam": "discontinued"}),
        ("HPI: He was not taking lisinopril 20 mg daily.", {"lisinopril": "discontinued"}),
        ("HPI: Diclofenac is off the list since the ulcer.", {"diclofenac": "discontinued"}),
        ("Plan: Not started on insulin glargine 10 units nightly yet.", {}),
        ("Plan: Do not stop aspirin 81 mg daily.", {"aspirin": "current"}),
        ("Plan: aspirin 81 mg daily was not stopped.", {"aspirin": "current"}),
        ("HPI: He takes metformin 500 mg daily. Avoid ciprofloxacin (tendon pain).", {"metformin": "current"}),
    ],
)
def test_a_denied_word_of_giving_gives_nothing(text: str, expected: dict[str, str]) -> None:
    assert pairs(read(text), "medication", "drug", "status") == expected


def test_units_are_the_dose_of_an_insulin_and_the_strength_of_a_vitamin() -> None:
    found = entities(read("Meds:\ncholecalciferol 2000 units daily\ninsulin glargine 20 units nightly"), "medication")
    assert [(m.get("strength"), m.get("dose")) for m in found] == [("2000 units", None), (None, "20 units")]


def test_a_reason_beside_a_drug_of_a_current_list_is_for_a_person() -> None:
    record = record_of("CURRENT MEDICATIONS\n- ramipril 5 mg once daily\n- prednisone 10 mg - Reason: sugar went up\n")
    status = {f.group: f for f in record.fields if f.path == "medication.status"}
    drugs = {f.value.lower(): f.group for f in record.fields if f.path == "medication.drug"}
    assert "held" in status[drugs["prednisone"]].reasons
    assert "held" not in status[drugs["ramipril"]].reasons


UNREAD = [
    "ramipril 5 mg daily - gave it up",
    "pioglitazone 15 mg daily (waiting on refill money)",
    "Lunesta 2 mg: nobody should hand this out",
    "ticagrelor 90 mg BID ended 4/2025",
    "Multaq: never collected",
    "torsemide 10 mg daily, last dispensed 2018",
    "venlafaxine 75 mg [charted by mistake]",
    "tizanidine 4 mg (neighbor's)",
    "Enbrel - turned down by the plan",
    "codeine 30 mg ~ old",
    "cefuroxime 250 mg (March)",
    "VOID: rosuvastatin 10 mg",
    "doxepin 10 mg no",
    "nadolol 20 mg?",
    "none of these: blood thinners, warfarin",
    "zonisamide 100 mg daily - vomiting",
    "naproxen, ketorolac - both shelved",
]
READ = [
    "ramipril 5 mg daily",
    "ramipril 5 mg PO daily for high blood pressure",
    "pioglitazone 15 mg daily since 2019",
    "torsemide 10 mg tablet, take 1 tablet by mouth every morning",
    "venlafaxine 75 mg daily, started 3/2024, per patient",
    "nadolol 20 mg daily, prescribed by Dr. Mara Quill",
    "ondansetron 4 mg PO q8h PRN nausea or vomiting",
    "naproxen 220 mg OTC as needed for knee pain",
    "rosuvastatin 10 mg nightly #30, 3 refills - hyperlipidemia",
]


def _status_of_entry(entry: str) -> list[tuple[bool, tuple[str, ...]]]:
    record = record_of(f"Progress Note\nPatient: Mo Wren\n\nCurrent medications:\n- {entry}\n\nProvider: Al Ives, MD\n")
    return [(f.usable, f.reasons) for f in record.fields if f.path == "medication.status" and f.value == "current"]


@pytest.mark.parametrize("entry", UNREAD)
def test_words_of_a_lists_entry_that_nobody_understands_leave_its_status_to_a_person(entry: str) -> None:
    found = _status_of_entry(entry)
    assert not any(usable for usable, _ in found)


@pytest.mark.parametrize("entry", READ)
def test_directions_reasons_and_starts_leave_an_entry_current(entry: str) -> None:
    assert _status_of_entry(entry) == [(True, ())]


PLANNED = [
    "Would begin Paxil 20 mg if mood drops.",
    "If a clot forms, start enoxaparin 40 mg daily.",
    "Should he get cellulitis, begin cephalexin 500 mg QID.",
    "Low threshold to add colchicine 0.6 mg daily.",
    "In case of a flare start budesonide 9 mg daily.",
    "Start propranolol 10 mg BID once the ECG is back.",
    "We might start Rybelsus 3 mg daily.",
    "At the next visit start Farxiga 10 mg daily.",
    "Could switch to Xarelto 20 mg daily.",
]


@pytest.mark.parametrize("said", PLANNED)
def test_a_drug_that_is_only_planned_is_not_accepted(said: str) -> None:
    record = record_of(f"Progress Note\nPatient: Mo Wren\n\nHPI: {said}\n")
    assert [f.path for f in record.fields if f.path.startswith("medication.") and f.usable] == []


@pytest.mark.parametrize("said", ["Start propranolol 10 mg BID.", "Will start Farxiga 10 mg daily, call if dizzy."])
def test_a_drug_that_is_begun_is_accepted(said: str) -> None:
    record = record_of(f"Progress Note\nPatient: Mo Wren\n\nHPI: {said}\n")
    assert [f.usable for f in record.fields if f.path == "medication.status"] == [True]


@pytest.mark.parametrize(
    "said",
    [
        "Her husband has emphysema and uses albuterol 90 mcg daily.",
        "Roommate takes sertraline 50 mg daily.",
        "The older sister is on lithium 300 mg BID.",
    ],
)
def test_what_somebody_else_takes_is_not_the_patients(said: str) -> None:
    assert entities(read(f"HPI: {said}"), "medication") == []


def test_a_subject_after_the_relative_is_the_patient_again() -> None:
    found = pairs(read("HPI: Mother is worried that he takes sertraline 50 mg daily."), "medication", "drug", "status")
    assert found == {"sertraline": "current"}


def test_drugs_of_a_hospital_stay_are_not_accepted_as_current() -> None:
    text = (
        "DISCHARGE SUMMARY\nPatient: Mo Wren\n\nHOSPITAL COURSE\nTreated with cefepime 2 g IV q8h and was given "
        "linezolid 600 mg BID.\nNEW: cefuroxime 500 mg BID x 5 days\n"
    )
    record = record_of(text)
    drugs = {f.group: f.value for f in record.fields if f.path == "medication.drug"}
    usable = {drugs[f.group]: f.usable for f in record.fields if f.path == "medication.status"}
    assert usable == {"cefepime": False, "linezolid": False, "cefuroxime": True}


def test_two_drugs_that_share_a_number_stay_two() -> None:
    text = (
        "DISCHARGE SUMMARY\nPatient: Mo Wren\n\nHOSPITAL COURSE\nTreated with doxycycline x7 days.\n"
        "\nDischarge Medications\n"
        "cefdinir 300 mg BID x 7 days\n"
    )
    record = record_of(text)
    drugs = {f.group: f.value for f in record.fields if f.path == "medication.drug"}
    strengths = {drugs[f.group]: f.value for f in record.fields if f.path == "medication.strength"}
    assert (set(drugs.values()), strengths) == ({"doxycycline", "cefdinir"}, {"cefdinir": "300 mg"})


def test_an_answer_ends_what_is_said_of_a_drug() -> None:
    found = entities(read("Current medications\nAny of these? Xeljanz NO  folic acid YES 1 mg daily"), "medication")
    assert all(e["drug"] != "Xeljanz" for e in found)


def test_a_tables_row_with_a_remark_is_not_accepted_as_current() -> None:
    text = (
        "Progress Note\nPatient: Mo Wren\n\nMEDICATIONS\nMedication    Dose    Frequency    Notes\n"
        "ramipril    10 mg    daily    gave up\naspirin    81 mg    daily\n"
    )
    record = record_of(text)
    drugs = {f.group: f.value for f in record.fields if f.path == "medication.drug"}
    usable = {drugs[f.group]: f.usable for f in record.fields if f.path == "medication.status"}
    assert usable == {"ramipril": False, "aspirin": True}


@pytest.mark.parametrize(
    ("line", "drug"),
    [
        ("Aleve PM 1 caplet at bedtime", "Aleve PM"),
        ("Mucinex DM 600-30 mg twice daily", "Mucinex DM"),
        ("Zyrtec-D 5-120 mg daily", "Zyrtec-D"),
        ("Micardis HCT 40-12.5 mg daily", "Micardis HCT"),
    ],
)
def test_a_second_name_makes_another_product(line: str, drug: str) -> None:
    (found,) = entities(read(f"Home Medications\n{line}"), "medication")
    assert found["drug"] == drug


@pytest.mark.parametrize("reason", ["shortness of breath", "severe pain", "muscle spasms", "nausea and vomiting"])
def test_what_a_drug_is_needed_for_is_not_cut(reason: str) -> None:
    (found,) = entities(
        read(f"Home Medications\nacetaminophen 500 mg every 6 hours as needed for {reason}"), "medication"
    )
    assert found["frequency"] == f"every 6 hours as needed for {reason}"
