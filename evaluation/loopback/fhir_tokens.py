"""The loopback FHIR server's token endpoint: OAuth2 client credentials, by secret or by signed assertion.

Assertions are verified here with `cryptography` alone, so that what signs them is not what checks them.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import load_pem_public_key

# SMART App Launch 2.2, backend services: no more than five minutes in the future.
_LONGEST_S = 300
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True)
class Tokens:
    """One registered client and the tokens that it holds.

    Attributes:
        client_id: of the client; empty lets everybody in without a token.
        secret: of the client, where it has one.
        public_key: PEM of the client's key, where it has one.
        key_id: of that key.
        lifetime_s: of a token.
        issued: how many tokens were given out.
        turned_away: how many calls came without a valid one.
    """

    client_id: str = ""
    secret: str = ""
    public_key: str = ""
    key_id: str = ""
    lifetime_s: float = 300.0
    issued: int = 0
    turned_away: int = 0
    _valid: dict[str, float] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def admits(self, authorization: str) -> bool:
        """Whether a request with this header may pass."""
        kind, _, token = authorization.partition(" ")
        admitted = not self.client_id or (kind == "Bearer" and self._valid.get(token, 0.0) > time.time())
        self.turned_away += not admitted
        return admitted

    def revoke(self) -> None:
        """Ends all tokens."""
        self._valid.clear()

    def grant(self, form: Mapping[str, str], authorization: str, *, url: str) -> dict[str, Any] | None:
        """A token for who proves to be the client; None for anybody else."""
        if form.get("grant_type") != "client_credentials" or not form.get("scope"):
            return None
        if not (self._has_secret(authorization) or self._has_key(form, url)):
            return None
        token = secrets.token_urlsafe(24)
        self._valid[token] = time.time() + self.lifetime_s
        self.issued += 1
        return {"access_token": token, "token_type": "bearer", "expires_in": self.lifetime_s, "scope": form["scope"]}

    def _has_secret(self, authorization: str) -> bool:
        if not self.secret:
            return False
        expected = base64.b64encode(f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}".encode()).decode()
        return secrets.compare_digest(authorization.encode(), f"Basic {expected}".encode())

    def _has_key(self, form: Mapping[str, str], url: str) -> bool:
        if not self.public_key or form.get("client_assertion_type") != _ASSERTION:
            return False
        try:
            header, claims = self._opened(form.get("client_assertion", ""))
        except (ValueError, InvalidSignature, binascii.Error):
            return False
        now = time.time()
        holds = (
            header.get("kid") == self.key_id
            and claims.get("iss") == claims.get("sub") == self.client_id
            and claims.get("aud") == url
            and now < claims.get("exp", 0) <= now + _LONGEST_S
            and bool(claims.get("jti"))
            and claims["jti"] not in self._seen
        )
        if holds:
            self._seen.add(claims["jti"])
        return holds

    def _opened(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of an assertion whose signature holds."""
        head, body, signature = assertion.split(".")
        header, signed, raw = json.loads(_bytes(head)), f"{head}.{body}".encode(), _bytes(signature)
        key = load_pem_public_key(self.public_key.encode())
        if header.get("alg") == "RS384" and isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, signed, padding.PKCS1v15(), SHA384())
        elif header.get("alg") == "ES384" and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(raw) // 2
            r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA384()))
        else:
            raise ValueError("algorithm")
        return header, json.loads(_bytes(body))


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
