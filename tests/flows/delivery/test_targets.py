from __future__ import annotations

import pytest

from documents.errors import SettingsError
from flows.settings import Settings

SERVER = {"KIND": "fhir", "URL": "https://fhir.example.org/r4"}


def settings(**given: str) -> Settings:
    named = {f"FAX2FHIR_TARGET_WAREHOUSE_{name}": value for name, value in given.items()}
    return Settings.from_environment({"FAX2FHIR_TARGETS": "warehouse", **named})


def test_each_target_is_read_from_variables_of_its_own() -> None:
    found = Settings.from_environment(
        {
            "FAX2FHIR_TARGETS": "warehouse, archive",
            "FAX2FHIR_TARGET_WAREHOUSE_KIND": "fhir",
            "FAX2FHIR_TARGET_WAREHOUSE_URL": "https://fhir.example.org/r4/",
            "FAX2FHIR_TARGET_ARCHIVE_KIND": "folder",
            "FAX2FHIR_TARGET_ARCHIVE_FOLDER": "/srv/archive",
        }
    ).targets
    assert [(each.name, each.kind, each.url) for each in found] == [
        ("warehouse", "fhir", "https://fhir.example.org/r4"),
        ("archive", "folder", ""),
    ]
    assert Settings.from_environment({}).targets == ()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"KIND": "ftp", "URL": "https://x.example"}, "FAX2FHIR_TARGET_WAREHOUSE_KIND"),
        ({**SERVER, "URL": "https://ada:sekret@fhir.example"}, "FAX2FHIR_TARGET_WAREHOUSE_URL"),
        ({**SERVER, "URL": "https://fhir.example?key=sekret"}, "FAX2FHIR_TARGET_WAREHOUSE_URL"),
        ({**SERVER, "URL": "ftp://sekret.example"}, "FAX2FHIR_TARGET_WAREHOUSE_URL"),
        ({**SERVER, "URL": "https://[sekret"}, "FAX2FHIR_TARGET_WAREHOUSE_URL"),
        ({**SERVER, "URL": "http://fhir.example.org"}, "http is for this machine only"),
        ({**SERVER, "TOKEN_URL": "http://fhir.example.org/token"}, "http is for this machine only"),
        ({"KIND": "fhir"}, "url is missing"),
        ({"KIND": "folder"}, "folder is missing"),
        ({**SERVER, "KIND": "pas"}, "payers is missing"),
        ({**SERVER, "KIND": "pas", "PAYERS": " ; "}, "payers is missing"),
        ({**SERVER, "CLIENT_ID": "me"}, "client_id goes with"),
        ({**SERVER, "CLIENT_SECRET": "sekret"}, "client_id goes with"),
        ({**SERVER, "CLIENT_ID": "me", "CLIENT_SECRET": "sekret", "PRIVATE_KEY": "k.pem"}, "not both"),
        ({**SERVER, "DEADLINE_S": "0"}, "FAX2FHIR_TARGET_WAREHOUSE_DEADLINE_S"),
        ({}, "FAX2FHIR_TARGET_WAREHOUSE_KIND"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name_and_without_its_value(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        settings(**given)
    assert "sekret" not in str(caught.value)


@pytest.mark.parametrize("names", ["a,a", "a_b", "Ä", "a b"])
def test_names_of_targets_are_unmistakable(names: str) -> None:
    listed = {name.strip().upper() for name in names.split(",")}
    given = {f"FAX2FHIR_TARGET_{name}_{key}": value for name in listed for key, value in SERVER.items()}
    with pytest.raises(SettingsError, match="TARGET"):
        Settings.from_environment({"FAX2FHIR_TARGETS": names, **given})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/fhir", "http://localhost/fhir", "http://[::1]:80/fhir"])
def test_this_machine_may_be_called_without_encryption(url: str) -> None:
    assert settings(KIND="fhir", URL=url).targets[0].url == url


def test_other_hosts_may_be_called_without_encryption_only_where_the_site_says_so() -> None:
    assert settings(KIND="fhir", URL="http://fhir.internal", PLAIN_HTTP="true").targets[0].plain_http


def test_secrets_are_masked_in_a_runs_record() -> None:
    found = settings(**SERVER, CLIENT_ID="me", CLIENT_SECRET="sekret")  # noqa: S106
    assert "sekret" not in str(found.masked()) + repr(found)
    assert found.masked()["target_warehouse_client_id"] == "me"
