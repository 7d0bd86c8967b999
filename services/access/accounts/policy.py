"""Who keeps accounts and posts. The administrator keeps them all and sees no household."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from kit.actor import Actor
from kit.policy import Action, Policy, Relation, allow, own
from kit.policy.relations import through
from schemas.codes import Role
from services.access.accounts.models import Post
from services.access.accounts.rules import State
from services.access.roles import KEEPS, of_two, signing


def _some(kept: Relation) -> Relation:
    """The actor keeps a post of this account."""

    def clause(actor: Actor, model: Any) -> ColumnElement[bool]:
        post = aliased(Post)
        return exists(
            select(col(post.id)).where(post.account == model.code, kept.where(actor, post))
        )

    return through(clause, "在本级有岗位的人")


def _all(kept: Relation) -> Relation:
    """The actor keeps every post in which this account acts now: else a village clerk could become,
    by a card for his group leader, whatever else that person is. One that is only proposed takes
    nobody out of his keeper's hands.
    """

    def clause(actor: Actor, model: Any) -> ColumnElement[bool]:
        post = aliased(Post)
        others = select(col(post.id)).where(
            post.account == model.code, col(post.state) == State.ACTIVE, (~kept).where(actor, post)
        )
        return _some(kept).where(actor, model) & ~exists(others)

    return through(clause, "岗位全部归本级管的人")


# Whoever may become this person, by a card or by ending his sessions.
WHOLE = {role: _all(kept) & ~own("code") for role, kept in KEEPS.items()}
HAS_SIGNING = _some(signing)
_not_his, _not_alone = ~own("account"), ~own("proposed_by")


def _may_confirm(role: Role, kept: Relation) -> Relation:
    """What one person gives alone is confirmed by whoever gave it; but nothing that an administrator
    gives, who would see households by an account of his own making.
    """
    alone = kept & _not_his
    return alone & _not_alone if role is Role.ADMINISTRATOR else alone & (~of_two | _not_alone)


_WHO_CONFIRMS = (
    *(allow(role, to=_may_confirm(role, kept)) for role, kept in KEEPS.items()),
    allow(Role.COUNTY_LEADER, to=signing & _not_his & _not_alone),
)
_OTHERS = "这个人不归您这一级管，请找上一级办理。"
_SEES = tuple(allow(role, to=_some(kept)) for role, kept in KEEPS.items())
_PROPOSES = Action(
    "登记岗位",
    *(allow(role, to=kept & _not_his) for role, kept in KEEPS.items()),
    otherwise="只能登记下一级的岗位，也不能给自己登记。",
)
_KEEPS = Action(
    "管理账号",
    *(allow(role, to=whole) for role, whole in WHOLE.items()),
    otherwise="这个人还有不归您管的岗位（或者就是您自己），请找管得到他全部岗位的上一级办理。",
)
_CONFIRMS = Action(
    "确认岗位", *_WHO_CONFIRMS, otherwise="这个岗位要由另一个人确认，提出的人和本人都不能确认。"
)
policy = Policy(
    accounts=Action("查看账号", *_SEES),
    accounts_file=Action("导出账号", *_SEES),
    account=Action("查看账号", *_SEES, otherwise=_OTHERS, sensitive=True),
    keep_account=_KEEPS,
    close_account=_KEEPS,
    propose_post=_PROPOSES,
    new_account=_PROPOSES,
    open_account=_PROPOSES,
    add_post=_PROPOSES,
    give_again=_PROPOSES,
    take_back_post=Action(
        "收回岗位", *(allow(role, to=kept) for role, kept in KEEPS.items()), otherwise=_OTHERS
    ),
    confirm_post=_CONFIRMS,
    confirm_posts=_CONFIRMS,
    waiting=Action("查看待确认的岗位", *_WHO_CONFIRMS),
)
