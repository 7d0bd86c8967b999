"""What a door is handed: whoever sends the request."""

from starlette.requests import Request

from kit.access.people import Caller
from kit.access.token import Why
from kit.actor import Actor


class SignInNeeded(Exception):
    """Nobody is signed in; `why` says what became of the token, if there was one."""

    def __init__(self, why: Why = Why.NOBODY) -> None:
        super().__init__(why)
        self.why = why


def caller(request: Request) -> Caller:
    """What the middleware found out (`kit/access/renewing.py`)."""
    found: Caller = getattr(request.state, "caller", None) or Caller()
    return found


def actor(request: Request) -> Actor:
    """Whoever sends the request; `SignInNeeded` when nobody is signed in."""
    found = caller(request)
    if found.fault:
        raise found.fault
    if found.actor is None:
        raise SignInNeeded(found.why)
    return found.actor


def signed_in(request: Request) -> Actor | None:
    """Whoever sends the request, if anybody is signed in."""
    return caller(request).actor
