"""What codes are called."""

from collections.abc import Iterable

from sqlalchemy import union_all
from sqlmodel import Session, col, select

from rulebook.divisions import township_of
from schemas.codes import DEPARTMENTS, Level
from services.county.directory.models import Department, Division, Unit
from services.county.organisation.models import Team
from services.county.register.models import Household


def names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name for divisions, units, teams and departments; an unknown code stands for
    itself.
    """
    wanted = {code for code in codes if code}
    found = {code: DEPARTMENTS.get(code, code) for code in wanted}
    tables = (
        select(one.code, one.name).where(col(one.code).in_(wanted))
        for one in (Division, Unit, Team, Department)
    )
    return found | dict(session.execute(union_all(*tables)).all()) if wanted else found


def name_of(session: Session, code: str | None) -> str:
    return names(session, [code]).get(code, "—") if code else "—"


def division_named(session: Session, name: str, level: Level | None = None) -> list[Division]:
    """Divisions of exactly this name."""
    wanted = select(Division).where(Division.name == name)
    return list(session.exec(wanted.where(Division.level == level.value) if level else wanted))


def divisions(session: Session, level: Level) -> list[Division]:
    return list(
        session.exec(
            select(Division).where(Division.level == level.value).order_by(col(Division.code))
        )
    )


def departments(session: Session) -> dict[str, str]:
    """Code → name, in the order of the codes; the built-in ones until dispatch has named its
    own.
    """
    known = {
        row.code: row.name
        for row in session.exec(select(Department).order_by(col(Department.code)))
    }
    return known or dict(DEPARTMENTS)


def heads(session: Session, households: Iterable[str]) -> dict[str, Household]:
    """Household id → our copy of it."""
    wanted = select(Household).where(col(Household.id).in_(set(households)))
    return {household.id: household for household in session.exec(wanted)}


def township_or_self(division: str) -> str:
    """The township of a village (or the code itself when it is none)."""
    try:
        return township_of(division)
    except ValueError:
        return division
