"""The life of an order: who owes what in which state, which clocks run by which limit of the pack,
and what each action leads to (D-08, B-28…B-31; docs/domain/states.md).
"""

from collections.abc import Collection
from datetime import date

from kit.procedure import Clock, Owner, Procedure, State
from schemas.codes import ClockOwner, Coded, Role
from schemas.codes import OrderClock as C
from schemas.codes import OrderState as S
from services.dispatch import roles
from services.dispatch.orders.deadlines import ORDER_CLOCK
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action as A
from services.dispatch.orders.rules import is_late, is_return_open

OFFICE = Owner("县级牵头部门", (Role.COUNTY_CLERK,))
DEPARTMENT = Owner("承办部门", roles.DEPARTMENT, "department")
VILLAGE = Owner(
    "村", roles.VILLAGE, "village", above=OFFICE, then="这个村已撤并，请核实帮扶是否落实"
)

TURNS = {OFFICE: ClockOwner.OFFICE, DEPARTMENT: ClockOwner.DEPARTMENT, VILLAGE: ClockOwner.VILLAGE}
ISSUED = (A.ISSUE, A.REASSIGN, A.REROUTE)
REWORK: dict[Coded, str] = dict.fromkeys((A.DOUBT, A.REOPEN), "dispatch.rework_limit")

ROUTE = Clock(C.ROUTE, OFFICE, {A.OPEN: "dispatch.route_limit"}, then="逾期未派单")
ACCEPT = Clock(
    C.ACCEPT, DEPARTMENT, dict.fromkeys(ISSUED, "dispatch.acceptance_limit"), then="逾期未签收"
)
DECIDE = Clock(C.DECIDE, OFFICE, {A.RETURN: "dispatch.return_decision_limit"}, then="逾期未裁定")
REPORT = Clock(
    C.REPORT, DEPARTMENT, dict.fromkeys(ISSUED, "dispatch.report_limit"), then="逾期未反馈"
)
SOLVE = Clock(
    C.SOLVE,
    DEPARTMENT,
    dict[Coded, str].fromkeys(ISSUED, "dispatch.solve_limit") | REWORK,
    then="逾期未解决",
    reminded_with=REPORT,
    by_hand=(A.MOVE_DUE,),
)
CONFIRM = Clock(
    C.CONFIRM,
    VILLAGE,
    {A.SOLVE: "dispatch.confirm_limit"},
    then="村里没有答复，请核实",
    after=OFFICE,
)
CLOSE = Clock(
    C.CLOSE,
    OFFICE,
    dict.fromkeys((A.ANSWER, A.CONFIRM, A.CONFIRM_BY_OFFICE), "dispatch.close_limit"),
    then="逾期未办结",
)

REPORTS: dict[Coded, Coded] = {A.SOLVE: S.SOLVED, A.PLAN: S.UNDER_WAY, A.ANSWER: S.ANSWERED}
# The joint meeting or, when its department is no longer there, the office gives it to another one.
ANEW: dict[Coded, Coded] = dict.fromkeys((A.REASSIGN, A.REROUTE), S.ISSUED)
ENDED = "这张交办单已办结，不能再“{action}”。农户如有新情况，请按新发现的风险重新上报。"
RETURNED = "这张交办单已退回，正等县级牵头部门裁定，裁定后再办。"

