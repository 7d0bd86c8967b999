"""Accounts, and the posts in which somebody acts today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.rows import existing
from schemas.codes import Role
from services.access.accounts.models import Account, Post
from services.access.accounts.policy import policy
from services.access.accounts.rules import State, holds


def account(session: Session, code: str) -> Account:
    return existing(session, Account, code, "没有这个账号，请回到账号列表重选。")


def post(session: Session, id: str) -> Post:
    return existing(session, Post, id, "没有这个岗位，请回到账号页重选。")


def posts_of(session: Session, account: str) -> Sequence[Post]:
    """All there are, also those that ended, in the order in which they came."""
    return session.exec(select(Post).where(Post.account == account).order_by(Post.id)).all()


def posts_on(session: Session, account: str, on: date) -> list[Post]:
    """In which he may act on this day; none where the account is off."""
    known = session.get(Account, account)
    if known is None or known.state is not State.ACTIVE:
        return []
    posts = posts_of(session, account)
    return [post for post in posts if holds(post.state, post.since, post.until, on)]


def visible(actor: Actor) -> Any:
    return select(Account).where(policy.visible(actor, "accounts", Account))


def same_post(session: Session, draft: Post) -> Post | None:
    """This person's post that is there already, not ended, for the same period or an open one."""
    query = select(Post).where(
        Post.account == draft.account,
        Post.role == draft.role,
        Post.place == draft.place,
        col(Post.state) != State.ENDED,
        col(Post.deputy_for).is_not_distinct_from(draft.deputy_for),
    )
    return session.exec(query).first()


def waiting(session: Session) -> Sequence[Post]:
    """Posts that wait for somebody to confirm them, oldest first."""
    return session.exec(select(Post).where(Post.state == State.PROPOSED).order_by(Post.id)).all()


def same_person(session: Session, name: str, phone: str | None) -> Account | None:
    """The account with this name and telephone; nobody is known by a name alone."""
    if phone is None:
        return None
    return session.exec(select(Account).where(Account.name == name, Account.phone == phone)).first()


def has_post(session: Session, account: str, role: Role, place: str) -> bool:
    """Whether he himself has this post, proposed or confirmed."""
    query = select(Post.id).where(
        Post.account == account,
        Post.role == role,
        Post.place == place,
        col(Post.deputy_for).is_(None),
        col(Post.state) != State.ENDED,
    )
    return session.exec(query).first() is not None


def others_in(session: Session, post: Post) -> bool:
    """Whether somebody else is in the same role."""
    query = select(Post.id).where(
        Post.role == post.role, Post.account != post.account, Post.state == State.ACTIVE
    )
    return session.exec(query).first() is not None
