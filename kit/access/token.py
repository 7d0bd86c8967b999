"""One token: a JWT (RFC 7519) signed with Ed25519 (RFC 8037, RFC 9864), and what may be wrong with it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
VALID = timedelta(minutes=5)
SKEW = timedelta(minutes=2)  # by which the clocks of two machines may differ
LONGEST = VALID + SKEW  # that a token may say it lives
NOWHERE = "000000000000"  # until the organisation workbook says which county this is
AWAY = timedelta(minutes=30)  # so long a known session goes on while access is away


class Why(StrEnum):
    """Why nobody is there."""

    NOBODY = "nobody"  # no token at all
    EXPIRED = "expired"
    ENDED = "ended"  # signed out, taken back, shut out
    FORGED = "forged"  # not ours, altered, of another county, of an earlier release
    AWAY = "away"  # access cannot be asked, and the last token is too old


@dataclass(frozen=True)
class Claims:
    """What a token names; `kid`: the key that signed it."""

    account: str
    post: str
    session: str
    kid: str
    issued: datetime
    expires: datetime


@dataclass(frozen=True)
class PublicKey:
    """One of access's, and when what it signed may be shown; moments are aware."""

    key: OKPKey
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.since - SKEW <= now and (self.until is None or now <= self.until + SKEW)


class Refusal(Exception):
    """A token that stands for nobody; `claims` where its signature is good."""

    def __init__(self, why: Why, claims: Claims | None = None) -> None:
        super().__init__(why)
        self.why, self.claims = why, claims


def write(
    key: OKPKey, kid: str, county: str, claims: dict[str, str], now: datetime, valid: timedelta
) -> str:
    """A token of this moment; `claims`: sub, post, sid."""
    moments = {"iat": int(now.timestamp()), "exp": int((now + valid).timestamp())}
    header = {"alg": ALGORITHM, "kid": kid}
    return jwt.encode(header, {"iss": county} | claims | moments, key, algorithms=[ALGORITHM])


def read(
    token: str,
    key_of: Callable[[str], PublicKey | None],
    issuers: Collection[str],
    now: datetime,
    longest: timedelta = LONGEST,
) -> Claims:
    """Its claims, signed by a key that holds and issued by one of `issuers`, for no more than
    `longest`; they may have run out. `Refusal` for a forged one.
    """
    try:
        claims = _claims(token, key_of, issuers, now)
    except (JoseError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refusal(Why.FORGED) from error
    if claims.issued > now + SKEW or claims.expires - claims.issued > longest:
        raise Refusal(Why.FORGED, claims)
    return claims


def _claims(
    token: str, key_of: Callable[[str], PublicKey | None], issuers: Collection[str], now: datetime
) -> Claims:
    used: list[str] = []

    def choose(signed: object) -> OKPKey:
        kid = signed.headers()["kid"]  # type: ignore[attr-defined]
        known = key_of(kid) if isinstance(kid, str) else None
        if known is None or not known.holds(now):
            raise ValueError("no such key")
        used.append(kid)
        return known.key

    said = jwt.decode(token, choose, algorithms=[ALGORITHM]).claims
    if said["iss"] not in issuers:
        raise ValueError("another county's")
    account, post, session = (said[name] for name in ("sub", "post", "sid"))
    if not all(isinstance(name, str) and name for name in (account, post, session)):
        raise ValueError("a claim is no text")
    issued, expires = (datetime.fromtimestamp(said[name], UTC) for name in ("iat", "exp"))
    return Claims(account, post, session, used[0], issued, expires)
