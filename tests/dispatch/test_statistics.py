"""An order's figures are defined once: what dispatch counts and what the county counts from its
events are the same, over random lives of orders.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from backstop.services import service_named
from kit.actor import Actor
from kit.messaging.outbox import emitted
from kit.seal import seal
from rulebook.calendar import state_council
from schemas.codes import ClockOwner, GapItem, ReplyResult, RiskCause, Role
from schemas.county import CaseVerified, MeetingDecided
from schemas.values import Need, NeedWords
from services.county.figures import Handled
from services.county.statistics.queries import orders as at_county
from services.dispatch.decisions import commands as decisions
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.issuing import commands as issuing
from services.dispatch.meetings.commands import carry_out_decision
from services.dispatch.orders.forms import OrderFilter
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import possible
from services.dispatch.orders.queries import lines, orders
from services.dispatch.orders.rules import Action
from services.dispatch.replies import commands as replies
from services.dispatch.replies.forms import ReplyDraft
from services.dispatch.statistics import queries as at_dispatch

COUNTY, VILLAGE = "990121000000", "990121100201"
BEGIN, DAYS = date(2026, 3, 2), 70
OFFICE = Actor("office", "王敏", Role.COUNTY_CLERK, COUNTY)
VILLAGE_CLERK = Actor("village", "吕静", Role.VILLAGE_CLERK, VILLAGE)
CODES = ("health-insurance", "housing", "education")
GAPS = (GapItem.MEDICAL_COST, GapItem.HOUSING_UNSAFE, GapItem.SCHOOL_COST)
FAR = BEGIN + timedelta(365)


def officer(order: Order) -> Actor:
    return Actor("officer", "宋杰", Role.DEPARTMENT_CLERK, order.department or "")


def reply(result: ReplyResult, on: date) -> ReplyDraft:
    expected = on + timedelta(20) if result is ReplyResult.PLANNED else None
    return ReplyDraft(result=result, explanation="情况", expected_on=expected)


def act(session: Session, order: Order, action: Action, on: date, rng: random.Random) -> None:
    """What this action takes at the doors."""
    results = {
        Action.SOLVE: ReplyResult.SOLVED,
        Action.PLAN: ReplyResult.PLANNED,
        Action.ANSWER: ReplyResult.NOT_ELIGIBLE,
    }
    other = rng.choice([code for code in CODES if code != order.department])
    if action in results:
        draft = reply(results[action], on)
        replies.report_order(session, order.id, draft, actor=officer(order), on=on)
    elif action is Action.ACCEPT:
        replies.accept_order(session, order.id, actor=officer(order), on=on)
    elif action is Action.RETURN:
        replies.return_order(
            session, order.id, reason="不归我", proposed=other, actor=officer(order), on=on
        )
    elif action in (Action.AGREE_RETURN, Action.REFUSE_RETURN):
        decisions.decide_return(
            session,
            order.id,
            agree=action is Action.AGREE_RETURN,
            reason="如此",
            department=other,
            actor=OFFICE,
            on=on,
        )
    elif action in (Action.CONFIRM, Action.DOUBT):
        received = action is Action.CONFIRM
        decisions.confirm_help(
            session, order.id, received=received, note="看过", actor=VILLAGE_CLERK, on=on
        )
    elif action is Action.CLOSE:
        decisions.close_order(session, order.id, actor=OFFICE, on=on)
    elif action is Action.REOPEN:
        decisions.reopen_order(session, order.id, reason="再办", actor=OFFICE, on=on)


ACTIONS = (
    *(Action.SOLVE, Action.PLAN, Action.ANSWER, Action.ACCEPT, Action.RETURN, Action.AGREE_RETURN),
    *(Action.REFUSE_RETURN, Action.CONFIRM, Action.DOUBT, Action.CLOSE, Action.REOPEN),
)


def live(session: Session, rng: random.Random, until: date) -> None:
    """Some orders, each with random steps on random days up to that day; their clocks ring."""
    for number in range(6):
        on = BEGIN + timedelta(rng.randrange(DAYS // 2))
        if on > until:
            continue
        (order,) = issuing.open_orders(session, verified(session, number, on))
        while True:
            on += timedelta(rng.choice([0, 1, 1, 2, 5, 12, 25]))
            choices = [
                action for action in ACTIONS if action in possible(order, on, most_returns=1)
            ]
            if on > until or not choices:
                break
            act(session, order, rng.choice(choices), on, rng)


def verified(session: Session, number: int, on: date) -> CaseVerified:
    words = NeedWords(head_name="陈红", id_number="", village_name="石桥村")
    gap = GAPS[number % len(GAPS)]
    need = Need(need=str(uuid4()), gap_item=gap, question="请核实", sealed=seal(session, words))
    return CaseVerified(
        case=f"case-{number}",
        number=f"C-{number}",
        household=f"household-{number}",
        village=VILLAGE,
        on=on,
        primary_cause=RiskCause.ILLNESS,
        causes=(RiskCause.ILLNESS,),
        needs=(need,),
        findings=(),
    )


@pytest.fixture
def both(dispatch_sessions, county_sessions, record) -> Callable[..., tuple[Session, Session]]:
    """`both(lived)`: dispatch after `lived(session)`, and the county that has heard of it; nothing
    is kept.
    """
    open_sessions: list[Session] = []

    def after(lived: Callable[[Session], None]) -> tuple[Session, Session]:
        while open_sessions:
            open_sessions.pop().close()
        dispatch, county = dispatch_sessions(), county_sessions()
        open_sessions.extend([dispatch, county])
        entries = [DepartmentEntry(code=code, name=code) for code in CODES]
        departments_commands.name_departments(dispatch, entries, actor=OFFICE)
        lived(dispatch)
        dispatch.flush()
        records = [record(event) for event in emitted(dispatch)]
        service_named("county").handlers.handle(county, records)
        return dispatch, county

    yield after
    while open_sessions:
        open_sessions.pop().close()


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a month takes too long to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.randoms(use_true_random=False), st.integers(5, DAYS), st.integers(1, 40))
def test_f_07_both_services_count_a_departments_orders_alike(both, rng, days, length):
    as_of = BEGIN + timedelta(days)
    since = as_of - timedelta(length)
    dispatch, county = both(lambda session: live(session, rng, as_of))
    there = at_county.dispatch(county, state_council(), since, as_of)
    rows = {row.code: row for row in there.departments}
    for here in at_dispatch.statistics(dispatch, OFFICE, since, as_of):
        row = rows.get(here.code)
        assert here.carried + here.issued == here.closed + here.open
        for name in set(Handled.model_fields) - {"code", "name", "accepted_on_time"}:
            counted = getattr(here, name)
            expected = getattr(row, name) if row else None
            if hasattr(counted, "__dataclass_fields__"):
                counted, expected = vars(counted), row and expected.model_dump()
            if row:
                assert counted == expected, (here.code, name)
        if row:
            one, other = here.accepted_on_time, row.accepted_on_time
            assert (one.part, one.whole) == (other.part, other.whole)
            assert row.reported_on_time.whole - row.reported_on_time.part >= row.unreported
    late = at_county.late(county, as_of)
    counts = at_dispatch.counts(dispatch, OFFICE, as_of)
    assert late.department == counts.late[ClockOwner.DEPARTMENT]
    for whose in ClockOwner:  # the list behind a number has as many rows
        asked = OrderFilter(overdue=True, whose=whose)
        rows = dispatch.exec(orders(OFFICE, as_of, asked)).all()
        assert len(rows) == counts.late[whose]
        assert all(whose in line.late for line in lines(dispatch, rows, as_of))
    still_open = dispatch.exec(orders(OFFICE, as_of, OrderFilter(open=True))).all()
    assert late.open == len(still_open)
    assert late.open == sum(counts.by_state.values()) - counts.by_state["closed"]
    assert (late.unreported, late.unsolved) == (there.all.unreported, there.all.unsolved)


def carried_into_the_span(session: Session) -> None:
    """Five orders of health-insurance from before 9 March, and one more on the last day of it, the
    31st: reassigned by a meeting, returned to another one, returned in vain, re-opened, quiet.
    """
    rng = random.Random(0)
    reassigned, returned, kept, reopened, _ = [
        issuing.open_orders(session, verified(session, 3 * number, BEGIN))[0] for number in range(5)
    ]
    carry_out_decision(
        session,
        MeetingDecided(
            meeting="m",
            decision="d",
            on=date(2026, 3, 20),
            text="改由住建部门办理",
            department="housing",
            order=reassigned.id,
        ),
    )
    for order, agree in ((returned, True), (kept, False)):
        replies.return_order(
            session,
            order.id,
            reason="不归我",
            proposed="education",
            actor=officer(order),
            on=BEGIN + timedelta(1),
        )
        decisions.decide_return(
            session,
            order.id,
            agree=agree,
            reason="如此",
            department="education",
            actor=OFFICE,
            on=date(2026, 3, 10),
        )
    act(session, reopened, Action.ACCEPT, BEGIN, rng)
    act(session, reopened, Action.ANSWER, date(2026, 3, 12), rng)
    act(session, reopened, Action.REOPEN, date(2026, 3, 16), rng)
    issuing.open_orders(session, verified(session, 15, date(2026, 3, 31)))


def test_f_07_an_order_is_carried_over_or_new_at_its_present_department_never_both(both):
    since, as_of = date(2026, 3, 9), date(2026, 3, 31)
    dispatch, county = both(carried_into_the_span)
    here = at_dispatch.statistics(dispatch, OFFICE, since, as_of)
    there = at_county.dispatch(county, state_council(), since, as_of)
    for rows in (here, there.departments):
        assert {row.code: (row.carried, row.issued, row.closed, row.open) for row in rows} == {
            "health-insurance": (3, 1, 0, 4),
            "housing": (0, 1, 0, 1),
            "education": (0, 1, 0, 1),
        }
    assert (there.all.carried, there.all.issued) == (3, 3)
    assert there.all.carried + there.all.issued == there.all.closed + there.all.open
