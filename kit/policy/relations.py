"""What an actor has to do with a row: said once, asked twice.

`holds` judges one row, `where` is the same as a clause for queries, so that page, API, export and
command cannot disagree. Columns are named by text, so one relation serves a table, its copies and
the place a draft names. A value that is NULL belongs to nobody.

A place that ended (`kit/directory/succession.py`) has nothing any more; its rows are its
successor's. `holds` asks the row's session; a draft without one (`session`) is judged by the
actor's own place alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, false, func, inspect, not_, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from kit.actor import Actor
from kit.database.searching import begins
from kit.directory import succession
from rulebook.scopes import ScopeKind


@dataclass(frozen=True)
class Relation:
    """Combine them with `|`, `&` and `~`. `said`: which rows these are, for people; `{place}` stands
    for the actor's place.
    """

    holds: Callable[[Actor, Any], bool]
    where: Callable[[Actor, Any], ColumnElement[bool]]
    said: str

    def __or__(self, other: "Relation") -> "Relation":
        return Relation(
            lambda actor, row: self.holds(actor, row) or other.holds(actor, row),
            lambda actor, model: or_(self.where(actor, model), other.where(actor, model)),
            f"{self.said}，或者{other.said}",
        )

    def __and__(self, other: "Relation") -> "Relation":
        return Relation(
            lambda actor, row: self.holds(actor, row) and other.holds(actor, row),
            lambda actor, model: and_(self.where(actor, model), other.where(actor, model)),
            other.said if self is anywhere else f"{self.said}，并且{other.said}",
        )

    def __invert__(self) -> "Relation":
        return Relation(
            lambda actor, row: not self.holds(actor, row),
            lambda actor, model: not_(func.coalesce(self.where(actor, model), false())),
            f"除{self.said}以外的",
        )


anywhere = Relation(lambda actor, row: True, lambda actor, model: true(), "全部")


def having(**values: Any) -> Relation:
    """Rows with these values, as `having(state=State.ISSUED)`."""
    labels = (getattr(value, "label", value) for value in values.values())
    return _same(lambda actor: values, "、".join(f"“{label or '空'}”" for label in labels) + "的")


def at(*columns: str, whole: bool = False) -> Relation:
    """The very place, or one that came to it: `at("department")`; a group leader's has two parts,
    `at("village", "group")`, or stands as `whole` in one column.
    """

    def fits(actor: Actor) -> bool:
        return whole or actor.place.count("/") + 1 == len(columns)

    def holds(actor: Actor, row: Any) -> bool:
        parts = [stored(row, column) for column in columns]
        return fits(actor) and None not in parts and "/".join(parts) in _places(actor, row)

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        if not fits(actor):
            return false()
        places = succession.merged(actor)
        first, *others = (getattr(model, column) for column in columns)
        if not others:
            return is_his(first, actor)
        village, whole = succession.villages(places), func.concat_ws("/", first, *others)
        known = (other.is_not(None) for other in others)
        return and_(_any(first, village), *known, _any(whole, succession.codes(places)))

    return Relation(holds, where, "本{place}的")


def own(column: str = "account") -> Relation:
    """What this person did: `~own("by_account")` keeps people from judging their own work."""
    return _same(lambda actor: {column: actor.account}, "本人经手的")


def within(column: str) -> Relation:
    """The division in `column` is the actor's (village, township, county) or lies in it, or it came
    to the actor's.
    """

    def holds(actor: Actor, row: Any) -> bool:
        prefix, code = actor.scope.prefix, stored(row, column)
        if prefix is None or not isinstance(code, str):
            return False
        session = session_of(row)
        if session is None or actor.scope.kind is ScopeKind.COUNTY:
            return code.startswith(prefix)
        if code.startswith(prefix):
            return actor.place in succession.answers_for(session, actor)
        return code in succession.reaches(session, actor)

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        prefix, value = actor.scope.prefix, getattr(model, column)
        if prefix is None:
            return false()
        if actor.scope.kind is ScopeKind.COUNTY:
            return begins(value, prefix)
        inside = begins(value, prefix) & ~succession.ended(actor)
        return inside | _any(value, succession.codes(succession.reached(actor)))

    return Relation(holds, where, "本{place}范围内的")


def below(column: str, group: str | None = None) -> Relation:
    """Strictly within: what comes up to the actor from there, never his own. A row that names a
    `group` comes from the group, and so lies below its village.
    """
    from_group = ~having(**{group: None}) if group else ~anywhere
    return replace(within(column) & (from_group | ~at(column)), said="本{place}下级的")


def listed(column: str) -> Relation:
    """The actor's place, or one that came to it, is one of a list (an array or JSON column)."""

    def holds(actor: Actor, row: Any) -> bool:
        return not _places(actor, row).isdisjoint(stored(row, column) or ())

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        values, places = getattr(model, column), succession.codes(succession.merged(actor))
        return values.has_any(places) if isinstance(values.type, JSONB) else values.overlap(places)

    return Relation(holds, where, "列有本{place}的")


def through(clause: Callable[[Actor, Any], ColumnElement[bool]], said: str) -> Relation:
    """By way of another table. `clause(actor, model)` is the feature's own EXISTS, as: a household
    is the helper's when an assignment says so; `said`: which rows these are. One row is asked of the database: a statement each.
    """

    def holds(actor: Actor, row: Any) -> bool:
        state = inspect(row)
        if not state.persistent:
            return False
        keys = zip(state.mapper.primary_key, state.identity, strict=True)
        statement = select(true()).where(*(k == v for k, v in keys), clause(actor, type(row)))
        with state.session.no_autoflush:  # as it is stored, not as a command has changed it
            return state.session.execute(statement).first() is not None

    return Relation(holds, clause, said)


def stored(row: Any, column: str) -> Any:
    """The value as it stands in the database: a command that has already overwritten it is judged
    by what it found. Of what is not stored yet, the value it has.
    """
    value, state = getattr(row, column), inspect(row, raiseerr=False)
    return state.committed_state.get(column, value) if state and state.persistent else value


def session_of(row: Any) -> Session | None:
    """Where a row was read; of a draft what it says itself."""
    state = inspect(row, raiseerr=False)
    return getattr(state, "session", None) or getattr(row, "session", None)


def _places(actor: Actor, row: Any) -> set[str]:
    """The actor's own, and what was merged into it."""
    session = session_of(row)
    return set(succession.same_kind(session, actor)) if session else {actor.place}


def is_his(column: Any, actor: Actor) -> ColumnElement[bool]:
    """As `at`, a clause for a feature's own EXISTS."""
    return _any(column, succession.codes(succession.merged(actor)))


def _any(column: Any, codes: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == any_(codes)


def _same(values_of: Callable[[Actor], dict[str, Any] | None], said: str) -> Relation:
    """The columns have these values; None: they never have."""

    def holds(actor: Actor, row: Any) -> bool:
        values = values_of(actor)
        return values is not None and all(stored(row, k) == v for k, v in values.items())

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        values = values_of(actor)
        if values is None:
            return false()
        return and_(true(), *(getattr(model, k) == v for k, v in values.items()))

    return Relation(holds, where, said)
