"""What data checks found and a place has to look at: one task a place."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.packs.checks import Mender
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from services.village.checks import queries
from services.village.checks.rules import FindingState
from services.village.places import inherited, owned

# Whose findings are whose task; a department has its data mended by way of the office.
OWED = {
    Role.VILLAGE_CLERK: (ScopeKind.VILLAGE, (Mender.VILLAGE,)),
    Role.TOWNSHIP_CLERK: (ScopeKind.TOWNSHIP, (Mender.TOWNSHIP,)),
    Role.COUNTY_CLERK: (ScopeKind.COUNTY, (Mender.COUNTY, Mender.DEPARTMENT)),
}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """Without a day: no document names one."""
    return list(_tasks(session, actor))


def _tasks(session: Session, actor: Actor) -> Iterator[Task]:
    if actor.role not in OWED:
        return
    kind, menders = OWED[actor.role]
    places = [actor.place] if kind is ScopeKind.COUNTY else owned(session, actor, kind)
    for place in places:
        prefix = "" if kind is ScopeKind.COUNTY else queries.prefix_of(place)
        if count := queries.open_count(session, actor, prefix, menders):
            here = "" if kind is ScopeKind.COUNTY else f"&place={place}"
            mends = f"&mends={menders[0]}" if len(menders) == 1 else ""
            yield Task(
                f"{inherited(session, actor, place)}处理数据核查问题{count}条",
                f"/village/checks?state={FindingState.OPEN}{mends}{here}",
                kind="mend-data",
                count=count,
            )
