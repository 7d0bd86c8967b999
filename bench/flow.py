"""Events a second through all services: village → county → dispatch → a department's topic, with 1,
2 and 4 partitions.

Every service is a process of its own on durable engines; of county and dispatch there are as many
processes as partitions. Village and unit have one: village's part in the flow is its relay, and of
a service's relays one works at a time.

What is counted: urgent findings that enter at village's outbox and reach a department as orders,
one each, read by a plain aiokafka client. What the services say beside it (cases opened, orders'
facts, what unit and village hear of them) is work done within the time and not counted.

The clock runs in two legs, and stands still between them while the office decides, which is a person's deed:
1. From the commit of one transaction in which village's own command signs all findings, until the county's ledger has all
   cases. Found by asking the database every 20 ms.
2. From the commit of one transaction in which the county's own commands visit and verify all cases, until the department's
   reader has all orders.
So it is the services' rate for messages; the doors' answers are not in it (`bench/hops.py` has them). Legs do not overlap:
with cores to spare a real stream of both would be faster.
"""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaConsumer
from confluent_kafka import ConsumerGroupState
from psycopg import AsyncConnection
from sqlalchemy import text

from backstop import topics
from backstop.demo import department, seed
from backstop.demo.county import COUNTY, County, Household
from backstop.demo.personas import Personas
from backstop.engines.kafka_admin import admin_client
from backstop.service_process import login_of
from bench.contest import Figure, check, contest
from bench.faults.driver import TownStage
from bench.faults.month import MONTH
from kit.clock import ZONE, FileClock
from schemas.codes import GapItem, RiskCause, Severity, Stratum
from services.county.verification import commands
from services.county.verification.forms import DecisionForm, NeedForm, Ruling, VisitForm
from services.village.findings import commands as findings_commands
from services.village.findings.forms import FindingDraft
from services.village.register import commands as register_commands
from services.village.register.forms import HouseholdDraft, MemberDraft
from services.village.screening import commands as screening_commands
from tests.helpers.town import Town

SETTINGS = (1, 2, 4)
TODAY = date(2026, 9, 10)
WATER = "backstop.department.water"
DRAFT: dict[str, Any] = {
    "causes": (RiskCause.ILLNESS,),
    "risk_point": "大病",
    "matter": "报销",
    "severity": Severity.URGENT,
}
UNDECIDED = text("SELECT id FROM case_file WHERE decision = 'open'")
CASES = "SELECT count(*) FROM case_file"
COUNTS = {
    "county": text(
        "SELECT (SELECT count(*) FROM case_file WHERE decision = 'verified'), (SELECT count(*) FROM dead_letter)"
    ),
    "dispatch": text(
        "SELECT (SELECT count(*) FROM dispatch_order), (SELECT count(*) FROM dead_letter)"
    ),
}


@dataclass(frozen=True)
class Wide(County):
    """The demo's places with as many households as are needed."""

    count: int = 1000

    def _plans(self, people: Any) -> list[tuple[Stratum, int, date | None, date | None]]:
        return [
            (Stratum.MARGINAL, people.random.randint(1, 4), date(2026, 3, 1), None)
            for _ in range(self.count)
        ]


