"""What each tier said: what a missed-discovery candidate is judged by (B-35)."""

from datetime import date

from sqlmodel import Field

from kit.columns import texts
from services.county.service import Table


class Statement(Table, table=True):
    """A group's report or a village's list of a month: it speaks for every household it does not
    name.

    `key` is `<village12>/<group>` for a group, the village's code for a list. A supplement adds
    names and leaves the day of the first list as what the village said.
    """

    __tablename__ = "statement"
    month: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    village: str = Field(index=True)
    group_no: str | None = None  # None: the village's list
    said_on: date  # day of receipt
    nil: bool
    households: list[str] = texts()  # named in it
    hashes: list[str] = texts()  # id hashes named in it
    origin: str | None = None


class Visit(Table, table=True):
    """A helper's visit or call, without any personal data."""

    __tablename__ = "helper_visit"
    visit: str = Field(primary_key=True)
    household: str = Field(index=True)
    helper: str
    unit: str = Field(index=True)
    month: str = Field(index=True)
    on: date
    mode: str
    reached: bool = True
    at_risk: bool = False
    causes: list[str] = texts()
    since_day: date | None = None
    since_about: bool = False
