"""Who is at the door: a signed token in a cookie or a bearer header, made by the installation's own
key.
"""

from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry
from starlette.requests import Request

from kit.actor import Actor
from kit.cookies import SESSION, read
from schemas.codes import Role

VALID = timedelta(days=30)


class SignInNeeded(Exception):
    """Nobody is signed in."""


def actor(request: Request) -> Actor:
    """Whoever sends the request; `SignInNeeded` when nobody is signed in."""
    if person := signed_in(request):
        return person
    raise SignInNeeded


def signed_in(request: Request) -> Actor | None:
    """Whoever sends the request, if anybody is signed in."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = bearer or read(request, SESSION)
    return read_token(request.app.state.keyring.token_key, token)


def make_token(key: bytes, actor: Actor, *, valid: timedelta = VALID, **claims: str) -> str:
    expires = int(
        (datetime.now(UTC) + valid).timestamp()
    )  # a session's end is the machine's time, not the county's
    body = {
        "sub": actor.account,
        "name": actor.name,
        "role": actor.role.value,
        "place": actor.place,
        "exp": expires,
    }
    return jwt.encode({"alg": "HS256"}, body | claims, OctKey.import_key(key))


def read_token(key: bytes, token: str) -> Actor | None:
    """The actor, or None when the token is not ours, was altered or has run out."""
    try:
        claims = jwt.decode(token, OctKey.import_key(key)).claims
        JWTClaimsRegistry().validate(claims)
        return Actor(claims["sub"], claims["name"], Role[claims["role"]], claims["place"])
    except (JoseError, KeyError, ValueError):
        return None
