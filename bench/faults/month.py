"""September of the demo's county, played through doors that may be shut at any moment, up to its
closed orders.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import count
from typing import Any

from confluent_kafka import KafkaException
from sqlalchemy.exc import OperationalError

from backstop.demo import department, seed
from backstop.demo.county import County, Household
from backstop.demo.month import Month
from backstop.demo.personas import Personas
from backstop.departments import Credentials, begin_rotation, finish_rotation
from backstop.engines import EngineError
from bench.faults.driver import PATIENCE, Deed, TownStage
from kit.errors import Refused
from schemas.codes import GapItem, RiskCause, Stratum

MONTH = "2026-09"
NEEDS = (
    GapItem.MEDICAL_COST,
    GapItem.SCHOOL_COST,
    GapItem.HOUSING_UNSAFE,
    GapItem.WATER_UNSAFE,
    GapItem.JOB,
)
OWNERS = {
    "health-insurance",
    "education",
    "housing",
    "water",
    "human-resources",
}  # of those needs, by the pack


class SmallCounty(County):
    """One township of the same county, for a run of a minute."""

    @cached_property
    def townships(self) -> dict[str, str]:
        return dict(list(super().townships.items())[:1])

    @cached_property
    def units(self) -> dict[str, str]:
        return dict(list(super().units.items())[:2])

    @cached_property
    def teams(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        return dict(list(super().teams.items())[:1])

    def _plans(self, people: Any) -> list[tuple[Stratum, int, date | None, date | None]]:
        return [
            (Stratum.MARGINAL, people.random.randint(1, 6), date(2026, 3, 1 + n % 28), None)
            for n in range(96)
        ]


@dataclass
class Rehearsal:
    """Who reports what is drawn from the seed; what each door took stands in `driver.deeds`."""

    driver: TownStage
    personas: Personas
    random: random.Random
    silent: set[Any] = field(
        default_factory=set
    )  # groups, villages and units that say nothing this month
    idle: str = "education"  # the department that signs for nothing
    online: str = "housing"  # the department whose own program answers, over Kafka alone

    def __post_init__(self) -> None:
        self.month = Month(self.driver, self.personas, MONTH)  # type: ignore[arg-type]  # has what it asks for
        self.ids: dict[str, str] = {}

    @property
    def silent_by_month(self) -> dict[str, set[Any]]:
        """Whom a deadline has named by the end of October: in October nobody says a word."""
        county = self.personas.county
        return {
            MONTH: self.silent,
            "2026-10": {*county.groups, *county.villages, *county.townships, *county.units},
        }

    async def play(self) -> None:
        await self.driver.at(date(2026, 9, 1))
        await seed.organisation(self.driver, self.personas)  # type: ignore[arg-type]
        await seed.register(self.driver, self.personas)  # type: ignore[arg-type]
        joined = [await self._join(department) for department in sorted(OWNERS)]
        for service in ("village", "unit", "county"):
            await self.driver.post(self.personas.clerk, f"/{service}/api/months", {"month": MONTH})
        await self._look_up()
        self._draw()
        for number, deed in self.month.calendar():
            await self.driver.at(date(2026, 9, number), 10)
            await deed()
            if number == 16:
                await self.urgent()
        await self.driver.at(date(2026, 9, 30))
        await self.driver.each(self.decide, await self._cases())
        await self.driver.at(date(2026, 10, 8))
        program = next(
            credentials for credentials in joined if credentials.department == self.online
        )
        await _at_last(
            partial(department.answer, program, self.driver.town.application, "--reply", "solved")
        )
        await self.driver.settle()
        orders = await self.driver.get(self.personas.clerk, "/dispatch/api/orders")
        await self.driver.each(
            self.answer, [order for order in orders if order["department"] != self.idle]
        )
        for day in (date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 15), date(2026, 10, 31)):
            await self.driver.at(day)

    async def _join(self, code: str) -> Credentials:
        application = self.driver.town.application
        try:
            return await _at_last(partial(department.join, application, code))
        except Refused:  # the commit's answer got lost: a way in was handed out that nobody has
            way = (
                application.installation.engines.kafka,
                application.runtimes["dispatch"].sessions,
                code,
            )
            credentials = await _at_last(
                partial(asyncio.to_thread, begin_rotation, *way, application.clock())
            )
            await _at_last(partial(asyncio.to_thread, finish_rotation, *way))
            return credentials

    async def _look_up(self) -> None:
        async def group(place: tuple[str, str]) -> None:
            households = await self.driver.get(
                self.personas.group_leader(*place), "/village/api/households"
            )
            self.ids.update({household["number"]: household["id"] for household in households})

        await self.driver.each(group, self.personas.county.groups)

    def _draw(self) -> None:
        """A third of the groups find somebody; some units' helpers and every team do; a few say
        nothing at all.
        """
        county, draw = self.personas.county, self.random
        groups, villages = county.groups, list(county.villages)
        self.silent = {
            draw.choice(villages),
            *draw.sample(groups, 2),
            draw.choice(list(county.units)),
        }
        self.month.absent = self.silent
        for place in draw.sample(groups, len(groups) // 3):
            households = draw.sample(self._of(*place), 2)
            self.month.findings[place] = [self._finding(household) for household in households]
        for number, _ in draw.sample(county.assignments, len(county.assignments) // 12):
            self.month.risky[number] = {
                "causes": ["ILLNESS"],
                "since": {"day": "2026-09-02"},
                "risk_point": "医药费支出大",
                "matter": "报销医药费",
            }
        for team, (_, _, townships) in county.teams.items():
            near = [
                household
                for household in county.households
                if self.personas.township_of(household.village) in townships
            ]
            self.month.supervision[team] = [
                {
                    "village": household.village,
                    "head_name": household.head.name,
                    "id_number": household.head.id_number,
                    "causes": ["UNSTABLE_EMPLOYMENT"],
                    "problem": "务工人员返乡",
                    "advice": "推荐岗位",
                }
                for household in draw.sample(near, 4)
            ]

    def _of(self, village: str, group: str) -> list[Household]:
        return [
            household
            for household in self.personas.county.households
            if (household.village, household.group) == (village, group)
        ]

    def _finding(self, household: Household) -> dict[str, Any]:
        cause = self.random.choice(list(RiskCause)[:8])
        return {
            "household": self.ids[household.number],
            "causes": [cause.value],
            "risk_point": f"{cause.label}支出增加",
            "matter": "请县里核实帮扶",
        }

    async def urgent(self) -> None:
        """Three villages cannot wait for the list; their township's head signs at once."""
        for village in self.random.sample(list(self.personas.county.villages), 3):
            household = self.random.choice(self._of(village, "04"))
            clerk, head = (
                self.personas.village_clerk(village),
                self.personas.township_head(self.personas.township_of(village)),
            )
            body = {
                "village": village,
                "month": MONTH,
                "finding": self._finding(household) | {"severity": "URGENT"},
            }
            await self.driver.post(clerk, "/village/api/urgent-findings", body)
            findings = await self.driver.get(
                clerk, "/village/api/findings", month=MONTH, village=village
            )
            mine = next(
                finding
                for finding in findings
                if finding["household"] == self.ids[household.number]
            )
            await self.driver.post(head, f"/village/api/urgent-findings/{mine['id']}/signature")

    async def _cases(self) -> list[dict[str, Any]]:
        return await every_case(self.driver, self.personas)

    async def decide(self, case: dict[str, Any]) -> None:
        """The office was there: four in five are verified, with one or two needs."""
        path, clerk = f"/county/api/cases/{case['id']}", self.personas.clerk
        draw = random.Random(case["number"])

        async def visited() -> bool:
            return bool((await self.driver.get(clerk, path))["visits"])

        body = {
            "on": self.driver.today.isoformat(),
            "visitors": "周明远、李守田",
            "met": "户主",
            "house": "住房安全",
            "medical": "医疗费用见票据",
            "income": "支出大于收入",
            "note": "情况属实",
        }
        await self.driver.post(clerk, f"{path}/visits", body, done=visited)
        sources = (await self.driver.get(clerk, path))["sources"]
        told = [source["finding"] for source in sources if source["stage"] != "struck_out"]
        decision = _decision(draw, told)

        async def decided() -> bool:
            return bool((await self.driver.get(clerk, path))["decision"] == decision["decision"])

        await self.driver.post(clerk, f"{path}/decision", decision, done=decided)

    async def _reported(self, path: str) -> None:
        """What the program said is heard at last: the process that hears it may be dead just now."""
        async with asyncio.timeout(PATIENCE):
            while (await self.driver.get(self.personas.clerk, path))["state"] != "solved":
                await asyncio.sleep(0.2)

    async def answer(self, order: dict[str, Any]) -> None:
        """Signed for, solved, seen by the village, closed by the office."""
        path = f"/dispatch/api/orders/{order['id']}"
        clerk, village = (
            self.personas.department(order["department"]),
            self.personas.village_clerk(order["village"]),
        )
        if (
            order["department"] == self.online
        ):  # its program has said so, and Kafka has acknowledged it
            self.driver.deeds += [
                Deed(f"{path}/{deed}", {}, None) for deed in ("acceptance", "report")
            ]
            await self._reported(path)
        else:
            await self.driver.post(clerk, f"{path}/acceptance", {})
            await self.driver.post(
                clerk, f"{path}/report", {"result": "solved", "explanation": "已办理"}
            )
        await self.driver.post(village, f"{path}/confirmation", {"received": True, "note": "属实"})
        await self.driver.post(self.personas.clerk_2, f"{path}/closure", {"note": "办结"})


