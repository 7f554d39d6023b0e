from __future__ import annotations

import pytest

from documents.errors import SettingsError
from flows.settings import Settings


@pytest.mark.parametrize("share", ["0", "0.02", "0.03", "0.05"])
def test_the_audit_share_is_two_to_five_percent_or_off(share: str) -> None:
    assert Settings.from_environment({"FAX2FHIR_AUDIT_SHARE": share}).audit_share == float(share)


@pytest.mark.parametrize("share", ["0.01", "0.06", "-0.03", "nan", "3 %"])
def test_another_share_is_refused_by_the_name_of_its_variable(share: str) -> None:
    with pytest.raises(SettingsError, match="FAX2FHIR_AUDIT_SHARE"):
        Settings.from_environment({"FAX2FHIR_AUDIT_SHARE": share})


@pytest.mark.parametrize(
    "url",
    [
        "https://ada:sekret@llm.example/v1",
        "https://sekret@llm.example/v1",
        "https://llm.example/v1?api-key=sekret",
        "https://llm.example/v1#sekret",
        "ada:sekret@llm.example/v1",
        "https://[sekret/v1",
    ],
)
def test_a_models_address_that_holds_a_secret_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(SettingsError, match="FAX2FHIR_LLM_BASE_URL") as caught:
        Settings.from_environment({"FAX2FHIR_LLM_BASE_URL": url, "FAX2FHIR_LLM_MODEL": "m"})
    assert "sekret" not in str(caught.value)
