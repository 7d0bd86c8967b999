"""OpenID Connect as a county's identity provider speaks it: authorization code with PKCE (RFC 7636),
state and nonce (OpenID Connect Core 1.0, 3.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64encode

from kit.errors import Refused

PATIENCE = 10.0  # seconds for one answer
KEPT = timedelta(hours=1)  # that what the provider says of itself is believed
SKEW = timedelta(minutes=2)
SIGNS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
AWAY = "统一身份认证现在连不上。请稍后再试，或者用登录名和密码登录。"
WRONG = "统一身份认证的答复不对，没有登录。请重新登录；还不行请告诉系统管理员。"


@dataclass
class Provider:
    """`claim`: which of its claims names a person for good; `secret` None: a public client."""

    issuer: str
    client: str
    secret: str | None = None
    claim: str = "sub"
    label: str = "用统一身份认证登录"
    _about: tuple[datetime, dict[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[datetime, KeySet] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError(f"an issuer is reached by https: {self.issuer}")

    async def ask(self, asked: "Asked", back_to: str, now: datetime) -> str:
        """Where the browser is sent; the answer comes `back_to`."""
        query = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": back_to,
            "scope": "openid",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": asked.challenge,
            "code_challenge_method": "S256",
        }
        to = (await self._described(now))["authorization_endpoint"]
        return f"{to}{'&' if '?' in to else '?'}{urlencode(query)}"

    async def identify(self, code: str, asked: "Asked", back_to: str, now: datetime) -> str:
        """Who came back, by `claim`. `Refused` where anything of the answer is not as it was asked."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": asked.verifier,
            "client_id": self.client,
        }
        # RFC 6749, 2.3.1: both parts encoded as in a form
        auth = (
            httpx.BasicAuth(quote(self.client, safe=""), quote(self.secret, safe=""))
            if self.secret
            else None
        )
        endpoint = (await self._described(now))["token_endpoint"]
        answer = await self._send("POST", endpoint, data=form, auth=auth)
        claims = await self._claims(answer.get("id_token"), asked, now)
        name = claims.get(self.claim)
        if not isinstance(name, str) or not name:
            raise Refused(WRONG)
        return name

    async def _claims(self, token: Any, asked: "Asked", now: datetime) -> Mapping[str, Any]:
        if not isinstance(token, str):
            raise Refused(WRONG)
        for fresh in (False, True):  # it may have a new key since
            try:
                keys = await self._signing_keys(now, fresh)
                claims = jwt.decode(token, keys, algorithms=list(SIGNS)).claims
                break
            except (JoseError, ValueError, KeyError) as error:
                if fresh:
                    raise Refused(WRONG) from error
        if not self._are_ours(claims, asked, now):
            raise Refused(WRONG)
        return claims

    def _are_ours(self, claims: Mapping[str, Any], asked: "Asked", now: datetime) -> bool:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        expires, issued = claims.get("exp"), claims.get("iat")
        if not isinstance(expires, int | float) or not isinstance(issued, int | float):
            return False
        return (
            claims.get("iss") == self.issuer
            and self.client in audiences
            and claims.get("azp", self.client) == self.client
            and claims.get("nonce") == asked.nonce
            and now.timestamp() < expires + SKEW.total_seconds()
            and issued < now.timestamp() + SKEW.total_seconds()
        )

    async def _described(self, now: datetime) -> dict[str, Any]:
        if self._about is None or now - self._about[0] > KEPT:
            where = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            said = await self._send("GET", where)
            if said.get("issuer") != self.issuer:
                raise Refused(WRONG)
            self._about = now, said
        return self._about[1]

    async def _signing_keys(self, now: datetime, fresh: bool) -> KeySet:
        if self._keys is None or fresh or now - self._keys[0] > KEPT:
            said = await self._send("GET", (await self._described(now))["jwks_uri"])
            usable = [key for key in said.get("keys", []) if key.get("use", "sig") == "sig"]
            self._keys = now, KeySet.import_key_set({"keys": usable})
        return self._keys[1]

    async def _send(self, method: str, address: str, **how: Any) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.request(method, address, **how)
        except httpx.HTTPError as error:
            raise Refused(AWAY) from error
        if answer.status_code >= 500:
            raise Refused(AWAY)
        try:
            said = answer.json()
        except ValueError as error:
            raise Refused(WRONG) from error
        if not answer.is_success or not isinstance(said, dict):
            raise Refused(WRONG)
        return said


@dataclass(frozen=True)
class Asked:
    """What one browser was sent away with: each is random, and used once."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode()
