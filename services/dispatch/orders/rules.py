"""Decisions of an order: which action its state allows, where it leads, which clocks run and till
when.

Dates are days in Shanghai; a due day counts to its end. The table is in docs/domain/states.md
(D-08, B-28…B-31).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rulebook.calendar import WorkingCalendar
from rulebook.months import end_of, start_of
from rulebook.packs import Pack
from schemas.codes import Coded, GapItem, OrderState, ReplyResult, Role
from schemas.codes import OrderState as S
from schemas.values import NeedWords


class Deed(Coded):
    """What happens to an order; each stands in its history."""

    OPEN = "open", "立单"
    ISSUE = "issue", "交办"
    ACCEPT = "accept", "签收"
    RETURN = "return", "退回"
    REFUSE_RETURN = "refuse_return", "退回不予同意"
    AGREE_RETURN = "agree_return", "同意退回"
    SOLVE = "solve", "反馈:已解决"
    PLAN = "plan", "反馈:正在办理"
    ANSWER = "answer", "反馈:已答复"
    PROGRESS = "progress", "报告进展"
    CONFIRM = "confirm", "核实:已落实"
    DOUBT = "doubt", "核实:未落实"
    CONFIRM_BY_OFFICE = "confirm_by_office", "牵头部门核实"
    CLOSE = "close", "办结"
    REOPEN = "reopen", "重新办理"
    MOVE_DUE = "move_due", "调整解决时限"
    REASSIGN = "reassign", "联席会议改派"
    KEEP = "keep", "联席会议决定"
    REFUSE_REPLY = "refuse_reply", "回复未受理"
    REMIND = "remind", "提醒"
    FALL_OVERDUE = "fall_overdue", "逾期"


class Clock(Coded):
    """What is being waited for. A running clock's due day is the order's `<clock>_due`."""

    ROUTE = "route", "派单"
    ACCEPT = "accept", "签收"
    DECIDE = "decide", "退回裁定"
    REPORT = "report", "反馈"
    SOLVE = "solve", "解决"
    CONFIRM = "confirm", "村级核实"
    CLOSE = "close", "办结"


AT_DEPARTMENT = (S.ISSUED, S.ACCEPTED, S.UNDER_WAY)
UNSOLVED = (S.TO_ROUTE, S.ISSUED, S.RETURNED, S.ACCEPTED, S.UNDER_WAY)


# deed -> {state it is allowed in: state it leads to}; what is not here is not allowed
MOVES: dict[Deed, dict[OrderState, OrderState]] = {
    Deed.ISSUE: {S.TO_ROUTE: S.ISSUED, S.RETURNED: S.ISSUED},
    Deed.ACCEPT: {S.ISSUED: S.ACCEPTED},
    Deed.RETURN: {S.ISSUED: S.RETURNED},
    Deed.REFUSE_RETURN: {S.RETURNED: S.ISSUED},
    Deed.AGREE_RETURN: {S.RETURNED: S.RETURNED},  # an issue follows at once
    Deed.SOLVE: dict.fromkeys(AT_DEPARTMENT, S.SOLVED),
    Deed.PLAN: dict.fromkeys(AT_DEPARTMENT, S.UNDER_WAY),
    Deed.ANSWER: dict.fromkeys(AT_DEPARTMENT, S.ANSWERED),
    Deed.PROGRESS: {S.ACCEPTED: S.ACCEPTED, S.UNDER_WAY: S.UNDER_WAY},
    Deed.CONFIRM: {S.SOLVED: S.CONFIRMED},
    Deed.CONFIRM_BY_OFFICE: {S.SOLVED: S.CONFIRMED},
    Deed.DOUBT: {S.SOLVED: S.UNDER_WAY},
    Deed.CLOSE: {S.ANSWERED: S.CLOSED, S.CONFIRMED: S.CLOSED},
    Deed.REOPEN: {S.ANSWERED: S.UNDER_WAY, S.CONFIRMED: S.UNDER_WAY},
    Deed.MOVE_DUE: {state: state for state in (S.ISSUED, S.RETURNED, S.ACCEPTED, S.UNDER_WAY)},
    Deed.REASSIGN: dict.fromkeys(UNSOLVED, S.ISSUED),
}


RUNNING: dict[OrderState, tuple[Clock, ...]] = {
    S.TO_ROUTE: (Clock.ROUTE,),
    S.ISSUED: (Clock.ACCEPT, Clock.REPORT, Clock.SOLVE),
    S.RETURNED: (
        Clock.DECIDE,
        Clock.REPORT,
        Clock.SOLVE,
    ),  # a return does not stop the clock (B-29)
    S.ACCEPTED: (Clock.REPORT, Clock.SOLVE),
    S.UNDER_WAY: (Clock.SOLVE,),
    S.SOLVED: (Clock.CONFIRM,),
    S.ANSWERED: (Clock.CLOSE,),
    S.CONFIRMED: (Clock.CLOSE,),
    S.CLOSED: (),
}
DEPARTMENTS_CLOCKS = (Clock.ACCEPT, Clock.REPORT, Clock.SOLVE)  # the department answers for these


OFFICE = (Role.COUNTY_CLERK,)
DEPARTMENT = (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
VILLAGE = (Role.VILLAGE_CLERK,)
DOERS: dict[Deed, tuple[Role, ...]] = {
    Deed.ISSUE: OFFICE,
    Deed.REFUSE_RETURN: OFFICE,
    Deed.AGREE_RETURN: OFFICE,
    Deed.CONFIRM_BY_OFFICE: OFFICE,
    Deed.CLOSE: OFFICE,
    Deed.REOPEN: OFFICE,
    Deed.MOVE_DUE: OFFICE,
    Deed.ACCEPT: DEPARTMENT,
    Deed.RETURN: DEPARTMENT,
    Deed.SOLVE: DEPARTMENT,
    Deed.PLAN: DEPARTMENT,
    Deed.ANSWER: DEPARTMENT,
    Deed.PROGRESS: DEPARTMENT,
    Deed.CONFIRM: VILLAGE,
    Deed.DOUBT: VILLAGE,
}


PERSON_MATTERS = (
    GapItem.MEDICAL_COST,
    GapItem.INSURANCE_LAPSED,
    GapItem.SCHOOL_COST,
    GapItem.DROPOUT,
    GapItem.DISABILITY_CARE,
)


def leads_to(state: OrderState, deed: Deed) -> OrderState | None:
    """The state after the deed; None: not allowed now."""
    return MOVES[deed].get(state)


def why_not(state: OrderState, deed: Deed) -> str:
    """Why the state does not allow the deed, and what to do instead."""
    allowed = "、".join(dict.fromkeys(one.label for one in MOVES[deed]))
    if state is S.CLOSED:
        return f"这张交办单已办结,不能再“{deed.label}”。农户如有新情况,请按新发现的风险重新上报。"
    if state is S.RETURNED and deed in (
        Deed.ACCEPT,
        Deed.RETURN,
        Deed.SOLVE,
        Deed.PLAN,
        Deed.ANSWER,
    ):
        return "这张交办单已退回,正等县级牵头部门裁定,裁定后再办。"
    return f"这张交办单现在是“{state.label}”,不能“{deed.label}”;只有“{allowed}”的交办单可以。"


def deed_of(result: ReplyResult) -> Deed:
    """What a department's result means for the order (D11)."""
    if result is ReplyResult.SOLVED:
        return Deed.SOLVE
    return Deed.PLAN if result in (ReplyResult.PARTLY, ReplyResult.PLANNED) else Deed.ANSWER


