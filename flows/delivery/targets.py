"""Where published bundles are delivered to, and how this installation proves who it is there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from documents.server_url import server_url
from documents.value import Value

# As a part of a setting's name, so without an underscore.
_NAME = r"^[a-z][a-z0-9]{0,29}$"


class TargetKind(StrEnum):
    """What a target is."""

    FHIR = "fhir"  # a FHIR server: transactions
    PAS = "pas"  # a payer: Claim/$submit
    FOLDER = "folder"  # a file a bundle
    NDJSON = "ndjson"  # a folder a delivery, a file a resource type


class Identify(StrEnum):
    """Who names the resources at a FHIR server."""

    PUT = "put"  # we do: update as create
    CONDITIONAL = "conditional"  # the server does: conditional create, found again by a tag


class Unsure(StrEnum):
    """What becomes of a request that a payer may have taken, where the payer cannot say whether it did."""

    RESEND = "resend"  # sent again, and marked: a delayed decision harms the patient, a double one the office
    HOLD = "hold"  # left to a person


class Algorithm(StrEnum):
    """How assertions are signed (SMART App Launch 2.2, backend services: a server supports at least one of them)."""

    RS384 = "RS384"
    ES384 = "ES384"


class Target(Value):
    """One target; each setting but the name is read from `FAX2FHIR_TARGET_<NAME>_<SETTING>`.

    Attributes:
        name: as `FAX2FHIR_TARGETS` lists it.
        kind: see TargetKind.
        url: base of a FHIR server's or a payer's API.
        folder: of `folder` and `ndjson`.
        payers: whose requests a `pas` target receives, by the names that documents print; `*` stands for all.
        client_id: as registered at the server; empty where it asks for no token.
        client_secret: for OAuth2 client credentials.
        private_key: PEM file of the key for SMART Backend Services; the server knows the public one.
        key_id: of that key, as the server knows it.
        algorithm: that fits the key.
        token_url: empty: as the server's `.well-known/smart-configuration` says.
        scope: that is asked for.
        plain_http: allow http to hosts other than this machine.
        identify: who names resources at a FHIR server.
        inquire: whether a payer is asked for a request that it may have taken.
        unsure: what becomes of one where it cannot say.
        settle_s: how long what was sent to a payer may still be at work there.
        deadline_s: of one request, a slow drip included.
        patience_s: how long one run waits for a target that is busy or away.
    """

    name: str = Field(pattern=_NAME)
    kind: TargetKind
    url: str = ""
    folder: Path | None = None
    payers: tuple[str, ...] = ()
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    private_key: Path | None = None
    key_id: str = ""
    algorithm: Algorithm = Algorithm.RS384
    token_url: str = ""
    scope: str = "system/*.cruds"
    plain_http: bool = False
    identify: Identify = Identify.PUT
    inquire: bool = True
    unsure: Unsure = Unsure.RESEND
    settle_s: float = Field(default=60.0, ge=0, le=3600, allow_inf_nan=False)
    deadline_s: float = Field(default=60.0, gt=0, le=600, allow_inf_nan=False)
    patience_s: float = Field(default=600.0, ge=0, le=86_400, allow_inf_nan=False)

    @field_validator("payers", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        # Names hold commas (`Example Health, Inc.`).
        return tuple(filter(None, map(str.strip, given.split(";")))) if isinstance(given, str) else given

    @field_validator("url", "token_url")
    @classmethod
    def _kept_with_each_run(cls, given: str) -> str:
        return given and server_url(given, instead="credentials have settings of their own").rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Target:
        if self.over_http and not self.url:
            raise ValueError("url is missing")
        if not self.over_http and self.folder is None:
            raise ValueError("folder is missing")
        if self.kind is TargetKind.PAS and not self.payers:
            # A patient's request goes to nobody but the patient's own payer.
            raise ValueError("payers is missing: their names with semicolons between, or * for a clearinghouse")
        if self.client_secret.get_secret_value() and self.private_key is not None:
            raise ValueError("give client_secret or private_key, not both")
        if bool(self.client_id) != bool(self.client_secret.get_secret_value() or self.private_key):
            raise ValueError("client_id goes with client_secret or private_key")
        for url in (self.url, self.token_url):
            if url and not self.may_call(url):
                raise ValueError("http is for this machine only; use https, or set plain_http")
        return self

    @property
    def over_http(self) -> bool:
        """Whether it is reached over the network."""
        return self.kind in {TargetKind.FHIR, TargetKind.PAS}

    @property
    def at_work_s(self) -> float:
        """How long to wait after a lost answer before anything follows; other targets take a repeat at once."""
        return self.settle_s if self.kind is TargetKind.PAS else 0.0

    def stands_for(self, payer: str) -> bool:
        """Whether requests to a payer, named as on a document, may go here."""
        return self.kind is not TargetKind.PAS or bool({"*", _plain(payer)} & set(map(_plain, self.payers)))

    def may_call(self, url: str) -> bool:
        """Whether patients' data and credentials may go to a URL: encrypted, on this machine, or as allowed."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and (self.plain_http or _is_loopback(parts.hostname or ""))

    def masked(self) -> dict[str, str]:
        """The settings as text for the run's record, secrets masked."""
        return {f"target_{self.name}_{key}": str(value) for key, value in self.model_dump(exclude={"name"}).items()}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def given_targets(environ: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
    """The settings of the targets that `<prefix>TARGETS` lists, unchecked."""
    names = [name.strip() for name in environ.get(f"{prefix}TARGETS", "").split(",") if name.strip()]
    found = []
    for name in names:
        keys = {key: f"{prefix}TARGET_{name.upper()}_{key.upper()}" for key in Target.model_fields if key != "name"}
        found.append(
            {"name": name} | {key: environ[variable] for key, variable in keys.items() if environ.get(variable)}
        )
    return found
