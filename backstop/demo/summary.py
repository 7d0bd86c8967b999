"""What happened, read back through the doors: the demo's closing table, and what its test looks
at.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from backstop.demo.driver import Driver
from backstop.demo.scenario import SEPTEMBER, Scenario
from kit.actor import Actor
from kit.dates import show_day
from schemas.codes import Content, OrderState, Stratum, Timeliness
from services.casework.identification.rules import FileState
from services.county.meetings.models import LineKind


@dataclass(frozen=True)
class Outcome:
    """Answers of the doors at the end of the play."""

    month: dict[str, Any]  # village's month: every reporter's state
    findings: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    orders: list[dict[str, Any]]  # with their history
    candidates: list[dict[str, Any]]
    meeting: dict[str, Any]
    bulletin: dict[str, Any]
    files: list[dict[str, Any]]  # with their history
    monitored: list[dict[str, Any]]  # casework's register, with the risks added since
    untold: list[dict[str, Any]]  # refusals of which the household has no paper yet

    def villages(self, timeliness: Timeliness) -> list[str]:
        return [
            village["code"]
            for village in self.month["villages"]
            if village["timeliness"] == timeliness
        ]

    def deeds(self, order: dict[str, Any]) -> list[str]:
        return [event["deed"] for event in order["history"]]

    @property
    def overdue_on_agenda(self) -> list[dict[str, Any]]:
        """Items about an order that fell overdue, whatever else is said of its case (F-52)."""
        late = {order["id"] for order in self.orders if "fall_overdue" in self.deeds(order)}
        return [line for line in self.meeting["lines"] if late & set(line["orders"])]


async def outcome(play: Scenario) -> Outcome:
    driver, clerk = play.driver, play.personas.clerk
    listed = await _every_case(driver, clerk)
    orders = await driver.get(clerk, "/dispatch/api/orders")
    return Outcome(
        month=await driver.get(clerk, f"/village/api/months/{SEPTEMBER}"),
        findings=await driver.get(clerk, "/village/api/findings", month=SEPTEMBER),
        cases=[await driver.get(clerk, f"/county/api/cases/{case['id']}") for case in listed],
        orders=[await driver.get(clerk, f"/dispatch/api/orders/{order['id']}") for order in orders],
        candidates=await driver.get(clerk, "/county/api/candidates"),
        meeting=await driver.get(clerk, f"/county/api/meetings/{play.meeting}"),
        bulletin=await driver.get(clerk, f"/county/api/bulletins/{SEPTEMBER}"),
        files=await _each(driver, clerk, "/casework/api/files"),
        monitored=await _each(driver, clerk, "/casework/api/monitored"),
        untold=await driver.get(clerk, "/casework/api/refusals"),
    )


async def _each(driver: Driver, clerk: Actor, path: str) -> list[dict[str, Any]]:
    """All rows of a list, each as its own door shows it."""
    return [await driver.get(clerk, f"{path}/{row['id']}") for row in await driver.get(clerk, path)]


async def _every_case(driver: Driver, clerk: Actor) -> list[dict[str, Any]]:
    """All pages of them (F-18)."""
    listed: list[dict[str, Any]] = []
    total, page = 1, 0
    while len(listed) < total:
        page += 1
        answer = await driver.get(clerk, "/county/api/cases", page=page)
        total, listed = answer["total"], [*listed, *answer["cases"]]
    return listed


def table(play: Scenario, outcome: Outcome) -> list[tuple[str, str]]:
    """What, and how it stands at the end: a short table."""
    return [
        *_reports(outcome, play.personas.county.villages),
        *_cases(outcome),
        *_orders(outcome),
        *_files(outcome),
        (
            "部门自己的系统",
            f"住建局通过 Kafka 答复 {sum(output.count('we answered') for output in play.said)} 次",
        ),
        *_meeting_and_bulletin(outcome),
    ]


def _reports(outcome: Outcome, names: dict[str, str]) -> list[tuple[str, str]]:
    """The ledger they add to, and September's village lists; `names` of villages by code."""

    def called(timeliness: Timeliness) -> str:
        return "、".join(names[code] for code in outcome.villages(timeliness)) or "无"

    totals = outcome.bulletin["figures"]["totals"]["all"]
    nil = sum(village["content"] == Content.NIL for village in outcome.month["villages"])
    struck = [finding["struck_out"] for finding in outcome.findings if finding["struck_out"]]
    return [
        (
            "历年监测对象",
            (
                f"{totals['cumulative']['households']} 户 {totals['cumulative']['persons']} 人，已消除 "
                f"{totals['eliminated']['households']} 户 {totals['eliminated']['persons']} 人"
            ),
        ),
        (
            "9月村名单",
            f"应报 {len(names)} 个村，按时 {len(outcome.villages(Timeliness.ON_TIME))} 个，零报告 {nil} 个",
        ),
        ("迟报、未报", f"迟报：{called(Timeliness.LATE)}；未报：{called(Timeliness.MISSING)}"),
        ("不同意上报", "；".join(struck) or "无"),
    ]


