"""The table of one feature, and everybody who asks it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from jinja2 import pass_context
from jinja2.runtime import Context
from pydantic import BaseModel
from sqlalchemy import ColumnElement, false, or_, true
from starlette.routing import BaseRoute

from kit import audit, behalf
from kit.actor import SYSTEM, Actor
from kit.behalf import Behalf, Whom
from kit.errors import Forbidden
from kit.policy import mandates
from kit.policy.apart import FREE, Apart, Judgement, judge
from kit.policy.relations import Relation, anywhere, session_of
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Allowance:
    """These roles may, with rows they have `to` do with. `fields`: of an answer only these.
    `on_behalf`: who does it really (`kit.behalf`); whoever enters it names that person and says why.
    """

    roles: tuple[Role, ...]
    to: Relation
    fields: Collection[str] | None = None
    on_behalf: Whom | None = None


def allow(
    *roles: Role, to: Relation, fields: Collection[str] | None = None, on_behalf: Whom | None = None
) -> Allowance:
    return Allowance(roles, to, fields, on_behalf)


class Action:
    """`label` completes "只有…可以…". `otherwise` is said instead when only the row is the wrong one.
    `sensitive`: who does it reads personal data, so the audit keeps who read what. `apart`: what whoever
    does it must not have done himself.
    """

    def __init__(
        self,
        label: str,
        *allowances: Allowance,
        otherwise: str | None = None,
        sensitive: bool = False,
        apart: Apart | None = None,
    ) -> None:
        self.label, self.allowances, self.otherwise = label, allowances, otherwise
        self.sensitive, self.apart = sensitive, apart
        self.roles = tuple(
            dict.fromkeys(role for allowance in allowances for role in allowance.roles)
        )

    def open_to_all(self, model: type[BaseModel]) -> set[str]:
        """The fields of an answer that everybody sees who is allowed at all."""
        every = set(model.model_fields)
        return every.intersection(
            *(allowance.fields for allowance in self.allowances if allowance.fields is not None)
        )


class Policy(Mapping[str, Action]):
    """Action name -> who may. What is not here is denied; an unknown name is a `LookupError`."""

    def __init__(self, **actions: Action) -> None:
        self._actions = actions
        self._route_class: Any = type("PolicyRoute", (PolicyRoute,), {"policy": self})

    def __getitem__(self, action: str) -> Action:
        try:
            return self._actions[action]
        except KeyError:
            raise LookupError(f"no policy says who may “{action}”") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def admit(self, actor: Actor, action: str) -> list[Allowance]:
        """What the actor's role is allowed, whatever the row; `Forbidden` when it is nothing."""
        allowances = self._of_role(actor, action)
        if not allowances:
            may = "、".join(role.label for role in self[action].roles) or "系统"
            raise Forbidden(f"只有{may}可以{self[action].label}；您是{actor.role.label}。")
        return allowances

    def require(
        self, actor: Actor, action: str, row: Any = None, *, on_behalf: Behalf | None = None
    ) -> str | None:
        """`permit`, and the deed is done: gives back for whom, None in one's own right, whatever name
        was sent along; `Refused` when name or reason is needed and missing. What is done for
        another, or alone by a written mandate, is kept.
        """
        allowances, judged = self._permit(actor, action, row)
        if judged.mandate and (session := session_of(row)):
            mandates.keep(session, judged.mandate, actor, self[action].label, row)
        if not allowances or any(allowance.on_behalf is None for allowance in allowances):
            return None
        return _for_another(actor, action, self[action].label, row, allowances[0], on_behalf)

    def permit(self, actor: Actor, action: str, row: Any = None) -> None:
        """`Forbidden` unless the actor may, with this row as it is stored; without a row only what
        is allowed anywhere.
        """
        self._permit(actor, action, row)

    def _permit(self, actor: Actor, action: str, row: Any) -> tuple[list[Allowance], Judgement]:
        if actor is SYSTEM:
            return [], FREE
        audit.about(row)
        allowances = self._allowing(actor, action, row)
        asked = self[action]
        if not allowances:
            wrong = f"您不是这个单位（或地方）的{actor.role.label}，不能{asked.label}。"
            raise Forbidden(asked.otherwise or wrong)
        judged = self._judged(actor, action, row)
        if judged.refusal:
            raise Forbidden(judged.refusal)
        if asked.sensitive:
            audit.shown(row)
        return allowances, judged

    def may(self, actor: Actor, action: str, row: Any = None) -> bool:
        """For pages. Without a row: whether the role may at all."""
        try:
            allowed = actor is SYSTEM or bool(
                self.admit(actor, action) if row is None else self._allowing(actor, action, row)
            )
        except Forbidden:
            return False
        return allowed and self.why_apart(actor, action, row) is None

    def why_apart(self, actor: Actor, action: str, row: Any) -> str | None:
        """Why somebody else must do it, in Chinese; None where this person may, or may not at all."""
        if actor is SYSTEM or self[action].apart is None or row is None:
            return None
        if not (self._of_role(actor, action) and self._allowing(actor, action, row)):
            return None
        return self._judged(actor, action, row).refusal

    def reveals(self, actor: Actor, action: str, row: Any) -> bool:
        """`may` of what is going to be shown of the row: the audit keeps that it was."""
        allowed = self.may(actor, action, row)
        if allowed:
            audit.shown(row)
        return allowed

    def visible(self, actor: Actor, action: str, model: Any) -> ColumnElement[bool]:
        """The rows with which the actor may, as a clause on `model`."""
        if actor is SYSTEM:
            return true()
        allowances = self._of_role(actor, action)
        return or_(false(), *(allowance.to.where(actor, model) for allowance in allowances))

    def fields(
        self, actor: Actor, action: str, model: type[BaseModel], row: Any = None
    ) -> set[str]:
        """Which fields of an answer `model` the actor may see: of this row, or of any."""
        every = set(model.model_fields)
        if actor is SYSTEM:
            return every
        allowances = (
            self.admit(actor, action) if row is None else self._allowing(actor, action, row)
        )
        seen = [
            every if allowance.fields is None else every & set(allowance.fields)
            for allowance in allowances
        ]
        together = set.intersection if row is None else set.union
        return together(*seen) if seen else set()

    def show(self, actor: Actor, action: str, row: Any, model: type[Answer]) -> Answer:
        """The row as an answer in which fields the actor may not see are not set: a template finds
        their defaults, a door with `response_model_exclude_unset` leaves them out.
        """
        self.require(actor, action, row)
        fields = self.fields(actor, action, model, row)
        if fields - self[action].open_to_all(model):
            audit.shown(row)
        seen = {name: getattr(row, name) for name in fields}
        return model.model_validate(seen, from_attributes=True)

    def router(self, **options: Any) -> APIRouter:
        """A router whose doors are this table's actions: a door's (function's) name is its action,
        unless `name=` gives another; a door without an action does not import.
        """
        return APIRouter(route_class=self._route_class, **options)

    def _of_role(self, actor: Actor, action: str) -> list[Allowance]:
        """`actor.scope` is `Forbidden` when the place does not fit the role (G-02)."""
        every = self[action].allowances
        return [allowance for allowance in every if actor.role in allowance.roles and actor.scope]

    def _judged(self, actor: Actor, action: str, row: Any) -> Judgement:
        asked = self[action]
        may = _who_may(asked, actor, row) if asked.apart and row is not None else ()
        return judge(asked.apart, actor, action, asked.label, may, row)

    def _allowing(self, actor: Actor, action: str, row: Any) -> list[Allowance]:
        """Without a row nothing that must be kept apart from what was done on it."""
        rule = self[action].apart
        parted = rule is not None and bool(rule.deeds)
        return [
            allowance
            for allowance in self.admit(actor, action)
            if (allowance.to is anywhere and not (parted and row is None))
            or (row is not None and allowance.to.holds(actor, row))
        ]


