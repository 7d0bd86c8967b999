"""One fault run from its seed: town, month, chaos, checker, one line of counts."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backstop.demo.county import COUNTY, County
from backstop.demo.personas import Personas
from bench.faults.chaos import Chaos
from bench.faults.checker import Evidence, Verdict, check, gather
from bench.faults.driver import TownStage
from bench.faults.month import Rehearsal, SmallCounty
from kit.clock import ZONE, FileClock
from tests.helpers.town import Town

REPLICAS = {"county": 2, "dispatch": 2}


@dataclass(frozen=True)
class Outcome:
    """What a run left: the checker's verdict, what it was drawn from, and what went wrong on the
    way.
    """

    seed: int
    verdict: Verdict
    evidence: Evidence
    counts: dict[str, int]
    seconds: float

    def line(self) -> str:
        count = self.counts
        return (
            f"accepted {self.verdict.accepted}, found {self.verdict.found}, lost {len(self.verdict.lost)}, "
            f"doubled {len(self.verdict.doubled)}, kills {count['kills']}, restarts {count['restarts']}, "
            f"freezes {count['freezes']}, duplicates {count['duplicates']}, unanswered {count['unanswered']}, "
            f"seed {self.seed}, {self.seconds:.0f} s"
        )


async def rehearse(
    seed: int, *, short: bool, said: Callable[[str], None], pause: tuple[float, float]
) -> Outcome:
    """Play September while things break, then look. `said` hears the seed, the faults and the
    days.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(
        prefix="backstop-faults-", ignore_cleanup_errors=True
    ) as folder:
        clock = FileClock(Path(folder) / "clock")
        clock.set(datetime(2026, 9, 1, 8, tzinfo=ZONE))
        town = Town(
            Path(folder) / "town",
            COUNTY,
            replicas=REPLICAS,
            fast=False,
            settings={
                "BACKSTOP_CLOCK": str(clock.path),
                "BACKSTOP_SWEEP": "1",
                "BACKSTOP_LOG": "json",
            },
        )
        try:
            return await _in(town, clock, seed, short, said, pause, began)
        finally:
            await asyncio.to_thread(town.close)


async def _in(
    town: Town,
    clock: FileClock,
    seed: int,
    short: bool,
    say: Callable[[str], None],
    pause: tuple[float, float],
    began: float,
) -> Outcome:
    say(f"seed {seed}")
    await asyncio.to_thread(town.open)
    personas = Personas(SmallCounty() if short else County())
    driver = TownStage(town, clock, random.Random(f"{seed} doors"), personas.clerk)
    rehearsal = Rehearsal(driver, personas, random.Random(f"{seed} month"))
    chaos = Chaos(town, random.Random(f"{seed} chaos"), pause, say)
    await chaos.calm()
    breaking = asyncio.create_task(chaos.run())
    playing = asyncio.create_task(rehearsal.play())
    try:
        await asyncio.wait([breaking, playing], return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            breaking.result()  # a fault that could not be repaired ends the run
        chaos.over.set()
        await breaking
        await playing
        await chaos.calm()
        await driver.settle()
        evidence = await gather(driver, personas, rehearsal.silent_by_month, rehearsal.idle)
    finally:
        playing.cancel()
        breaking.cancel()
        await driver.close()
    counts = chaos.counts | {"unanswered": driver.unanswered}
    seen = {
        name: counts.get(name, 0)
        for name in ("kills", "restarts", "freezes", "duplicates", "unanswered")
    }
    return Outcome(seed, check(evidence), evidence, seen, time.monotonic() - began)
