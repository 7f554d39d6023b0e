"""What stands in a description's place and describes nothing."""

import pytest

from extractors.grounding.descriptions import describes_nothing


@pytest.mark.parametrize(
    "text",
    ["Temp 98.6 P 72 RR 16", "BP 118/76", "Ordering physician: Ida Roe DO", "Ida Roe DO, NPI 1234567893",
     "changed from", "was", "now resolved", "ICD-10-CM", "CPT code", "call (303) 555-0142", "Fax: same",
     "(see above)", "code set 2"],
)  # fmt: skip
def test_words_around_a_description_describe_nothing(text: str) -> None:
    assert describes_nothing(text)


@pytest.mark.parametrize(
    "text",
    ["Resolved pneumonia", "Type 2 diabetes with neuropathy", "Chest X-ray, 2 views", "Height 4 foot walker",
     "Therapeutic exercise: 15 minutes", "Elevated BP", "Old MI", "Home visit, new patient"],
)  # fmt: skip
def test_descriptions_describe(text: str) -> None:
    assert not describes_nothing(text)
