"""One event at a time through the real services, from the answer at a door to the next service's
commit, or to a department.

Beside it the raw chain: the same hops written by hand with the bare drivers, on the same engines,
in the same process.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from psycopg import AsyncConnection
from sqlalchemy import event as hooks

from backstop.application import Application
from backstop.demo import department, seed
from backstop.demo.driver import Driver
from backstop.demo.personas import Personas
from bench.contest import Figure, Goal, check, contest
from bench.faults.month import MONTH, SmallCounty, every_case
from bench.place import COUNTY, Place
from kit.clock import ZONE, SimulatedClock

TABLES = """CREATE TABLE inbox (source text, id uuid, PRIMARY KEY (source, id));
    CREATE TABLE case_file (id uuid PRIMARY KEY, household text NOT NULL, village text NOT NULL, body jsonb NOT NULL)"""
GOALS = [Goal("ours", "raw chain", 1.5, at_most=True)]


class Hops:
    """A small county whose services run in this process; every measured deed is one that a person
    makes at a door.
    """

    def __init__(self, place: Place, per_round: int) -> None:
        self.place, self.per_round = place, per_round
        self.latencies: dict[str, list[float]] = {}
        self.driver: Driver
        self.cases: Iterator[dict[str, Any]] = iter(())
        self.personas = Personas(SmallCounty())

    async def open(self) -> None:
        self.place.installation.found_county(COUNTY)
        clock = SimulatedClock(datetime(2026, 9, 10, 10, tzinfo=ZONE))
        self.application = Application(self.place.installation, clock=clock, every=None)
        await self.application.start()
        self.driver = Driver(self.application, clock)
        await seed.organisation(self.driver, self.personas)
        await seed.register(self.driver, self.personas)
        for service in ("village", "unit", "county"):
            await self.driver.post(self.personas.clerk, f"/{service}/api/months", {"month": MONTH})
        self.program = await department.join(self.application, "water")
        await self.driver.settle()
        self.households = iter(
            [
                household
                for place in self.personas.county.groups
                for household in await self.driver.get(
                    self.personas.group_leader(*place), "/village/api/households"
                )
            ]
        )

    async def close(self) -> None:
        await self.driver.close()
        await self.application.stop()

    async def finding(self) -> None:
        """A township's head signs an urgent finding; the county has the case."""
        household = next(self.households)
        village = household["village"]
        draft = {
            "household": household["id"],
            "causes": ["ILLNESS"],
            "risk_point": "大病",
            "matter": "报销",
            "severity": "URGENT",
        }
        finding = await self.driver.post(
            self.personas.village_clerk(village),
            "/village/api/urgent-findings",
            {"village": village, "month": MONTH, "finding": draft},
        )
        await self.driver.settle()
        head = self.personas.township_head(self.personas.township_of(village))
        async with self._commit_of("county") as committed:
            await self.driver.post(head, f"/village/api/urgent-findings/{finding['id']}/signature")
            answered = perf_counter()
            await committed.wait()
        self._keep("finding", committed.at - answered)
        await self.driver.settle()

    async def order(self, reader: AIOKafkaConsumer) -> None:
        """The county decides a case; the department's own program has the order."""
        case = next(self.cases)
        path = f"/county/api/cases/{case['id']}"
        await self.driver.post(
            self.personas.clerk,
            f"{path}/visits",
            {
                "on": "2026-09-10",
                "visitors": "周明远",
                "met": "户主",
                "house": "住房安全",
                "medical": "无大额支出",
                "income": "支出大于收入",
            },
        )
        body = {
            "decision": "verified",
            "primary_cause": "ILLNESS",
            "needs": [{"gap_item": "WATER_UNSAFE", "question": "请通水"}],
        }
        await self.driver.post(self.personas.clerk, f"{path}/decision", body)
        answered = perf_counter()
        record = await asyncio.wait_for(reader.getone(), 30)
        self._keep("order", perf_counter() - answered)
        check(
            json.loads(record.value)["department"] == "water", "an order for the water department"
        )
        await self.driver.settle()

    def _keep(self, name: str, seconds: float) -> None:
        self.latencies.setdefault(name, []).append(seconds * 1000)

    @asynccontextmanager
    async def _commit_of(self, service: str) -> AsyncIterator["Commit"]:
        sessions = self.application.runtimes[service].sessions
        committed = Commit(asyncio.get_running_loop())
        hooks.listen(sessions, "after_commit", committed.happened)
        try:
            yield committed
        finally:
            hooks.remove(sessions, "after_commit", committed.happened)

    def round(
        self, name: str, deed: Callable[[], Awaitable[None]]
    ) -> Callable[[], Awaitable[float]]:
        """The median of one round's deeds, in ms."""

        async def play() -> float:
            before = len(self.latencies.setdefault(name, []))
            for _ in range(self.per_round):
                await deed()
            return median(self.latencies[name][before:])

        return play

    def tail(self, ours: str, raw: str) -> dict[str, float]:
        """Over all rounds together, warm-up and all."""
        return {
            f"{name}p{percent}_ms": _at(self.latencies[deed], percent)
            for name, deed in (("", ours), ("raw_", raw))
            for percent in (50, 99)
        }


