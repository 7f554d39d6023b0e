"""The lexicons of drugs, conditions and analytes, and how names are found in text."""

from importlib import resources

import pytest

from extractors.lexicon.analytes import find_analytes
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.drugs import EXACT, FOLDED, MISREAD, OPEN, STEM, find_drugs, generic_name


def test_the_drug_list_is_wide_and_says_nothing_twice() -> None:
    lines = (resources.files("extractors.lexicon") / "drugs.txt").read_text("utf-8").splitlines()
    generics = [line.split(":")[0].lstrip("~") for line in lines if line.strip() and not line.startswith("#")]
    assert len(generics) >= 600
    assert len({g.lower() for g in generics}) == len(generics)


@pytest.mark.parametrize(
    ("printed", "generic"),
    [
        ("Humira", "adalimumab"),
        ("ozempic", "semaglutide"),
        ("Keytruda", "pembrolizumab"),
        ("Toprol-XL", "metoprolol"),
        ("Eliquis", "apixaban"),
        ("Gammagard", "immune globulin"),
        ("Notadrug", None),
    ],
)
def test_generic_of_a_brand(printed: str, generic: str | None) -> None:
    assert generic_name(printed) == generic


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lisinopril 10 mg and metformin", ["lisinopril", "metformin"]),
        ("insulin glargine 10 units", ["insulin glargine"]),
        ("Metoprolol succinate ER 25 mg", ["metoprolol"]),
        ("hydroxyzine, hydralazine", ["hydroxyzine", "hydralazine"]),
        ("amlodipine-benazepril 5-10 mg", ["amlodipine-benazepril"]),
        ("carvediloland", []),
        ("soma of the neuron", []),
        ("statins and sulfonylureas", []),
        ("LDL 145 mg/dL, cholesterol 200 mg/dL, weight 80 kg", []),
        ("lost 14 lb, took 500 mg, from 20 mg to 40 mg", []),
    ],
)
def test_names_in_a_text(text: str, names: list[str]) -> None:
    assert [h.name for h in find_drugs(text)] == names


@pytest.mark.parametrize(
    ("text", "name", "score"),
    [
        ("prednisone 10 mg", "prednisone", EXACT),
        ("Predn1sone 10 mg", "prednisone", FOLDED),
        ("1isinopri1 20 mg", "lisinopril", FOLDED),
        ("metfornin 500 mg", "metformin", MISREAD),
        ("zanubamab 20 mg", "zanubamab", STEM),
        ("Zorbitrexil 20 mg", "zorbitrexil", OPEN),
    ],
)
def test_how_a_name_was_found_decides_its_score(text: str, name: str, score: float) -> None:
    hit = find_drugs(text, from_ocr=True)[0]
    assert (hit.name, hit.score) == (name, score)
    assert (hit.start, hit.end) == (0, text.index(" "))


def test_a_name_with_a_misread_character_is_not_guessed_in_digital_text() -> None:
    assert [h.score for h in find_drugs("metfornin 500 mg")] == [OPEN]


def test_nutrients_need_an_amount() -> None:
    assert [(h.plain, h.amount) for h in find_drugs("potassium 4.1; potassium 20 mEq")] == [
        (False, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("severe persistent asthma", ["severe persistent asthma"]),
        ("Clostridioides difficile infection", ["Clostridioides difficile infection"]),
        ("deep vein thrombosis of the left leg", ["deep vein thrombosis of the left leg"]),
        ("hidradenitis suppurativa and polychondritis", ["hidradenitis suppurativa", "polychondritis"]),
        ("PE and MI, but pe and mi are no words", ["PE", "MI"]),
        ("the diagnosis and prognosis of this disease", []),
        ("no infection of any kind", []),
    ],
)
def test_conditions_in_a_text(text: str, names: list[str]) -> None:
    assert [text[h.start : h.end] for h in find_conditions(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hgb A1c 8.2", ["Hgb A1c"]),
        ("LDL cholesterol 120", ["LDL cholesterol"]),
        ("K 3.4, Na 136", ["K", "Na"]),
        ("a k value", []),
        ("Alc 9", ["Alc"]),
    ],
)
def test_analytes_in_a_text(text: str, names: list[str]) -> None:
    assert [text[h.start : h.end] for h in find_analytes(text)] == names
