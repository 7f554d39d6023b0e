"""What a site says about its model: where it is, how it answers, what it costs, and whether it may see patient data."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from documents.server_url import server_url
from documents.value import Value


class AnswerMode(StrEnum):
    """How the structure is asked for; what an endpoint supports, `fax2fhir llm check` tells."""

    TOOLS = "tools"
    JSON_SCHEMA = "json_schema"
    JSON = "json"
    MD_JSON = "md_json"


class TokenLimit(StrEnum):
    """The request's field for the longest answer: reasoning models of OpenAI refuse the older name."""

    MAX_TOKENS = "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens"


class LlmSettings(Value):
    """One endpoint and model.

    Attributes:
        base_url: of an OpenAI-compatible API, ending in `/v1` where the provider's does; each run keeps it, so that
            nothing secret may stand in it.
        model: name (Azure: deployment).
        key: empty for servers that ask for none.
        azure_api_version: set for the classic Azure API; empty elsewhere.
        mode: see AnswerMode.
        input_price, output_price: per million tokens, in the site's currency.
        agreement: whether a business associate agreement covers this endpoint; without it only redacted text is sent.
        redact: replace what identifies the patient before sending.
        budget: most a run may spend, in the same currency; 0 means no limit.
        most_requests: per window, repeats included.
        deadline_s: per window, in total: a slow drip counts.
        in_flight: most requests at a time.
        requests_per_minute, tokens_per_minute: 0 means no limit of ours.
        window_pages, window_overlap: pages a request, and pages it shares with the one before.
        most_output_tokens: of an answer; a longer one is truncated and not read.
        batch: ask a run's questions through the endpoint's batch API.
        batch_wait_s: a batch that is not back by then is cancelled, and its questions are asked directly.
        batch_poll_s: how often a batch is looked at.
        batch_price: of a question in a batch, as a part of a direct one's (OpenAI's Batch guide: 50 % off).
        token_limit: under which name that is asked.
        temperature: of sampling; None sends none, for models that refuse it.
    """

    base_url: str
    model: str = Field(min_length=1)
    key: SecretStr = SecretStr("")
    azure_api_version: str = ""
    mode: AnswerMode = AnswerMode.TOOLS
    input_price: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    output_price: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    agreement: bool = False
    redact: bool = False
    budget: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    most_requests: int = Field(default=4, ge=1, le=4)
    deadline_s: float = Field(default=120.0, gt=0, le=120, allow_inf_nan=False)
    in_flight: int = Field(default=16, ge=1, le=256)
    requests_per_minute: int = Field(default=0, ge=0)
    tokens_per_minute: int = Field(default=0, ge=0)
    window_pages: int = Field(default=6, ge=1, le=50)
    window_overlap: int = Field(default=1, ge=0)
    most_output_tokens: int = Field(default=8192, ge=256)
    batch: bool = False
    batch_wait_s: float = Field(default=14_400.0, gt=0, le=86_400, allow_inf_nan=False)
    batch_poll_s: float = Field(default=60.0, gt=0, le=3600, allow_inf_nan=False)
    batch_price: float = Field(default=0.5, ge=0, le=1, allow_inf_nan=False)
    token_limit: TokenLimit = TokenLimit.MAX_TOKENS
    temperature: float | None = Field(default=0.0, ge=0, le=2, allow_inf_nan=False)

    @field_validator("base_url")
    @classmethod
    def _kept_with_each_run(cls, given: str) -> str:
        return server_url(given, instead="the key has a setting of its own")

    @field_validator("temperature", mode="before")
    @classmethod
    def _unsent(cls, given: object) -> object:
        return None if given == "none" else given

    @model_validator(mode="after")
    def _moves_on(self) -> LlmSettings:
        if self.window_overlap >= self.window_pages:
            raise ValueError("window_overlap must be less than window_pages")
        return self

    @property
    def endpoint(self) -> str:
        """Host, port and path of the API; never credentials."""
        parts = urlsplit(self.base_url)
        return parts.netloc.lower() + parts.path.rstrip("/")

    def cost(self, *, input_tokens: int, output_tokens: int) -> float:
        """The price of so many tokens, in the site's currency."""
        return (input_tokens * self.input_price + output_tokens * self.output_price) / 1_000_000
