"""The two months, day by day. Everybody else does their duty (`month.py`); here are those to whom
something happens.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import cached_property
from typing import Any

from backstop.demo import department
from backstop.demo.county import Household
from backstop.demo.driver import Driver
from backstop.demo.month import Month
from backstop.demo.personas import Personas
from backstop.departments import Credentials
from schemas.codes import Stratum

AUGUST, SEPTEMBER, OCTOBER = "2026-08", "2026-09", "2026-10"
Deed = Callable[["Scenario"], Awaitable[None]]
STEPS: list[tuple[date, int, Deed]] = []


def step(month: int, day: int, hour: int = 10) -> Callable[[Deed], Deed]:
    """Played on that day of 2026, at that hour in Shanghai."""

    def register(deed: Deed) -> Deed:
        STEPS.append((date(2026, month, day), hour, deed))
        return deed

    return register


class Scenario:
    """Who is who, and the doors they use."""

    def __init__(self, driver: Driver, personas: Personas) -> None:
        self.driver, self.personas = driver, personas
        self.housing: Credentials | None = None
        self.august, self.september, self.october = (
            Month(driver, personas, month) for month in (AUGUST, SEPTEMBER, OCTOBER)
        )
        self.said: list[str] = []  # what the department's own system printed
        self.meeting = ""
        self.compared: list[dict] = []  # what departments were last asked to compare
        self.objection = ""  # the address of the one to a notice
        self._ids: dict[str, str] = {}

    # ── the people of the story ──────────────────────────────────────────────

    def ordinary(self, village: str, group: str) -> Household:
        """The one household of a group that nobody monitors."""
        code = self.personas.village(village)
        kinds = {
            household.stratum
            for household in self.personas.county.households
            if (household.village, household.group) == (code, group)
        }
        stratum = Stratum.ORDINARY if Stratum.ORDINARY in kinds else Stratum.EX_POOR
        return self.personas.household(code, group, stratum)

    def helped(self, village: str, group: str, nth: int = 0) -> Household:
        """A monitored household with a helper."""
        return self.personas.household(
            self.personas.village(village), group, assigned=True, nth=nth
        )

    @cached_property
    def urgent(self) -> Household:
        return self.ordinary("石桥", "02")

    @cached_property
    def three(self) -> Household:
        """Seen by all three tiers, with three causes."""
        return self.helped("柳树", "01")

    @cached_property
    def missed(self) -> Household:
        """Its village said nothing; its helper found a risk that is older."""
        return self.helped("东沟", "01")

    @cached_property
    def struck(self) -> Household:
        return self.ordinary("马家", "03")

    @cached_property
    def disaster(self) -> Household:
        return self.ordinary("石桥", "03")

    @cached_property
    def jobless(self) -> Household:
        return self.ordinary("柳树", "03")

    @cached_property
    def thirsty(self) -> Household:
        return self.ordinary("上坝", "01")

    @cached_property
    def dropout(self) -> Household:
        """August's order that nobody answers."""
        return self.ordinary("石桥", "04")

    @cached_property
    def fields(self) -> Household:
        """August's order that is solved in time."""
        return self.ordinary("东沟", "02")

    @cached_property
    def unsafe(self) -> Household:
        """August's order that the housing department's own system answers."""
        return self.ordinary("柳树", "04")

    async def id_of(self, household: Household) -> str:
        if household.number not in self._ids:
            households = await self.driver.get(
                self.personas.clerk, "/village/api/households", q=household.number
            )
            self._ids[household.number] = households[0]["id"]
        return self._ids[household.number]

    # ── deeds that occur more than once ──────────────────────────────────────

    async def finding(
        self, household: Household, cause: str, risk_point: str, matter: str, **fields: Any
    ) -> dict:
        words = {"causes": [cause], "risk_point": risk_point, "matter": matter}
        return {"household": await self.id_of(household)} | words | fields

    async def case_of(self, household: Household) -> dict:
        listed = await self.driver.get(self.personas.clerk, "/county/api/cases", q=household.number)
        mine = await self.id_of(household)
        return next(case for case in listed["cases"] if case["household"] == mine)

    async def verify(self, household: Household, cause: str, *needs: dict, **fields: Any) -> None:
        """Visit and decide: each need becomes an order."""
        case, clerk = await self.case_of(household), self.personas.clerk
        await self.driver.post(
            clerk,
            f"/county/api/cases/{case['id']}/visits",
            {
                "on": self.driver.today.isoformat(),
                "visitors": "周明远、李守田",
                "met": "户主",
                "house": "住房安全",
                "medical": "医疗费用见票据",
                "income": "支出大于收入",
                "note": "情况属实",
            },
        )
        told = await self.driver.get(clerk, f"/county/api/cases/{case['id']}")
        answers = [
            {"finding": source["finding"], "need": 1}
            for source in told["sources"]
            if source["stage"] != "struck_out"
        ]
        body = {
            "decision": "verified",
            "primary_cause": cause,
            "needs": list(needs),
            "answers": answers,
        } | fields
        await self.driver.post(clerk, f"/county/api/cases/{case['id']}/decision", body)
        await self.driver.settle()

    async def orders_of(self, household: Household) -> dict[str, dict]:
        """Gap item -> the household's newest order of it."""
        case = await self.case_of(household)
        orders = await self.driver.get(self.personas.clerk, "/dispatch/api/orders", case=case["id"])
        return {order["gap_item"]: order for order in orders}

    async def order_deed(
        self, household: Household, gap: str, deed: str, actor: Any = None, **body: Any
    ) -> None:
        """A deed on an order; by its department's clerk unless somebody else is named."""
        order = (await self.orders_of(household))[gap]
        clerk = actor or self.personas.department(order["department"])
        await self.driver.post(clerk, f"/dispatch/api/orders/{order['id']}/{deed}", body or None)
        await self.driver.settle()

    async def received(self, household: Household, gap: str, note: str) -> None:
        """The village says that it came, and the office's other clerk closes the order (G-14)."""
        village = self.personas.village_clerk(household.village)
        await self.order_deed(
            household, gap, "confirmation", actor=village, received=True, note=note
        )
        await self.order_deed(household, gap, "closure", actor=self.personas.clerk_2)

    async def candidate_of(self, household: Household) -> dict:
        mine = await self.id_of(household)
        candidates = await self.driver.get(self.personas.clerk, "/county/api/candidates")
        return next(candidate for candidate in candidates if candidate["household"] == mine)

    async def meeting_of(self, month: str) -> str:
        meetings = await self.driver.get(self.personas.clerk, "/county/api/meetings")
        return next(meeting["id"] for meeting in meetings if meeting["month"] == month)

    async def hold(self, meeting: str, *, place: str) -> None:
        """Everybody concerned is there, one by a substitute."""
        people = [{"unit": "防返贫领导小组", "name": self.personas.leader.name, "post": "组长"}]
        for code, name in self.personas.county.departments.items():
            people.append(
                {"unit": name, "name": self.personas.county.heads[code][1], "post": "局长"}
            )
        people[-1] |= {
            "presence": "substitute",
            "name": "孙副局长",
            "post": "副局长",
            "stands_for": people[-1]["name"],
        }
        await self.driver.post(
            self.personas.clerk, f"/county/api/meetings/{meeting}/attendance", {"people": people}
        )

    async def lines_of_orders(self, meeting: str) -> list[dict]:
        """The orders on its agenda, without what earlier meetings decided of them."""
        agenda = await self.driver.get(self.personas.clerk, f"/county/api/meetings/{meeting}")
        return [line for line in agenda["lines"] if line["order"] and line["kind"] != "decision"]

    async def press_education(self, line: dict, text: str, due: str) -> None:
        """The meeting sets a day for the order of an agenda line."""
        body = {
            "kind": "order_due",
            "text": text,
            "department": "education",
            "due": due,
            "responsible": "县教育局",
        }
        path = f"/county/api/lines/{line['id']}/decision"
        await self.driver.post(self.personas.clerk, path, body)

    async def sign_minutes(self, meeting: str) -> None:
        path = f"/county/api/meetings/{meeting}/minutes"
        await self.driver.post(self.personas.leader, path, {"note_rest": True})

    async def decide_names(self, month: str) -> None:
        """One by one: whoever explained convincingly is not named, the others are. About the office
        its leader decides.
        """
        bulletin = await self.driver.get(self.personas.clerk, f"/county/api/bulletins/{month}")
        for name in bulletin["names"]:
            explained = bool(name.get("explanation"))
            of_office = name["kind"] == "OFFICE"
            await self.driver.post(
                self.personas.leader if of_office else self.personas.clerk,
                f"/county/api/names/{name['id']}/approval",
                {
                    "accept_explanation": explained,
                    "reason": "灾害断网，情况属实" if explained else "",
                },
            )

    async def names_are_heard(self, month: str) -> None:
        """Whoever may be named has explained by telephone: it can be decided the same morning, by
        the office's other clerk.
        """
        bulletin = await self.driver.get(self.personas.clerk, f"/county/api/bulletins/{month}")
        for name in bulletin["names"]:
            if name["kind"] != "OFFICE":
                path = f"/county/api/names/{name['id']}/explanation"
                body = {
                    "text": "来电说明：正在办理，已定专人跟办。",
                    "on_behalf": name["label"],
                    "behalf_reason": "来电",
                }
                await self.driver.post(self.personas.clerk_2, path, body)

    async def housing_system(self, *arguments: str) -> None:
        """The housing department's own program reads its topic and answers on it."""
        assert self.housing is not None
        self.said.append(await department.answer(self.housing, self.driver.application, *arguments))
        await self.driver.settle()
