"""One frozen set of settings, built here from the environment and passed to everything else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator

from documents.errors import SettingsError
from documents.value import Value
from extractors.llm.settings import LlmSettings
from flows.delivery.targets import Target, given_targets

PREFIX = "FAX2FHIR_"
LLM_PREFIX = PREFIX + "LLM_"
# A smaller audit sample takes years to show an error of one in a hundred; above 5 % people read what needs nobody.
LEAST_AUDIT_SHARE = 0.02


class Settings(Value):
    """Settings of one installation; each is read from `FAX2FHIR_<NAME>`.

    Attributes:
        home: folder that holds all state: store, database, Prefect's files, inbox, exports.
        database_url: SQLAlchemy URL; empty means `sqlite:///<home>/ledger.sqlite`.
        inbox: folder that faxes arrive in; empty means `<home>/inbox`.
        time_zone: IANA zone of the facility: fax headers print its wall time, deadlines count its calendar days.
        workers: reading processes; 0 means one a core.
        max_pages: a longer document goes to a person.
        settle_s: a file younger than this many seconds is taken to be still arriving.
        lease_s: seconds after which another worker may take over a document whose worker fell silent.
        chunk: most documents a Prefect task handles; see `chunk_size`.
        backend: module in `extractors/backends` that reads segments.
        packs: folder of payer rule packs; empty means `<home>/packs`, which need not exist.
        pas_site_values: file of the values that a site's PAS requests carry (docs/pas.md); None: they have none.
        audit_share: of the records that need nobody, the share held back for a person at random: 0.02 to 0.05, or 0.
        targets: where published bundles are delivered to; `FAX2FHIR_TARGETS` lists their names.
        llm: the model that reads beside the embedded backend, from `FAX2FHIR_LLM_<NAME>`; None unless it is named.
    """

    home: Path
    database_url: str = ""
    inbox: Path = Path()
    time_zone: str = "America/New_York"
    workers: int = Field(default=0, ge=0, le=256)
    max_pages: int = Field(default=500, ge=1)
    settle_s: float = Field(default=2.0, ge=0, le=3600, allow_inf_nan=False)
    lease_s: float = Field(default=60.0, ge=5, le=86_400, allow_inf_nan=False)
    chunk: int = Field(default=100, ge=1, le=1000)
    backend: str = Field(default="rules", pattern=r"^[a-z][a-z0-9_]*$")
    packs: Path = Path()
    pas_site_values: Path | None = None
    audit_share: float = Field(default=0.03, ge=0, le=0.05, allow_inf_nan=False)
    targets: tuple[Target, ...] = ()
    llm: LlmSettings | None = None

    @field_validator("targets")
    @classmethod
    def _each_once(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        if len({target.name for target in targets}) != len(targets):
            raise ValueError("a name is given twice")
        return targets

    @field_validator("audit_share")
    @classmethod
    def _off_or_enough(cls, share: float) -> float:
        if 0 < share < LEAST_AUDIT_SHARE:
            raise ValueError(f"{LEAST_AUDIT_SHARE} to 0.05, or 0 to switch the audit sample off")
        return share

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not an IANA time zone") from error
        return name

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings; unset ones take their defaults.

        Raises:
            SettingsError: a value is not of its form; the message names the setting, never the value.
        """
        environ = os.environ if environ is None else environ
        own = [name for name in cls.model_fields if name not in {"llm", "targets"}]
        given: dict[str, object] = dict(_given(PREFIX, own, environ))
        home = Path(str(given.pop("home", "var"))).absolute()
        given.setdefault("database_url", f"sqlite:///{home / 'ledger.sqlite'}")
        given.setdefault("inbox", str(home / "inbox"))
        given.setdefault("packs", str(home / "packs"))
        model = _given(LLM_PREFIX, LlmSettings.model_fields, environ)
        if model:
            given["llm"] = model
        targets = given_targets(environ, PREFIX)
        if targets:
            given["targets"] = targets
        try:
            return cls.model_validate({"home": home, **given})
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = first["loc"] or ("llm",)
            if place[0] == "targets" and len(place) > 1:
                place = ("target", targets[int(place[1])]["name"], *place[2:])
            name = PREFIX + "_".join(str(part).upper() for part in place)
            raise SettingsError(f"{name}: {first['msg']}") from None

    def required_llm(self) -> LlmSettings:
        """The model's settings.

        Raises:
            SettingsError: none is configured.
        """
        if self.llm is None:
            raise SettingsError(f"no model is configured: set {LLM_PREFIX}BASE_URL and {LLM_PREFIX}MODEL")
        return self.llm

    @property
    def zone(self) -> ZoneInfo:
        """The facility's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def reading_workers(self) -> int:
        """Reading processes: as set, or one a core that this process may use."""
        return self.workers or len(
            os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        )

    @property
    def store(self) -> Path:
        """Folder of the documents' bytes, by SHA-256."""
        return self.home / "store"

    @property
    def scratch(self) -> Path:
        """Folder of rewritten copies while a document is read; emptied afterwards."""
        return self.home / "scratch"

    @property
    def bundles(self) -> Path:
        """Folder that the night and the demo write published bundles to."""
        return self.home / "bundles"

    @property
    def prefect_home(self) -> Path:
        """Folder of the local Prefect server's own state."""
        return self.home / "prefect"

    def masked(self) -> dict[str, str]:
        """The settings as text for the run's record, without the credentials of the database URL."""
        from sqlalchemy.engine import make_url

        shown = {name: str(value) for name, value in self.model_dump(exclude={"llm", "targets"}).items()}
        if self.llm is not None:
            shown |= {f"llm_{name}": str(value) for name, value in self.llm.model_dump().items()}
        for target in self.targets:
            shown |= target.masked()
        shown["database_url"] = make_url(self.database_url).render_as_string(hide_password=True)
        return shown


def _given(prefix: str, names: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of these names that the environment holds."""
    return {name: environ[prefix + name.upper()] for name in names if environ.get(prefix + name.upper())}
