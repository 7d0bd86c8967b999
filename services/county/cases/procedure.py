"""A case from its opening to the decision: who owes what, until when, and what then (N-13)."""

from datetime import date

from sqlmodel import Session

from kit.packs import pack, pack_of
from kit.procedure import Clock, Owner, Procedure, State
from rulebook.terms import Terms
from schemas.codes import CaseDecision as S
from schemas.codes import Coded, Role
from services.county.cases.deadlines import RECHECK_DUE, VERIFY_DUE
from services.county.cases.models import Case
from services.county.service import book


class A(Coded):
    """What happens to a case."""

    OPEN = "open", "登记"
    VISIT = "visit", "登记入户核实"
    VERIFY = "verify", "核实属实"
    TURN_DOWN = "turn_down", "认定不符合条件"
    SEND_BACK = "send_back", "退回乡镇复核"
    ANSWER_RECHECK = "answer_recheck", "答复复核"
    REOPEN = "reopen", "撤回决定"
    TAKE_APART = "take_apart", "撤回归并"


class C(Coded):
    VERIFY = "verify", "核实"
    RECHECK = "recheck", "乡镇复核"


OFFICE = Owner("县级牵头部门", (Role.COUNTY_CLERK,))
TOWNSHIP = Owner("乡镇")  # its task stands in village, where it answers

VERIFY_LIMIT = "monthly.county_verify_limit"  # T-10
RECHECK_LIMIT = "identify.recheck_limit"  # D-09
VERIFY = Clock(
    C.VERIFY,
    OFFICE,
    dict.fromkeys((A.OPEN, A.ANSWER_RECHECK, A.REOPEN), VERIFY_LIMIT),
    then="核实超过期限",
    deadline=VERIFY_DUE,
)
RECHECK = Clock(
    C.RECHECK,
    TOWNSHIP,
    {A.SEND_BACK: RECHECK_LIMIT},
    then="乡镇复核超过期限，可以直接决定",
    after=OFFICE,
    deadline=RECHECK_DUE,
)
DECIDED: dict[Coded, Coded] = {A.VERIFY: S.VERIFIED, A.TURN_DOWN: S.NOT_QUALIFIED}
ALREADY: dict[Coded, str] = dict.fromkeys(
    (A.VERIFY, A.TURN_DOWN, A.SEND_BACK), "这条线索已经作出决定。"
)
ONLY_NOT_QUALIFIED = "只有“不符合条件”的决定可以撤回；已核实的请在“发点球”里处理交办单。"

CASE = Procedure(
    "风险线索",
    "条",
    field="decision",
    begin=(A.OPEN, S.OPEN),
    by={
        **dict.fromkeys(
            (A.VISIT, A.VERIFY, A.TURN_DOWN, A.SEND_BACK, A.REOPEN, A.TAKE_APART), OFFICE
        ),
        A.ANSWER_RECHECK: TOWNSHIP,
    },
    states={
        S.OPEN: State(
            OFFICE,
            "入户核实",
            (VERIFY,),
            {A.VISIT: S.OPEN, **DECIDED, A.SEND_BACK: S.RECHECK, A.TAKE_APART: S.VOID},
            {A.REOPEN: ONLY_NOT_QUALIFIED},
        ),
        S.RECHECK: State(
            TOWNSHIP,
            "复核",
            (RECHECK,),
            {A.VISIT: S.RECHECK, **DECIDED, A.ANSWER_RECHECK: S.OPEN, A.TAKE_APART: S.VOID},
            {A.SEND_BACK: "已经退回乡镇复核，还没有答复。", A.REOPEN: ONLY_NOT_QUALIFIED},
        ),
        # its needs are orders now, each with owners and clocks of its own
        S.VERIFIED: State(
            actions={A.VISIT: S.VERIFIED}, refusals={A.REOPEN: ONLY_NOT_QUALIFIED, **ALREADY}
        ),
        S.NOT_QUALIFIED: State(
            actions={A.REOPEN: S.OPEN},
            refusals={A.VISIT: "这条线索已经办结，不能再登记核实。", **ALREADY},
        ),
        # a person took back what he had joined to the wrong household, and no source is left
        S.VOID: State(
            refusals=dict.fromkeys(
                (A.VISIT, A.VERIFY, A.TURN_DOWN, A.SEND_BACK, A.REOPEN),
                "这条线索的归并已经撤回，请在重新确认以后的线索里办理。",
            )
        ),
    },
)


def due_since(session: Session, came: date) -> date:
    """What comes to the county is looked at within the limit of a verification (T-10)."""
    return Terms(pack(session, came), book(session).calendar).due(VERIFY_LIMIT, came)


def terms(session: Session, case: Case) -> Terms:
    """The limits under which the case was opened."""
    return Terms(pack_of(session, case.pack), book(session).calendar)
