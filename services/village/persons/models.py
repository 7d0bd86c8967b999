"""Persons of the register. Who has no ID number has no row."""

from datetime import date

from sqlalchemy import Index, text

from kit.database.columns import hashed, serial
from kit.database.encryption import encrypted
from services.village.service import Table

OPEN = "until IS NULL"


class Person(Table, table=True):
    """An ID number in a household. `since` None: from before this was kept; `until` None: still
    there. `disputed`: it is open in another household too, and a person has to say where it
    belongs; the database lets one at a time be open and undisputed (G-09).
    """

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_open",
            "id_hash",
            unique=True,
            postgresql_where=text(f"{OPEN} AND NOT disputed"),
        ),
        Index(
            "uq_person_household", "household", "id_hash", unique=True, postgresql_where=text(OPEN)
        ),
        Index("ix_person_disputed", "id_hash", postgresql_where=text(f"{OPEN} AND disputed")),
    )
    id: int | None = serial()
    household: str
    id_hash: str = hashed()
    since: date | None = None
    until: date | None = None
    disputed: bool = False
    by: str | None = None  # who said that the person belongs elsewhere
    reason: str | None = encrypted(default=None)
