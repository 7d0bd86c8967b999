"""What the unit service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import Record, own_registry
from rulebook.book import Book, book_of

NAME = "unit"
TITLE = "帮扶单位"
FEATURES = (
    "directory",
    "organisation",
    "months",
    "visits",
    "closings",
    "findings",
    "lists",
    "outcomes",
    "search",
    "tasks",
)
# What the audit calls rows by their table, and ids by the column that has them.
RECORDS = {
    "case": Record("风险线索", "/county/cases/{}"),
    "case_copy": Record("风险线索", "/county/cases/{}"),
    "case_order": Record("交办单", "/dispatch/orders/{}"),
    "finding": Record("走访发现", "/unit/findings/{}"),
    "unit_finding": Record("走访发现", "/unit/findings/{}"),
    "household": Record("农户", "/unit/households/{}"),
    "visit": Record("走访记录"),
    "assignment": Record("结对"),
    "unit_list": Record("单位名单"),
    "unit": Record("帮扶单位", "/unit/units/{}"),
    "helper": Record("帮扶责任人"),
}


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def book(session: Session) -> Book:
    return book_of(session.info)
