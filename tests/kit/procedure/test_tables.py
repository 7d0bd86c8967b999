"""What is read from a table without a database."""

from datetime import date, timedelta

import pytest

from kit.errors import Conflict
from kit.procedure import check
from schemas.codes import CaseDecision, OrderState, Role
from services.county.cases.procedure import CASE, A
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action as D
from tests.kit.procedure.conftest import a_case, an_order


@pytest.mark.parametrize("table", [ORDER, CASE], ids=lambda table: table.noun)
def test_nothing_is_wrong_with_the_table(table, terms):
    assert check(table, terms.source) == []


def test_why_not_names_the_states_in_which_it_could_be_done():
    assert ORDER.leads_to(OrderState.ISSUED, D.CLOSE) is None
    assert ORDER.why_not(OrderState.ISSUED, D.CLOSE) == (
        "这张交办单现在是“已交办”，不能“办结”；只有“已答复待办结、已核实待办结”的交办单可以。"
    )
    assert "裁定后再办" in ORDER.why_not(OrderState.RETURNED, D.SOLVE)
    assert "不能再“办结”" in ORDER.why_not(OrderState.CLOSED, D.CLOSE)


def test_a_case_is_decided_once_and_taken_back_only_when_not_qualified():
    case = a_case()
    assert CASE.require(case, A.SEND_BACK) is CaseDecision.RECHECK
    assert set(CASE.allowed(a_case(CaseDecision.RECHECK))) == {
        A.VISIT,
        A.VERIFY,
        A.TURN_DOWN,
        A.ANSWER_RECHECK,
        A.TAKE_APART,
    }
    for decision, action, sentence in (
        (CaseDecision.VERIFIED, A.VERIFY, "这条线索已经作出决定。"),
        (CaseDecision.VERIFIED, A.REOPEN, "已核实的请在“发点球”里处理交办单。"),
        (CaseDecision.RECHECK, A.SEND_BACK, "已经退回乡镇复核，还没有答复。"),
        (
            CaseDecision.OPEN,
            A.REOPEN,
            "只有“不符合条件”的决定可以撤回；已核实的请在“发点球”里处理交办单。",
        ),
    ):
        with pytest.raises(Conflict, match=sentence):
            CASE.require(a_case(decision), action)


def test_whose_turn_it_is():
    on = date(2026, 9, 10)
    solved = an_order(OrderState.SOLVED, confirm_due=on)
    owed = ORDER.owed(solved, on)
    assert owed
    assert (owed.owner.label, owed.what, owed.late) == ("村", "核实帮扶是否落实", False)
    owed = ORDER.owed(solved, on + timedelta(1))
    assert owed
    assert (owed.owner.label, owed.what, owed.late) == (
        "县级牵头部门",
        "村里没有答复，请核实",
        True,
    )
    assert ORDER.owed(an_order(OrderState.CLOSED), on) is None
    assert ORDER.states_owed_by(Role.COUNTY_CLERK) == [
        OrderState.TO_ROUTE,
        OrderState.RETURNED,
        OrderState.SOLVED,
        OrderState.ANSWERED,
        OrderState.CONFIRMED,
    ]
    assert ORDER.states_owed_by(Role.VILLAGE_CLERK) == [OrderState.SOLVED]
    owed = CASE.owed(a_case(CaseDecision.RECHECK, recheck_due=on), on)
    assert owed
    assert (owed.owner.label, owed.owner.roles) == ("乡镇", ())
