"""The order and the case fit into the table, exactly as they are decided today."""

import random
from datetime import date, timedelta
from unicodedata import normalize

import pytest

from kit.errors import Conflict
from kit.procedure import check, clocks
from schemas.codes import CaseDecision, GapItem, OrderState, Role
from services.dispatch.orders import commands as steps
from services.dispatch.orders import rules
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Deed
from tests.kit.procedure.cases import CASE, A
from tests.kit.procedure.conftest import a_case, an_order
from tests.kit.procedure.orders import ORDER


@pytest.mark.parametrize("table", [ORDER, CASE], ids=lambda table: table.noun)
def test_nothing_is_wrong_with_the_table(table, terms):
    assert check(table, terms.source) == []


@pytest.mark.parametrize("deed", rules.MOVES)
@pytest.mark.parametrize("state", OrderState)
def test_orders_move_as_they_do(state: OrderState, deed: Deed):
    assert ORDER.leads_to(state, deed) == rules.leads_to(state, deed)
    if rules.leads_to(state, deed) is None:
        sentences = ORDER.why_not(state, deed), rules.why_not(state, deed)
        assert len({normalize("NFKC", one) for one in sentences}) == 1  # full-width or not


def test_orders_have_the_clocks_and_doers_they_have():
    for state, running in rules.RUNNING.items():
        assert tuple(clock.code for clock in ORDER.states[state].clocks) == running
    assert {deed: owner.roles for deed, owner in ORDER.by.items()} == rules.DOERS
    of_department = [clock.code for clock in ORDER.clocks if clock.owner.field == "department"]
    assert tuple(of_department) == rules.DEPARTMENTS_CLOCKS


def test_orders_remind_and_go_up_when_they_do(dispatch_sessions, terms):
    chance = random.Random(7)
    with dispatch_sessions() as session:
        for _ in range(300):
            state, opened = chance.choice(list(OrderState)), date(2026, 9, 1)
            days = [opened + timedelta(n) for n in chance.choices((3, 9, 21, 30), k=7)]
            dues = dict(zip((clock.field for clock in ORDER.clocks), days, strict=True))
            order = Order(state=state, opened_on=opened, **dues)
            row, since = an_order(state, **dues), opened + timedelta(chance.randrange(12))
            for code in rules.RUNNING[state]:
                today = [
                    (one.at, one.step)
                    for one in steps.moments_of(session, order, code, since=since)
                ]
                clock = ORDER.clock(code)
                said = clocks.moments_of(ORDER, row, clock, terms=terms, since=since)
                assert [(one.at, one.step) for one in said] == today


@pytest.mark.parametrize(
    ("gap_item", "start"),
    [(GapItem.MEDICAL_COST, (2026, 9, 28)), (GapItem.HOUSING_UNSAFE, (2026, 9, 1))],
)
def test_an_issued_order_is_due_when_it_is(gap_item, start, terms):
    on, row = date(*start), an_order()
    row.gap_item = gap_item
    today = rules.clocks_from(terms.pack, terms.calendar, gap_item, on)
    for clock in ORDER.states[OrderState.ISSUED].clocks:
        assert terms.due(clock.starts[Deed.ISSUE], on, row) == getattr(today, clock.field)


def test_a_case_is_decided_once_and_taken_back_only_when_not_qualified():
    case = a_case()
    assert CASE.require(case, A.SEND_BACK) is CaseDecision.RECHECK
    assert set(CASE.allowed(a_case(CaseDecision.RECHECK))) == {
        A.VISIT,
        A.VERIFY,
        A.TURN_DOWN,
        A.ANSWER_RECHECK,
    }
    for decision, action, sentence in (
        (CaseDecision.VERIFIED, A.VERIFY, "这个案件已经作出决定。"),
        (CaseDecision.VERIFIED, A.REOPEN, "已核实的请在“发点球”里处理交办单。"),
        (CaseDecision.RECHECK, A.SEND_BACK, "已经退回乡镇复核，还没有答复。"),
        (
            CaseDecision.OPEN,
            A.REOPEN,
            "这个案件现在是“待核实”，不能“撤回决定”；只有“不符合条件”的案件可以。",
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
