"""What codes are called on tier 1: fed from its own divisions and groups, and from what units, teams
and departments are named elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from kit import directory
from kit.closing import ending
from kit.directory import Entry, Feed
from schemas.codes import DIVISIONS, DirectoryKind
from schemas.county import TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.unit import UnitNamed
from schemas.village import DivisionNamed, GroupNamed

own = Feed()
heard = Feed()


@own.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> Entry:
    return Entry(
        DirectoryKind(event.level), event.division, event.name, parent=event.parent, **ending(event)
    )


@own.on(GroupNamed)
def group_named(session: Session, event: GroupNamed) -> Entry:
    code = f"{event.village}/{event.group}"
    return Entry(
        DirectoryKind.GROUP, code, f"{event.group}组", parent=event.village, **ending(event)
    )


@heard.on(UnitNamed)
def unit_named(session: Session, event: UnitNamed) -> Entry:
    return Entry(DirectoryKind.UNIT, event.unit, event.name, **ending(event))


@heard.on(TeamNamed)
def team_named(session: Session, event: TeamNamed) -> Entry:
    return Entry(DirectoryKind.TEAM, event.team, event.name, **ending(event))


@heard.on(DepartmentNamed)
def department_named(session: Session, event: DepartmentNamed) -> Entry:
    return Entry(
        DirectoryKind.DEPARTMENT, event.department, event.name, event.aliases, **ending(event)
    )


@dataclass(frozen=True)
class Names:
    """What the county's places are called; a code nobody has named stands for itself."""

    by_code: dict[str, str]

    def __getitem__(self, code: str | None) -> str:
        return self.by_code.get(code or "", code or "")

    def all(self, codes: Iterable[str]) -> str:
        return "、".join(self[code] for code in codes)

    def full(self, village: str) -> str:
        """河湾镇马家村"""
        return self[village[:9] + "000"] + self[village]


def names(session: Session) -> Names:
    """Of all divisions, those too that ended: a county has some hundred, and most pages name
    several kinds of them.
    """
    entries = directory.entries(session, DIVISIONS, active=False)
    return Names({entry.code: entry.name for entry in entries})


def source_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Of helping units and supervision teams."""
    return directory.names(session, (DirectoryKind.UNIT, DirectoryKind.TEAM), codes)
