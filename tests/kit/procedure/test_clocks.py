"""Clocks as deadline rows on a real database: set, moved, cancelled, rung in their order."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session

from kit.clock import local_date
from kit.deadlines import Due
from kit.errors import Conflict
from kit.procedure import clocks
from schemas.codes import CaseDecision, OrderState
from schemas.codes import OrderClock as C
from services.county.cases.procedure import CASE, A
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action as D
from tests.kit.procedure.conftest import a_case, an_order

OPEN = text("SELECT name, about, at FROM deadline WHERE fired_at IS NULL ORDER BY name, about")


@pytest.fixture
def session(sessions) -> Iterator[Session]:
    with sessions() as open_session:
        yield open_session


def rows(session: Session) -> dict[str, date]:
    """What each open row is about → the day it fires."""
    return {
        row.about if row.name == "order clock" else f"{row.name} {row.about}": local_date(row.at)
        for row in session.execute(OPEN)
    }


def day(d: int, month: int = 9) -> date:
    return date(2026, month, d)


def test_a_state_left_takes_its_clocks_along(session, terms):
    order = an_order()
    clocks.begin(session, ORDER, order, on=day(1), terms=terms)
    assert (order.state, order.route_due) == (OrderState.TO_ROUTE, day(2))
    assert rows(session) == {"o1/route": day(2)}

    clocks.enter(session, ORDER, order, D.ISSUE, on=day(1), terms=terms)
    assert (order.accept_due, order.report_due, order.solve_due) == (day(2), day(21), day(21))
    # a day before its due day nobody is reminded of what he got today; one reminder for one day
    assert rows(session) == {"o1/accept": day(2), "o1/report": day(17), "o1/solve": day(21)}

    clocks.enter(session, ORDER, order, D.PLAN, on=day(3), terms=terms)
    assert rows(session) == {"o1/solve": day(17)}
    clocks.enter(session, ORDER, order, D.SOLVE, on=day(4), terms=terms)
    assert rows(session) == {"o1/confirm": day(8)}  # reminded three working days before the 11th

    clocks.enter(session, ORDER, order, D.DOUBT, on=day(8), terms=terms)
    assert order.solve_due == day(15)  # the rework limit
    clocks.enter(session, ORDER, order, D.ANSWER, on=day(9), terms=terms)
    clocks.enter(session, ORDER, order, D.CLOSE, on=day(9), terms=terms)
    assert rows(session) == {}
    with pytest.raises(Conflict, match="已办结"):
        clocks.enter(session, ORDER, order, D.CLOSE, on=day(9), terms=terms)


def test_a_refused_return_leaves_the_first_due_days(session, terms):
    order = an_order()
    clocks.begin(session, ORDER, order, on=day(1), terms=terms)
    clocks.enter(session, ORDER, order, D.ISSUE, on=day(1), terms=terms)
    first = (order.accept_due, order.report_due, order.solve_due)
    clocks.enter(session, ORDER, order, D.RETURN, on=day(2), terms=terms)
    assert order.decide_due == day(3)
    assert set(rows(session)) == {"o1/decide", "o1/report", "o1/solve"}  # the clock goes on (B-29)
    clocks.enter(session, ORDER, order, D.REFUSE_RETURN, on=day(3), terms=terms)
    assert (order.accept_due, order.report_due, order.solve_due) == first
    clocks.enter(session, ORDER, order, D.REASSIGN, on=day(4), terms=terms, dues={C.SOLVE: day(30)})
    assert (order.accept_due, order.solve_due) == (day(7), day(30))


def test_it_rings_reminder_due_day_and_step_once_each(session, terms):
    order = an_order(OrderState.UNDER_WAY, solve_due=day(22))
    clocks.set_clocks(session, ORDER, order, on=day(1), terms=terms)
    said = []
    while row := session.execute(OPEN).one_or_none():
        row_id, clock = clocks.clock_of(ORDER, row.about)
        due = Due(row.about, row.at)
        assert (row_id, clock.code) == ("o1", C.SOLVE)
        session.execute(text("UPDATE deadline SET fired_at = at WHERE fired_at IS NULL"))
        rung = clocks.ring(session, ORDER, order, clock.code, due, terms=terms)
        said += [(local_date(moment.at), moment.step) for moment in rung]
        assert len(said) < 10
    # 20 September is a working Sunday, 25–27 September are off
    assert said == [(day(18), None), (day(21), None), (day(22), 0), (day(28), 1)]


def test_a_step_that_was_taken_is_not_taken_again(session, terms):
    order = an_order(OrderState.UNDER_WAY, solve_due=day(8))
    clocks.enter(
        session, ORDER, order, D.PROGRESS, on=day(9), terms=terms, spoken=lambda clock: {0}
    )
    assert rows(session) == {"o1/solve": day(11)}


def test_a_clock_that_runs_no_longer_says_nothing(session, terms):
    order = an_order(OrderState.SOLVED, solve_due=day(8), confirm_due=day(15))
    due = Due("o1/solve", clocks._end_of(day(8)))
    assert clocks.ring(session, ORDER, order, "solve", due, terms=terms) == []
    assert rows(session) == {}


def test_a_case_has_deadlines_of_its_own_names(session, terms):
    case = a_case()
    clocks.begin(session, CASE, case, on=day(1), terms=terms)
    assert rows(session) == {"verify due c1": day(4)}
    clocks.enter(session, CASE, case, A.SEND_BACK, on=day(2), terms=terms)
    assert case.decision is CaseDecision.RECHECK
    assert rows(session) == {"recheck due c1": day(9)}  # five working days (D-09)
    clocks.enter(session, CASE, case, A.ANSWER_RECHECK, on=day(7), terms=terms)
    assert (case.verify_due, rows(session)) == (day(10), {"verify due c1": day(10)})
    clocks.enter(session, CASE, case, A.TURN_DOWN, on=day(8), terms=terms)
    assert rows(session) == {}
    clocks.enter(session, CASE, case, A.REOPEN, on=day(9), terms=terms)
    due = Due("c1", clocks._end_of(day(14)))
    assert rows(session) == {"verify due c1": day(14)}
    said = clocks.ring(session, CASE, case, "verify", due, terms=terms)
    assert [moment.step for moment in said] == [0]
