"""What the county service is called, its tables' base, and what its sessions carry."""

from datetime import date

from sqlmodel import Session

from kit.database.tables import Strict
from kit.packs import recall
from kit.service import own_registry
from rulebook.book import Book, book_of
from rulebook.packs import Pack

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
    "verification",
    "missed_discoveries",
    "hearings",
    "orders",
    "ledger",
    "statistics",
    "meetings",
    "agenda",
    "minutes",
    "proposed_names",
    "bulletin",
    "tasks",
)


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def book(session: Session) -> Book:
    return book_of(session.info)


def pack(session: Session, on: date) -> Pack:
    """The county's policy pack in force on that day: what a record of that day is made under."""
    return book(session).pack(county(session), on)


def pack_of(session: Session, ref: str) -> Pack:
    """The pack that a record was made under."""
    return book(session).pack_of(ref, lambda wanted: recall(session, wanted))