def _county_of(actor: Actor, row: Any) -> str:
    """The county's code, as its sessions know it; else as the actor's place says it."""
    if session := session_of(row):
        return session.info["county"]
    return actor.scope.county or "0" * 12


def _who_may(asked: Action, actor: Actor, row: Any) -> list[Role]:
    """Whose the row is to act on. Of the county's own posts, whose place says nothing, only those to
    whom the table opens this very row.
    """
    somebody = {
        role: Actor("", "", role, _county_of(actor, row))
        for role in asked.roles
        if KIND_OF.get(role) is ScopeKind.COUNTY
    }
    return [
        role
        for role in asked.roles
        if any(
            role not in somebody or allowance.to.holds(somebody[role], row)
            for allowance in asked.allowances
            if role in allowance.roles
        )
    ]


def _for_another(
    actor: Actor, action: str, label: str, row: Any, allowance: Allowance, on_behalf: Behalf | None
) -> str:
    """The name of whose act it is; kept where the row has a session."""
    assert allowance.on_behalf is not None
    name = behalf.name_of(actor, on_behalf, allowance.on_behalf, label)
    audit.on_behalf(allowance.on_behalf.label)
    if on_behalf and (session := session_of(row)):
        behalf.keep(session, actor, action, label, row, allowance.on_behalf, on_behalf)
    return name


class PolicyRoute(audit.AuditedRoute):
    """Asks for the role before a byte of the body is read."""

    policy: ClassVar[Policy]

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.action = self.policy[self.name]

    def admit(self, actor: Actor) -> None:
        self.policy.admit(actor, self.name)
        if self.action.sensitive:
            audit.shown()


def tables_of(routes: Iterable[BaseRoute]) -> dict[str, Policy]:
    """Action → the table that has it, of all that stand behind `routes`; `LookupError` for two."""
    tables: dict[str, Policy] = {}
    for context in iter_route_contexts(list(routes)):
        if isinstance(route := context.original_route, PolicyRoute):
            for action in route.policy:
                if tables.setdefault(action, route.policy) is not route.policy:
                    raise LookupError(f"two policies have an action “{action}”")
    return tables


def may_in(routes: Iterable[BaseRoute]) -> Callable[..., bool]:
    """The templates' `may(action, row)`: asks the table that has the action."""
    tables = tables_of(routes)

    @pass_context
    def may(context: Context, action: str, row: Any = None) -> bool:
        return bool(context["actor"]) and tables[action].may(context["actor"], action, row)

    return may


def labels(routes: Iterable[BaseRoute]) -> dict[str, str]:
    """Action → label, of all tables that stand behind `routes`."""
    return {action: table[action].label for action, table in tables_of(routes).items()}


def why_apart_in(routes: Iterable[BaseRoute]) -> Callable[..., str]:
    """The templates' `why_apart(action, row)`: who must do it instead; "" where this person may."""
    tables = tables_of(routes)

    @pass_context
    def why_apart(context: Context, action: str, row: Any) -> str:
        return tables[action].why_apart(context["actor"], action, row) or ""

    return why_apart
