"""What the county service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import own_registry
from rulebook.book import Book, book_of

NAME = "county"
TITLE = "县级"
FEATURES = (
    "directory",
    "register",
    "organisation",
    "months",
    "reporters",
    "supervision",
    "intake",
    "cases",
    "answers",
    "verification",
    "missed_discoveries",
    "hearings",
    "recounting",
    "orders",
    "ledger",
    "statistics",
    "numbering",
    "meetings",
    "agenda",
    "minutes",
    "proposed_names",
    "bulletin",
    "closings",
    "tasks",
)


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def book(session: Session) -> Book:
    return book_of(session.info)
