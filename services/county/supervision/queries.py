"""What a team has noted, what it has reported, and which months it owes."""

from datetime import date

from sqlmodel import Session, col, select

from schemas.codes import Timeliness
from services.county.bulletin.models import Bulletin, BulletinState
from services.county.cases.models import Source
from services.county.months.models import Month
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.supervision.models import SupervisionDraft


def drafts(session: Session, team: str, month: str) -> list[SupervisionDraft]:
    """What the team has noted and not yet reported."""
    statement = select(SupervisionDraft).where(
        SupervisionDraft.team == team,
        SupervisionDraft.month == month,
        col(SupervisionDraft.reported).is_(False),
    )
    return list(session.exec(statement.order_by(col(SupervisionDraft.id))))


def noted(session: Session, team: str) -> list[SupervisionDraft]:
    """What the team has noted and not reported, of every month."""
    statement = select(SupervisionDraft).where(
        SupervisionDraft.team == team, col(SupervisionDraft.reported).is_(False)
    )
    return list(session.exec(statement.order_by(col(SupervisionDraft.id))))


def reported(session: Session, team: str, month: str) -> list[Source]:
    statement = select(Source).where(Source.reporter == team, Source.month == month)
    return list(session.exec(statement.order_by(col(Source.received_on), col(Source.finding))))


def unreported(session: Session, team: str) -> list[tuple[ReporterMonth, date]]:
    """The months that the team still owes, each with its due day: until the month's bulletin names
    who is missing.
    """
    statement = (
        select(ReporterMonth, Month)
        .join(Month, col(Month.month) == ReporterMonth.month)
        .where(
            ReporterMonth.kind == ReporterKind.TEAM,
            ReporterMonth.code == team,
            col(ReporterMonth.timeliness).in_([Timeliness.WAITING, Timeliness.MISSING]),
            col(ReporterMonth.exempt_reason).is_(None),
            ~select(Bulletin.month)
            .where(Bulletin.month == ReporterMonth.month, Bulletin.state == BulletinState.ISSUED)
            .exists(),
        )
    )
    rows = session.exec(statement.order_by(col(ReporterMonth.month)))
    return [(row, month.supervision_due) for row, month in rows]
