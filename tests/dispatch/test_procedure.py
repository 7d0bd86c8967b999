"""The order's table: sound, as the design says, and as its clocks ring."""

from datetime import date, timedelta

import pytest

from kit.procedure import check
from kit.procedure.clocks import Moment, moments_of
from rulebook.calendar import state_council
from rulebook.months import end_of, start_of
from rulebook.packs import load_pack
from rulebook.terms import Terms
from schemas.codes import GapItem, OrderClock, OrderState, Role
from schemas.codes import OrderState as S
from services.dispatch.orders.models import Order
from services.dispatch.orders.policy import policy
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action

ON = date(2026, 9, 10)
TERMS = Terms(load_pack("default"), state_council())
ALLOWED = {
    S.TO_ROUTE: {
        Action.ISSUE: S.ISSUED,
        Action.REASSIGN: S.ISSUED,
        Action.FOLLOW_CALENDAR: S.TO_ROUTE,
    },
    S.ISSUED: {
        Action.ACCEPT: S.ACCEPTED,
        Action.RETURN: S.RETURNED,
        Action.SOLVE: S.SOLVED,
        Action.PLAN: S.UNDER_WAY,
        Action.ANSWER: S.ANSWERED,
        Action.MOVE_DUE: S.ISSUED,
        Action.FOLLOW_CALENDAR: S.ISSUED,
        Action.REASSIGN: S.ISSUED,
        Action.REROUTE: S.ISSUED,
    },
    S.RETURNED: {
        Action.REFUSE_RETURN: S.ISSUED,
        Action.AGREE_RETURN: S.RETURNED,
        Action.ISSUE: S.ISSUED,
        Action.MOVE_DUE: S.RETURNED,
        Action.FOLLOW_CALENDAR: S.RETURNED,
        Action.REASSIGN: S.ISSUED,
    },
    S.ACCEPTED: {
        Action.SOLVE: S.SOLVED,
        Action.PLAN: S.UNDER_WAY,
        Action.ANSWER: S.ANSWERED,
        Action.PROGRESS: S.ACCEPTED,
        Action.MOVE_DUE: S.ACCEPTED,
        Action.FOLLOW_CALENDAR: S.ACCEPTED,
        Action.REASSIGN: S.ISSUED,
        Action.REROUTE: S.ISSUED,
    },
    S.UNDER_WAY: {
        Action.SOLVE: S.SOLVED,
        Action.PLAN: S.UNDER_WAY,
        Action.ANSWER: S.ANSWERED,
        Action.PROGRESS: S.UNDER_WAY,
        Action.MOVE_DUE: S.UNDER_WAY,
        Action.FOLLOW_CALENDAR: S.UNDER_WAY,
        Action.REASSIGN: S.ISSUED,
        Action.REROUTE: S.ISSUED,
    },
    S.SOLVED: {
        Action.CONFIRM: S.CONFIRMED,
        Action.CONFIRM_BY_OFFICE: S.CONFIRMED,
        Action.DOUBT: S.UNDER_WAY,
        Action.FOLLOW_CALENDAR: S.SOLVED,
    },
    S.ANSWERED: {
        Action.CLOSE: S.CLOSED,
        Action.REOPEN: S.UNDER_WAY,
        Action.FOLLOW_CALENDAR: S.ANSWERED,
    },
    S.CONFIRMED: {
        Action.CLOSE: S.CLOSED,
        Action.REOPEN: S.UNDER_WAY,
        Action.FOLLOW_CALENDAR: S.CONFIRMED,
    },
    S.CLOSED: {},
}


def an_order(state: OrderState = S.TO_ROUTE, **dues: date) -> Order:
    return Order(
        id="o1",
        state=state,
        gap_item=GapItem.MEDICAL_COST,
        department="housing",
        village="990121100201",
        **dues,
    )


def test_nothing_is_wrong_with_the_table() -> None:
    assert check(ORDER, TERMS.source) == []


@pytest.mark.parametrize("action", [*ORDER.by, Action.REASSIGN])
@pytest.mark.parametrize("state", OrderState)
def test_each_action_in_each_state(state: OrderState, action: Action) -> None:
    assert ORDER.leads_to(state, action) == ALLOWED[state].get(action)
    assert ORDER.why_not(state, action).endswith("。")


