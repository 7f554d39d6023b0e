"""What a sentence asserts about the condition between the brackets."""

import pytest

from documents.values import Assertion
from extractors.prose.assertion import assert_mention

P, N, U = Assertion.PRESENT, Assertion.NEGATED, Assertion.UNCERTAIN
F, H, Y = Assertion.FAMILY, Assertion.HISTORICAL, Assertion.HYPOTHETICAL

CASES = [
    # denied before
    ("Patient denies [tuberculosis].", N),
    ("He denied any [stroke] or [seizures].", N),
    ("Denies chest pain, shortness of breath, or [pneumonia].", N),
    ("There is no evidence of [deep vein thrombosis].", N),
    ("No clinical signs of [septic arthritis] were noted.", N),
    ("No radiographic evidence of [hip fracture].", N),
    ("Negative for [pulmonary embolism].", N),
    ("CT was negative for [intracranial hemorrhage] or [skull fracture].", N),
    ("Work-up was negative for [celiac disease].", N),
    ("Serologies were negative for [lupus].", N),
    ("She does not have [diabetes].", N),
    ("Without [hepatitis] at this time.", N),
    ("Biopsy did not show [malignancy].", N),
    ("Imaging failed to reveal [abscess].", N),
    ("No history of [myocardial infarction].", N),
    ("Never diagnosed with [asthma].", N),
    ("He has never had a [kidney stone].", N),
    ("Absence of [retinopathy] on dilated exam.", N),
    ("The patient is free of [infection].", N),
    ("Findings are not consistent with [multiple sclerosis].", N),
    ("No fever, cough, or [pneumonia].", N),
    ("MRI ruled out [cauda equina syndrome].", N),
    ("Neither [gout] nor [pseudogout] was found.", N),
    # denied after
    ("[Lung cancer] was ruled out.", N),
    ("[Pulmonary embolism] has been excluded by CT angiography.", N),
    ("[Lymphoma] was considered and then excluded.", N),
    ("[Endocarditis] and [meningitis] were ruled out.", N),
    ("[Appendicitis]: negative.", N),
    ("[Hepatitis C] (negative)", N),
    ("[Tuberculosis] screening was negative.", N),
    ("[Osteomyelitis] is not seen on MRI.", N),
    ("[Celiac disease] is unlikely.", N),
    ("[DVT] was not identified on ultrasound.", N),
    # scope ends
    ("No cough but has [asthma].", P),
    ("Denies fever; [psoriasis] is active.", P),
    ("She denies chest pain, however reports [migraine].", P),
    ("No edema. [Hypertension] persists.", P),
    ("No complaints except [gout].", P),
    ("Denies pain although [neuropathy] continues.", P),
    ("CT showed no stones and revealed [diverticulitis].", P),
    # look like denials and are none
    ("Not only [asthma] but also eczema.", P),
    ("There is no change in her [glaucoma].", P),
    ("No improvement of [plaque psoriasis] on topical therapy.", P),
    ("[Chronic migraine] without aura, intractable.", P),
    ("[Hypertension] is not well controlled.", P),
    ("No increase in [pleural effusion].", P),
    ("[Rheumatoid arthritis] with no lasting relief from naproxen.", P),
    # doubt
    ("Rule out [pneumonia].", U),
    ("R/O [sepsis]", U),
    ("Possible [deep vein thrombosis].", U),
    ("Suspected [giant cell arteritis].", U),
    ("Cannot exclude [malignancy].", U),
    ("[Malignancy] cannot be excluded.", U),
    ("[Lyme disease]?", U),
    ("Concern for [osteomyelitis].", U),
    ("Findings suspicious for [lymphoma].", U),
    ("Likely [viral gastroenteritis].", U),
    ("This may represent [sarcoidosis].", U),
    ("[Myocarditis] is suspected.", U),
    ("[Crohn's disease] vs ulcerative colitis", U),
    ("Evaluate for [sleep apnea].", U),
    ("[Pneumonia] has not been ruled out.", U),
    # relatives
    ("Mother had [breast cancer].", F),
    ("Her father died of [stroke] at 70.", F),
    ("Family history of [colon cancer].", F),
    ("Family history is significant for [lung cancer] (brother).", F),
    ("Sister with [multiple sclerosis].", F),
    ("[Ovarian cancer] in a maternal aunt.", F),
    ("[Psoriasis] - sister", F),
    ("[Type 1 diabetes] (brother)", F),
    ("Strong FHx of [melanoma].", F),
    ("Two brothers have [hemophilia].", F),
    ("Paternal grandfather: [Parkinson's disease]", F),
    ("[Alzheimer's disease] affecting her mother.", F),
    ("No family history of [glaucoma].", N),
    ("Mother reports that he has [asthma].", P),
    ("Accompanied by her mother, she has [epilepsy].", P),
    ("According to his sister he suffers from [depression].", P),
    ("Mother is healthy; patient has [celiac disease].", P),
    ("Lives with his father and has [COPD].", P),
    # the past
    ("History of [pneumonia] in 2019.", H),
    ("s/p [hip fracture]", H),
    ("Status post [deep vein thrombosis].", H),
    ("[Gastric ulcer] (resolved)", H),
    ("[Community-acquired pneumonia], now resolved.", H),
    ("[Ankle fracture], which has resolved.", H),
    ("[Breast cancer], in remission", H),
    ("H/o [cholelithiasis].", H),
    ("Previously had [shingles].", H),
    ("[Asthma] in childhood.", H),
    ("Had [mononucleosis] as a teenager.", H),
    ("[Hodgkin lymphoma] treated in 1998.", H),
    ("Past medical history includes [appendicitis].", H),
    ("A 57-year-old woman with [hypertension].", P),
    ("She is 57 years old with [hypertension].", P),
    ("Prior authorization is requested for [ulcerative colitis].", P),
    ("Recently diagnosed with [lupus].", P),
    # what might be
    ("Return if [pneumonia] develops.", Y),
    ("Call for signs of [infection].", Y),
    ("Go to the ED if [stroke] symptoms occur.", Y),
    ("Treatment is needed to prevent [stroke].", Y),
    ("In case of [anaphylaxis] use the pen.", Y),
    ("Risks include [bleeding disorder].", Y),
    # plain
    ("He presents with [cellulitis] of the left leg.", P),
    ("Known [heart failure].", P),
    ("Diagnosed with [psoriatic arthritis] last spring.", P),
    ("[COPD], stable on inhalers.", P),
]