class Flow:
    """One town with its engines and databases, whose processes run only while it plays a round."""

    def __init__(
        self, folder: Path, processes: int, personas: Personas, per_round: int, warm: int
    ) -> None:
        self.folder, self.processes, self.personas, self.per_round, self.warm = (
            folder,
            processes,
            personas,
            per_round,
            warm,
        )
        self.clock = FileClock(folder / f"clock-{processes}")
        self.town = Town(
            folder / f"town-{processes}",
            COUNTY,
            fast=False,
            partitions=processes,
            replicas={"county": processes, "dispatch": processes},
            settings={"BACKSTOP_CLOCK": str(self.clock.path)},
        )
        self.legs: dict[str, list[float]] = {"village → county": [], "county → department": []}
        self._households: Iterator[Household] = iter(personas.county.households)
        self._done = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Flow"]:
        self.clock.set(datetime(2026, 9, 10, 10, tzinfo=ZONE))
        try:
            await asyncio.to_thread(self.town.lay_out)
            self.application = (
                self.town.application
            )  # never started: its sessions, and its look at what is still on its way
            topics.ensure(
                self.town.engines.kafka,
                topics.of_department("water"),
                topics.Shape(self.processes, 1),
            )
            try:
                yield self
            finally:
                await self.application.stop()
        finally:
            await asyncio.to_thread(self.town.close)

    async def round(self) -> float:
        """`per_round` findings through the chain; a few before them warm the processes up."""
        async with self._at_work(), self._reader() as reader:
            if not self._done:
                await self._found()
            await self._play(reader, self.warm)
            first, second = await self._play(reader, self.per_round)
            self.legs["village → county"].append(self.per_round / first)
            self.legs["county → department"].append(self.per_round / second)
            return self.per_round / (first + second)

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        """All processes of the town run, and every partition has its reader."""
        town = self.town
        try:
            for place in town.places:
                town.start(*place)
            async with asyncio.timeout(120):
                for place in town.places:
                    while not await asyncio.to_thread(town.ready, *place):
                        await asyncio.sleep(0.1)
                while not await asyncio.to_thread(self._shared_out):
                    await asyncio.sleep(0.2)
            yield
        finally:
            await asyncio.gather(
                *(asyncio.to_thread(town.kill, *place, signal.SIGTERM) for place in town.processes)
            )

    def _shared_out(self) -> bool:
        """Whether the partitions are, among all processes of county and of dispatch."""
        admin = admin_client(self.town.engines.kafka)
        groups = [
            future.result(10)
            for future in admin.describe_consumer_groups(["county", "dispatch"]).values()
        ]
        return all(
            group.state is ConsumerGroupState.STABLE and len(group.members) == self.processes
            for group in groups
        )

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[AIOKafkaConsumer]:
        """A department's plain client, at the end of its topic."""
        async with AIOKafkaConsumer(WATER, **login_of(self.town.engines.kafka).options()) as reader:
            await reader.seek_to_end()
            for partition in reader.assignment():
                await reader.position(partition)
            yield reader

    async def _found(self) -> None:
        """Places, people and the month, through the doors."""
        driver = TownStage(self.town, self.clock, Random(0), self.personas.clerk)
        try:
            await seed.organisation(driver, self.personas)  # type: ignore[arg-type]  # has what it asks for
            for service in ("village", "unit", "county"):
                await driver.post(self.personas.clerk, f"/{service}/api/months", {"month": MONTH})
            await department.join(self.application, "water")
            await driver.settle()
        finally:
            await driver.close()

    async def _play(self, reader: AIOKafkaConsumer, count: int) -> tuple[float, float]:
        """Seconds of both legs."""
        findings = await asyncio.to_thread(self._report, list(islice(self._households, count)))
        await self.application.settle()
        began = await asyncio.to_thread(self._sign, findings)
        first = await self._opened(self._done + count) - began
        await self.application.settle()
        began = await asyncio.to_thread(self._decide, count)
        second = await self._arrived(reader, count) - began
        await self.application.settle()
        self._done += count
        for service, counts in COUNTS.items():
            with self.application.runtimes[service].sessions() as session:
                counted = tuple(session.execute(counts).one())
            check(
                counted == (self._done, 0),
                f"{self._done} were sent; {service} has (rows, dead letters) {counted}",
            )
        return first, second

    def _report(self, households: list[Household]) -> list[tuple[str, str]]:
        """Registered and reported as urgent, not signed: nothing leaves village yet but the
        register.
        """
        personas = self.personas
        by_number = {household.number: household for household in households}
        with self.application.runtimes["village"].sessions.begin() as session:
            register_commands.register_households(
                session, list(map(_draft, households)), actor=personas.clerk, on=TODAY
            )
            ids = session.execute(
                text("SELECT id, number FROM household WHERE number = ANY(:numbers)"),
                {"numbers": list(by_number)},
            )
            return [
                (
                    screening_commands.report_urgent(
                        session,
                        by_number[number].village,
                        MONTH,
                        FindingDraft(household=id, **DRAFT),
                        actor=personas.village_clerk(by_number[number].village),
                        on=TODAY,
                    ).id,
                    by_number[number].village,
                )
                for id, number in ids.all()
            ]

    def _sign(self, findings: list[tuple[str, str]]) -> float:
        """The townships' heads sign all at once; returns when it was committed."""
        with self.application.runtimes["village"].sessions.begin() as session:
            for finding, place in findings:
                head = self.personas.township_head(self.personas.township_of(place))
                findings_commands.sign_urgent(session, finding, actor=head, on=TODAY)
        return perf_counter()

    async def _opened(self, count: int) -> float:
        """When the county's ledger had so many cases."""
        async with (
            asyncio.timeout(300),
            await AsyncConnection.connect(
                self.application.runtimes["county"].dsn, autocommit=True
            ) as watch,
        ):
            while (row := await (await watch.execute(CASES)).fetchone()) and row[0] < count:
                await asyncio.sleep(0.02)
        return perf_counter()

    def _decide(self, count: int) -> float:
        """The office was there, and verifies all at once; returns when it was committed."""
        clerk = self.personas.clerk
        seen, decision = (
            VisitForm(
                on=TODAY,
                visitors="周明远",
                met="户主",
                house="住房安全",
                medical="无大额支出",
                income="支出大于收入",
            ),
            DecisionForm(
                decision=Ruling.VERIFIED,
                primary_cause=RiskCause.ILLNESS,
                needs=[NeedForm(gap_item=GapItem.WATER_UNSAFE, question="请通水")],
            ),
        )
        with self.application.runtimes["county"].sessions.begin() as session:
            cases = session.execute(UNDECIDED).scalars().all()
            check(
                len(cases) == count,
                f"{count} findings were signed, {len(cases)} cases are to be decided",
            )
            for case in cases:
                commands.record_visit(session, case, seen, actor=clerk, on=TODAY)
                commands.decide(session, case, decision, actor=clerk, on=TODAY)
        return perf_counter()

    async def _arrived(self, reader: AIOKafkaConsumer, count: int) -> float:
        """When the department had so many different orders."""
        orders: set[str] = set()
        async with asyncio.timeout(300):
            while len(orders) < count:
                for records in (await reader.getmany(timeout_ms=1000)).values():
                    orders |= {json.loads(record.value)["order"] for record in records}
        check(len(orders) == count, f"{count} cases were verified, {len(orders)} orders came")
        return perf_counter()


def _draft(household: Household) -> HouseholdDraft:
    return HouseholdDraft(
        number=household.number,
        village=household.village,
        group=household.group,
        stratum=household.stratum,
        members=[MemberDraft.model_validate(member) for member in household.members],
    )


async def measure(rounds: int, *, quick: bool, say: Callable[[str], None]) -> Figure:
    """A quick run: one round of few findings, with 1 and 2."""
    rounds, per_round, warm = (1, 150, 20) if quick else (rounds, 1_000, 100)
    personas = Personas(Wide(count=rounds * (per_round + warm)))
    with TemporaryDirectory(prefix="backstop-flow-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            flows = {
                str(processes): await stack.enter_async_context(
                    Flow(Path(folder), processes, personas, per_round, warm).opened()
                )
                for processes in SETTINGS[: 2 if quick else None]
            }
            results = await contest(
                {name: flow.round for name, flow in flows.items()}, rounds, say, warm_up=False
            )
    return Figure(
        "flow",
        "village → county → dispatch → department's topic, by partitions and processes",
        "events/s",
        results,
        more={
            leg: {name: round(median(flow.legs[leg]), 1) for name, flow in flows.items()}
            for leg in ("village → county", "county → department")
        },
    )
