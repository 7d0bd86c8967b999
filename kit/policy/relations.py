"""What an actor has to do with a row: said once, asked twice.

`holds` judges one row, `where` is the same as a clause for queries, so that page, API, export and
command cannot disagree. Columns are named by text, so one relation serves a table, its copies and
the place a draft names. A value that is NULL belongs to nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, inspect, not_, or_, select, true

from kit.actor import Actor


@dataclass(frozen=True)
class Relation:
    """Combine them with `|`, `&` and `~`."""

    holds: Callable[[Actor, Any], bool]
    where: Callable[[Actor, Any], ColumnElement[bool]]

    def __or__(self, other: "Relation") -> "Relation":
        return Relation(
            lambda actor, row: self.holds(actor, row) or other.holds(actor, row),
            lambda actor, model: or_(self.where(actor, model), other.where(actor, model)),
        )

    def __and__(self, other: "Relation") -> "Relation":
        return Relation(
            lambda actor, row: self.holds(actor, row) and other.holds(actor, row),
            lambda actor, model: and_(self.where(actor, model), other.where(actor, model)),
        )

    def __invert__(self) -> "Relation":
        return Relation(
            lambda actor, row: not self.holds(actor, row),
            lambda actor, model: not_(func.coalesce(self.where(actor, model), false())),
        )


anywhere = Relation(lambda actor, row: True, lambda actor, model: true())


def having(**values: Any) -> Relation:
    """Rows with these values, as `having(state=State.ISSUED)`."""
    return _same(lambda actor: values)


def at(*columns: str) -> Relation:
    """The very place: `at("department")`; a group leader's has two parts, `at("village", "group")`."""

    def place(actor: Actor) -> dict[str, Any] | None:
        parts = actor.place.split("/")
        return dict(zip(columns, parts, strict=True)) if len(parts) == len(columns) else None

    return _same(place)


def own(column: str = "account") -> Relation:
    """What this person did: `~own("by_account")` keeps people from judging their own work."""
    return _same(lambda actor: {column: actor.account})


def within(column: str) -> Relation:
    """The division in `column` is the actor's (village, township, county) or lies in it."""

    def holds(actor: Actor, row: Any) -> bool:
        prefix, code = actor.scope.prefix, stored(row, column)
        return prefix is not None and isinstance(code, str) and code.startswith(prefix)

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        prefix = actor.scope.prefix
        return false() if prefix is None else getattr(model, column).startswith(prefix)

    return Relation(holds, where)


def below(column: str, group: str | None = None) -> Relation:
    """Strictly within: what comes up to the actor from there, never his own. A row that names a
    `group` comes from the group, and so lies below its village.
    """
    from_group = ~having(**{group: None}) if group else ~anywhere
    return within(column) & (from_group | ~at(column))


def listed(column: str) -> Relation:
    """The actor's place is one of a list (an array or JSON column)."""
    return Relation(
        lambda actor, row: actor.place in (stored(row, column) or ()),
        lambda actor, model: getattr(model, column).contains([actor.place]),
    )


def through(clause: Callable[[Actor, Any], ColumnElement[bool]]) -> Relation:
    """By way of another table. `clause(actor, model)` is the feature's own EXISTS, as: a household
    is the helper's when an assignment says so. One row is asked of the database: a statement each.
    """

    def holds(actor: Actor, row: Any) -> bool:
        state = inspect(row)
        if not state.persistent:
            return False
        keys = zip(state.mapper.primary_key, state.identity, strict=True)
        statement = select(true()).where(*(k == v for k, v in keys), clause(actor, type(row)))
        with state.session.no_autoflush:  # as it is stored, not as a command has changed it
            return state.session.execute(statement).first() is not None

    return Relation(holds, clause)


def stored(row: Any, column: str) -> Any:
    """The value as it stands in the database: a command that has already overwritten it is judged
    by what it found. Of what is not stored yet, the value it has.
    """
    value, state = getattr(row, column), inspect(row, raiseerr=False)
    return state.committed_state.get(column, value) if state and state.persistent else value


def _same(values_of: Callable[[Actor], dict[str, Any] | None]) -> Relation:
    """The columns have these values; None: they never have."""

    def holds(actor: Actor, row: Any) -> bool:
        values = values_of(actor)
        return values is not None and all(stored(row, k) == v for k, v in values.items())

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        values = values_of(actor)
        if values is None:
            return false()
        return and_(true(), *(getattr(model, k) == v for k, v in values.items()))

    return Relation(holds, where)
