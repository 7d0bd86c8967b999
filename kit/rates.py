"""So many in a time, and no more: whoever asks too often waits, and nobody else does.

    SEARCH = Rate("search", at_once=60, every=0.5)

    @router.get("/search")
    @limited(SEARCH)
    def search(…): …

Counted is the account of whoever is signed in, else the address: behind one address sits a whole
county office, and whoever of them is inside already is slowed by himself alone. A password's or
code's own attempts are the account's business and counted there.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute

from kit.access.actor import signed_in
from kit.errors import TooMany
from kit.network import address_of

Door = TypeVar("Door", bound=Callable[..., Any])
MOST = 20_000  # that one process remembers; who is forgotten begins anew


@dataclass(frozen=True)
class Rate:
    """A bucket of `at_once` tokens into which one falls `every` so many seconds."""

    name: str
    at_once: int
    every: float


SIGN_IN = Rate("sign-in", at_once=300, every=0.2)  # by address: an office on a Monday morning
SEARCH = Rate("search", at_once=60, every=0.5)
IMPORT = Rate("import", at_once=30, every=10)


class Buckets:
    """Of one application. Of each only the moment is kept at which it will be full again."""

    def __init__(self) -> None:
        self._full: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    def take(self, rate: Rate, whose: str) -> None:
        """One token; `TooMany` when none is left. A refusal takes none, so that it ends by itself."""
        now, key = monotonic(), (rate.name, whose)
        full = max(self._full.get(key, now), now)
        wait = full - now - (rate.at_once - 1) * rate.every
        if wait > 0:
            seconds = ceil(wait)
            raise TooMany(f"您操作得太频繁，这一次没有办理。请等{seconds}秒再试。", wait=seconds)
        self._full[key] = full + rate.every
        self._full.move_to_end(key)
        if len(self._full) > MOST:
            self._full.popitem(last=False)


def limited(rate: Rate) -> Callable[[Door], Door]:
    """Declare a door's rate; its router's class of routes is a `RatedRoute`."""

    def declare(door: Door) -> Door:
        door.rate = rate  # type: ignore[attr-defined]
        return door

    return declare


class RatedRoute(APIRoute):
    """Counts before a byte of the body is read."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler, rate = super().get_route_handler(), rate_of(self)
        if rate is None:
            return handler

        async def handle(request: Request) -> Response:
            person = signed_in(request)
            whose = f"account {person.account}" if person else f"address {address_of(request)}"
            request.app.state.buckets.take(rate, whose)
            response: Response = await handler(request)
            return response

        return handle


def rate_of(route: Any) -> Rate | None:
    """What a door declared."""
    return getattr(getattr(route, "endpoint", None), "rate", None)
