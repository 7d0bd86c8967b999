"""What the dispatch service is called, its tables' base, and what its sessions carry."""

from datetime import date

from sqlmodel import Session, SQLModel

from kit.packs import recall
from kit.service import own_registry
from rulebook.book import book_of
from rulebook.calendar import WorkingCalendar
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
    "tasks",
)


class Table(SQLModel, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def calendar(session: Session) -> WorkingCalendar:
    return book_of(session.info).calendar


def pack(session: Session, on: date) -> Pack:
    """The county's policy pack in force on that day: what an order opened then is made under."""
    return book_of(session.info).pack(county(session), on)


def pack_of(session: Session, ref: str) -> Pack:
    """The pack that a record was made under."""
    return book_of(session.info).pack_of(ref, lambda wanted: recall(session, wanted))


def terms(session: Session, ref: str) -> Terms:
    """The limits that hold for a record, by the pack it was made under."""
    return Terms(pack_of(session, ref), calendar(session))
