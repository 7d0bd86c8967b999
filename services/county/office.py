"""The office's own dates, kept like every other reporter's."""

from datetime import date

from sqlmodel import Session

from kit.database.locks import hold
from kit.errors import Refused
from kit.packs import pack
from rulebook.month_plan import MonthPlan
from schemas.codes import Timeliness
from services.county.months.queries import plan_of_month
from services.county.reporters import commands as reporters_commands
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.reporters.rules import timeliness


def plan_of(session: Session, month: str) -> MonthPlan:
    """The month's dates; `Refused` for what is no month, or one that no calendar or pack covers."""
    try:
        return plan_of_month(session, month)
    except (ValueError, LookupError):
        raise Refused(f"月份“{month}”不能办理，请写成2026-09这样的格式。") from None


def issuer(session: Session, on: date) -> str:
    """Who issues what goes out on that day (bulletin, order), as it is printed: of the leading group,
    or the office by its written mandate (J-03, D-08).
    """
    return pack(session, on).issuer


def one_at_a_time(session: Session, kind: str, month: str) -> None:
    """A person and a deadline may begin the same meeting or bulletin at one moment: the second
    waits, and finds it.
    """
    hold(session, f"{kind}/{month}")


def note_done(
    session: Session, month: str, code: str, on: date, *, entered_on: date | None = None
) -> None:
    """The office did what it owed (meeting, bulletin) on that day, late or in time, whenever it was
    entered.
    """
    row = _duty(session, month, code)
    late = row is not None and row.due is not None and on > row.due
    note_office(session, month, code, late=late, on=on, entered_on=entered_on)


def note_missed(session: Session, month: str, code: str) -> None:
    """Its day passed without it: the office is shown late in its own table."""
    row = _duty(session, month, code)
    if row is None or row.reported_on is None:
        note_office(session, month, code, late=True, on=None)


def note_office(
    session: Session,
    month: str,
    code: str,
    *,
    late: bool,
    on: date | None,
    entered_on: date | None = None,
) -> None:
    """The office's own duty `code` (verify, meeting, bulletin): done `on`, or overdue (None).
    `entered_on`: when that was entered, if later (补录). Many cases are behind “verify”: once late,
    it stays late.
    """
    row = _duty(session, month, code)
    was_late = row is not None and row.timeliness in (Timeliness.LATE, Timeliness.MISSING)
    late = late or (was_late and code == Duty.VERIFY)
    reporters_commands.note(
        session,
        month,
        ReporterKind.OFFICE,
        code,
        timeliness=Timeliness.MISSING if on is None else timeliness(late),
        reported_on=on,
        entered_on=entered_on,
    )


def _duty(session: Session, month: str, code: str) -> ReporterMonth | None:
    return session.get(ReporterMonth, (month, ReporterKind.OFFICE, code))
