"""What an administrator does first in a county that has just been installed, and what is done of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from kit import directory
from schemas.codes import DirectoryKind
from services.access.accounts.models import DEMO, SERVER, Account, Post
from services.access.accounts.rules import State
from services.access.cards.models import Card
from services.access.cards.rules import CardState


@dataclass(frozen=True)
class Step:
    said: str
    href: str
    done: bool


def first_steps(session: Session) -> list[Step]:
    """None once all of them are done."""
    people = select(col(Account.code)).where(
        col(Account.came_from).is_distinct_from(SERVER),
        col(Account.came_from).is_distinct_from(DEMO),
    )
    given = select(col(Card.id)).where(
        col(Card.account).in_(people), col(Card.state).in_((CardState.READY, CardState.USED))
    )
    waiting = select(col(Post.id)).where(col(Post.state) == State.PROPOSED)
    somebody = _any(session, people)
    steps = [
        Step(
            "导入组织机构表", "/imports", bool(directory.entries(session, DirectoryKind.TOWNSHIP))
        ),
        Step("导入人员岗位表，或者逐个登记", "/imports", somebody),
        Step("确认岗位", "/access/waiting", somebody and not _any(session, waiting)),
        Step("发登录卡", "/access/card-sheet", _any(session, given)),
    ]
    return [] if all(step.done for step in steps) else steps


def _any(session: Session, query: Select[Any]) -> bool:
    return session.execute(query.limit(1)).first() is not None