class Commit:
    """The first commit of a service, and when (in its own thread) it was."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.at, self._loop, self._done = 0.0, loop, asyncio.Event()

    def happened(self, session: Any) -> None:
        if not self.at:
            self.at = perf_counter()
            self._loop.call_soon_threadsafe(self._done.set)

    async def wait(self) -> None:
        await asyncio.wait_for(self._done.wait(), 30)


class Chain:
    """The raw chain: produce, receive, commit; for two hops produce and receive once more."""

    def __init__(self, hops: Hops, place: Place) -> None:
        self.hops, self.place = hops, place

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Chain"]:
        engines, name = self.place.installation.engines, f"raw_{secrets.token_hex(3)}"
        engines.create_database(name, owner=name, password="raw-raw-raw-raw")
        topics = [self.place.topic(f"raw.{secrets.token_hex(3)}", 1) for _ in range(2)]
        login = self.place.kafka.options()
        async with (
            AIOKafkaProducer(**login, acks="all", enable_idempotence=True) as self.producer,
            AIOKafkaConsumer(
                topics[0],
                **login,
                group_id=name,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            ) as self.first,
            AIOKafkaConsumer(
                topics[1],
                **login,
                group_id=f"{name}-2",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            ) as self.second,
            await AsyncConnection.connect(
                engines.postgres.dsn(name, name, "raw-raw-raw-raw")
            ) as self.connection,
        ):
            await self.connection.execute(TABLES)
            await self.connection.commit()
            self.topics = topics
            yield self

    async def one_hop(self) -> None:
        await asyncio.sleep(0.02)  # as after a person's pause
        began = perf_counter()
        await self._hop()
        self.hops._keep("raw finding", perf_counter() - began)

    async def two_hops(self) -> None:
        await asyncio.sleep(0.02)
        began = perf_counter()
        await self._hop()
        await self.producer.send_and_wait(self.topics[1], b"{}" * 200, key=b"order")
        await self.second.getone()
        self.hops._keep("raw order", perf_counter() - began)
        await self.second.commit()

    async def _hop(self) -> None:
        body = json.dumps(
            {"id": str(uuid4()), "household": "h", "village": "v", "words": "x" * 900}
        ).encode()
        await self.producer.send_and_wait(
            self.topics[0], body, key=b"case", headers=[("ce_id", str(uuid4()).encode())]
        )
        record = await self.first.getone()
        came = json.loads(record.value)
        await self.connection.execute(
            "INSERT INTO inbox VALUES ('raw', %s)", [dict(record.headers)["ce_id"].decode()]
        )
        await self.connection.execute(
            "INSERT INTO case_file VALUES (%s, %s, %s, %s)",
            [came["id"], came["household"], came["village"], json.dumps(came)],
        )
        await self.connection.commit()
        await self.first.commit()


async def measure(
    place: Place, rounds: int, *, quick: bool, say: Callable[[str], None]
) -> list[Figure]:
    hops = Hops(place, 4 if quick else 8)
    await hops.open()
    try:
        async with Chain(hops, place).opened() as chain:
            return [
                await _one_hop(hops, chain, rounds, say),
                await _two_hops(hops, chain, rounds, say),
            ]
    finally:
        await hops.close()


async def _one_hop(hops: Hops, chain: Chain, rounds: int, say: Callable[[str], None]) -> Figure:
    results = await contest(
        {
            "raw chain": hops.round("raw finding", chain.one_hop),
            "ours": hops.round("finding", hops.finding),
        },
        rounds,
        say,
    )
    title = "village's finding accepted → case committed in the county's ledger"
    return Figure("one-hop", title, "ms", results, GOALS, hops.tail("finding", "raw finding"))


async def _two_hops(hops: Hops, chain: Chain, rounds: int, say: Callable[[str], None]) -> Figure:
    hops.cases = iter(await every_case(hops.driver, hops.personas))  # type: ignore[arg-type]
    async with AIOKafkaConsumer(
        "backstop.department.water", **hops.place.kafka.options(), group_id="water-reader"
    ) as reader:
        await reader.seek_to_end()
        results = await contest(
            {
                "raw chain": hops.round("raw order", chain.two_hops),
                "ours": hops.round("order", lambda: hops.order(reader)),
            },
            rounds,
            say,
        )
    title = "county's verification accepted → order received by a department"
    return Figure("two-hops", title, "ms", results, GOALS, hops.tail("order", "raw order"))


def _at(latencies: list[float], percent: int) -> float:
    return round(sorted(latencies)[min(len(latencies) - 1, len(latencies) * percent // 100)], 2)
