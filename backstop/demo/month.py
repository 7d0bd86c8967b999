"""What every month is made of: who simply does their duty, and in time."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TypeVar

from backstop.demo.driver import Driver
from backstop.demo.personas import Personas

Reporter = TypeVar("Reporter", str, tuple[str, str])
Finding = dict  # a village finding as the door takes it
WORDS = {"living": "生活正常", "production": "按时务农、务工", "income": "收支基本平衡"}
UNREACHED = "没联系上的外出务工，向邻居核实过"
RISK = {"at_risk": True, "living": "生活困难", "income": "支出明显大于收入"}
# Why nil is declared with a group silent, and why a township signs with a village silent.
ASKED, UNWAITED = "没有报的组已打电话问过，没有新情况", "名单随后补报"


class Month:
    """One reporting month of the county. `findings`: (village, group) -> what its leader reports;
    `absent`: groups, villages, townships and units that do not report on the usual day; `risky`:
    household -> what its helper notes.
    """

    def __init__(self, driver: Driver, personas: Personas, month: str) -> None:
        self.driver, self.personas, self.month = driver, personas, month
        self.findings: dict[tuple[str, str], list[Finding]] = {}
        self.absent: set[str | tuple[str, str]] = set()
        self.risky: dict[str, dict] = {}
        self.supervision: dict[str, list[dict]] = {}
        self.contacts: dict[str, list[dict]] = {}  # whom each unit's helpers have to contact
        self.heard: set[str] = set()  # teams that have reported already

    def day(self, number: int) -> date:
        return date.fromisoformat(f"{self.month}-{number:02}")

    async def visits(self, third: int) -> None:
        """A third of every helper's households: a visit or a call; now and then nobody is there."""
        await self.driver.each(partial(self._visits_of, third), self.personas.county.units)

    async def _visits_of(self, third: int, unit: str) -> None:
        on, clerk = self.driver.today, self.personas.unit_clerk(unit)
        if unit not in self.contacts:
            self.contacts[unit] = await self.driver.get(
                clerk, "/unit/api/contacts", month=self.month, unit=unit
            )
        notes = []
        for index, contact in enumerate(self.contacts[unit]):
            risky = contact["number"] in self.risky
            if (
                2 if risky else index % 3
            ) != third:  # who finds a risk comes on the last of the three days
                continue
            mode = "FIELD_VISIT" if index % 2 else "PHONE"
            note = {
                "household": contact["household"],
                "helper": contact["helper"],
                "on": on.isoformat(),
                "mode": mode,
            } | WORDS
            if risky:
                note |= RISK | self.risky[contact["number"]]
            elif index % 97 == 50:  # tried, and tried again: neither contacted nor neglected
                note |= {"reached": False, "tries": 2, "mode": "PHONE"}
            notes.append(note)
        await self.driver.post(clerk, "/unit/api/visits", notes)

    async def groups(self) -> None:
        """Every leader reports: one tap for nothing found, or what he found."""
        await self.driver.each(self.group, self._present(self.personas.county.groups))

    async def group(self, place: tuple[str, str]) -> None:
        village, group = place
        findings = self.findings.get(place, [])
        await self.driver.post(
            self.personas.group_leader(village, group),
            "/village/api/group-reports",
            {
                "village": village,
                "group": group,
                "month": self.month,
                "nil": not findings,
                "findings": findings,
            },
        )

    async def villages(self) -> None:
        await self.driver.each(self.village, self._present(self.personas.county.villages))

    async def village(self, village: str) -> None:
        """Review what the groups found, and send."""
        clerk = self.personas.village_clerk(village)
        findings = await self.driver.get(
            clerk, "/village/api/findings", month=self.month, village=village
        )
        for finding in findings:
            if finding["village_agreed"] is None and not finding["already_reported"]:
                await self.driver.post(
                    clerk, f"/village/api/findings/{finding['id']}/review", {"agreed": True}
                )
        await self.driver.post(
            clerk,
            "/village/api/lists",
            {"village": village, "month": self.month, "nil": not findings, "silent_reason": ASKED},
        )

    async def townships(self) -> None:
        await self.driver.each(self.township, self._present(self.personas.county.townships))

    async def township(self, township: str) -> None:
        head = self.personas.township_head(township)
        await self.driver.post(
            head,
            "/village/api/signatures",
            {"township": township, "month": self.month, "missing_reason": UNWAITED},
        )

    async def unit_lists(self) -> None:
        await self.driver.each(self.unit_list, self._present(self.personas.county.units))

    async def unit_list(self, unit: str) -> None:
        clerk = self.personas.unit_clerk(unit)
        findings = await self.driver.get(clerk, "/unit/api/findings", month=self.month, unit=unit)
        verification = {
            "verified_by": clerk.name,
            "verified_on": self.driver.today.isoformat(),
            "verified_how": "FIELD_VISIT",
        }
        for finding in findings:
            address = f"/unit/api/findings/{finding['id']}/verification"
            await self.driver.post(clerk, address, verification)
        nil = {"nil": not findings, "nil_reason": UNREACHED if not findings else None}
        await self.driver.post(clerk, "/unit/api/lists", {"unit": unit, "month": self.month} | nil)

    async def unit_signatures(self) -> None:
        await self.driver.each(self.unit_signature, self._present(self.personas.county.units))

    async def unit_signature(self, unit: str) -> None:
        await self.driver.post(
            self.personas.unit_head(unit), f"/unit/api/lists/{unit}/{self.month}/signature"
        )

    async def teams(self) -> None:
        await self.driver.each(
            self.team, [team for team in self.personas.county.teams if team not in self.heard]
        )

    async def team(self, team: str) -> None:
        """Findings, or nothing found."""
        self.heard.add(team)
        findings = self.supervision.get(team, [])
        await self.driver.post(
            self.personas.supervisor(team),
            "/county/api/supervision-reports",
            {"team": team, "month": self.month, "nil": not findings, "findings": findings},
        )

    def _present(self, reporters: Iterable[Reporter]) -> list[Reporter]:
        return [reporter for reporter in reporters if reporter not in self.absent]

    async def usual(self, until: date, *, after: date) -> None:
        """The usual days of a month after one day up to another."""
        for number, deed in self.calendar():
            if after < self.day(number) <= until:
                await self.driver.at(self.day(number), 10)
                await deed()

    def calendar(self) -> list:
        """Day of the month, deed."""
        return [
            (4, lambda: self.visits(0)),
            (9, lambda: self.visits(1)),
            (14, lambda: self.visits(2)),
            (16, self.groups),
            (19, self.villages),
            (24, self.unit_lists),
            (24, self.teams),
            (25, self.unit_signatures),
            (28, self.townships),
        ]
