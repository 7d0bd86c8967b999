"""The keys that sign tokens. Only access has them; everybody else has their public halves."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import OKPKey

from kit.access.token import AWAY, SKEW, VALID, PublicKey, write
from schemas.access import SigningKeyPublished

EVER = datetime(2000, 1, 1, tzinfo=UTC)
BEFOREHAND = timedelta(minutes=10)  # that a new key is published before it signs


@dataclass(frozen=True)
class TokenKey:
    """`since`: when it signs first; `until`: no token that it signed is taken after it. Aware."""

    kid: str
    private: OKPKey
    since: datetime
    until: datetime | None = None

    @property
    def x(self) -> str:
        return str(self.private.as_dict(private=False)["x"])

    @property
    def public(self) -> PublicKey:
        return PublicKey(OKPKey.import_key(self.private.as_dict(private=False)), EVER, self.until)

    def published(self) -> SigningKeyPublished:
        return SigningKeyPublished(
            key=self.kid, x=self.x, valid_from=self.since - BEFOREHAND, valid_until=self.until
        )


@dataclass(frozen=True)
class TokenKeys:
    """All that are still good for something, the oldest first; which one signs follows from the
    moment, so that a new one can be published before its first signature.
    """

    keys: tuple[TokenKey, ...]

    @classmethod
    def generate(cls) -> "TokenKeys":
        return cls((_fresh(EVER + BEFOREHAND),))

    def dump(self) -> str:
        """As the private file holds them."""
        rows = [
            {
                "kid": key.kid,
                "d": key.private.as_dict(private=True)["d"],
                "x": key.x,
                "since": key.since.isoformat(),
                "until": key.until.isoformat() if key.until else None,
            }
            for key in self.keys
        ]
        return json.dumps({"keys": rows}, indent=2) + "\n"

    @classmethod
    def load(cls, text: str) -> "TokenKeys":
        """`ValueError` or `KeyError` for what is no such file."""
        return cls(tuple(map(_read, json.loads(text)["keys"])))

    def rotated(self, now: datetime) -> "TokenKeys":
        """With a new key, which signs in ten minutes; those before it are taken until what they sign
        until then has run out, also for who goes on while access is away. What ran out is gone.
        """
        begins = now + BEFOREHAND
        until = begins + VALID + AWAY + SKEW
        kept = (key for key in self.keys if key.until is None or key.until > now)
        old = (key if key.until else replace(key, until=until) for key in kept)
        return TokenKeys((*old, _fresh(begins)))

    def at(self, now: datetime) -> TokenKey:
        """The one that signs now."""
        begun = [key for key in self.keys if key.since <= now]
        return max(begun or self.keys[:1], key=lambda key: key.since)


@dataclass(frozen=True)
class Signer:
    """Makes tokens. `keys` and `county` are asked each time: a key may be replaced meanwhile, and a
    county gets its code with its first workbook.
    """

    keys: Callable[[], TokenKeys]
    county: Callable[[], str]

    def sign(
        self, account: str, post: str, session: str, now: datetime, valid: timedelta = VALID
    ) -> str:
        """Of this account in this post and session, from `now` (aware) on."""
        key = self.keys().at(now)
        claims = {"sub": account, "post": post, "sid": session}
        return write(key.private, key.kid, self.county(), claims, now, valid)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as RFC 7517 has them."""
        common = {"use": "sig", "alg": "Ed25519"}
        keys = self.keys().keys
        return {
            "keys": [key.private.as_dict(private=False) | common | {"kid": key.kid} for key in keys]
        }

    def published(self) -> list[SigningKeyPublished]:
        """What access says of its keys."""
        return [key.published() for key in self.keys().keys]


def _fresh(since: datetime) -> TokenKey:
    return TokenKey(f"token-{secrets.token_hex(4)}", OKPKey.generate_key("Ed25519"), since)


def _read(row: dict[str, Any]) -> TokenKey:
    private = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": row["x"], "d": row["d"]})
    until = datetime.fromisoformat(row["until"]) if row["until"] else None
    return TokenKey(row["kid"], private, datetime.fromisoformat(row["since"]), until)
