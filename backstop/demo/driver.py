"""A application under a simulated clock: deadlines fire in their order, deeds go through the services'
own doors.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import httpx

from backstop.application import Application
from backstop.portal import Portal, import_files, make_request
from kit import deadlines
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock, local_date


class DoorShut(Exception):
    """A door answered with a refusal."""

    def __init__(self, status: int, detail: str, deed: str) -> None:
        super().__init__(f"{deed}: {status} {detail}")
        self.status, self.detail = status, detail


class Driver:
    """Who plays: `await driver.post(actor, "/village/api/lists", …)`, `await
    driver.until(moment)`.
    """

    def __init__(self, application: Application, clock: SimulatedClock) -> None:
        self.application, self.clock = application, clock
        self.portal = Portal(application)
        transport = httpx.ASGITransport(app=self.portal)
        self.client = httpx.AsyncClient(
            transport=transport, base_url="http://backstop", timeout=120
        )
        self._installed: set[Actor] = set()

    @property
    def today(self) -> date:
        return local_date(self.clock())

    async def post(self, actor: Actor, path: str, body: Any = None, **query: Any) -> Any:
        return await self._ask("POST", actor, path, json=body, params=query)

    async def get(self, actor: Actor, path: str, **query: Any) -> Any:
        return await self._ask("GET", actor, path, params=query)

    async def fetch(self, actor: Actor, path: str, why: dict[str, str] | None = None) -> bytes:
        """A file or page as it comes; `why`: the form of a file that asks for a purpose."""
        method = "POST" if why else "GET"
        auth = await self.signs(actor)
        answer = await self.client.request(method, path, data=why, auth=auth)
        if answer.status_code >= 400:
            raise DoorShut(answer.status_code, answer.text[:200], f"{method} {path}")
        return answer.content

    async def _ask(self, method: str, actor: Actor, path: str, **how: Any) -> Any:
        auth = await self.signs(actor)
        answer = await self.client.request(method, path, auth=auth, **how)
        if answer.status_code >= 400:
            try:
                detail = answer.json().get("detail", answer.text)
            except ValueError:
                detail = answer.text[:400]
            raise DoorShut(
                answer.status_code, detail, f"{method} {path} as {actor.role} of {actor.place}"
            )
        return answer.json() if answer.content else None

    async def signs(self, actor: Actor) -> httpx.Auth:
        """Requests in his name; whoever plays for the first time gets an account, and waits until
        every service has heard of it.
        """
        await self.introduce([actor])
        return self.application.accounts.signs(actor)

    async def introduce(self, actors: Iterable[Actor]) -> None:
        """Everybody among them who has no account yet gets one, all heard of at once."""
        new = set(actors) - self._installed
        if new:
            by_account = sorted(new, key=lambda actor: actor.account)
            await asyncio.to_thread(self.application.accounts.install, by_account)
            await self.application.settle()
            self._installed |= new

    async def take(
        self, actor: Actor, paths: Iterable[Path], month: str, *, submit: bool = False
    ) -> list:
        """Import workbooks as this actor."""
        return await import_files(
            self.application,
            actor,
            await self.signs(actor),
            [(path, path.name) for path in paths],
            make_request(month, submit, False, "", ""),
        )

    async def each(self, deed: Callable[[Any], Awaitable[None]], items: Iterable[Any]) -> None:
        """One after the other, so that a play is the same every time."""
        for item in items:
            await deed(item)

    async def settle(self) -> None:
        await self.application.settle()

    async def at(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Go to that time of that day in Shanghai; all deadlines up to it fire on the way."""
        await self.until(datetime.combine(day, time(hour, minute), ZONE))

    async def until(self, moment: datetime) -> None:
        """Let time pass: every deadline fires at its own moment, and is heard everywhere before the
        next.
        """
        await self.settle()
        while (due := await asyncio.to_thread(self._next)) is not None and due <= moment:
            self.clock.set(max(due, self.clock()))
            for runtime in self.application.runtimes.values():
                await asyncio.to_thread(runtime.fire, self.clock())
            await self.settle()
        self.clock.set(max(moment, self.clock()))

    def _next(self) -> datetime | None:
        """The earliest open deadline of all services that did not fail."""
        moments = []
        for runtime in self.application.runtimes.values():
            with runtime.sessions() as session:
                if (at := deadlines.next_at(session)) is not None:
                    moments.append(at)
        return min(moments, default=None)

    async def close(self) -> None:
        await self.client.aclose()
