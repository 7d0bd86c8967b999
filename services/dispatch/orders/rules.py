"""What happens to an order, and the decisions that its table (`procedure.py`) does not make.

Dates are days in Shanghai; a due day counts to its end (D-08, B-28…B-31).
"""

from collections.abc import Collection, Mapping
from datetime import date

from rulebook.packs import Pack
from schemas.codes import Coded, GapItem, OrderPart, ReplyResult
from schemas.codes import OrderState as S
from schemas.values import NeedWords


class Action(Coded):
    """What happens to an order; each stands in its history."""

    OPEN = "open", "登记"
    ISSUE = "issue", "交办"
    ACCEPT = "accept", "签收"
    RETURN = "return", "退回"
    REFUSE_RETURN = "refuse_return", "退回不予同意"
    AGREE_RETURN = "agree_return", "同意退回"
    SOLVE = "solve", "反馈：已解决"
    PLAN = "plan", "反馈：正在办理"
    ANSWER = "answer", "反馈：已答复"
    PROGRESS = "progress", "报告进展"
    CONFIRM = "confirm", "核实：已落实"
    DOUBT = "doubt", "核实：未落实"
    CONFIRM_BY_OFFICE = "confirm_by_office", "牵头部门核实"
    CLOSE = "close", "办结"
    REOPEN = "reopen", "重新办理"
    MOVE_DUE = "move_due", "调整解决时限"
    REASSIGN = "reassign", "联席会议改派"
    REROUTE = "reroute", "部门撤并，改派"
    FOLLOW_CALENDAR = "follow_calendar", "按公布的日历调整时限"
    KEEP = "keep", "联席会议决定"
    REFUSE_REPLY = "refuse_reply", "回复未受理"
    REMIND = "remind", "提醒"
    FALL_OVERDUE = "fall_overdue", "逾期"


MEETINGS = (Action.REASSIGN, Action.MOVE_DUE, Action.KEEP)  # carried out by nobody's own hand
# No change of the order that its departments are told as one: nobody has it yet, an issue follows at
# once and tells it itself, or nothing has moved.
UNTOLD = (
    Action.OPEN,
    Action.ISSUE,
    Action.REASSIGN,
    Action.REROUTE,
    Action.AGREE_RETURN,
    Action.REMIND,
    Action.REFUSE_REPLY,
)
AT_DEPARTMENT = (S.ISSUED, S.ACCEPTED, S.UNDER_WAY)
UNSOLVED = (S.TO_ROUTE, S.ISSUED, S.RETURNED, S.ACCEPTED, S.UNDER_WAY)
PLANS = (ReplyResult.PARTLY, ReplyResult.PLANNED)
PERSON_MATTERS = (
    GapItem.MEDICAL_COST,
    GapItem.INSURANCE_LAPSED,
    GapItem.SCHOOL_COST,
    GapItem.DROPOUT,
    GapItem.DISABILITY_CARE,
)


def action_of(result: ReplyResult) -> Action:
    """What a department's result means for the order (D11)."""
    if result is ReplyResult.SOLVED:
        return Action.SOLVE
    return Action.PLAN if result in PLANS else Action.ANSWER


def lacks(result: ReplyResult, explanation: str, expected_on: date | None, on: date) -> str | None:
    """What a report still needs; None when it is complete."""
    if not explanation.strip():
        return "请写明办理情况。"
    if action_of(result) is Action.PLAN and expected_on is None:
        return f"结果是“{result.label}”，请写明方案和预计完成日期。"
    if expected_on is not None and action_of(result) is Action.PLAN and expected_on < on:
        return "预计完成日期已经过了，请核对。"
    return None


def part_of(
    lead: str | None, co_handlers: Collection[str], department: str, heirs: Mapping[str, str]
) -> OrderPart:
    """What an order is to the department now. `heirs`: departments that joined another → that one."""
    if department == heirs.get(lead or "", lead):
        return OrderPart.LEAD
    co_handling = department in {heirs.get(code, code) for code in co_handlers}
    return OrderPart.CO_HANDLER if co_handling else OrderPart.NONE


def is_late(on: date, due: date | None) -> bool:
    return due is not None and on > due


def may_still_return(returns: int, most: int) -> bool:
    """A second return is refused and goes to the joint meeting (B-29, GT-23)."""
    return returns < most


def is_return_open(returns: int, most: int, *, is_late: bool, for_meeting: bool) -> bool:
    """Whether it can be returned now, or, when it cannot any more, be brought before the meeting,
    which is asked once.
    """
    return not is_late if may_still_return(returns, most) else not for_meeting


def minimal(words: NeedWords, gap_item: GapItem, pack: Pack) -> NeedWords:
    """What this department needs to look the household up and to call on it, and nothing else: the
    person concerned in matters of health and school, otherwise the head. Of a gap item of its own
    the county's pack says which.
    """
    about_person = gap_item in PERSON_MATTERS or pack.codes.is_about_person(gap_item)
    if about_person and words.person_name:
        return words.model_copy(update={"id_number": None})
    return words.model_copy(update={"person_name": None, "person_id_number": None})


def number(county: str, month: str, n: int) -> str:
    """DQ-990121-202609-0001; the series begins anew each month (`YYYY-MM`)."""
    return f"DQ-{county[:6]}-{month.replace('-', '')}-{n:04}"
