"""What can be asked. Nothing here changes or locks anything."""

from sqlmodel import Session, col, select

from services.county.cases.models import Source
from services.county.supervision.models import SupervisionDraft


def drafts(session: Session, team: str, month: str) -> list[SupervisionDraft]:
    """What the team has noted and not yet reported."""
    wanted = select(SupervisionDraft).where(
        SupervisionDraft.team == team,
        SupervisionDraft.month == month,
        col(SupervisionDraft.reported).is_(False),
    )
    return list(session.exec(wanted.order_by(col(SupervisionDraft.id))))


def reported(session: Session, team: str, month: str) -> list[Source]:
    wanted = select(Source).where(Source.reporter == team, Source.month == month)
    return list(session.exec(wanted.order_by(col(Source.received_on), col(Source.finding))))
