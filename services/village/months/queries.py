"""Months, who is expected to report in them, and who was reminded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.searching import begins
from kit.dates import show_month
from kit.errors import NotFound, Refused
from rulebook.months import check_month, month_of
from schemas.codes import Timeliness
from services.village.months.models import Month, Reminder, ReporterMonth
from services.village.months.policy import policy
from services.village.months.rules import Reporter


def month_named(session: Session, month: str) -> Month:
    """An open (or closed) month; `Refused` for a wrong one."""
    try:
        month = check_month(month)
    except ValueError as error:
        raise Refused(str(error)) from error
    opened = session.get(Month, month)
    if opened is None:
        raise Refused(f"{int(month[:4])}年{int(month[5:])}月还没有开始填报。请核对月份。")
    return opened


def is_open(session: Session, month: str) -> bool:
    return session.get(Month, month) is not None


def months(session: Session) -> Sequence[Month]:
    return session.exec(select(Month).order_by(col(Month.month).desc())).all()


def latest_month(session: Session, on: date) -> Month | None:
    """The month that is being reported: the newest that has begun."""
    return session.exec(
        select(Month).where(Month.month <= f"{on:%Y-%m}").order_by(col(Month.month).desc())
    ).first()


def reporter(session: Session, month: str, kind: Reporter, code: str) -> ReporterMonth:
    """Who is expected to report."""
    row = known_reporter(session, month, kind, code)
    if row is None:
        raise NotFound(
            f"{code}不在{show_month(month)}的应报名单里。名单在每月初定下；新设的{kind.label}从下个月起报送。"
        )
    return row


@dataclass(frozen=True)
class Reported:
    """How far one kind of reporter has come; as the county's figure of that name."""

    expected: int
    exempt: int
    by_state: dict[Timeliness, int]


def reported(rows: Iterable[ReporterMonth]) -> Reported:
    """应报, 免报, and 未到期, 按时, 迟报, 未报 (docs/domain/figures.md). Basis: those expected when the
    month opened; the states are of those not exempt.
    """
    expected = list(rows)
    states = [row.timeliness for row in expected if row.exempt_on is None]
    return Reported(
        len(expected),
        len(expected) - len(states),
        {state: states.count(state) for state in Timeliness},
    )


def owed(session: Session, kind: Reporter, code: str, on: date) -> Sequence[ReporterMonth]:
    """The months whose report the reporter still owes, the earliest first: not reported, not
    exempted, and the county has not issued the bulletin that names the missing.
    """
    return session.exec(
        select(ReporterMonth)
        .join(Month, Month.month == ReporterMonth.month)  # type: ignore[arg-type]
        .where(
            ReporterMonth.kind == kind,
            ReporterMonth.code == code,
            col(ReporterMonth.received_on).is_(None),
            col(ReporterMonth.exempt_on).is_(None),
            col(Month.closed_on).is_(None),
            Month.month <= month_of(on),
        )
        .order_by(ReporterMonth.month)
    ).all()


def running(session: Session, on: date) -> Sequence[Month]:
    """The months that somebody may still owe, the earliest first."""
    statement = select(Month).where(col(Month.closed_on).is_(None), Month.month <= month_of(on))
    return session.exec(statement.order_by(Month.month)).all()


def known_reporter(session: Session, month: str, kind: Reporter, code: str) -> ReporterMonth | None:
    """None of somebody who is not expected in the month: he came after it was opened."""
    return session.exec(
        select(ReporterMonth).where(
            ReporterMonth.month == month, ReporterMonth.kind == kind, ReporterMonth.code == code
        )
    ).one_or_none()


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The reporters whose state the actor may see."""
    return policy.visible(actor, "month_status", ReporterMonth)


def reporters(
    session: Session,
    month: str,
    kind: Reporter,
    prefix: str = "",
    *,
    visible: ColumnElement[bool] | None = None,
) -> Sequence[ReporterMonth]:
    """In the divisions whose code begins with `prefix`, by code."""
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month,
        ReporterMonth.kind == kind,
        begins(col(ReporterMonth.division), prefix),
        true() if visible is None else visible,
    )
    return session.exec(statement.order_by(ReporterMonth.code)).all()


def silent(month: str, kind: Reporter) -> SelectOfScalar[ReporterMonth]:
    """A statement: who is still waited for, has not reported and is not exempted."""
    return (
        select(ReporterMonth)
        .where(
            ReporterMonth.month == month,
            ReporterMonth.kind == kind,
            ReporterMonth.timeliness == Timeliness.WAITING,
            col(ReporterMonth.exempt_on).is_(None),
        )
        .order_by(ReporterMonth.code)
    )


def reminders(session: Session, month: str, kind: Reporter, code: str) -> Sequence[Reminder]:
    return session.exec(
        select(Reminder)
        .where(Reminder.month == month, Reminder.kind == kind, Reminder.code == code)
        .order_by(col(Reminder.on).desc())
    ).all()


def reminded(session: Session, month: str, kind: Reporter, code: str) -> str:
    """How often, in words; "" for never."""
    sent = reminders(session, month, kind, code)
    return f"已提醒{len(sent)}次" if sent else ""
