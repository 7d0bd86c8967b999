"""What was answered before, and what a department's system has to know."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from kit.errors import NotFound
from schemas.codes import OrderState
from services.dispatch.departments import queries as departments_queries
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.systems.models import Answer


def answers(session: Session, department: str, replies: Iterable[str]) -> Sequence[Answer]:
    statement = select(Answer).where(
        Answer.department == department, col(Answer.reply).in_(set(replies))
    )
    return session.exec(statement).all()


def last_taken(session: Session, department: str, type: str) -> datetime | None:
    """When the newest reply of this type came that was taken; aware."""
    statement = select(func.max(Answer.received_at)).where(
        Answer.department == department, Answer.type == type, col(Answer.taken)
    )
    return session.exec(statement).one()


def key(session: Session, department: str, kid: str) -> bytes:
    """One of the department's keys (32 raw bytes), the one of an open rotation too."""
    row = session.get(DepartmentKey, kid)
    if row is None or row.department != department:
        raise NotFound("没有这把密钥。")
    return row.key


def was_with(session: Session, order: Order, department: str) -> bool:
    """Whether the department has the order as a co-handler, or had it once."""
    statement = select(OrderEvent.id).where(
        OrderEvent.order == order.id, OrderEvent.department == department
    )
    return department in order.co_handlers or bool(session.exec(statement.limit(1)).first())


def last_entry(session: Session, order: Order) -> OrderEvent | None:
    """Of the order's history."""
    statement = select(OrderEvent).where(OrderEvent.order == order.id)
    return session.exec(statement.order_by(col(OrderEvent.id).desc()).limit(1)).first()


def open_orders(session: Session, department: str) -> Sequence[Order]:
    """Those that the department, or what joined it, leads or joins in; by number."""
    heirs = departments_queries.successors(session)
    codes = [department, *(code for code, heir in heirs.items() if heir == department)]
    co_handling = (col(Order.co_handlers).contains([code]) for code in codes)
    statement = select(Order).where(
        or_(col(Order.department).in_(codes), *co_handling), Order.state != OrderState.CLOSED
    )
    return session.exec(statement.order_by(Order.number)).all()
