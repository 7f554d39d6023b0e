"""The routine lines that fill real notes: systems reviewed, organs examined, habits, counselling; without gold."""

from __future__ import annotations

import random

from evaluation.synth.flow import Block, Heading, Items, Para
from evaluation.synth.marks import Line, line

_SYSTEMS = (
    ("Constitutional", ("no fever or chills", "appetite fair, sleep broken", "energy reduced, weight steady")),
    ("Eyes and ears", ("no change of sight or hearing", "wears reading glasses", "hearing as before")),
    ("Breathing", ("no cough at night", "as told above", "no sputum")),
    ("Circulation", ("no ankle swelling", "no racing heart at rest", "as told above")),
    ("Digestion", ("regular", "no blood in stool", "eats three meals a day")),
    ("Urinary", ("no burning", "once a night", "no change")),
    ("Muscles and joints", ("as told above", "stiff in the morning for ten minutes", "no new swelling")),
    ("Skin", ("no new spots", "dry in winter", "no rash")),
    ("Mood", ("even", "worried about work", "good support at home")),
)
_ORGANS = (
    ("General", ("well kept, answers to the point", "comfortable in the chair", "looks the stated age")),
    ("Head and neck", ("pupils equal, neck supple", "mucosa moist, no nodes felt", "no masses")),
    ("Chest", ("clear on both sides", "equal air entry", "no wheeze at rest")),
    ("Heart", ("regular, no murmur", "first and second sounds normal", "no rub")),
    ("Abdomen", ("soft, not tender", "bowel sounds present", "liver edge not felt")),
    ("Limbs", ("warm, pulses felt", "no calf tenderness", "full range except as told")),
    ("Nervous system", ("cranial nerves intact", "gait as described", "reflexes symmetric")),
    ("Skin", ("intact", "no pressure marks", "small scar on the right forearm")),
)
_HABITS = (
    "Lives with a partner in a two-story house and worked in an office until this spring.",
    "Lives alone on the ground floor; a daughter visits twice a week.",
    "Does not smoke and has a glass of wine on weekends.",
    "Stopped smoking nine years ago; no alcohol.",
    "Drives, cooks and shops without help on good days.",
    "Needs help with shopping and heavy housework.",
)
_COUNSEL = (
    "Risks, benefits and other choices were talked through, and questions were answered.",
    "The patient repeated the plan in own words and agrees with it.",
    "More than half of the thirty-minute visit went into counseling and coordination.",
    "Written information was handed out, and the office number for questions was given.",
    "Warning signs that call for the emergency room were explained.",
)
_INSTRUCTIONS = (
    "Walk twice a day and rest in between.",
    "Keep the follow-up visit with the family doctor within seven days.",
    "Call if pain, fever or breathlessness gets worse.",
    "No lifting above ten pounds for four weeks.",
    "Low-salt diet; write down the weight every morning.",
    "Bring all bottles of medicine to the next visit.",
    "The home nurse will call to arrange a first visit.",
)


def _rows(rng: random.Random, table: tuple[tuple[str, tuple[str, ...]], ...], count: int) -> list[Line]:
    chosen = sorted(rng.sample(range(len(table)), count))
    return [line(f"{table[i][0]}: {rng.choice(table[i][1])}.") for i in chosen]


def review_of_systems(rng: random.Random, *, count: int = 8) -> Items:
    """Systems in a list."""
    return Items(_rows(rng, _SYSTEMS, count), bullet="-")


def examination(rng: random.Random, *, count: int = 7) -> Items:
    """Organs in a list."""
    return Items(_rows(rng, _ORGANS, count), bullet="-")


def social_history(rng: random.Random) -> list[Block]:
    """Home and habits."""
    return [Heading("Social History"), Para(line(" ".join(rng.sample(_HABITS, 3))))]


def counsel(rng: random.Random, *, count: int = 3) -> Line:
    """What was said to the patient."""
    return line(" ".join(rng.sample(_COUNSEL, count)))


def instructions(rng: random.Random, *, count: int = 5) -> Items:
    """What the patient is told to do."""
    return Items([line(text) for text in rng.sample(_INSTRUCTIONS, count)], bullet="1")
