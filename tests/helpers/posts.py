"""Every post there is, at the place where the tests' rows lie, beside it and far away; and what the
tables must say of them: what matrix tests are made from (post × own, neighbour's and foreign row).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlmodel import Session, SQLModel

from kit.actor import Actor
from kit.policy import Policy, anywhere
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role

# Own, the neighbour's (of the same village, township, unit), foreign.
PLACES: dict[ScopeKind, tuple[str, ...]] = {
    ScopeKind.COUNTY: ("990121000000",),
    ScopeKind.TOWNSHIP: ("990121100000", "990121200000", "990121300000"),
    ScopeKind.VILLAGE: ("990121100201", "990121100202", "990121300301"),
    ScopeKind.GROUP: ("990121100201/01", "990121100201/02", "990121300301/01"),
    ScopeKind.UNIT: ("U001", "U002", "U009"),
    ScopeKind.HELPER: ("U001-01", "U001-02", "U009-01"),
    ScopeKind.TEAM: ("D1", "D2", "D9"),
    ScopeKind.DEPARTMENT: ("housing", "water", "justice"),
}


def post(role: Role, place: str | None = None) -> Actor:
    place = place or PLACES[KIND_OF[role]][0]
    account = f"{role.value.lower()}-{place}".replace("/", "-")  # it stands in addresses
    return Actor(account, "试用人", role, place)


OWN = tuple(post(role) for role in KIND_OF)
OTHERS = tuple(post(role, place) for role, kind in KIND_OF.items() for place in PLACES[kind][1:])


@dataclass(frozen=True, eq=False)
class Judged:
    """An action of a table that was asked about rows of this model."""

    policy: Policy
    action: str
    model: type

    def opens(self, role: Role) -> bool:
        """Whether the table opens the action to the role wherever a row lies."""
        allowances = self.policy[self.action].allowances
        return any(role in one.roles and "{place}" not in one.to.said for one in allowances)

    def __repr__(self) -> str:
        return f"{self.action} of {self.model.__module__}.{self.model.__name__}"


Judgements = dict[tuple[int, str, type], Judged]


def note_judged(monkeypatch: pytest.MonkeyPatch) -> Judgements:
    """Grows: of which models a table was asked since."""
    asked: Judgements = {}

    def note(policy: Policy, action: str, model: type) -> None:
        asked.setdefault((id(policy), action, model), Judged(policy, action, model))

    allowing, visible = Policy._allowing, Policy.visible

    def of_row(self: Policy, actor: Actor, action: str, row: Any) -> Any:
        if row is not None:
            note(self, action, type(row))
        return allowing(self, actor, action, row)

    def of_query(self: Policy, actor: Actor, action: str, model: Any) -> Any:
        note(self, action, model if isinstance(model, type) else type(model))
        return visible(self, actor, action, model)

    monkeypatch.setattr(Policy, "_allowing", of_row)
    monkeypatch.setattr(Policy, "visible", of_query)
    return asked


class Rows:
    """All rows of a database, and which words (places, organisations, accounts) are connected with
    one: those in its columns, in the rows whose ids stand there, and in the rows that name it. Made
    from the rows alone: it knows nothing of the tables' relations.
    """

    STEPS = 3

    def __init__(self, session: Session, models: Iterable[type]) -> None:
        self.all = [row for model in models for row in session.scalars(select(model))]
        self._words = {id(row): set(_words(row.model_dump())) for row in self.all}
        ids = {key for row in self.all if (key := _id(row))}
        self._about: dict[str, list[SQLModel]] = {}
        for row in self.all:
            for word in self._words[id(row)] & ids:
                self._about.setdefault(word, []).append(row)

    def near(self, row: SQLModel) -> set[str]:
        seen, border = {id(row): row}, [row]
        for _ in range(self.STEPS):
            next_to = (
                other
                for one in border
                for word in self._words[id(one)]
                for other in self._about.get(word, ())
            )
            border = list({id(one): one for one in next_to if id(one) not in seen}.values())
            seen |= {id(one): one for one in border}
        return set().union(*(self._words[one] for one in seen))


def reaches(actor: Actor, words: set[str]) -> bool:
    """Whether one of the words is the actor's place or account, or lies in the place."""
    place, prefix = actor.place, actor.scope.prefix
    if actor.scope.kind is ScopeKind.GROUP:
        return place in words or set(place.split("/")) <= words
    return any(word == place or (prefix and word.startswith(prefix)) for word in words)


def disagreements(
    session: Session, table: type[SQLModel], judged: Judgements
) -> Iterator[tuple[Any, ...]]:
    """Every post, own and others', with every row there is of the models that were asked about:

    - a row is opened to whom something connects with it, and to nobody else, unless an allowance
      opens it wherever it lies;
    - what a query lists and what a door lets in are the same;
    - the administrator's are not: he has no row at all;
    - a model has a row, of which somebody is allowed and somebody denied.
    """
    mappers = table._sa_registry.mappers  # type: ignore[attr-defined]
    rows = Rows(session, sorted((one.class_ for one in mappers), key=lambda one: one.__name__))
    near = {id(row): rows.near(row) for row in rows.all}
    for one in sorted(judged.values(), key=repr):
        if inspect(one.model, raiseerr=False) is None:
            continue  # a draft, judged by what it says, or a table under another name
        samples = [row for row in rows.all if type(row) is one.model]
        if not samples:
            yield "no sample", one
        key = inspect(one.model).primary_key
        for actor in (*OWN, *OTHERS):
            listed = {
                tuple(found)
                for found in session.execute(
                    select(*key).where(one.policy.visible(actor, one.action, one.model))
                )
            }
            for row in samples:
                may = _opens(one, actor, row)
                if may != (tuple(inspect(row).identity) in listed):
                    yield "list and door differ", one, actor.account, row
                if may and not one.opens(actor.role) and not reaches(actor, near[id(row)]):
                    yield "opened to a stranger", one, actor.account, row


def _opens(one: Judged, actor: Actor, row: SQLModel) -> bool:
    """Whether an allowance holds; that nobody judges his own deed is another test's."""
    admitted = actor.role in one.policy[one.action].roles
    return admitted and bool(one.policy._allowing(actor, one.action, row))


def unasked(policies: Iterable[Policy], judged: Judgements) -> list[str]:
    """Actions of rows (not `anywhere` alone) that no door of the walk asked about with a row."""
    asked = {id(one.policy[one.action]) for one in judged.values()}
    return sorted(
        f"{action} ({policy[action].label})"
        for policy in policies
        for action in policy
        if any(one.to is not anywhere for one in policy[action].allowances)
        and id(policy[action]) not in asked
    )


def _id(row: SQLModel) -> str | None:
    """What other rows name it by; a place's or organisation's code and a month connect nothing."""
    names = [column.key for column in inspect(type(row)).primary_key]
    is_own = len(names) == 1 and names[0] not in ("code", "division", "month", "department", "kid")
    return str(getattr(row, names[0])) if is_own else None


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, (list, tuple, set)):
        for one in value:
            yield from _words(one)
