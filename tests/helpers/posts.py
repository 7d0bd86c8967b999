"""Every post there is, at the place the tests' rows lie in, at the place beside it and at a strange
one: what matrix tests are made from (post × own, neighbour's and foreign row).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

from kit.actor import Actor
from kit.policy.walk import Judged
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role

# Own, neighbour's (the same village, township or unit), foreign.
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
OWN = {role: PLACES[kind][0] for role, kind in KIND_OF.items()}


def post(role: Role, place: str) -> Actor:
    return Actor(f"{role.value.lower()}-{place}", "某人", role, place)


def holders(places: slice = slice(None)) -> list[Actor]:
    """Every role at its places: `slice(1)` the own ones, `slice(1, None)` the others."""
    return [post(role, place) for role, kind in KIND_OF.items() for place in PLACES[kind][places]]


def every_row(session: Session, models: Iterable[type]) -> list[SQLModel]:
    return [row for model in models for row in session.exec(select(model))]


class Near:
    """Which words (places, accounts) are connected with a row: those in its columns, in the rows
    whose ids stand in it, and in those rows in which its own stands. Made from the rows alone, it
    knows nothing of the tables' relations.
    """

    def __init__(self, rows: Iterable[SQLModel], steps: int = 3) -> None:
        self.steps = steps
        self.words: dict[int, set[str]] = {}
        self.keeping: dict[str, list[SQLModel]] = {}
        self.rows = list(rows)
        for row in self.rows:
            words = self.words[id(row)] = set(_words(row.__dict__))
            for word in words:
                if _names_a_row(word):
                    self.keeping.setdefault(word, []).append(row)

    def of(self, row: Any) -> set[str]:
        """The words of the row and of those connected with it."""
        seen, border, words = {id(row)}, [row], set(self.words[id(row)])
        for _ in range(self.steps):
            border = [
                other
                for one in border
                for word in self.words[id(one)]
                for other in self.keeping.get(word, ())
                if id(other) not in seen
            ]
            seen.update(map(id, border))
            words.update(word for one in border for word in self.words[id(one)])
        return words


def reaches(actor: Actor, words: set[str]) -> bool:
    """Whether one of the words is the actor's place, or lies in it."""
    place, prefix = actor.place, actor.scope.prefix
    if actor.scope.kind is ScopeKind.GROUP:
        village, _, group = place.partition("/")
        return place in words or {village, group} <= words
    return any(word == place or (prefix and word.startswith(prefix)) for word in words)


def disagreements(session: Session, judged: Iterable[Judged], everybody: Iterable[Actor]) -> list:
    """Of each action and model that a table was asked about: every post with every row there is.

    A row is opened only to whom something connects with it, unless an allowance opens it to the
    role wherever it lies; what a query lists and what a door lets in are the same.
    """
    models = {
        mapper.class_ for mapper in SQLModel._sa_registry.mappers if _is_here(session, mapper)
    }
    near = Near(every_row(session, sorted(models, key=lambda model: model.__name__)))
    wrong = []
    for one in judged:
        rows = [row for row in near.rows if type(row) is one.model]
        if not rows:
            wrong.append(("no sample", one))
        for actor in everybody:
            opened = one.opens(actor.role)
            shown = set(
                session.scalars(
                    select(_key(one.model)).where(one.policy.visible(actor, one.action, one.model))
                )
            )
            for row in rows:
                may = one.policy.may(actor, one.action, row)
                if may != (inspect(row).identity[0] in shown):
                    wrong.append(("list and door differ", one, actor, row))
                if may and not opened and not reaches(actor, near.of(row)):
                    wrong.append(("foreign", one, actor, row))
    return wrong


def _key(model: type) -> Any:
    return inspect(model).primary_key[0]


def _is_here(session: Session, mapper: Any) -> bool:
    return inspect(session.get_bind()).has_table(mapper.local_table.name)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if not str(key).startswith("_"):
                yield from _words(one)
    elif isinstance(value, (list, tuple, set)):
        for one in value:
            yield from _words(one)


def _names_a_row(word: str) -> bool:
    """An id, no place, month or state: a place would connect everything."""
    return len(word) >= 2 and not word.startswith("990121") and "2026-" not in word
