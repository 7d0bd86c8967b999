"""The front door where the services are processes of their own: it reaches them over HTTP, at one
address.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx

from backstop.installation import Installation
from backstop.services import every_service
from kit.access.asked import Asked
from kit.access.people import People
from kit.access.renewing import Keeper, OverHttp
from kit.clock import Clock, system_clock
from kit.errors import Refused
from kit.runtime import Runtime
from kit.service import Service


@dataclass
class Front:
    """To the portal the same as a `Application`. `address` is the reverse proxy's, e.g. `http://proxy:8080`."""

    installation: Installation
    address: str
    clock: Clock = system_clock
    services: tuple[Service, ...] = field(default_factory=every_service)
    runtimes: dict[str, Runtime] = field(default_factory=dict)

    people: People = field(init=False)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.people, self.keeper = Asked(self.address), OverHttp(self.address)

    def client(self, auth: httpx.Auth) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address, auth=auth, timeout=120)

    def found_county(self, code: str) -> None:
        """Here the settings name the county; a workbook of another one is refused."""
        if code != self.installation.county:
            raise Refused(f"这份表是{code}的，本系统管的是{self.installation.county}。请核对文件。")

    async def settle(self, timeout: float = 60, *, auth: httpx.Auth) -> None:
        """Wait until everything said has been heard, asking in the name of whom `auth` names;
        `TimeoutError` when nothing has moved for `timeout` seconds.
        """
        quiet, before, until = 0, [(0, 0)], monotonic() + timeout
        async with self.client(auth) as client:
            while quiet < 2:  # twice: one may have answered the other
                left = [await _work(client, service) for service in self.services]
                quiet = 0 if any(map(any, left)) else quiet + 1
                if left != before:
                    before, until = left, monotonic() + timeout
                elif monotonic() > until:
                    raise TimeoutError(f"unsent and unheard for {timeout} s: {left}")
                await asyncio.sleep(0.05)

    @property
    def files(self) -> Path:
        return self.installation.out


async def _work(client: httpx.AsyncClient, service: Service) -> tuple[int, int]:
    """Unsent and unheard of a service; -1 where it cannot say just now."""
    try:
        answer = await client.get(f"/{service.name}/api/work")
    except httpx.TransportError:
        return -1, -1
    if not answer.is_success:
        return -1, -1
    work = answer.json()
    return work["unsent"], work["lag"]
