"""What hangs on a department that ends, and orders that stand at one that ended and joined none."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from kit import closing, directory
from kit.closing import Closing
from kit.directory import Entry
from kit.errors import Refused
from schemas.codes import DirectoryKind
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import AT_DEPARTMENT

KINDS = (DirectoryKind.DEPARTMENT,)


def department(session: Session, kind: str, code: str) -> Entry:
    entry = directory.entry(session, kind, code) if kind in KINDS else None
    if entry is None:
        raise Refused(f"没有代码为“{code}”的行业部门，请核对。")
    return entry


def departments(session: Session) -> list[Entry]:
    return directory.entries(session, DirectoryKind.DEPARTMENT)


def closings(session: Session) -> Sequence[Closing]:
    return closing.closings(session, KINDS)


def notes(session: Session, department: Entry) -> list[str]:
    at = Order.department == department.code
    statement = select(func.count()).where(at, col(Order.state).in_(AT_DEPARTMENT))
    orders = session.exec(statement).one()
    ask = "没有并入部门的，由县级牵头部门逐张改派"
    return [f"正在办理的交办单{orders}张：最后一个月过完转给并入的部门；{ask}。"] if orders else []


def orders_at(session: Session, departments: Sequence[str]) -> list[Order]:
    """With them, to be done, by number."""
    at = col(Order.department).in_(departments), col(Order.state).in_(AT_DEPARTMENT)
    return list(session.exec(select(Order).where(*at).order_by(Order.number)))


def to_reroute(session: Session) -> list[Order]:
    return orders_at(session, departments_queries.gone(session))