ORDER = Procedure(
    "交办单",
    "张",
    begin=(A.OPEN, S.TO_ROUTE),
    deadline=ORDER_CLOCK,
    remind_before="dispatch.remind_before",
    escalate_after="dispatch.escalate_after",
    by={
        **dict.fromkeys((A.ISSUE, A.REFUSE_RETURN, A.AGREE_RETURN, A.REROUTE), OFFICE),
        **dict.fromkeys((A.CONFIRM_BY_OFFICE, A.CLOSE, A.REOPEN, A.MOVE_DUE), OFFICE),
        A.FOLLOW_CALENDAR: OFFICE,
        **dict.fromkeys((A.ACCEPT, A.RETURN, *REPORTS, A.PROGRESS), DEPARTMENT),
        **dict.fromkeys((A.CONFIRM, A.DOUBT), VILLAGE),
    },
    states={
        S.TO_ROUTE: State(
            OFFICE,
            "确定承办部门",
            (ROUTE,),
            {A.ISSUE: S.ISSUED, A.REASSIGN: S.ISSUED, A.FOLLOW_CALENDAR: S.TO_ROUTE},
        ),
        S.ISSUED: State(
            DEPARTMENT,
            "签收或退回",
            (ACCEPT, REPORT, SOLVE),
            {
                A.ACCEPT: S.ACCEPTED,
                A.RETURN: S.RETURNED,
                **REPORTS,
                A.MOVE_DUE: S.ISSUED,
                A.FOLLOW_CALENDAR: S.ISSUED,
                **ANEW,
            },
        ),
        S.RETURNED: State(
            OFFICE,
            "裁定退回",
            (DECIDE, REPORT, SOLVE),  # a return does not stop the clock (B-29)
            {
                A.ISSUE: S.ISSUED,
                A.REFUSE_RETURN: S.ISSUED,
                A.AGREE_RETURN: S.RETURNED,  # an issue follows at once
                A.MOVE_DUE: S.RETURNED,
                A.FOLLOW_CALENDAR: S.RETURNED,
                A.REASSIGN: S.ISSUED,
            },
            dict.fromkeys((A.ACCEPT, A.RETURN, *REPORTS), RETURNED),
        ),
        S.ACCEPTED: State(
            DEPARTMENT,
            "反馈办理结果",
            (REPORT, SOLVE),
            {
                **REPORTS,
                A.PROGRESS: S.ACCEPTED,
                A.MOVE_DUE: S.ACCEPTED,
                A.FOLLOW_CALENDAR: S.ACCEPTED,
                **ANEW,
            },
        ),
        S.UNDER_WAY: State(
            DEPARTMENT,
            "办到解决",
            (SOLVE,),
            {
                **REPORTS,
                A.PROGRESS: S.UNDER_WAY,
                A.MOVE_DUE: S.UNDER_WAY,
                A.FOLLOW_CALENDAR: S.UNDER_WAY,
                **ANEW,
            },
        ),
        S.SOLVED: State(
            VILLAGE,
            "核实帮扶是否落实",
            (CONFIRM,),
            {
                A.CONFIRM: S.CONFIRMED,
                A.CONFIRM_BY_OFFICE: S.CONFIRMED,
                A.DOUBT: S.UNDER_WAY,
                A.FOLLOW_CALENDAR: S.SOLVED,
            },
        ),
        S.ANSWERED: State(
            OFFICE,
            "看答复，办结或重新办理",
            (CLOSE,),
            {A.CLOSE: S.CLOSED, A.REOPEN: S.UNDER_WAY, A.FOLLOW_CALENDAR: S.ANSWERED},
        ),
        S.CONFIRMED: State(
            OFFICE,
            "办结",
            (CLOSE,),
            {A.CLOSE: S.CLOSED, A.REOPEN: S.UNDER_WAY, A.FOLLOW_CALENDAR: S.CONFIRMED},
        ),
        S.CLOSED: State(refusals=dict.fromkeys(A, ENDED)),
    },
)


def possible(order: Order, on: date, ended: Collection[str] = (), *, most_returns: int) -> set[A]:
    """What can be done with the order now, whoever may do it. `ended`: departments and villages where
    nobody is; `most_returns`: the pack's.
    """
    return {
        A(code)
        for code in ORDER.allowed(order)
        if _in_time(order, A(code), on, ended, most_returns)
    }


def _in_time(order: Order, action: A, on: date, ended: Collection[str], most_returns: int) -> bool:
    if action is A.ISSUE:
        return order.state is S.TO_ROUTE
    if action is A.REROUTE:
        return order.department in ended
    if action is A.CONFIRM_BY_OFFICE:
        return is_late(on, order.confirm_due) or order.village in ended
    if action is A.RETURN:
        late = is_late(on, order.return_due)
        return is_return_open(
            order.returns, most_returns, is_late=late, for_meeting=order.for_meeting
        )
    if action is A.REFUSE_RETURN:
        return order.department not in ended
    return True
