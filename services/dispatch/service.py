"""What the dispatch service is called, its tables' base, and what its sessions carry."""

from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel

from kit.service import own_registry
from rulebook.book import book_of
from rulebook.calendar import WorkingCalendar
from rulebook.limits import Limit
from rulebook.packs import Pack
from rulebook.terms import Terms

NAME = "dispatch"
TITLE = "发点球"
FEATURES = (
    "directory",
    "departments",
    "orders",
    "issuing",
    "replies",
    "decisions",
    "meetings",
    "statistics",
    "home",
)


class Table(SQLModel, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def calendar(session: Session) -> WorkingCalendar:
    return book_of(session.info).calendar


def pack(session: Session, on: date) -> Pack:
    """The county's policy pack in force on that day."""
    return book_of(session.info).pack(county(session), on)


OFFICE_LIMITS = ("dispatch.route_limit", "dispatch.close_limit")  # no pack says them yet


class OfficeTerms(Terms):
    """A pack's limits, and one working day for what the office itself owes."""

    def _value(self, key: str) -> Any:
        return Limit(1, "WD") if key in OFFICE_LIMITS else super()._value(key)

    def source(self, key: str, row: Any = None) -> str:
        return "PROPOSED" if key in OFFICE_LIMITS else super().source(key, row)


def terms(session: Session, on: date) -> Terms:
    """The limits that hold for an order opened on that day."""
    return OfficeTerms(pack(session, on), calendar(session))
