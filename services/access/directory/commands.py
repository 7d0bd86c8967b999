"""Keeps what places, units, helpers, teams and departments are called, as events say it."""

from sqlmodel import Session

from kit.closing import ending
from kit.directory import Entry, Feed
from kit.seal import unseal
from schemas.codes import DirectoryKind
from schemas.county import TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, UnitNamed
from schemas.values import Name
from schemas.village import DivisionNamed, GroupNamed

heard = Feed()


@heard.on(DivisionNamed)
def division(session: Session, event: DivisionNamed) -> Entry:
    return Entry(
        DirectoryKind(event.level), event.division, event.name, parent=event.parent, **ending(event)
    )


@heard.on(GroupNamed)
def group(session: Session, event: GroupNamed) -> Entry:
    code = f"{event.village}/{event.group}"
    return Entry(
        DirectoryKind.GROUP, code, f"{event.group}组", parent=event.village, **ending(event)
    )


@heard.on(UnitNamed)
def unit(session: Session, event: UnitNamed) -> Entry:
    return Entry(DirectoryKind.UNIT, event.unit, event.name, **ending(event))


@heard.on(HelperNamed)
def helper(session: Session, event: HelperNamed) -> Entry:
    name = unseal(session, event.sealed, Name).name
    return Entry(DirectoryKind.HELPER, event.helper, name, parent=event.unit)


@heard.on(TeamNamed)
def team(session: Session, event: TeamNamed) -> Entry:
    return Entry(DirectoryKind.TEAM, event.team, event.name, **ending(event))


@heard.on(DepartmentNamed)
def department(session: Session, event: DepartmentNamed) -> Entry:
    return Entry(DirectoryKind.DEPARTMENT, event.department, event.name, **ending(event))
