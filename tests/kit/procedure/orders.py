"""A table with all that a table can have: several clocks at once, one deadline of them all, owners of
three kinds, limits that an action sets anew, actions that nobody in particular does.
"""

from kit.deadlines import Deadline
from kit.procedure import Clock, Owner, Procedure, State
from schemas.codes import Coded, Role
from schemas.codes import OrderState as S

ORDER_CLOCK = Deadline("toy order clock")


class D(Coded):
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


class C(Coded):
    ROUTE = "route", "派单"
    ACCEPT = "accept", "签收"
    DECIDE = "decide", "退回裁定"
    REPORT = "report", "反馈"
    SOLVE = "solve", "解决"
    CONFIRM = "confirm", "村级核实"
    CLOSE = "close", "办结"


OFFICE = Owner("县级牵头部门", (Role.COUNTY_CLERK,))
DEPARTMENT = Owner("承办部门", (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD), "department")
VILLAGE = Owner("村", (Role.VILLAGE_CLERK,), "village")

ISSUED = (D.ISSUE, D.REASSIGN)
REWORK = dict.fromkeys((D.DOUBT, D.REOPEN), "dispatch.rework_limit")

ROUTE = Clock(C.ROUTE, OFFICE, {D.OPEN: "dispatch.route_limit"}, then="逾期未派单")
ACCEPT = Clock(
    C.ACCEPT, DEPARTMENT, dict.fromkeys(ISSUED, "dispatch.acceptance_limit"), then="逾期未签收"
)
DECIDE = Clock(C.DECIDE, OFFICE, {D.RETURN: "dispatch.return_decision_limit"}, then="逾期未裁定")
REPORT = Clock(
    C.REPORT, DEPARTMENT, dict.fromkeys(ISSUED, "dispatch.report_limit"), then="逾期未反馈"
)
SOLVE = Clock(
    C.SOLVE,
    DEPARTMENT,
    dict.fromkeys(ISSUED, "dispatch.solve_limit") | REWORK,
    then="逾期未解决",
    reminded_with=REPORT,
)
CONFIRM = Clock(
    C.CONFIRM,
    VILLAGE,
    {D.SOLVE: "dispatch.confirm_limit"},
    then="村里没有答复，请核实",
    after=OFFICE,
)
CLOSE = Clock(
    C.CLOSE,
    OFFICE,
    dict.fromkeys((D.ANSWER, D.CONFIRM, D.CONFIRM_BY_OFFICE), "dispatch.close_limit"),
    then="逾期未办结",
)

REPORTS = {D.SOLVE: S.SOLVED, D.PLAN: S.UNDER_WAY, D.ANSWER: S.ANSWERED}
ENDED = "这张交办单已办结，不能再“{action}”。农户如有新情况，请按新发现的风险重新上报。"
RETURNED = "这张交办单已退回，正等县级牵头部门裁定，裁定后再办。"

ORDER = Procedure(
    "交办单",
    "张",
    begin=(D.OPEN, S.TO_ROUTE),
    deadline=ORDER_CLOCK,
    remind_before="dispatch.remind_before",
    escalate_after="dispatch.escalate_after",
    by={
        **dict.fromkeys((D.ISSUE, D.REFUSE_RETURN, D.AGREE_RETURN), OFFICE),
        **dict.fromkeys((D.CONFIRM_BY_OFFICE, D.CLOSE, D.REOPEN, D.MOVE_DUE), OFFICE),
        **dict.fromkeys((D.ACCEPT, D.RETURN, *REPORTS, D.PROGRESS), DEPARTMENT),
        **dict.fromkeys((D.CONFIRM, D.DOUBT), VILLAGE),
    },
    states={
        S.TO_ROUTE: State(
            OFFICE, "确定承办部门", (ROUTE,), {D.ISSUE: S.ISSUED, D.REASSIGN: S.ISSUED}
        ),
        S.ISSUED: State(
            DEPARTMENT,
            "签收或退回",
            (ACCEPT, REPORT, SOLVE),
            {
                D.ACCEPT: S.ACCEPTED,
                D.RETURN: S.RETURNED,
                **REPORTS,
                D.MOVE_DUE: S.ISSUED,
                D.REASSIGN: S.ISSUED,
            },
        ),
        S.RETURNED: State(
            OFFICE,
            "裁定退回",
            (DECIDE, REPORT, SOLVE),  # a return does not stop the clock (B-29)
            {
                D.ISSUE: S.ISSUED,
                D.REFUSE_RETURN: S.ISSUED,
                D.AGREE_RETURN: S.RETURNED,  # an issue follows at once
                D.MOVE_DUE: S.RETURNED,
                D.REASSIGN: S.ISSUED,
            },
            dict.fromkeys((D.ACCEPT, D.RETURN, *REPORTS), RETURNED),
        ),
        S.ACCEPTED: State(
            DEPARTMENT,
            "反馈办理结果",
            (REPORT, SOLVE),
            {**REPORTS, D.PROGRESS: S.ACCEPTED, D.MOVE_DUE: S.ACCEPTED, D.REASSIGN: S.ISSUED},
        ),
        S.UNDER_WAY: State(
            DEPARTMENT,
            "办到解决",
            (SOLVE,),
            {**REPORTS, D.PROGRESS: S.UNDER_WAY, D.MOVE_DUE: S.UNDER_WAY, D.REASSIGN: S.ISSUED},
        ),
        S.SOLVED: State(
            VILLAGE,
            "核实帮扶是否落实",
            (CONFIRM,),
            {D.CONFIRM: S.CONFIRMED, D.CONFIRM_BY_OFFICE: S.CONFIRMED, D.DOUBT: S.UNDER_WAY},
        ),
        S.ANSWERED: State(
            OFFICE, "看答复，办结或重新办理", (CLOSE,), {D.CLOSE: S.CLOSED, D.REOPEN: S.UNDER_WAY}
        ),
        S.CONFIRMED: State(OFFICE, "办结", (CLOSE,), {D.CLOSE: S.CLOSED, D.REOPEN: S.UNDER_WAY}),
        S.CLOSED: State(refusals=dict.fromkeys(D, ENDED)),
    },
)
