"""The county's own organisation: teams with their plan of townships, responsible leaders (N-12,
N-18).
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import existing
from kit.directory import Entry
from kit.messaging.outbox import emit
from kit.seal import seal, unseal
from schemas.codes import DIVISIONS, DirectoryKind, Level
from schemas.county import ResponsibleNamed, TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.values import Answerable, Name
from services.county.directory import queries as directory_queries
from services.county.directory.commands import OWN
from services.county.locks import hold_names
from services.county.organisation.forms import ResponsibleForm, TeamForm
from services.county.organisation.models import DepartmentPeople, Responsible, Team
from services.county.organisation.policy import policy

# A department often shares its name with a helping unit: it is meant by its code alone.
MEANT_BY_NAME = (*DIVISIONS, DirectoryKind.UNIT, DirectoryKind.TEAM)


def enter_teams(session: Session, teams: Sequence[TeamForm], *, actor: Actor) -> int:
    """Add or change supervision teams; returns how many changed."""
    policy.require(actor, "enter_teams")
    hold_names(session)
    changed = 0
    for team in teams:
        codes = {name: _township(session, name) for name in team.townships}
        fresh = Team(
            code=team.code,
            name=team.name,
            leader=team.leader,
            phone=team.phone,
            members=list(team.members),
            townships=[code for code in codes.values() if code],
            waiting_for=[name for name, code in codes.items() if not code],
        )
        before = session.get(Team, team.code, with_for_update=True)
        if before is None or before.model_dump() != fresh.model_dump():
            _publish(session, session.merge(fresh))
            changed += 1
    return changed


def enter_responsibles(
    session: Session, leaders: Sequence[ResponsibleForm], *, actor: Actor
) -> int:
    """Add or change responsible persons; returns how many changed."""
    policy.require(actor, "enter_responsibles")
    hold_names(session)
    changed = 0
    for leader in leaders:
        place = _place(session, leader.place)
        name = directory_queries.name_of(session, place) if place else leader.place
        fresh = Responsible(
            place_name=name,
            post=leader.post,
            level=leader.level,
            place=place,
            name=leader.name,
            phone=leader.phone,
            duty=leader.duty,
        )
        before = session.get(Responsible, (name, leader.post), with_for_update=True)
        if before is None or before.model_dump() != fresh.model_dump():
            _announce(session, session.merge(fresh))
            changed += 1
    return changed


def keep_department_people(session: Session, event: DepartmentNamed) -> None:
    """Who answers for a department (N-18), as dispatch tells it."""
    told = unseal(session, event.sealed, Answerable) if event.sealed else Answerable()
    session.merge(DepartmentPeople(department=event.department, **told.model_dump()))


def resolve_place(session: Session, name: str, code: str) -> None:
    """A division or unit got its name: teams and leaders that waited for it are complete."""
    hold_names(session)
    waiting = select(Team).where(col(Team.waiting_for).contains([name])).with_for_update()
    for team in session.exec(waiting).all():
        team.waiting_for = [other for other in team.waiting_for if other != name]
        team.townships = [*team.townships, code]
        _publish(session, team)
    unplaced = select(Responsible).where(
        Responsible.place_name == name, col(Responsible.place).is_(None)
    )
    for leader in session.exec(unplaced.with_for_update()).all():
        leader.place = code
        _announce(session, leader)


def name_again(session: Session, entries: Sequence[Entry]) -> None:
    """Teams that ended, or did not after all (F-15)."""
    directory.put(session, *entries)
    for entry in entries:
        _publish(session, existing(session, Team, entry.code, "没有这个督导组。"))


def _publish(session: Session, team: Team) -> None:
    entry = directory.entry(session, DirectoryKind.TEAM, team.code)
    event = TeamNamed(
        team=team.code,
        name=team.name,
        townships=tuple(team.townships),
        sealed=seal(session, Name(name=team.leader, phone=team.phone)),
        last_month=entry.last_month if entry else None,
        successor=entry.successor if entry else None,
    )
    OWN.keep(session, event)
    emit(session, event)


def _announce(session: Session, leader: Responsible) -> None:
    if leader.place:
        sealed = seal(session, Name(name=leader.name, phone=leader.phone))
        event = ResponsibleNamed(place=leader.place, post=leader.post, sealed=sealed)
        OWN.keep(session, event)
        emit(session, event)


def _township(session: Session, text: str) -> str | None:
    if text.isdigit():
        return text
    divisions = directory_queries.division_named(session, text, Level.TOWNSHIP)
    return divisions[0].code if len(divisions) == 1 else None


def _place(session: Session, text: str) -> str | None:
    """The code for a code, or for a name that only one division, unit or team has."""
    if directory.entry(session, directory_queries.PLACES, text):
        return text
    entries = directory.named(session, MEANT_BY_NAME, text)
    return entries[0].code if len(entries) == 1 else None
