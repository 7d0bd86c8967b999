"""The supervision teams, and who answers for a place."""

from collections.abc import Collection, Iterable

from sqlmodel import Session, col, select

from kit import directory
from schemas.codes import DirectoryKind
from services.county.organisation.models import DepartmentPeople, Responsibility, Responsible, Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


def left_out(session: Session, given: Collection[str]) -> list[str]:
    """A complete list came and does not name who is known: asked about, never dropped (F-15)."""
    names = [
        entry.name
        for entry in directory.entries(session, DirectoryKind.TEAM)
        if entry.code not in given and entry.last_month is None
    ]
    ask = "已撤并的，请在“撤并”页登记，否则仍要上报"
    return [f"这份名册里没有{'、'.join(names)}：{ask}。"] if names else []


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(col(Team.code))))


def responsibles(
    session: Session, place: str, duty: Responsibility | None = None
) -> list[Responsible]:
    """Who answers for a place by its code, in one way or any, by post."""
    statement = select(Responsible).where(Responsible.place == place)
    if duty:
        statement = statement.where(Responsible.duty == duty)
    return list(session.exec(statement.order_by(col(Responsible.post))))


def heads_of_name(session: Session, name: str) -> list[Responsible]:
    """First responsible persons of a unit or place of that name: a department often is a helping
    unit too.
    """
    statement = select(Responsible).where(
        Responsible.place_name == name, Responsible.duty == Responsibility.FIRST
    )
    return list(session.exec(statement.order_by(col(Responsible.post))))


def people_of_department(session: Session, department: str) -> DepartmentPeople:
    return session.get(DepartmentPeople, department) or DepartmentPeople(department=department)


def leaders_of(session: Session, places: Iterable[str]) -> dict[str, str]:
    """Place → who answers for it first, as a list prints it: 党委书记许国园、镇长何立 (N-18)."""
    statement = select(Responsible).where(
        col(Responsible.place).in_(set(places)), Responsible.duty == Responsibility.FIRST
    )
    leaders: dict[str, list[str]] = {}
    for leader in session.exec(statement.order_by(col(Responsible.post))):
        leaders.setdefault(leader.place or "", []).append(f"{leader.post}{leader.name}")
    return {place: "、".join(people) for place, people in leaders.items()}
