"""A return is offered as it is taken, and a day that office or meeting set stays."""

from datetime import date

import pytest

from kit.errors import Conflict
from schemas.codes import OrderState, ReplyResult
from schemas.county import MeetingDecided
from schemas.dispatch import OrderDoubted
from services.dispatch.decisions import commands as decisions
from services.dispatch.meetings.commands import carry_out_decision
from services.dispatch.orders import queries
from services.dispatch.orders.procedure import possible
from services.dispatch.orders.rules import Action
from services.dispatch.recounting.queries import moves
from services.dispatch.replies import commands as replies
from services.dispatch.replies.forms import ReplyDraft

ISSUED, NEXT, LATE = date(2026, 2, 10), date(2026, 2, 12), date(2026, 4, 1)
SOLVED = ReplyDraft(result=ReplyResult.SOLVED, explanation="已报销到账")
ONCE, AGAIN = "签收前可退回1次", "退回次数已用完，再退回不予受理"


def offers(session, order, on) -> bool:
    most = queries.most_returns(session, order)
    return Action.RETURN in possible(order, on, most_returns=most)


def decided(order, due=None, department=None) -> MeetingDecided:
    return MeetingDecided(
        meeting="m",
        decision="d",
        on=NEXT,
        text="限期解决",
        order=order.id,
        department=department,
        due=due,
    )


def test_f_11_a_return_is_offered_as_long_as_it_is_taken(
    session, opened, office, officer, client, clock
):
    """Also when the order came back to the department that returned it."""
    order, doctor = opened(ISSUED), officer("health-insurance")
    clock.set(clock().replace(year=2026, month=2, day=12))
    session.commit()
    page = f"/dispatch/orders/{order.id}"
    assert ONCE in client("dispatch", doctor).get(page).text
    replies.return_order(session, order.id, reason="不在目录内", actor=doctor, on=NEXT)
    assert not offers(session, order, NEXT)
    decisions.decide_return(
        session, order.id, agree=True, department="civil-affairs", actor=office, on=NEXT
    )
    carry_out_decision(session, decided(order, department="health-insurance"))
    assert (order.state, order.department) == (OrderState.ISSUED, "health-insurance")
    session.commit()
    shown = client("dispatch", doctor).get(page).text
    assert ONCE not in shown
    assert AGAIN in shown
    assert offers(session, order, LATE)
    replies.return_order(session, order.id, reason="仍有异议", actor=doctor, on=LATE)
    assert (order.state, order.for_meeting, order.returns) == (OrderState.ISSUED, True, 1)
    assert AGAIN in queries.history(session, order.id)[-1].text
    assert not offers(session, order, LATE)
    session.commit()
    assert "提请联席会议研究（" not in client("dispatch", doctor).get(page).text
    with pytest.raises(Conflict, match=AGAIN):
        replies.return_order(session, order.id, reason="还是不行", actor=doctor, on=LATE)


def test_f_11_a_return_past_its_limit_is_neither_offered_nor_taken(session, opened, officer):
    order = opened(ISSUED)
    assert offers(session, order, NEXT)
    assert not offers(session, order, LATE)
    with pytest.raises(Conflict, match="退回时限"):
        replies.return_order(
            session, order.id, reason="不属", actor=officer("health-insurance"), on=LATE
        )


@pytest.mark.parametrize(
    ("due", "on", "becomes"),
    [
        (date(2026, 11, 20), date(2026, 3, 3), date(2026, 11, 20)),
        (date(2026, 3, 9), date(2026, 3, 5), date(2026, 3, 12)),  # the rework limit is later
    ],
)
def test_f_16_a_day_that_the_meeting_set_stays_when_the_village_doubts(
    session, opened, officer, village_clerk, said, due, on, becomes
):
    order = opened(ISSUED)
    carry_out_decision(session, decided(order, due=due))
    replies.report_order(session, order.id, SOLVED, actor=officer("health-insurance"), on=on)
    decisions.confirm_help(
        session, order.id, received=False, note="未到账", actor=village_clerk, on=on
    )
    assert (order.state, order.solve_due) == (OrderState.UNDER_WAY, becomes)
    assert said(OrderDoubted)[-1].solve_due == becomes
    assert "solve_due" not in {move.field for move in moves(session, on)}


def test_f_16_a_day_that_the_office_set_stays_when_it_reopens(session, opened, office, officer):
    order, due, on = opened(ISSUED), date(2026, 6, 30), date(2026, 3, 3)
    decisions.move_solve_due(session, order.id, due=due, reason="雨季", actor=office, on=ISSUED)
    answer = ReplyDraft(result=ReplyResult.NOT_ELIGIBLE, explanation="不在范围")
    for _ in range(2):  # it stays the second time too
        replies.report_order(session, order.id, answer, actor=officer("health-insurance"), on=on)
        decisions.reopen_order(session, order.id, reason="再核对", actor=office, on=on)
        assert order.solve_due == due