def _cases(outcome: Outcome) -> list[tuple[str, str]]:
    by_all_tiers = [
        case["number"]
        for case in outcome.cases
        if len({source["tier"] for source in case["sources"]}) == 3
    ]
    return [
        ("风险线索", f"{len(outcome.cases)} 户，一户一条；三级都发现：{'、'.join(by_all_tiers)}"),
        ("应发现未发现", f"{len(outcome.candidates)} 条，先听说明、由人认定"),
    ]


def _orders(outcome: Outcome) -> list[tuple[str, str]]:
    states = Counter(order["state"] for order in outcome.orders)
    late = sum(bool(order["not_reported_since"]) for order in outcome.orders)
    returned = sum(order["returns"] for order in outcome.orders)
    moved = sum(order["attempt"] > 1 for order in outcome.orders)
    return [
        (
            "交办单",
            (
                f"{len(outcome.orders)} 张，办结 {states[OrderState.CLOSED]} 张，"
                f"办理中 {states[OrderState.UNDER_WAY]} 张，逾期未反馈 {late} 张"
            ),
        ),
        ("退回", f"{returned} 次，其中改派 {moved} 次"),
    ]


def _files(outcome: Outcome) -> list[tuple[str, str]]:
    """Who is monitored since, who is not, and whose file is under way."""
    states = Counter(file["state"] for file in outcome.files)
    new = [row for row in outcome.monitored if row["identified_on"]]
    counted = Counter(Stratum(row["category"]) for row in new)
    named = "、".join(
        f"{category.label} {counted[category]} 户" for category in Stratum if counted[category]
    )
    risks = sum(len(row["risks"]) for row in outcome.monitored)
    under_way = sum(not file["ended_on"] for file in outcome.files)
    green = sum(bool(file["green_on"]) for file in outcome.files)
    return [
        (
            "识别档案",
            (
                f"{len(outcome.files)} 份，纳入 {states[FileState.ADMITTED]} 户，"
                f"不予纳入 {states[FileState.NOT_ADMITTED]} 户，没有告知 {len(outcome.untold)} 户，"
                f"办理中 {under_way} 户；绿色通道先行帮扶 {green} 户"
            ),
        ),
        ("新纳入", f"{named}；已在监测又有新风险 {risks} 户"),
    ]


def _day(iso: str) -> str:
    return show_day(date.fromisoformat(iso))


def _meeting_and_bulletin(outcome: Outcome) -> list[tuple[str, str]]:
    meeting, bulletin = outcome.meeting, outcome.bulletin
    named = sum(name["state"] == "approved" for name in bulletin["names"])
    heard = sum(bool(name["explanation"]) for name in bulletin["names"])
    new = bulletin["figures"]["totals"]["all"]["new_in_month"]["households"]
    contested = sum(line["kind"] == LineKind.CONTESTED for line in meeting["lines"])
    return [
        (
            "联席会议",
            (
                f"{_day(meeting['on'])}，议题 {len(meeting['lines'])} 项，"
                f"其中逾期 {len(outcome.overdue_on_agenda)} 项，有争议的户 {contested} 项"
            ),
        ),
        (
            "月通报",
            (
                f"{_day(bulletin['issued_on'])}签发，本月新增 {new} 户，说明 {heard} 条，点名 {named} 个，"
                f"校验码 {bulletin['sha256'][:12]}"
            ),
        ),
    ]
