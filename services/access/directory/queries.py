"""What a post may be at: there is such a place, and it fits the role."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.directory import Entry
from kit.errors import Refused
from rulebook.scopes import KIND_OF, Scope, ScopeKind, scope_of
from schemas.codes import DirectoryKind, Role
from services.access.service import county

NAMED_BY_PARENT = (ScopeKind.VILLAGE, ScopeKind.GROUP, ScopeKind.HELPER)


def exists(session: Session, scope: Scope) -> bool:
    """The county is there by being installed; everything else is there once somebody named it."""
    if scope.kind is ScopeKind.COUNTY:
        return scope.code == county(session)
    return directory.exists(session, DirectoryKind(scope.kind.value), scope.code)


def scope(session: Session, role: Role, place: str) -> Scope:
    """`Refused` for a place that is blank, does not fit the role, or is not there (G-02)."""
    try:
        return scope_of(role, place, lambda scope: exists(session, scope))
    except ValueError as error:
        raise Refused(
            f"{error}。请从列表中选择{role.label}的地方或单位。", field="place"
        ) from error


def above(session: Session, scope: Scope) -> str:
    """What the place belongs to: a group's village, a village's township, a helper's unit; of
    everything else the county.
    """
    if scope.kind is ScopeKind.GROUP:
        return scope.code.partition("/")[0]
    if scope.kind in NAMED_BY_PARENT:
        entry = directory.entry(session, DirectoryKind(scope.kind.value), scope.code)
        if entry and entry.parent:
            return entry.parent
    return county(session)


def there(session: Session, role: Role) -> Sequence[Entry]:
    """The places at which somebody in this role can be."""
    kind = KIND_OF[role]
    if kind is ScopeKind.COUNTY:
        code = county(session)
        return [Entry(kind, code, directory.name(session, DirectoryKind.COUNTY, code))]
    return directory.entries(session, DirectoryKind(kind.value))


class At(Protocol):
    """A post: its id, and where it is as what."""

    id: str
    role: Role
    place: str


def called(session: Session, posts: Iterable[At]) -> dict[str, str]:
    """Post → what its place is called, with what that belongs to before it: 石桥村01组."""
    every = list(posts)
    full: dict[tuple[ScopeKind, str], str] = {}
    for kind in {KIND_OF[post.role] for post in every}:
        codes = [post.place for post in every if KIND_OF[post.role] is kind]
        named = directory.full_names if kind in NAMED_BY_PARENT else directory.names
        names = named(session, DirectoryKind(kind.value), codes)
        full |= {(kind, code): name for code, name in names.items()}
    return {post.id: full[KIND_OF[post.role], post.place] for post in every}


def paths(session: Session, posts: Iterable[At]) -> dict[str, str]:
    """Post → its place from the township down: 河湾镇石桥村01组."""
    every = list(posts)
    groups = [post for post in every if KIND_OF[post.role] is ScopeKind.GROUP]
    villages = {post.id: post.place.partition("/")[0] for post in groups}
    named = directory.full_names(session, DirectoryKind.VILLAGE, villages.values())
    own = directory.names(session, DirectoryKind.GROUP, [post.place for post in groups])
    return called(session, every) | {
        post.id: named[villages[post.id]] + own[post.place] for post in groups
    }


def offered(
    session: Session, actor: Actor, role: Role, most: int, part: str = ""
) -> tuple[dict[str, str], bool]:
    """Where the actor may give this post, by code; `part`: of the name. The second says whether
    there are more than `most`.
    """
    kind = KIND_OF[role]
    places = {entry.code: entry for entry in there(session, role) if reaches(session, actor, entry)}
    named = directory.full_names if kind in NAMED_BY_PARENT else directory.names
    names = named(session, DirectoryKind(kind.value), places)
    fitting = {code: name for code, name in names.items() if part in name or part == code}
    return dict(sorted(fitting.items())[:most]), len(fitting) > most


def reaches(session: Session, actor: Actor, entry: Entry) -> bool:
    """Whether the place lies below the actor's: what he is offered, no permission."""
    prefix = actor.scope.prefix
    if actor.scope.kind is ScopeKind.COUNTY:
        return True
    return entry.code.startswith(prefix) if prefix else entry.parent == actor.place


def by_name(session: Session, role: Role) -> dict[str, list[str]]:
    """How people write a place → its codes: by its code, its name, its name with what is above it."""
    kind, entries = KIND_OF[role], there(session, role)
    full = directory.full_names(
        session, DirectoryKind(kind.value), [entry.code for entry in entries]
    )
    written: dict[str, list[str]] = {}
    for entry in entries:
        for text in {entry.code, entry.name, full[entry.code], *entry.also}:
            written.setdefault(text, []).append(entry.code)
    return written
