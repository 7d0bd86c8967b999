"""Separation of duties: whoever did certain deeds on a row does not do the one that judges them
(G-14). Declared in the table, beside who may:

    close_order=Action(
        "办结",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=apart(did_in("代部门登记过办理情况", _accounts(REPORTS))),
    )

The account counts, not the post: one person's two posts are one person. A signature or approval that
needs nobody else says why (`alone`); a test asks each of them for one or the other. The only way round
is a written mandate in the county's pack (`mandates`), never for the date of one's own paper (G-10).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session

from kit.actor import Actor
from kit.policy import mandates
from kit.policy.relations import session_of, stored
from rulebook.packs.duties import Mandate
from schemas.codes import Role


@dataclass(frozen=True)
class Deed:
    """An earlier deed on a row; `said` completes “您已…”, `accounts` are those who did it."""

    said: str
    accounts: Callable[[Session | None, Any], Iterable[str | None]]


@dataclass(frozen=True)
class Apart:
    """`because`: why one person may (then there are no deeds). `by_mandate`: whether a paper helps."""

    deeds: tuple[Deed, ...] = ()
    because: str = ""
    by_mandate: bool = True


@dataclass(frozen=True)
class Judgement:
    """`refusal` in Chinese, or the mandate by which the same person may after all, or neither."""

    refusal: str | None = None
    mandate: Mandate | None = None


FREE = Judgement()


def did(said: str, *columns: str) -> Deed:
    """The accounts stand in these columns of the row. NULL is nobody."""
    return Deed(said, lambda session, row: [stored(row, column) for column in columns])


def did_in(said: str, accounts: Callable[[Any], Select]) -> Deed:
    """The accounts stand elsewhere; `accounts(row)` selects them, as they are stored."""

    def find(session: Session | None, row: Any) -> Iterable[str | None]:
        return [] if session is None else session.execute(accounts(row)).scalars()

    return Deed(said, find)


def apart(*deeds: Deed, by_mandate: bool = True) -> Apart:
    """Not by whoever did one of these."""
    return Apart(deeds, by_mandate=by_mandate)


def alone(because: str) -> Apart:
    """One person may, because …: the written reason that the test asks for."""
    return Apart(because=because)


def judge(
    rule: Apart | None, actor: Actor, action: str, label: str, roles: Sequence[Role], row: Any
) -> Judgement:
    """Whether this person did what he is to judge."""
    if rule is None or row is None:
        return FREE
    session = session_of(row)
    done = [deed.said for deed in rule.deeds if actor.account in deed.accounts(session, row)]
    if not done:
        return FREE
    mandate = mandates.in_force(session, actor, action) if session and rule.by_mandate else None
    if mandate:
        return Judgement(mandate=mandate)
    others = "、".join(role.label for role in roles)
    way_round = "只有一人的，凭县里的书面授权办理。" if rule.by_mandate else ""
    return Judgement(f"您{done[0]}，不能再由您{label}；请由另一人（{others}）办理。{way_round}")
