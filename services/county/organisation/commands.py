"""The county's own organisation: teams with their plan of townships, responsible leaders (N-12,
N-18).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.codes import Level, Role
from schemas.county import ResponsibleNamed, TeamNamed
from schemas.values import Name
from services.county.directory import queries as directory_queries
from services.county.directory.models import Department, Division, Unit
from services.county.locks import hold_names
from services.county.organisation.models import Responsible, Team


@dataclass(frozen=True)
class TeamEntry:
    """`townships`: codes or names."""

    code: str
    name: str
    leader: str
    townships: tuple[str, ...]
    members: tuple[str, ...] = ()
    phone: str | None = None


@dataclass(frozen=True)
class ResponsibleEntry:
    """`place`: a code or a name."""

    level: str
    place: str
    post: str
    name: str
    phone: str | None = field(default=None)


def enter_teams(session: Session, entries: Sequence[TeamEntry], *, actor: Actor) -> int:
    """Add or change supervision teams; returns how many changed."""
    actor.require(Role.ADMINISTRATOR, Role.COUNTY_CLERK, deed="维护督导组")
    hold_names(session)
    changed = 0
    for entry in entries:
        if not (entry.code.strip() and entry.name.strip() and entry.townships):
            raise Refused("督导组要写明组号、名称和负责乡镇。")
        codes = {name: _township(session, name) for name in entry.townships}
        fresh: dict[str, Any] = {
            "code": entry.code,
            "name": entry.name,
            "leader": entry.leader,
            "phone": entry.phone,
            "members": list(entry.members),
            "townships": [code for code in codes.values() if code],
            "waiting_for": [name for name, code in codes.items() if not code],
        }
        before = session.get(Team, entry.code, with_for_update=True)
        if before is None or before.model_dump() != fresh:
            _publish(session, session.merge(Team(**fresh)))
            changed += 1
    return changed


def enter_responsibles(
    session: Session, entries: Sequence[ResponsibleEntry], *, actor: Actor
) -> int:
    """Add or change first responsible persons; returns how many changed."""
    actor.require(Role.ADMINISTRATOR, Role.COUNTY_CLERK, deed="维护主要负责人")
    hold_names(session)
    changed = 0
    for entry in entries:
        if not (entry.place.strip() and entry.post.strip() and entry.name.strip()):
            raise Refused("主要负责人要写明单位或地区、职务和姓名。")
        place = _place(session, entry.place)
        name = directory_queries.name_of(session, place) if place else entry.place
        fresh: dict[str, Any] = {
            "place_name": name,
            "post": entry.post,
            "level": entry.level,
            "place": place,
            "name": entry.name,
            "phone": entry.phone,
        }
        before = session.get(Responsible, (name, entry.post), with_for_update=True)
        if before is None or before.model_dump() != fresh:
            _announce(session, session.merge(Responsible(**fresh)))
            changed += 1
    return changed


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


def _publish(session: Session, team: Team) -> None:
    emit(
        session,
        TeamNamed(
            team=team.code,
            name=team.name,
            townships=tuple(team.townships),
            sealed=seal(session, Name(name=team.leader, phone=team.phone)),
        ),
    )


def _announce(session: Session, leader: Responsible) -> None:
    if leader.place:
        sealed = seal(session, Name(name=leader.name, phone=leader.phone))
        emit(session, ResponsibleNamed(place=leader.place, post=leader.post, sealed=sealed))


def _township(session: Session, text: str) -> str | None:
    if text.isdigit():
        return text
    found = directory_queries.division_named(session, text, Level.TOWNSHIP)
    return found[0].code if len(found) == 1 else None


def _place(session: Session, text: str) -> str | None:
    """The code for a code, or for a name that only one division, unit or team has (a department
    often shares its name with a helping unit: it needs its code).
    """
    for table in (Division, Unit, Team, Department):
        if session.get(table, text):
            return text
    found = [
        code
        for table in (Division, Unit, Team)
        for code in session.exec(select(table.code).where(table.name == text))  # type: ignore[attr-defined]
    ]
    return found[0] if len(found) == 1 else None