def _mentions(marked: str) -> tuple[str, list[tuple[int, int]]]:
    text, spans, start = "", [], 0
    for char in marked:
        if char == "[":
            start = len(text)
        elif char == "]":
            spans.append((start, len(text)))
        else:
            text += char
    return text, spans


@pytest.mark.parametrize(("marked", "expected"), CASES, ids=[c[0] for c in CASES])
def test_assertion_of_each_marked_mention(marked: str, expected: Assertion) -> None:
    text, spans = _mentions(marked)
    assert spans
    for start, end in spans:
        assert assert_mention(text, start, end) is expected, text[start:end]


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("Lung cancer - brother.", "family_history", F),
        ("Diabetes, hypertension", "family_history", F),
        ("No colon cancer.", "family_history", N),
        ("Pneumonia", "resolved_problems", H),
        ("Pulmonary embolism", "rule_outs", U),
        ("Asthma", "pmh", P),
    ],
)
def test_section_settles_what_the_sentence_leaves_open(text: str, section: str, expected: Assertion) -> None:
    start = 3 if text.startswith("No ") else 0
    end = start + len(text[start:].split(" -", maxsplit=1)[0].split(",", maxsplit=1)[0].rstrip("."))
    assert assert_mention(text, start, end, section=section) is expected


def test_mentions_of_one_sentence_differ() -> None:
    text = (
        "The history is notable for ankle fracture, which has resolved, and for ankylosing spondylitis in the father."
    )
    fracture, spondylitis = text.index("ankle"), text.index("ankylosing")
    assert assert_mention(text, fracture, fracture + len("ankle fracture")) is H
    assert assert_mention(text, spondylitis, spondylitis + len("ankylosing spondylitis")) is F