def _decision(draw: random.Random, told: list[str]) -> dict[str, Any]:
    """What the office decides, with an answer to each source."""
    if draw.random() < 0.2:
        return {
            "decision": "not_qualified",
            "reason": "不在监测范围",
            "answers": [{"finding": finding, "why_not": "no_risk"} for finding in told],
        }
    needs = draw.sample(NEEDS, draw.randint(1, 2))
    return {
        "decision": "verified",
        "primary_cause": "ILLNESS",
        "risk_point": "支出增加",
        "matter": "请部门帮扶",
        "answers": [{"finding": finding, "need": 1} for finding in told],
        "needs": [
            {"gap_item": need.value, "question": f"请解决{need.label}问题"} for need in needs
        ],
    }


async def _at_last(deed: Callable[[], Awaitable[Any]]) -> Any:
    """What an operator or a department does again when an engine was away."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await deed()
            except (EngineError, KafkaException, OperationalError, RuntimeError):
                await asyncio.sleep(1)


async def every_case(driver: TownStage, personas: Personas) -> list[dict[str, Any]]:
    """All pages of the county's ledger."""
    cases: list[dict[str, Any]] = []
    for page in count(1):
        answer = await driver.get(personas.clerk, "/county/api/cases", page=page)
        cases += answer["cases"]
        if not answer["cases"] or len(cases) >= answer["total"]:
            break
    return cases
