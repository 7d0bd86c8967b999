"""Accounts as a list: who is what where, and when he was last there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, true
from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import name_has
from kit.forms import field
from kit.lists import Asking, Column, Listing
from schemas.codes import Role
from services.access.accounts import queries
from services.access.accounts.models import Account, Post
from services.access.accounts.rules import State
from services.access.directory import queries as directory


class AccountFilter(Asking):
    q: str | None = field("姓名", None, max_length=50)
    role: Role | None = field("岗位", None)
    state: State | None = field("状态", None)


@dataclass(frozen=True)
class AccountLine:
    account: Account
    posts: str


ACCOUNTS = Listing[AccountLine](
    [
        Column(
            "name",
            "姓名",
            lambda line: line.account.name,
            sort=col(Account.name),
            href=lambda line: f"/access/accounts/{line.account.code}",
        ),
        Column("posts", "岗位"),
        Column("phone", "手机号", lambda line: line.account.phone, only="workbook"),
        Column("state", "状态", lambda line: line.account.state, sort=col(Account.state)),
        Column(
            "opened_at", "登记", lambda line: line.account.opened_at, sort=col(Account.opened_at)
        ),
    ],
    order=[col(Account.name), col(Account.code)],
)


def asked_for(actor: Actor, asked: AccountFilter) -> Any:
    """A statement: the accounts of which the actor keeps a post."""
    q = "".join((asked.q or "").split())
    post = select(Post.id).where(
        Post.account == Account.code, Post.role == asked.role, col(Post.state) != State.ENDED
    )
    return queries.visible(actor).where(
        name_has(col(Account.name), q) if q else true(),
        Account.state == asked.state if asked.state else true(),
        exists(post) if asked.role else true(),
    )


def lines(session: Session, accounts: Sequence[Account]) -> list[AccountLine]:
    """With the posts of a whole page, read at once."""
    codes = [account.code for account in accounts]
    posts = session.exec(
        select(Post)
        .where(among(Post.account, codes), col(Post.state) != State.ENDED)
        .order_by(Post.id)
    ).all()
    places = directory.called(session, posts)
    said: dict[str, list[str]] = {code: [] for code in codes}
    for post in posts:
        waiting = "，待确认" if post.state is State.PROPOSED else ""
        said[post.account].append(f"{post.role.label}（{places[post.id]}{waiting}）")
    return [AccountLine(account, "、".join(said[account.code])) for account in accounts]