@pytest.mark.parametrize(
    ("state", "clocks"),
    [
        (S.TO_ROUTE, {OrderClock.ROUTE}),
        (S.ISSUED, {OrderClock.ACCEPT, OrderClock.REPORT, OrderClock.SOLVE}),
        (S.RETURNED, {OrderClock.DECIDE, OrderClock.REPORT, OrderClock.SOLVE}),
        (S.ACCEPTED, {OrderClock.REPORT, OrderClock.SOLVE}),
        (S.UNDER_WAY, {OrderClock.SOLVE}),
        (S.SOLVED, {OrderClock.CONFIRM}),
        (S.ANSWERED, {OrderClock.CLOSE}),
        (S.CONFIRMED, {OrderClock.CLOSE}),
        (S.CLOSED, set()),
    ],
)
def test_each_state_has_its_clocks(state: OrderState, clocks: set[OrderClock]) -> None:
    assert {clock.code for clock in ORDER.states[state].clocks} == clocks


def test_each_owner_sees_what_he_owes() -> None:
    """Who owes something in an order is somebody to whom the policy shows it."""
    owners = {owner for state in ORDER.states.values() if (owner := state.owner)}
    assert {role for owner in owners for role in owner.roles} <= set(policy["orders"].roles)


def test_whose_turn_it_is() -> None:
    solved = an_order(S.SOLVED, confirm_due=ON)
    now, later = ORDER.owed(solved, ON), ORDER.owed(solved, ON + timedelta(1))
    assert now
    assert later
    assert (now.owner.label, now.what, now.late) == ("村", "核实帮扶是否落实", False)
    assert (later.owner.label, later.what) == ("县级牵头部门", "村里没有答复，请核实")
    assert ORDER.owed(an_order(S.CLOSED), ON) is None
    assert ORDER.states_owed_by(Role.VILLAGE_CLERK) == [S.SOLVED]


@pytest.mark.parametrize(
    ("gap_item", "on", "accept", "back", "report", "solve"),
    [
        (
            GapItem.MEDICAL_COST,
            (2026, 2, 10),
            (2026, 2, 11),
            (2026, 2, 12),
            (2026, 3, 9),
            (2026, 3, 9),
        ),
        (
            GapItem.MEDICAL_COST,
            (2026, 2, 25),
            (2026, 2, 26),
            (2026, 2, 27),
            (2026, 3, 17),
            (2026, 3, 17),
        ),
        (
            GapItem.MEDICAL_COST,
            (2026, 9, 28),
            (2026, 9, 29),
            (2026, 9, 30),
            (2026, 10, 23),
            (2026, 10, 23),
        ),
        (
            GapItem.HOUSING_UNSAFE,
            (2026, 9, 1),
            (2026, 9, 2),
            (2026, 9, 3),
            (2026, 9, 21),
            (2026, 12, 30),
        ),
    ],
)
def test_both_clocks_run_from_the_issue(gap_item, on, accept, back, report, solve) -> None:
    row = an_order()
    row.gap_item = gap_item
    issued = ORDER.states[S.ISSUED].clocks
    found = [TERMS.due(clock.starts[Action.ISSUE], date(*on), row) for clock in issued]
    assert found == [date(*day) for day in (accept, report, solve)]
    assert TERMS.due("dispatch.return_limit", date(*on), row) == date(*back)


def test_a_clock_reminds_before_and_goes_up_after() -> None:
    row, due = an_order(S.UNDER_WAY, solve_due=date(2026, 9, 22)), date(2026, 9, 22)
    solve = ORDER.clock(OrderClock.SOLVE)
    assert moments_of(ORDER, row, solve, terms=TERMS, since=date(2026, 9, 1)) == [
        Moment(start_of(date(2026, 9, 18)), None),  # 20 September is a working Sunday
        Moment(start_of(date(2026, 9, 21)), None),
        Moment(end_of(due), 0),
        Moment(end_of(date(2026, 9, 28)), 1),  # 25–27 September are off
    ]


def test_nobody_is_reminded_on_the_day_the_clock_is_set() -> None:
    row = an_order(S.TO_ROUTE, route_due=date(2026, 9, 2))
    found = moments_of(
        ORDER, row, ORDER.clock(OrderClock.ROUTE), terms=TERMS, since=date(2026, 9, 1)
    )
    assert [one.step for one in found] == [0, 1]
    assert found[0] == Moment(end_of(date(2026, 9, 2)), 0)
