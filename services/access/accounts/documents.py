"""The workbook 人员岗位表 as it stands now, to be corrected and handed in again."""

from typing import Any

from sqlmodel import Session, col, select

from kit.sheets.sheet import FormAsked, SheetForm
from services.access.accounts import queries
from services.access.accounts.models import SERVER, Account, Post
from services.access.accounts.policy import policy
from services.access.accounts.rules import State
from services.access.directory import queries as directory
from services.access.roles import GRANTS

TITLE = "人员岗位表"
NOTE = (
    "一行一个人的一个岗位；有几个岗位的写几行。导入后要有人确认才能用。"
    "例：赵试｜16000000001｜村民小组长｜石桥村01组｜2026-09-01｜（止，不填就是长期）｜（代理谁，没有就不填）。"
)
NONE_BELOW = "这里只列您可以登记的岗位，现在没有。{roles}可以由您登记；您自己和别的岗位由上一级登记，不在这张表里。"


def posts_form(session: Session, asked: FormAsked) -> SheetForm:
    """The posts that the actor may give, confirmed or not; the server's own accounts are nobody's."""
    statement = (
        select(Post, Account)
        .join(Account, col(Account.code) == col(Post.account))
        .where(
            policy.visible(asked.actor, "propose_post", Post),
            col(Post.state) != State.ENDED,
            col(Account.came_from).is_distinct_from(SERVER),
        )
    )
    found = session.exec(statement.order_by(Post.place, Post.id)).all()
    posts = [post for post, _ in found if post.until is None or post.until >= asked.on]
    people = {person.code: person for _, person in found}
    principals = queries.names(session, [post.deputy_for for post in posts])
    places = _places(session, posts)
    may = "、".join(role.label for role in GRANTS.get(asked.actor.role, ()))
    return SheetForm(
        TITLE,
        NOTE if posts else NONE_BELOW.format(roles=may) + NOTE,
        [_row(post, people[post.account], places[post.id], principals) for post in posts],
    )


def _places(session: Session, posts: list[Post]) -> dict[str, str]:
    """Post → its place as it is read again: by its name where only one is called so."""
    called = directory.called(session, posts)
    known = {role: directory.by_name(session, role) for role in {post.role for post in posts}}
    return {
        post.id: name if known[post.role].get(name) == [post.place] else post.place
        for post in posts
        for name in (called[post.id],)
    }


def _row(post: Post, person: Account, place: str, principals: dict[str, str]) -> dict[str, Any]:
    return {
        "姓名": person.name,
        "手机号": person.phone,
        "岗位": post.role.label,
        "地方或单位": place,
        "起": post.since,
        "止": post.until,
        "代理谁": principals[post.deputy_for] if post.deputy_for else None,
    }
