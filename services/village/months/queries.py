"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.errors import NotFound, Refused
from rulebook.months import check_month
from schemas.codes import Timeliness
from services.village.months.models import Month, Reminder, ReporterMonth
from services.village.months.rules import Reporter


def month_named(session: Session, month: str) -> Month:
    """An open (or closed) month; `Refused` for a wrong one."""
    try:
        month = check_month(month)
    except ValueError as error:
        raise Refused(str(error)) from error
    found = session.get(Month, month)
    if found is None:
        raise Refused(f"{int(month[:4])}年{int(month[5:])}月还没有开始填报。请核对月份。")
    return found


def months(session: Session) -> Sequence[Month]:
    return session.exec(select(Month).order_by(col(Month.month).desc())).all()


def latest_month(session: Session, on: date) -> Month | None:
    """The month that is being reported: the newest that has begun."""
    return session.exec(
        select(Month).where(Month.month <= f"{on:%Y-%m}").order_by(col(Month.month).desc())
    ).first()


def reporter(
    session: Session, month: str, kind: Reporter, code: str, *, lock: bool = False
) -> ReporterMonth:
    """Who is expected to report; `lock` holds the row until the transaction ends."""
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month, ReporterMonth.kind == kind, ReporterMonth.code == code
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).one_or_none()
    if found is None:
        raise NotFound(
            f"{code}不在{month}的应报名单里。名单在每月初定下;新设的{kind.label}从下个月起报送。"
        )
    return found


def reporters(
    session: Session,
    month: str,
    kind: Reporter | None = None,
    prefix: str = "",
    group: str | None = None,
) -> Sequence[ReporterMonth]:
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month, col(ReporterMonth.division).startswith(prefix)
    )
    if kind is not None:
        statement = statement.where(ReporterMonth.kind == kind)
    if group is not None:
        statement = statement.where(ReporterMonth.group == group)
    return session.exec(statement.order_by(ReporterMonth.kind, ReporterMonth.code)).all()


def silent(session: Session, month: str, kind: Reporter) -> Sequence[ReporterMonth]:
    """Who is still waited for: has not reported, and is not exempted."""
    return session.exec(
        select(ReporterMonth)
        .where(
            ReporterMonth.month == month,
            ReporterMonth.kind == kind,
            ReporterMonth.timeliness == Timeliness.WAITING,
            col(ReporterMonth.exempt_on).is_(None),
        )
        .order_by(ReporterMonth.code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def reminders(session: Session, month: str, kind: Reporter, code: str) -> Sequence[Reminder]:
    return session.exec(
        select(Reminder)
        .where(Reminder.month == month, Reminder.kind == kind, Reminder.code == code)
        .order_by(col(Reminder.on).desc())
    ).all()
