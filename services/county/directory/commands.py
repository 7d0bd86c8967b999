"""Keeps what places, units, helpers, teams, departments and posts are called, as events say it."""

from sqlmodel import Session

from kit.closing import ending
from kit.directory import Entry, Feed
from kit.seal import unseal
from schemas.codes import DirectoryKind
from schemas.county import ResponsibleNamed, TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, UnitNamed
from schemas.values import Name
from schemas.village import DivisionNamed, GroupNamed
from services.county.directory.models import Group

HEARD = Feed()  # others' events
OWN = Feed()  # what the county itself says


@HEARD.on(DivisionNamed)
def division(session: Session, event: DivisionNamed) -> Entry:
    return Entry(
        DirectoryKind(event.level), event.division, event.name, parent=event.parent, **ending(event)
    )


@HEARD.on(GroupNamed)
def group(session: Session, event: GroupNamed) -> Entry:
    code = f"{event.village}/{event.group}"
    return Entry(
        DirectoryKind.GROUP, code, f"{event.group}组", parent=event.village, **ending(event)
    )


@HEARD.on(UnitNamed)
def unit(session: Session, event: UnitNamed) -> Entry:
    return Entry(DirectoryKind.UNIT, event.unit, event.name, **ending(event))


@HEARD.on(HelperNamed)
def helper(session: Session, event: HelperNamed) -> Entry:
    words = unseal(session, event.sealed, Name)
    return Entry(DirectoryKind.HELPER, event.helper, words.name, parent=event.unit)


@HEARD.on(DepartmentNamed)
def department(session: Session, event: DepartmentNamed) -> Entry:
    return Entry(DirectoryKind.DEPARTMENT, event.department, event.name, **ending(event))


@OWN.on(TeamNamed)
def team(session: Session, event: TeamNamed) -> Entry:
    return Entry(DirectoryKind.TEAM, event.team, event.name, **ending(event))


@OWN.on(ResponsibleNamed)
def post(session: Session, event: ResponsibleNamed) -> Entry:
    code = f"{event.place}/{event.post}"
    return Entry(DirectoryKind.POST, code, event.post, parent=event.place)


def keep_group_leader(session: Session, event: GroupNamed) -> None:
    """Whom the office rings up; the group's name stands in the directory."""
    leader = unseal(session, event.sealed, Name)
    session.merge(
        Group(village=event.village, group_no=event.group, leader=leader.name, phone=leader.phone)
    )
