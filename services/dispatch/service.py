"""What the dispatch service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.packs import pack_of
from kit.service import Record, own_registry
from rulebook.book import book_of
from rulebook.calendar import WorkingCalendar
from rulebook.terms import Terms

NAME = "dispatch"
TITLE = "发点球"
FEATURES = (
    "directory",
    "departments",
    "orders",
    "escalations",
    "issuing",
    "held",
    "replies",
    "comparisons",
    "systems",
    "decisions",
    "meetings",
    "recounting",
    "statistics",
    "closings",
    "tasks",
)
# What the audit calls rows by their table, and ids by the column that has them.
RECORDS = {
    "case": Record("风险线索", "/county/cases/{}"),
    "household": Record("农户", "/village/households/{}"),
    "dispatch_order": Record("交办单", "/dispatch/orders/{}"),
    "order_event": Record("交办单经过"),
    "department_reply": Record("部门答复"),
    "department": Record("部门"),
    "held_needs": Record("待审定的需求"),
    "decided": Record("县级审定"),
    "comparison": Record("数据比对"),
    "meeting_notice": Record("会商通知"),
}


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def calendar(session: Session) -> WorkingCalendar:
    return book_of(session.info).calendar


def terms(session: Session, ref: str) -> Terms:
    """The limits that hold for a record, by the pack it was made under."""
    return Terms(pack_of(session, ref), calendar(session))
