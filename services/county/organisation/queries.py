"""The supervision teams, and who answers for a place."""

from sqlmodel import Session, col, select

from services.county.organisation.models import DepartmentPeople, Responsibility, Responsible, Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


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
