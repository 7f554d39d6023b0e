"""What identifies a patient is hidden however it is printed, what a request needs stays, and all of it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, normalize

import pytest

from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.llm.identifiers import known_of
from extractors.llm.questions import questions
from extractors.llm.redaction import Redacted, redact
from extractors.llm.settings import LlmSettings
from tests.extractors.printed import page_of

KNOWN = (
    Cited(path="patient.name", value="Ottilie Marchbanks", quote="MARCHBANKS, OTTILIE", page=1),
    Cited(path="patient.dob", value="1950-03-04", quote="03/04/1950", page=1),
    Cited(path="patient.member_id", value="QHP4471920", quote="QHP4471920", page=1),
    Cited(path="provider.name", value="Ottilie Brandt", quote="Ottilie Brandt, MD", page=1),
)
SETTINGS = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", redact=True)


def redacted(*texts: str, known: Sequence[Cited] = KNOWN) -> Redacted:
    pages = [page_of(text, number=n) for n, text in enumerate(texts, start=1)]
    return redact(pages, known_of(pages, known))


@pytest.mark.parametrize(
    "printed",
    [
        "Ottilie Marchbanks",
        "OTTILIE  MARCHBANKS",
        "Marchbanks, Ottilie",
        "Marchbanks,Ottilie R.",
        "Ms. Marchbanks",
        "Ottilie's",
        "March-\nbanks",
        "Marchbarks",
        "March 4, 1950",
        "3-4-50",
        "04 MAR 1950",
        "1950-03-04",
        "QHP 4471920",
        "qhp-4471920-01",
    ],
)
def test_a_known_value_is_hidden_however_it_is_printed(printed: str) -> None:
    sent = redacted(f"We saw {printed} in clinic.").texts[0]
    assert sent.startswith("We saw [") or sent.startswith("We saw Ms. [")
    assert sent.endswith("] in clinic.") or sent.endswith("]'s in clinic.")


@pytest.mark.parametrize(
    "line",
    [
        "Member name: Thaddeus Quill   DOB: 6/1/44",
        "D.O.B.  O6/1I/1944",
        "Home phone  (419) 555;0177",
        "Emergency contact: Perpetua Quill (daughter)",
        "Mrs. Quill called about her husband",
        "Chart no. 00-48-03-93",
        "Medicaid ID  AB 1234567",
        "MBI 1EG4-TE5-MK72",
        "SSN 123-45-6789",
        "quill.thad@example.org",
        "Mail to 118 Old Quarry Rd Apt 4, Duluth, MN 55802",
        "P.O. Box 4471",
        "She is a 93 year old woman",
        "Guarantor: Quill, Perpetua",
        "Auth number 2026-004417",
        "Portal: https://portal.example.org/u/7781",
    ],
)
def test_what_a_label_or_a_shape_gives_away_is_hidden(line: str) -> None:
    sent = redacted(line, known=()).texts[0]
    assert "[" in sent
    for word in (
        "Quill",
        "Thaddeus",
        "Perpetua",
        "1944",
        "/44",
        "0177",
        "1234567",
        "6789",
        "118",
        "4471",
        "93",
        "7781",
    ):
        assert word not in sent


@pytest.mark.parametrize(
    "line",
    [
        "Diagnosis: E11.9 Type 2 diabetes mellitus",
        "CPT 27447, HCPCS J1745, modifier RT",
        "NDC 00074-4339-02, 11 refills",
        "Ordering physician: Ottilie Brandt, MD   NPI 1234567893",
        "Dr. Ottilie Brandt reviewed the films on 11/02/2026",
        "Date of service: 11/02/2026",
        "adalimumab 40 mg/0.8 mL every 2 weeks",
        "A 53-year-old woman with plaque psoriasis",
        "Chief Complaint",
        "WBC 11,200 /uL",
    ],
)
def test_what_a_request_needs_stays(line: str) -> None:
    assert redacted(line).texts == (line,)


def test_equal_values_get_equal_placeholders_on_every_page_and_come_back() -> None:
    done = redacted("Patient: Ottilie Marchbanks", "Re: Ottilie Marchbanks, DOB 03/04/1950")
    name = done.texts[0].removeprefix("Patient: ")
    assert done.texts[1].startswith(f"Re: {name}, DOB [BIRTH-")
    assert done.restored(done.texts[1]) == "Re: Ottilie Marchbanks, DOB 03/04/1950"
    assert done.replaced == ({"NAME": 1}, {"NAME": 1, "BIRTH": 1})


@pytest.mark.parametrize(
    "broken", ["[name-1]", "[NAME 1]", "NAME-1", "(Name-1)", "[ NAME_1 ]", "[NAME‑1]", "[NAME-01]"]
)
def test_a_placeholder_that_the_model_broke_is_put_back(broken: str) -> None:
    done = redacted("Patient: Ottilie Marchbanks")
    assert done.meaning == {"[NAME-1]": "Ottilie Marchbanks"}
    assert done.restored(f"Patient: {broken}") == "Patient: Ottilie Marchbanks"


def test_an_invented_placeholder_stays_and_proves_nothing() -> None:
    assert redacted("Patient: Ottilie Marchbanks").restored("[NAME-7]") == "[NAME-7]"


def test_what_a_page_prints_like_a_placeholder_is_not_taken_for_one() -> None:
    done = redacted("Template: Dear [NAME-1], call name 2.\nPatient: Ottilie Marchbanks")
    assert list(done.meaning) == ["[NAME-3]"]
    assert done.restored("[NAME-1]") == "[NAME-1]"


@pytest.mark.parametrize(
    "page",
    [
        "Patient: Ottilie Marchbanks",
        "RE: Marchbanks, Ottilie",
        "Ottilie Marchbanks   DOB: 3/4/1950",
        "I saw Ottilie Marchbanks in clinic",
        "Ottilie Marchbanks is a 76 year old woman",
    ],
)
def test_a_page_says_whose_it_is(page: str) -> None:
    assert redacted(page, known=()).named


@pytest.mark.parametrize(
    "page",
    [
        "Metformin 500 mg twice daily",
        "zhang wei / ZHANG WEI takes metformin\n\nSincerely, Ann Miller",
        "zhang wei is better\nEmergency contact: Perpetua Quill (daughter)",
        "Dear Ms. Miller,\nzhang wei was here",
        "Patient of Dr. Ann Miller",
    ],
)
def test_anybody_elses_name_does_not_say_whose_a_page_is(page: str) -> None:
    assert not redacted(page, known=()).named
    asked = list(
        questions([page_of(page)], all_document_types()["clinical_note"], SETTINGS, known=known_of([page_of(page)], ()))
    )
    assert asked
    assert not any(question.sendable for question in asked)


def of_patient(name: str, line: str) -> str:
    last = name.rsplit(maxsplit=1)[-1]
    known = (Cited(path="patient.name", value=name, quote=f"{last.upper()}, {name}", page=1),)
    return redacted(line, known=known).texts[0]


# Frequent surnames of US Hispanics and Asians, and of several countries of Europe.
@pytest.mark.parametrize(
    "name",
    """Bao Ng, Min-jun Oh, Wei Li, Hong Wu, Jing Xu, Mei Hu, Lan Vu, Tuan Le, Linh Do, Jin Yu, Lei Ma, Ping Ho, Sora An,
    Anh Nguyen, Thi Tran, Duc Pham, Soo Kim, Jae Lee, Hyun Park, Ji-woo Choi, Raj Patel, Arjun Singh, Xiu Zhang,
    Chen Wang, Carlos Muñoz, José Peña, María Núñez, Ángel Ibáñez, Inés Gutiérrez, Rubén Hernández, Lucía González,
    Iván Jiménez, Sofía Ramírez, Óscar Domínguez, Raúl Vásquez, Ximena García, Luis Rodríguez, Ana Martínez, Eva López,
    Hugo Pérez, Noé Sánchez, Elena Díaz, Pilar Ávila, Tomás Ordóñez, Björk Åström, Jürgen Müller, Søren Ødegård,
    Łukasz Wałęsa, Zoë Brontë, Françoise Lefèvre, Jiří Dvořák, Ömer Çelik, Fionnuala O'Neil, Siân D’Arcy,
    Pablo de la Cruz, Marek Šimůnek, João Conceição""".replace("\n   ", "").split(", "),
)
@pytest.mark.parametrize(
    "line", ["Mr. {} reports pain", "seen today, {}, in clinic", "{}'s knee is better", "and {} agrees", "({}) stated"]
)
def test_short_and_accented_surnames_are_hidden_in_any_form(name: str, line: str) -> None:
    last = name.rsplit(maxsplit=1)[-1]
    plain = "".join(c for c in normalize("NFKD", last) if not combining(c))
    for form in (last, last.upper(), plain, plain.upper()):
        sent = of_patient(name, line.format(form))
        assert form not in sent
        assert "[NAME-1]" in sent


@pytest.mark.parametrize("line", ["varga says so", "mr. o'neil came", "josé agrees", "jose agrees", "muñoz, carlos"])
def test_the_patients_own_name_is_hidden_in_lower_case(line: str) -> None:
    known = [
        Cited(path="patient.name", value=name, quote=name, page=1)
        for name in ("Ilse Varga", "Rory O'Neil", "José Muñoz", "Carlos Muñoz")
    ]
    sent = redacted(line, known=known).texts[0]
    assert not set(sent.replace(",", " ").split()) & {"varga", "o'neil", "josé", "jose", "muñoz", "carlos"}


@pytest.mark.parametrize(
    ("name", "line"), [("Min Oh", "mr. oh came"), ("Tuan Le", "mrs le"), ("Will Young", "miss young")]
)
def test_behind_a_title_every_word_is_a_name(name: str, line: str) -> None:
    assert "[NAME-1]" in of_patient(name, line)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Will Young", "she will return in may, a young woman"),
        ("Bao Do", "please do not stop 5 mg of it"),
        ("Min Oh", "wait 5 min between doses, go to the clinic"),
        ("June Long", "a long course in june 2026"),
        ("Grace Black", "black stools, by the grace of early care"),
        ("Pablo de la Cruz", "Wilmington DE and Lafayette LA"),
        ("Ray Bell III", "NYHA class III heart failure, x ray of the chest"),
    ],
)
def test_words_that_people_are_named_after_stay_words(name: str, line: str) -> None:
    assert of_patient(name, line) == line


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("See Dr. Ann Miller. Varga-Smith came", "Varga"),
        ("I saw VARGAILSE today", "VARGA"),
        ("user ilsevarga", "varga"),
        ("her husband Peter drives; Peter agreed", "Peter"),
        ("his son Wei was present", "Wei"),
        ("the patient's daughter, Noémi, called", "Noémi"),
        ("V A R G A  I L S E", "V A R"),
        ("I L S E", "L S"),
        ("v.a.r.g.a", "r.g"),
        ("Medicaid 123 456 789", "123"),
        ("Medicare no. 123 45 6789", "123"),
        ("plate ABC 1234", "1234"),
        ("age 92, widowed", "92"),
        ("aged 101", "101"),
        ("92F with a fall", "92"),
        ("(94 M) on warfarin", "94"),
        ("she is ninety-two", "ninety"),
        ("a man in his 90s", "90s"),
        ("call 555-1234", "1234"),
        ("please reach her at 555 1234", "1234"),
        ("tel 555.1234", "1234"),
    ],
)
def test_what_is_spaced_short_or_told_of_is_hidden(line: str, told: str) -> None:
    sent = of_patient("Ilse Varga", line)
    assert told not in sent
    assert "[" in sent


@pytest.mark.parametrize(
    "line",
    [
        "T 98 F, Temp: 99 F, 101.5 F, fever of 102F, Tmax 101 F",
        "ages 18 to 64, page 92",
        "age 72, 63F, 9 years",
        "platelets 250-4000, call if below 50",
        "her mother lives alone, her husband reports that he sleeps; his mother had cancer",
        "Medicaid patient since 2019",
        "90 tablets, 95 %, ninety days, ninety-day supply, supply is ninety days",
        "a b c d",
    ],
)
def test_what_only_looks_like_it_stays(line: str) -> None:
    assert of_patient("Ilse Varga", line) == line
