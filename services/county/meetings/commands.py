"""What agenda and minutes share: when a meeting may be, when they may change, and what may not stand
in them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.dates import show_day, show_month
from kit.errors import Conflict, NotFound, Refused
from rulebook.month_plan import MonthPlan
from rulebook.months import first_day, month_of, next_month
from schemas.codes import DirectoryKind
from services.county.cases.models import Case
from services.county.cases.rules import names_somebody
from services.county.commands import added, said
from services.county.commands import locked as stored
from services.county.directory.queries import departments
from services.county.meetings import queries
from services.county.meetings.models import AgendaItem, Meeting, MeetingState
from services.county.meetings.policy import policy
from services.county.office import plan_of
from services.county.orders.models import DispatchOrder
from services.county.register.models import Household


def names_nobody(session: Session, household_id: str | None, *texts: str | None) -> None:
    """Agenda and decisions go to departments in clear: by number and village, names only in the
    annex (D12).
    """
    household = session.get(Household, household_id) if household_id else None
    people = (
        [household.head_name, *(member["name"] for member in household.members)]
        if household
        else []
    )
    if any(names_somebody(text, people) for text in texts if text):
        raise Refused(
            "议题和决定里不要写户主、家庭成员姓名或号码，请写线索、交办单编号；姓名只在会后收回的名单里。"
        )


def known_department(session: Session, code: str | None) -> None:
    if not code or code in departments(session):
        return
    entry = directory.entry(session, DirectoryKind.DEPARTMENT, code)
    if entry and entry.successor:
        raise Refused(f"{directory.why_gone(session, entry)}，请从部门表中选择。")
    raise Refused(f"没有“{code}”这个部门，请从部门表中选择。")


def fits_cycle(session: Session, plan: MonthPlan, on: date) -> None:
    """A meeting is about the cycle that ends with its month: the present one, the next one, or one
    of the last twelve months that is entered later (F-52).
    """
    months = plan.meeting_months
    if plan.month != months[-1]:
        raise Refused(
            f"联席会议{plan.meeting_cycle}：{show_month(plan.month)}的工作在{show_day(plan.meeting_on)}"
            f"的会议上研究，请填{months[-1]}。",
            field="month",
        )
    present = plan_of(session, month_of(on)).meeting_months[-1]
    latest = plan_of(session, next_month(present)).meeting_months[-1]
    if not month_of(on.replace(year=on.year - 1, day=1)) <= plan.month <= latest:
        raise Refused(
            f"现在能拟定的是{show_month(latest)}及以前一年内的联席会议，请核对月份。", field="month"
        )


def day_fits_cycle(session: Session, plan: MonthPlan, meets_on: date, on: date) -> None:
    """The day lies between the cycle's last month and the next cycle's meeting (B-37), and not behind
    us, unless the meeting's regular day does as well: then it is entered later.
    """
    first, following = first_day(plan.month), plan_of(session, next_month(plan.month)).meeting_on
    if not first <= meets_on < following:
        raise Refused(
            f"研究{show_month(plan.month)}工作的会议应在{show_day(first)}以后、下一次会议"
            f"（{show_day(following)}）以前召开，请核对会议日期。",
            field="on",
        )
    if meets_on < on <= plan.meeting_on:
        raise Refused(f"{show_day(meets_on)}已经过去，请填今天或以后的会议日期。", field="on")


def locked(session: Session, meeting_id: str) -> Meeting:
    """The meeting, to be changed; `NotFound` when there is none."""
    return stored(session, Meeting, meeting_id, queries.NO_MEETING)


def before_meeting(session: Session, meeting_id: str) -> Meeting:
    meeting = locked(session, meeting_id)
    if meeting.state in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议已经召开，议程不能再刷新或通知。")
    return meeting


def before_minutes(session: Session, meeting_id: str) -> Meeting:
    meeting = locked(session, meeting_id)
    if meeting.state == MeetingState.ISSUED:
        raise Conflict("会议纪要已经签发，不能再改。")
    return meeting


def touch(session: Session, meeting: Meeting) -> Meeting:
    meeting.version += 1
    session.add(meeting)
    session.flush()
    return meeting


SYSTEM_NAME = "系统"


def end_of_agenda(lines: Sequence[AgendaItem]) -> int:
    return max((line.position for line in lines), default=0) + 1


def explain_item(
    session: Session, line_id: str, text: str, *, actor: Actor, on: date
) -> AgendaItem:
    """A department's written explanation, or the office enters what came on paper; said again, or
    by another account, it follows what stood.
    """
    line = queries.line(session, line_id)
    policy.require(actor, "explain_item", line)
    meeting = before_minutes(session, line.meeting)
    text = said(text, "请填写说明。")
    if line.co_departments and line.explanation and line.explained_account != actor.account:
        line.explanation = f"{line.explanation}\n{actor.label}：{text}"
    else:
        line.explanation = added(line.explanation, text, on)
    line.explained_on, line.explained_by = on, actor.label
    line.explained_account = actor.account
    touch(session, meeting)
    return line


def require_unlisted(session: Session, meeting_id: str, orders: Sequence[str]) -> None:
    """One matter is one item (F-52): `Conflict` that names the item which has the order already."""
    for number, line in enumerate(queries.agenda(session, meeting_id), start=1):
        listed = next((order for order in orders if order in line.orders), None)
        if order := session.get(DispatchOrder, listed) if listed else None:
            raise Conflict(
                f"{order.number}已在议程上（第{number}条），不用再加；要改内容，请改那一条。"
            )


def subject(session: Session, order_id: str | None, case_id: str | None) -> dict[str, Any]:
    """What a line of the agenda is about: the fields that it has of its order or case."""
    order = session.get(DispatchOrder, order_id) if order_id else None
    if order_id and order is None:
        raise NotFound("没有这张交办单。")
    case = session.get(Case, case_id or (order.case if order else ""))
    if case_id and case is None:
        raise NotFound("没有这条风险线索。")
    of = case or order
    about: dict[str, Any] = {"case": case.id if case else None} | (
        {"household": of.household, "village": of.village} if of else {}
    )
    if order is None:
        return about
    return about | {"order": order.order, "orders": [order.order], "department": order.department}
