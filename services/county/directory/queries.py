"""What codes are called, and which places there are (`kit.directory`)."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from kit import directory
from kit.database.columns import among
from kit.directory import Entry
from kit.directory.table import NOBODY
from rulebook.divisions import township_of
from schemas.codes import DEPARTMENTS, DIVISIONS, DirectoryKind, Level
from services.county.register.models import Assignment, Household

ORGANISATIONS = (DirectoryKind.UNIT, DirectoryKind.TEAM, DirectoryKind.DEPARTMENT)
PLACES = (*DIVISIONS, *ORGANISATIONS)
# Who is asked about what ended: its successor of the same kind, about a group its village too.
ASKED = {DirectoryKind.GROUP: (DirectoryKind.GROUP, DirectoryKind.VILLAGE)}


def names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name for divisions, units, teams and departments; an unknown code stands for
    itself.
    """
    told = directory.names(session, PLACES, codes)
    return {
        code: DEPARTMENTS.get(code, code) if told[code] == code else told[code] for code in told
    }


def name_of(session: Session, code: str | None) -> str:
    return names(session, [code])[code] if code else NOBODY


def division_named(session: Session, name: str, level: Level | None = None) -> Sequence[Entry]:
    """Divisions of exactly this name."""
    return directory.named(session, DirectoryKind(level) if level else DIVISIONS, name)


def divisions(session: Session, level: Level) -> Sequence[Entry]:
    """All of a level, by code."""
    return directory.entries(session, DirectoryKind(level))


def is_village(session: Session, code: str) -> bool:
    return directory.exists(session, DirectoryKind.VILLAGE, code)


def departments(session: Session) -> dict[str, str]:
    """Code → name of the departments that told their name; before any did, of those that the code
    list knows.
    """
    told = directory.entries(session, DirectoryKind.DEPARTMENT)
    return {entry.code: entry.name for entry in told} or dict(DEPARTMENTS)


def is_department(session: Session, code: str) -> bool:
    return directory.exists(session, DirectoryKind.DEPARTMENT, code)


def nobody_to_ask(session: Session, kind: DirectoryKind, code: str) -> bool:
    """Whether it ended and joined none, so that nobody explains for it (F-15)."""
    entry = directory.entry(session, kind, code)
    if entry is None or entry.successor is None:
        return False
    return not directory.exists(session, ASKED.get(kind, (kind,)), entry.successor)


def heads(session: Session, households: Iterable[str]) -> dict[str, Household]:
    """Household id → our copy of it."""
    statement = select(Household).where(col(Household.id).in_(set(households)))
    return {household.id: household for household in session.exec(statement)}


def helper_of(session: Session, household: str) -> str | None:
    """Who helps the household, as a letter names it: 周某（县审计局）."""
    assignment = session.get(Assignment, household)
    if assignment is None:
        return None
    helper = directory.name(session, DirectoryKind.HELPER, assignment.helper)
    return f"{helper}（{name_of(session, assignment.unit)}）"


def helpers_of(session: Session, households: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Household → (helper's name, unit's name)."""
    statement = select(Assignment).where(among(Assignment.household, set(households)))
    rows = session.exec(statement).all()
    called = directory.names(
        session,
        (DirectoryKind.HELPER, DirectoryKind.UNIT),
        [code for row in rows for code in (row.helper, row.unit)],
    )
    return {row.household: (called[row.helper], called[row.unit]) for row in rows}


def township_or_self(division: str) -> str:
    """The township of a village (or the code itself when it is none)."""
    try:
        return township_of(division)
    except ValueError:
        return division
