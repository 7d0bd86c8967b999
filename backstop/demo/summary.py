"""What happened, read back through the doors: the demo's closing table, and what its test looks
at.
"""

from dataclasses import dataclass
from typing import Any

from backstop.demo.scenario import SEPTEMBER, Scenario
from schemas.codes import Content, OrderState, Timeliness


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

    def villages(self, timeliness: Timeliness) -> list[str]:
        return [one["code"] for one in self.month["villages"] if one["timeliness"] == timeliness]

    def deeds(self, order: dict[str, Any]) -> list[str]:
        return [event["deed"] for event in order["history"]]

    @property
    def overdue_on_agenda(self) -> list[dict[str, Any]]:
        return [line for line in self.meeting["lines"] if line["kind"] == "overdue"]


async def outcome(play: Scenario) -> Outcome:
    driver, clerk = play.driver, play.personas.clerk
    listed = await driver.get(clerk, "/county/api/cases")
    orders = await driver.get(clerk, "/dispatch/api/orders")
    return Outcome(
        month=await driver.get(clerk, f"/village/api/months/{SEPTEMBER}"),
        findings=await driver.get(clerk, "/village/api/findings", month=SEPTEMBER),
        cases=[
            await driver.get(clerk, f"/county/api/cases/{one['id']}") for one in listed["cases"]
        ],
        orders=[await driver.get(clerk, f"/dispatch/api/orders/{one['id']}") for one in orders],
        candidates=await driver.get(clerk, "/county/api/candidates"),
        meeting=await driver.get(clerk, f"/county/api/meetings/{play.meeting}"),
        bulletin=await driver.get(clerk, f"/county/api/bulletins/{SEPTEMBER}"),
    )


def table(play: Scenario, found: Outcome) -> list[tuple[str, str]]:
    """What, and how it stands at the end: a short table."""
    names = play.personas.county.villages

    def called(codes: list[str]) -> str:
        return "、".join(names[code] for code in codes) or "无"

    def in_state(state: OrderState) -> int:
        return sum(order["state"] == state for order in found.orders)

    nil = sum(one["content"] == Content.NIL for one in found.month["villages"])
    struck = [one for one in found.findings if one["struck_out"]]
    several = [
        case for case in found.cases if len({source["tier"] for source in case["sources"]}) == 3
    ]
    late = [order["number"] for order in found.orders if order["not_reported_since"]]
    totals = found.bulletin["figures"]["totals"]["all"]
    named = [one for one in found.bulletin["names"] if one["state"] == "approved"]
    heard = [one for one in found.bulletin["names"] if one["explanation"]]
    return [
        (
            "历年监测对象",
            (
                f"{totals['cumulative']['households']} 户 {totals['cumulative']['persons']} 人,已消除 "
                f"{totals['eliminated']['households']} 户 {totals['eliminated']['persons']} 人"
            ),
        ),
        (
            "9月村名单",
            f"应报 {len(names)} 个村,按时 {len(found.villages(Timeliness.ON_TIME))} 个,零报告 {nil} 个",
        ),
        (
            "迟报、未报",
            f"迟报:{called(found.villages(Timeliness.LATE))};未报:{called(found.villages(Timeliness.MISSING))}",
        ),
        ("不同意上报", ";".join(one["struck_out"] for one in struck) or "无"),
        (
            "案件",
            f"{len(found.cases)} 户,一户一案;三级都发现:{'、'.join(case['number'] for case in several)}",
        ),
        ("未发现线索", f"{len(found.candidates)} 条,先听说明、由人认定"),
        (
            "交办单",
            (
                f"{len(found.orders)} 张,办结 {in_state(OrderState.CLOSED)} 张,办理中 {in_state(OrderState.UNDER_WAY)} 张,"
                f"逾期反馈 {len(late)} 张"
            ),
        ),
        (
            "退回",
            (
                f"{sum(order['returns'] for order in found.orders)} 次,其中改派 "
                f"{sum(order['attempt'] > 1 for order in found.orders)} 次"
            ),
        ),
        (
            "部门自己的系统",
            f"住建局通过 Kafka 答复 {sum(said.count('we answered') for said in play.said)} 次",
        ),
        (
            "联席会议",
            f"{found.meeting['on']},议题 {len(found.meeting['lines'])} 项,其中逾期 {len(found.overdue_on_agenda)} 项",
        ),
        (
            "月通报",
            (
                f"签发 {found.bulletin['issued_on']},说明 {len(heard)} 条,点名 {len(named)} 个,"
                f"校验码 {found.bulletin['sha256'][:12]}"
            ),
        ),
    ]
