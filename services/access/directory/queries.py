"""What a post may be at: there is such a place, and it fits the role."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from kit import directory
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


def called(session: Session, places: Mapping[str, Role]) -> dict[str, str]:
    """Place → what it is called, with what it belongs to before it: 石桥村01组."""
    full: dict[str, str] = {}
    for kind in {KIND_OF[role] for role in places.values()}:
        codes = [code for code, role in places.items() if KIND_OF[role] is kind]
        named = directory.full_names if kind in NAMED_BY_PARENT else directory.names
        full |= named(session, DirectoryKind(kind.value), codes)
    return full
