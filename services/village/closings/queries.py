"""What may end, and what hangs on it."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from kit import closing, directory
from kit.actor import Actor
from kit.closing import Closing
from kit.directory import Entry
from rulebook.scopes import ScopeKind
from schemas.codes import DirectoryKind
from services.village.register.models import Household
from services.village.register.queries import households_at

BELOW = {
    ScopeKind.COUNTY: DirectoryKind.TOWNSHIP,
    ScopeKind.TOWNSHIP: DirectoryKind.VILLAGE,
    ScopeKind.VILLAGE: DirectoryKind.GROUP,
}
KINDS = tuple(BELOW.values())


def below(session: Session, division: str) -> list[Entry]:
    """What lies right below a division and is there: of a county the townships, and so on."""
    entries = [entry for kind in KINDS for entry in directory.children(session, kind, division)]
    return [entry for entry in entries if entry.parent == division]


def successors(session: Session, entry: Entry) -> dict[str, str]:
    """Code → name of what it could join: of a group the village's others, else all of its kind."""
    if entry.kind == DirectoryKind.GROUP:
        there = directory.children(session, entry.kind, entry.parent or "")
    else:
        there = directory.entries(session, entry.kind)
    names = directory.full_names(session, entry.kind, [other.code for other in there])
    return {other.code: names[other.code] for other in there if other.code != entry.code}


def notes(session: Session, entry: Entry) -> list[str]:
    """What stands there beside open work."""
    if entry.kind == DirectoryKind.TOWNSHIP:
        return ["乡镇只能并入另一个乡镇：没有办完的事，县里不能代办。"]
    village, _, group = entry.code.partition("/")
    statement = select(func.count()).where(
        Household.village == village, col(Household.merged_on).is_(None)
    )
    if group:
        statement = statement.where(Household.group == group)
    households = session.exec(statement).one()
    if not households:
        return []
    return [f"这里还有{households}户：最后一个月过完转到并入的村组；没有并入的，由上级安排摸排。"]


def without_village(session: Session, actor: Actor) -> dict[Entry, list[Household]]:
    """Villages that ended, joined none and came to the actor's township, with who lives there."""
    codes = directory.answers_for(session, actor, DirectoryKind.VILLAGE)
    ended = [v for v in directory.ended(session, DirectoryKind.VILLAGE) if v.code in codes]
    there = {
        village: [row for row in households_at(session, village.code) if not row.merged_on]
        for village in ended
    }
    return {village: households for village, households in there.items() if households}


def without_heir(session: Session) -> list[Closing]:
    """Of townships that joined none, from before that was refused: nobody does their open work."""
    rows = closing.closings(session, [DirectoryKind.TOWNSHIP])
    return [row for row in rows if row.successor is None]


def visible(session: Session, actor: Actor) -> Sequence[Closing]:
    """Closings of the actor's division and below; of a village's groups only those closed alone."""
    prefix = actor.scope.prefix or actor.place
    rows = closing.closings(session, KINDS)
    return [row for row in rows if row.code.startswith(prefix) and row.with_code is None]
