"""The supervision teams, and who leads a place."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from services.county.organisation.models import Responsible, Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(col(Team.code))))


def leaders_of(session: Session, places: Iterable[str]) -> dict[str, str]:
    """Place → its leaders as a list prints them: 党委书记许国园、镇长何立."""
    clause = col(Responsible.place).in_(set(places))
    leaders: dict[str, list[str]] = {}
    for leader in session.exec(select(Responsible).where(clause).order_by(col(Responsible.post))):
        leaders.setdefault(leader.place or "", []).append(f"{leader.post}{leader.name}")
    return {place: "、".join(people) for place, people in leaders.items()}
