"""Accounts, and the posts in which somebody acts today."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from kit.actor import SYSTEM, Actor
from kit.audit.naming import account_called
from kit.database.columns import among
from kit.database.rows import existing
from schemas.codes import Role
from services.access.accounts.models import DEMO, SERVER, Account, Post
from services.access.accounts.policy import policy
from services.access.accounts.rules import State, holds
from services.access.roles import OF_COUNTY

NOBODY_CONFIRMS = (
    "现在没有第二个人可以确认这个岗位：请管服务器的人运行“backstop accounts confirm {account}”，算作第二人；"
    "或者先登记并确认另一位系统管理员，再由他确认。"
)


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


def of_demo(session: Session) -> bool:
    """Whether anybody here is a demo's."""
    return session.exec(select(Account.code).where(Account.came_from == DEMO)).first() is not None


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


def waiting(session: Session, actor: Actor = SYSTEM) -> Sequence[Post]:
    """Posts that wait for the actor to confirm them, oldest first."""
    query = select(Post).where(Post.state == State.PROPOSED, policy.visible(actor, "waiting", Post))
    return session.exec(query.order_by(Post.id)).all()


def who_confirms(
    session: Session, roles: Collection[Role], places: Iterable[str], on: date
) -> Iterator[Actor]:
    """Who acts today in one of these roles, for the county or at one of these places or above it. The
    server's own accounts confirm nothing, but for the first administrator.
    """
    codes = {code for place in places for code in (place, f"{place[:9]}000")}
    query = (
        select(Post, Account.name)
        .join(Account, col(Account.code) == col(Post.account))
        .where(
            col(Post.role).in_(roles),
            or_(col(Post.role).in_(OF_COUNTY), among(Post.place, codes)),
            Post.state == State.ACTIVE,
            Account.state == State.ACTIVE,
            or_(col(Account.came_from).is_distinct_from(SERVER), Post.role == Role.ADMINISTRATOR),
        )
    )
    for post, name in session.exec(query.order_by(col(Post.id))):
        if holds(post.state, post.since, post.until, on):
            yield Actor(post.account, name, post.role, post.place)


def nobody_confirms(session: Session, posts: Iterable[Post], on: date) -> dict[str, str]:
    """Post → what to do, of those that wait and that nobody who is here may confirm: whoever may
    proposed them himself, or there is one person only.
    """
    roles = policy["confirm_post"].roles
    return {
        post.id: NOBODY_CONFIRMS.format(account=post.account)
        for post in posts
        if post.state is State.PROPOSED
        and not any(
            policy.may(actor, "confirm_post", post)
            for actor in who_confirms(session, roles, (post.place, post.above), on)
        )
    }


def those(session: Session, actor: Actor, ids: Iterable[str]) -> Sequence[Post]:
    """The posts with these ids, as far as the actor confirms such or proposed them."""
    his = or_(policy.visible(actor, "waiting", Post), Post.proposed_by == actor.account)
    return session.exec(select(Post).where(among(Post.id, ids), his).order_by(Post.id)).all()


def proposed_by(session: Session, actor: Actor) -> Sequence[Post]:
    """What he proposed and nobody has confirmed, oldest first."""
    query = select(Post).where(Post.state == State.PROPOSED, Post.proposed_by == actor.account)
    return session.exec(query.order_by(Post.id)).all()


def same_person(session: Session, name: str, phone: str | None) -> Account | None:
    """The account with this name and telephone; nobody is known by a name alone."""
    if phone is None:
        return None
    namesakes = session.exec(select(Account).where(Account.name == name))
    return next((person for person in namesakes if person.phone == phone), None)


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


def deputies(session: Session, post: Post) -> Sequence[Post]:
    """Who stands in for whoever has this post; none where it is a deputy's itself."""
    query = select(Post).where(
        Post.deputy_for == post.account,
        Post.role == post.role,
        Post.place == post.place,
        col(Post.state) != State.ENDED,
    )
    return () if post.deputy_for else session.exec(query).all()


def others_in(session: Session, post: Post) -> bool:
    """Whether somebody else is in the same role."""
    query = select(Post.id).where(
        Post.role == post.role, Post.account != post.account, Post.state == State.ACTIVE
    )
    return session.exec(query).first() is not None


HISTORY = text("""SELECT at, kind, deed, account, role FROM audit
    WHERE (objects && CAST(:about AS text[]) OR account = :account) AND kind <> 'read'
    ORDER BY at DESC, id DESC LIMIT :most""")


@dataclass(frozen=True)
class Done:
    """One row of the audit about somebody: what was done, by whom, and whether it was refused."""

    at: datetime
    deed: str
    by: str
    refused: bool


def history(session: Session, account: str, about: Sequence[str], most: int) -> list[Done]:
    """What was done to this account and by it here, latest first, at most so many; `about`: rows of
    it as `kit.database.rows.named` calls them.
    """
    asked = {"account": account, "about": [f"account:{account}", *about], "most": most}
    rows = session.execute(HISTORY, asked).all()
    codes = {row.account for row in rows}
    names = dict(
        session.exec(select(Account.code, Account.name).where(among(Account.code, codes))).all()
    )
    return [
        Done(
            row.at, row.deed, account_called(row.account, names, row.account), row.kind == "refused"
        )
        for row in rows
    ]


def names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Account → name; of a program (the server's command line) what it is called."""
    distinct = {code for code in codes if code}
    rows = session.exec(select(Account.code, Account.name).where(among(Account.code, distinct)))
    return {code: account_called(code, {}, code) for code in distinct} | dict(rows.all())


def principals(session: Session, role: Role, places: Iterable[str]) -> dict[str, str]:
    """Who has this post at one of these places, and so may have a deputy: account → name."""
    query = (
        select(Account.code, Account.name)
        .join(Post, col(Post.account) == col(Account.code))
        .where(
            Post.role == role,
            among(Post.place, places),
            Post.state == State.ACTIVE,
            col(Post.deputy_for).is_(None),
        )
    )
    return dict(session.exec(query.order_by(Account.name)).all())


def of_name_in(session: Session, name: str, role: Role, place: str) -> Account | None:
    """The one with this name who has this post, where no telephone tells people apart."""
    query = (
        select(Account)
        .join(Post, col(Post.account) == col(Account.code))
        .where(
            Account.name == name,
            Post.role == role,
            Post.place == place,
            col(Post.state) != State.ENDED,
        )
    )
    return session.exec(query).first()