def lacks(result: ReplyResult, explanation: str, expected_on: date | None, on: date) -> str | None:
    """What a report still needs; None when it is complete."""
    if not explanation.strip():
        return "请写明办理情况。"
    if deed_of(result) is Deed.PLAN and expected_on is None:
        return f"结果是“{result.label}”,请写明方案和预计完成日期。"
    if expected_on is not None and deed_of(result) is Deed.PLAN and expected_on < on:
        return "预计完成日期已经过了,请核对。"
    return None


def is_late(on: date, due: date | None) -> bool:
    return due is not None and on > due


def may_still_return(returns: int, most: int) -> bool:
    """A second return is refused and goes to the joint meeting (B-29, GT-23)."""
    return returns < most


@dataclass(frozen=True)
class IssueClocks:
    """Both clocks, from the issue and not from signing in (B-29, B-30)."""

    accept_due: date
    return_due: date
    report_due: date
    solve_due: date


def clocks_from(pack: Pack, calendar: WorkingCalendar, gap_item: GapItem, on: date) -> IssueClocks:
    limits = pack.dispatch
    return IssueClocks(
        accept_due=pack.due(on, limits.acceptance_limit, calendar),
        return_due=pack.due(on, limits.return_limit, calendar),
        report_due=pack.due(on, limits.report_limit, calendar),
        solve_due=pack.due(on, limits.solve_limit_for(gap_item), calendar),
    )


@dataclass(frozen=True)
class Moment:
    """When a clock speaks: a reminder (`step` None) or an escalation step after the due day."""

    at: datetime
    step: int | None


def moments(
    due: date,
    calendar: WorkingCalendar,
    remind_before: Collection[int],
    escalate_after: Sequence[int],
    since: date,
) -> list[Moment]:
    """All moments of one clock in their order; reminders only on days after `since`, when the clock
    was set.
    """
    days = [calendar.add(due, -n) for n in remind_before]
    reminders = [Moment(start_of(day), None) for day in days if day > since]
    steps = [Moment(end_of(calendar.add(due, n)), step) for step, n in enumerate(escalate_after)]
    return sorted(reminders + steps, key=lambda moment: moment.at)


def minimal(words: NeedWords, gap_item: GapItem, pack: Pack) -> NeedWords:
    """What this department needs to look the household up, and nothing else: the person concerned
    in matters of health and school, otherwise the head. Of a gap item of its own the county's pack
    says which.
    """
    about_person = gap_item in PERSON_MATTERS or pack.codes.is_about_person(gap_item)
    if about_person and words.person_name:
        return NeedWords(
            head_name=words.head_name,
            village_name=words.village_name,
            person_name=words.person_name,
            person_id_number=words.person_id_number,
        )
    return NeedWords(
        head_name=words.head_name, id_number=words.id_number, village_name=words.village_name
    )


def number(county: str, month: str, n: int) -> str:
    """DQ-990121-202609-0001; the series begins anew each month (`YYYY-MM`)."""
    return f"DQ-{county[:6]}-{month.replace('-', '')}-{n:04}"
