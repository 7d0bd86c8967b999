"""What is kept of the replies to one id is bounded, and so is what a further one costs (BH-05)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord
from prometheus_client import REGISTRY
from sqlalchemy import event, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.services import service_named
from kit.messaging.outbox import emitted
from schemas.codes import OrderState, ReplyResult
from schemas.codes import ReplyRefusal as R
from schemas.department import OrderAcceptedByDepartment, OrderReportedByDepartment
from schemas.dispatch import DepartmentReplyAccepted, DepartmentReplyRefused
from schemas.event import Event
from services.dispatch.departments import commands as departments_commands
from services.dispatch.orders.models import Order
from services.dispatch.systems.rules import MOST
from tests.conftest import at

ON = date(2026, 9, 1)
ROWS = text("SELECT count(*) FROM department_answer WHERE reply = :reply")
REFUSED_BEFORE = text("""INSERT INTO department_answer
    SELECT 'housing', :reply, 'contents ' || n, 'department.order.reported.v1', 'invalid', false, now()
    FROM generate_series(1, 3000) AS n""")
Answered = DepartmentReplyAccepted | DepartmentReplyRefused
Send = Callable[..., tuple[int, int]]
FURTHER = "backstop_refusals_not_kept_total"


@pytest.fixture
def order(session: Session, opened: Callable[..., Order]) -> Order:
    departments_commands.admit_department(
        session, "housing", "housing-1", b"h" * 32, user="department-housing", at=at(2026, 9, 1)
    )
    made = opened(ON)
    made.department, made.state = "housing", OrderState.ISSUED
    session.commit()
    return made


@pytest.fixture
def send(dispatch_sessions: sessionmaker[Session], record: Callable[..., ConsumerRecord]) -> Send:
    """`send(id, *replies)`: in one transaction; how many statements it took and rows that came."""

    def sent(id_: str, *replies: Event) -> tuple[int, int]:
        statements, rows = 0, 0

        def asked(_: object, cursor: Any, statement: str, *_more: object) -> None:
            nonlocal statements, rows
            if "department_answer" in statement and statement.lstrip().startswith("SELECT"):
                statements, rows = statements + 1, rows + max(cursor.rowcount, 0)

        with dispatch_sessions.begin() as session:
            engine = session.get_bind()
            event.listen(engine, "after_cursor_execute", asked)
            try:
                letters = [record(reply, id=id_) for reply in replies]
                service_named("dispatch").handlers.handle(session, letters)
            finally:
                event.remove(engine, "after_cursor_execute", asked)
        return statements, rows

    return sent


def plan(order: Order, number: int) -> OrderReportedByDepartment:
    """Without its day: it is refused."""
    words = f"在办，第{number}次"
    return OrderReportedByDepartment(
        department="housing", order=order.id, result=ReplyResult.PLANNED, explanation=words
    )


def answers(sessions: sessionmaker[Session], id_: str) -> list[Answered]:
    with sessions() as fresh:
        told = [one for one in emitted(fresh) if isinstance(one, Answered)]
        return [one for one in told if one.reply_id == id_]


def test_h_05_a_refused_reply_costs_as_little_after_thousands_of_its_id(
    order: Order, send: Send, dispatch_sessions: sessionmaker[Session]
) -> None:
    few, many = str(uuid4()), str(uuid4())
    with dispatch_sessions.begin() as session:
        session.execute(REFUSED_BEFORE, {"reply": many})
    send(few, plan(order, 1))
    assert send(few, plan(order, 2)) == (3, 1)  # how many are kept; not one row of the others
    assert send(many, plan(order, 2)) == (3, 1)
    with dispatch_sessions() as fresh:
        assert fresh.execute(ROWS, {"reply": many}).scalar_one() == 3000
        assert fresh.execute(ROWS, {"reply": few}).scalar_one() == 2


@pytest.mark.parametrize("at_once", [1, 7])
def test_h_05_beyond_twenty_contents_of_one_id_each_is_refused_and_counted_without_a_row(
    order: Order, send: Send, dispatch_sessions: sessionmaker[Session], at_once: int
) -> None:
    id_, before = str(uuid4()), REGISTRY.get_sample_value(FURTHER, {"department": "housing"}) or 0
    plans = [plan(order, number) for number in range(MOST + 5)]
    for first in range(0, len(plans), at_once):
        send(id_, *plans[first : first + at_once])
    told = answers(dispatch_sessions, id_)
    assert [one.code for one in told] == [R.INCOMPLETE] * MOST + [R.ID_USED] * 5
    assert isinstance(told[-1], DepartmentReplyRefused)
    assert told[-1].reason == "这个编号已经用在20条内容不同的回复上，请换一个编号重发。"
    with dispatch_sessions() as fresh:
        assert fresh.execute(ROWS, {"reply": id_}).scalar_one() == MOST
    assert REGISTRY.get_sample_value(FURTHER, {"department": "housing"}) == before + 5
    send(id_, plans[0])  # a twin of one that is kept changes nothing
    assert len(answers(dispatch_sessions, id_)) == MOST + 5
    fresh_id = str(uuid4())
    send(fresh_id, OrderAcceptedByDepartment(department="housing", order=order.id))
    assert [one.code for one in answers(dispatch_sessions, fresh_id)] == ["taken"]
