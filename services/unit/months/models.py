"""Months, who is expected in them, and who was reminded."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Content, Timeliness
from services.unit.months.rules import ReminderAbout
from services.unit.service import Table


class Month(Table, table=True):
    """An open month with its dates, under the pack that was in force when it opened."""

    __tablename__ = "month"
    month: str = Field(primary_key=True)
    opened_on: date
    remind_on: date
    visit_due: date
    report_due: date
    least: int  # contacts asked of each household
    pack: str
    closed_on: date | None = (
        None  # the bulletin named who is missing: nobody owes a report any more
    )


class Required(Table, table=True):
    """A household that has to be contacted this month: frozen when it opened. An exemption is
    recorded, not deleted.
    """

    __tablename__ = "required"
    month: str = Field(primary_key=True, foreign_key="month.month")
    assignment: str = Field(primary_key=True, foreign_key="assignment.id")
    unit: str = Field(index=True)
    helper: str  # who had it then
    exempted_on: date | None = None
    exempt_reason: str | None = encrypted(default=None)


class UnitMonth(Table, table=True):
    """A unit's month as a reporter: timeliness and content are two things."""

    __tablename__ = "unit_month"
    month: str = Field(primary_key=True, foreign_key="month.month")
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    required: int
    timeliness: Timeliness = coded(Timeliness, default=Timeliness.WAITING)
    content: Content = coded(Content, default=Content.DRAFT)
    neglected_at_due: int | None = None  # households not contacted when the visits fell due
    exempted_on: date | None = None
    exempt_reason: str | None = encrypted(default=None)
    exempted_by: str | None = None
    exempted_account: str | None = None


class Reminder(Table, table=True):
    """Somebody was reminded. `place`: a helper's or unit's code."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("month", "on", "place", "about", name="uq_reminder_once"),
        Index("ix_reminder_of", "place", "month"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    month: str
    on: date
    place: str
    about: ReminderAbout = coded(ReminderAbout)
    households: int
