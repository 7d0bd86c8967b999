"""What was answered before, and what a department's system has to know."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, String, bindparam, func, literal, or_, true, tuple_
from sqlmodel import Session, col, select

from kit.errors import NotFound
from schemas.codes import OrderState
from services.dispatch.departments import queries as departments_queries
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.systems.models import Answer


def answers(
    session: Session, department: str, replies: Collection[tuple[str, str]]
) -> Sequence[Answer]:
    """What replies, each an id and its contents, were answered before: one row each, and one where
    the id's contents were not kept.
    """
    keys = {(reply, contents) for reply, said in replies for contents in (said, "")}
    statement = select(Answer).where(
        Answer.department == department, tuple_(Answer.reply, Answer.contents).in_(keys)
    )
    return session.exec(statement).all()


def taken(session: Session, department: str, replies: Collection[str]) -> set[str]:
    """Those of these ids of which something was taken."""
    statement = select(Answer.reply).where(
        Answer.department == department, col(Answer.reply).in_(replies), col(Answer.taken)
    )
    return set(session.exec(statement).all())


def kept(session: Session, department: str, replies: Collection[str], most: int) -> dict[str, int]:
    """How many answers are kept of each of these ids, counted up to `most`; none: not there."""
    ids = bindparam("ids", list(replies), type_=ARRAY(String))
    replies_asked = func.unnest(ids).table_valued("reply").render_derived()
    reply = replies_asked.c.reply
    some = (
        select(literal(1))
        .where(Answer.department == department, Answer.reply == reply)
        .limit(most)
        .lateral()
    )
    statement = select(reply, func.count()).join_from(replies_asked, some, true()).group_by(reply)
    return dict(session.execute(statement).all())


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
