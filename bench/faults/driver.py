"""The month's driver where every service is a process of its own, and any of them may be dead: ask
until it answers.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import httpx
from sqlalchemy.exc import OperationalError

from backstop.demo.driver import DoorShut
from kit.actor import Actor
from kit.clock import ZONE, FileClock, local_date
from tests.helpers.town import Town

AT_ONCE = 8  # people at work at the same time
PATIENCE = 240.0  # seconds after which a door that does not answer fails the run
DONE_BEFORE = (409, 422)  # what a door says to a deed that has been done already


@dataclass(frozen=True)
class Deed:
    """What a door took: 2xx, or "that was done" after an answer that got lost on its way."""

    path: str
    body: Any
    answer: Any


@dataclass
class TownStage:
    """Has what `backstop.demo.month.Month` asks of a driver; keeps every deed that was accepted."""

    town: Town
    clock: FileClock
    random: random.Random
    county_clerk: Actor
    deeds: list[Deed] = field(default_factory=list)
    unanswered: int = 0

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(
            timeout=20, limits=httpx.Limits(max_keepalive_connections=0)
        )

    @property
    def today(self) -> date:
        return local_date(self.clock())

    async def post(
        self,
        actor: Actor,
        path: str,
        body: Any = None,
        *,
        done: Callable[[], Awaitable[bool]] | None = None,
    ) -> Any:
        """Accepted at last, once. `done` looks whether it is there already, for doors that take the
        same twice.
        """
        lost = False  # whether an answer was: the deed may have been done
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._ask("POST", actor, path, json=body)
                if answer is not None and answer.is_success:
                    content = answer.json() if answer.content else None
                    self.deeds.append(Deed(path, body, content))
                    return content
                if answer is not None and answer.status_code < 500:
                    if lost and answer.status_code in DONE_BEFORE:
                        self.deeds.append(Deed(path, body, None))
                        return None
                    raise DoorShut(answer.status_code, answer.text[:300], f"POST {path}")
                self.unanswered += 1
                lost = True
                await asyncio.sleep(0.2)
                if done and await done():
                    self.deeds.append(Deed(path, body, None))
                    return None

    async def get(self, actor: Actor, path: str, **query: Any) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._ask("GET", actor, path, params=query)
                if answer is not None and answer.is_success:
                    return answer.json()
                if answer is not None and answer.status_code < 500:
                    raise DoorShut(answer.status_code, answer.text[:300], f"GET {path}")
                await asyncio.sleep(0.2)

    async def _ask(self, method: str, actor: Actor, path: str, **how: Any) -> httpx.Response | None:
        """None: nobody knows what became of it."""
        service = path.split("/")[1]
        address = self.town.address(
            service, self.random.randrange(self.town.replicas.get(service, 1))
        )
        try:
            while True:
                answer = await self.client.request(
                    method, address + path, headers=self.town.headers(actor), **how
                )
                if answer.status_code != 401:
                    return answer
                await asyncio.sleep(0.2)  # his account is new: the service has yet to hear of it
        except (
            httpx.TransportError,
            OperationalError,
        ):  # the latter: his account could not be made
            return None

    async def each(self, deed: Callable[[Any], Awaitable[None]], items: Iterable[Any]) -> None:
        """Many at once, as in a county."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def in_turn(item: Any) -> None:
            async with turn:
                await deed(item)

        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(in_turn(item))

    async def at(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Go to that time of that day in Shanghai, and wait until the clocks of all services have
        done their part.
        """
        moment = datetime.combine(day, time(hour, minute), ZONE)
        self.clock.set(max(moment, self.clock()))
        await self.settle()

    async def settle(self) -> None:
        """Every deadline that is due has fired, and everything said has been heard."""
        async with asyncio.timeout(PATIENCE):
            quiet = 0
            while quiet < 2:  # twice: one may have answered the other
                quiet = quiet + 1 if await self._idle() else 0
                await asyncio.sleep(0.1)

    async def _idle(self) -> bool:
        for service in dict.fromkeys(service for service, _ in self.town.places):
            answer = await self._ask("GET", self.county_clerk, f"/{service}/api/work")
            if answer is None or not answer.is_success:
                return False
            if any(answer.json()[way] for way in ("unsent", "lag", "due")):
                return False
        return True

    async def close(self) -> None:
        await self.client.aclose()
