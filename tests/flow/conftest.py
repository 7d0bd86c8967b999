"""All four services together on the real engines, under a clock that only moves when told."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from backstop.application import Application
from backstop.demo.driver import Driver
from backstop.engines import Engines, drop_database
from backstop.installation import Installation
from kit.clock import SimulatedClock

SAMPLES = Path(__file__).parents[1] / "samples"


@asynccontextmanager
async def driver_on(
    engines: Engines, home: Path, now: datetime, *, demo: bool = False
) -> AsyncIterator[Driver]:
    """An empty installation of its own topics and databases, on the run's engines."""
    prefix = f"f{secrets.token_hex(4)}."
    installation = Installation(home, fast=True, demo=demo)
    vars(installation)["engines"] = engines
    clock = SimulatedClock(now)
    application = Application(
        installation, clock=clock, every=None, prefix=prefix, as_admin=not demo
    )
    await application.start()
    opened = Driver(application, clock)
    try:
        yield opened
    finally:
        await opened.close()
        await application.stop()
        for service in application.services:
            drop_database(engines.postgres, prefix.replace(".", "_") + service.name)


@pytest.fixture
def open_driver(
    engines: Engines, tmp_path: Path
) -> Callable[[datetime], AbstractAsyncContextManager[Driver]]:
    """`async with open_driver(at(2026, 9, 24)) as driver`."""
    return partial(driver_on, engines, tmp_path / "house")
