"""Tokens: OAuth2 client credentials by secret, or by an assertion that our key signs (SMART Backend Services)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from documents.errors import SettingsError
from flows.delivery.targets import Algorithm, Target

if TYPE_CHECKING:
    from flows.delivery.client import Answer

# SMART App Launch 2.2, backend services: `exp` at most five minutes ahead; less, since clocks differ.
_ASSERTION_S = 240
# A token is renewed so long before it ends: longer than a request is under way.
_MARGIN_S = 30.0
# Where the answer does not say (RFC 6749, 5.1: it should).
_LIFETIME_S = 300.0
_LONGEST_LIFETIME_S = 86_400.0

# RFC 6750, 2.1: what a bearer token is written with.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")

Send = Callable[[str, str, dict[str, str], bytes], "Answer"]


class Authorization:
    """The token of one target, fetched when it is needed and kept until it ends."""

    def __init__(self, target: Target, send: Send) -> None:
        """`send` makes one exchange: method, URL, headers, content."""
        self._target, self._send = target, send
        self._token, self._ends = "", 0.0

    @property
    def renewable(self) -> bool:
        """Whether this target gives out tokens."""
        return bool(self._target.client_id)

    def forget(self) -> None:
        """Fetches a new token next time."""
        self._token = ""

    def headers(self) -> dict[str, str] | Answer:
        """What proves who we are, or the answer that shows that no token was granted.

        Raises:
            SettingsError: the private key cannot be read.
        """
        if not self.renewable:
            return {}
        if not self._token or time.monotonic() > self._ends:
            failed = self._fetch()
            if failed is not None:
                return failed
        return {"authorization": f"Bearer {self._token}"}

    def _fetch(self) -> Answer | None:
        """Fetches a token; returns the answer without one."""
        self._token = ""
        url = self._target.token_url
        if not url:
            asked = self._discover()
            url = str(_json(asked).get("token_endpoint", ""))
            if not self._target.may_call(url):
                return asked
        form = {"grant_type": "client_credentials", "scope": self._target.scope}
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if self._target.private_key is not None:
            form |= {
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(url),
            }
        else:
            headers |= self._basic()
        answer = self._send("POST", url, headers, urlencode(form).encode())
        granted = _json(answer)
        token, lifetime = granted.get("access_token"), granted.get("expires_in", _LIFETIME_S)
        if not isinstance(token, str) or not _TOKEN.fullmatch(token) or not isinstance(lifetime, int | float):
            return answer
        lifetime = min(max(lifetime, 0), _LONGEST_LIFETIME_S)  # a server may say any number
        self._token, self._ends = token, time.monotonic() + lifetime - min(_MARGIN_S, lifetime / 2)
        return None

    def _discover(self) -> Answer:
        url = f"{self._target.url}/.well-known/smart-configuration"
        return self._send("GET", url, {"accept": "application/json"}, b"")

    def _basic(self) -> dict[str, str]:
        """RFC 6749, 2.3.1: both parts are form-encoded first."""
        name, secret = (
            quote(part, safe="") for part in (self._target.client_id, self._target.client_secret.get_secret_value())
        )
        request = httpx.Request("POST", self._target.url)
        next(httpx.BasicAuth(name, secret).auth_flow(request))
        return {"authorization": request.headers["authorization"]}

    def _assertion(self, token_url: str) -> str:
        """Signed for this one call; its `jti` is never used again.

        Raises:
            SettingsError: the private key cannot be read.
        """
        header = {"alg": self._target.algorithm.value, "typ": "JWT"}
        if self._target.key_id:
            header["kid"] = self._target.key_id
        try:
            signed: str = private_key_jwt_sign(
                self._key(),
                self._target.client_id,
                token_url,
                alg=self._target.algorithm.value,
                header=header,
                expires_in=_ASSERTION_S,
            )
        except (OSError, ValueError, TypeError, JoseError):
            name = f"FAX2FHIR_TARGET_{self._target.name.upper()}_PRIVATE_KEY"
            failure = SettingsError(f"{name}: no private key in PEM for {self._target.algorithm.value}")
        else:
            return signed
        raise failure

    def _key(self) -> RSAKey | ECKey:
        kind = RSAKey if self._target.algorithm is Algorithm.RS384 else ECKey
        key = kind.import_key(self._target.private_key.read_text() if self._target.private_key else "")
        if not key.is_private:
            raise ValueError("public")
        return key


def _json(answer: Answer) -> dict[str, Any]:
    """What an endpoint granted; empty if it did not."""
    try:
        found = json.loads(answer.text) if answer.status == httpx.codes.OK else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
