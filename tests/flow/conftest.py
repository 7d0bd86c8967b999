"""All four services together on the real engines, under a clock that only moves when told."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from backstop.demo.stage import Stage
from backstop.engines import Engines, drop_database
from backstop.house import House
from backstop.installation import Installation
from kit.clock import SimulatedClock

SAMPLES = Path(__file__).parents[1] / "samples"


@asynccontextmanager
async def stage_on(
    engines: Engines, home: Path, now: datetime, *, demo: bool = False
) -> AsyncIterator[Stage]:
    """An empty installation of its own topics and databases, on the run's engines."""
    prefix = f"f{secrets.token_hex(4)}."
    installation = Installation(home, fast=True, demo=demo)
    vars(installation)["engines"] = engines
    clock = SimulatedClock(now)
    house = House(installation, clock=clock, every=None, prefix=prefix, as_admin=not demo)
    await house.start()
    opened = Stage(house, clock)
    try:
        yield opened
    finally:
        await opened.close()
        await house.stop()
        for service in house.services:
            drop_database(engines.postgres, prefix.replace(".", "_") + service.name)


@pytest.fixture
def open_stage(
    engines: Engines, tmp_path: Path
) -> Callable[[datetime], AbstractAsyncContextManager[Stage]]:
    """`async with open_stage(at(2026, 9, 24)) as stage`."""
    return partial(stage_on, engines, tmp_path / "house")
