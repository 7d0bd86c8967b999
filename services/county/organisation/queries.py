"""The supervision teams."""

from sqlmodel import Session, col, select

from services.county.organisation.models import Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(col(Team.code))))
