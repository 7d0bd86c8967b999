"""Who sends a request is found out once, before its door: ASGI, inside `Edge`.

A browser's token lasts minutes. When it is about to run out and the browser still has its session's
secret, access is asked for a fresh one on the way. While access is away whoever was known goes on for
half an hour on his last token, and nobody new gets in.
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

import httpx
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.access.people import Caller, people_of
from kit.access.token import AWAY, Why
from kit.web import cookies

SOON = timedelta(minutes=1)
PATIENCE = 2.0  # seconds
RESTING = 5.0  # seconds that a silent access is not asked again: nobody waits for it in vain
UNASKED = ("/static/", "/health/", "/metrics")


class Away(Exception):
    """Access cannot be asked now."""


class Keeper(Protocol):
    """Access, as whoever needs a fresh token asks it."""

    async def renew(self, secret: str) -> str | None:
        """A fresh token of the session with this secret; None: it is over. `Away`."""
        ...


class Nobody:
    """Where there is no access: nobody's session is ever renewed."""

    async def renew(self, secret: str) -> str | None:
        return None


class OverHttp:
    """Access at its own address, e.g. `http://proxy:8080`."""

    def __init__(self, address: str) -> None:
        self._address, self._silent = address, float("-inf")

    async def renew(self, secret: str) -> str | None:
        if monotonic() - self._silent < RESTING:
            raise Away
        try:
            async with httpx.AsyncClient(base_url=self._address, timeout=PATIENCE) as client:
                answer = await client.post("/access/api/tokens", json={"session": secret})
        except httpx.HTTPError as error:
            self._silent = monotonic()
            raise Away from error
        if answer.status_code >= 500:
            self._silent = monotonic()
            raise Away
        return answer.json()["token"] if answer.is_success else None


class Renewing:
    """ASGI, around an application that has `state.keeper` and `state.sessions` or `state.people`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = "caller" in scope.get("state", {})  # the same request, asked again within
        if scope["type"] != "http" or known or scope["path"].startswith(UNASKED):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        found, fresh = await _found(connection)
        scope.setdefault("state", {})["caller"] = found

        async def answer(message: Message) -> None:
            if fresh and message["type"] == "http.response.start":
                _give(connection, message, fresh)
            await send(message)

        await self.app(scope, receive, answer)


async def _found(connection: HTTPConnection) -> tuple[Caller, str]:
    """Who it is, and a fresh token for his browser (empty: it needs none)."""
    state = connection.app.state
    now, people = state.clock(), people_of(state)
    bearer = connection.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if bearer:
        return await people.caller(bearer, now), ""
    token = cookies.held(connection, cookies.TOKEN)
    secret = cookies.held(connection, cookies.SESSION)
    caller = await people.caller(token, now) if token else Caller()
    if not secret or caller.fault or (caller.actor and not _runs_out(caller, now)):
        return caller, ""
    try:
        fresh = await state.keeper.renew(secret)
    except Away:
        late = await people.caller(token, now, AWAY) if token else Caller()
        return (late if late.actor or late.why is Why.ENDED else Caller(why=Why.AWAY)), ""
    if fresh is None:  # the session is over, whatever its last token says
        over = caller.why if caller.actor is None and caller.why is not Why.NOBODY else Why.ENDED
        return Caller(why=over, account=caller.account), ""
    return await people.caller(fresh, now), fresh


def _runs_out(caller: Caller, now: datetime) -> bool:
    return caller.expires is None or caller.expires - now < SOON


def _give(connection: HTTPConnection, message: Message, token: str) -> None:
    """Set the cookie, unless the door itself has just set or deleted it (signing in and out)."""
    mine = f"{cookies.TOKEN}="  # its name on the way out is given at the edge
    set_already = Headers(raw=message["headers"]).getlist("set-cookie")
    if any(value.startswith(mine) for value in set_already):
        return
    carrier = Response()
    cookies.keep(connection, carrier, cookies.TOKEN, token)
    message["headers"] = [
        *message["headers"],
        *((name, value) for name, value in carrier.raw_headers if name == b"set-cookie"),
    ]
