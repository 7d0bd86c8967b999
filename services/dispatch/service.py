"""What the dispatch service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.packs import pack_of
from kit.service import own_registry
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
    "replies",
    "systems",
    "decisions",
    "meetings",
    "recounting",
    "statistics",
    "closings",
    "tasks",
)


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
