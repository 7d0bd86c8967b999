"""Accounts are opened and closed, posts proposed, confirmed, taken back and given again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from kit import audit
from kit.actor import SYSTEM, Actor
from kit.clock import local_date
from kit.errors import Conflict, Forbidden, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from rulebook.scopes import scope_of
from schemas.access import AccountChanged
from schemas.access import Post as ToldPost
from schemas.codes import Role
from schemas.values import Name
from services.access.accounts import queries, rules
from services.access.accounts.forms import AccountForm, PostForm
from services.access.accounts.models import SERVER, Account, Post
from services.access.accounts.policy import policy
from services.access.accounts.rules import State
from services.access.directory import queries as directory
from services.access.roles import OF_TWO, SIGNING
from services.access.sessions import commands as sessions

# Whoever has the server itself.
COMMAND_LINE = Actor("server", "服务器命令行", Role.ADMINISTRATOR, "0" * 12)


@dataclass(frozen=True)
class OldLink:
    """A sign-in link of 0.1.0."""

    account: str
    name: str
    role: Role
    place: str


def open_account(
    session: Session,
    form: AccountForm,
    *,
    actor: Actor,
    now: datetime,
    proposed: bool = False,
    came_from: str | None = None,
) -> Account:
    """A person with his first post. `proposed`: off until somebody confirms it, whatever the post;
    without it only what he may not confirm himself is.
    """
    if known := queries.same_person(session, form.name, form.phone):
        raise Conflict(f"已有{known.name}的账号（手机号相同），请在他的账号页增加岗位。")
    account = Account(
        code=f"a-{secrets.token_hex(6)}",
        name=form.name,
        phone=form.phone,
        state=State.PROPOSED,
        opened_at=now,
        opened_by=actor.account,
        came_from=came_from,
    )
    session.add(account)
    session.flush()
    _propose(session, account, form, actor=actor, now=now, proposed=proposed)
    return account


def add_post(
    session: Session,
    code: str,
    form: PostForm,
    *,
    actor: Actor,
    now: datetime,
    proposed: bool = False,
) -> Post:
    """A further post of somebody who has an account; the same one twice is the one that is there."""
    account = queries.account(session, code)
    return _propose(session, account, form, actor=actor, now=now, proposed=proposed)


def _propose(
    session: Session,
    account: Account,
    form: PostForm,
    *,
    actor: Actor,
    now: datetime,
    proposed: bool,
) -> Post:
    draft = _draft(session, account, form, actor, local_date(now))
    policy.require(actor, "propose_post", draft)
    if account.state is State.ENDED:  # whoever keeps him alone takes him up again
        policy.require(actor, "keep_account", account)
    if known := queries.same_post(session, draft):
        return known
    session.add(draft)
    session.flush()
    if not proposed and _may_confirm(session, draft, actor):
        return confirm(session, draft.id, actor=actor, now=now)
    tell(session, account)
    return draft


def _may_confirm(session: Session, post: Post, actor: Actor) -> bool:
    return policy.may(actor, "confirm_post", post) and (
        not _of_others(session, post)
        or policy.may(actor, "keep_account", queries.account(session, post.account))
    )


def _of_others(session: Session, post: Post) -> bool:
    """Whether he acts in other posts, which the one who keeps them answers for: whoever gives him one
    more would keep him too. A signing post has its second person.
    """
    return post.role not in SIGNING and any(
        one.state is State.ACTIVE for one in queries.posts_of(session, post.account)
    )


def _draft(session: Session, account: Account, form: PostForm, actor: Actor, on: date) -> Post:
    scope = directory.scope(session, form.role, form.place)
    since = form.since or on
    if not rules.is_period(since, form.until):
        raise Refused("止日早于起日，请核对。", field="until")
    if form.deputy_for:
        _check_deputy(session, account, form)
    return Post(
        account=account.code,
        role=form.role,
        place=scope.code,
        above=directory.above(session, scope),
        since=since,
        until=form.until,
        deputy_for=form.deputy_for,
        state=State.PROPOSED,
        proposed_by=actor.account,
    )


def _check_deputy(session: Session, account: Account, form: PostForm) -> None:
    """A deputy has a period, and acts for somebody who has this very post."""
    if form.until is None:
        raise Refused("代理要写明到哪天止。", field="until")
    if form.deputy_for == account.code:
        raise Refused("不能代理自己。", field="deputy_for")
    principal = queries.account(session, form.deputy_for or "")
    if not queries.has_post(session, principal.code, form.role, form.place):
        raise Refused(
            f"{principal.name}在这里没有{form.role.label}的岗位，不能由别人代理。",
            field="deputy_for",
        )


def confirm(session: Session, id: str, *, actor: Actor, now: datetime) -> Post:
    """The post works from now on, within its period. Twice is once."""
    post = queries.post(session, id)
    policy.require(actor, "confirm_post", post)
    if post.state is State.PROPOSED and _of_others(session, post):
        policy.require(actor, "keep_account", queries.account(session, post.account))
    if post.state is State.ENDED:
        raise Conflict("这个岗位已收回，请重新登记。")
    scope = directory.scope(session, post.role, post.place)  # it may have ended meanwhile
    post.above = directory.above(session, scope)
    account = queries.account(session, post.account)
    if post.role in OF_TWO and not _given_by_two(session, post):
        sessions.lock_out(session, account.code, by=actor.account, now=now)
    post.state, post.confirmed_by = State.ACTIVE, actor.account
    account.state = State.ACTIVE
    session.add_all((post, account))
    tell(session, account)
    return post


def confirm_marked(
    session: Session, ids: Sequence[str], *, actor: Actor, now: datetime
) -> dict[str, str]:
    """Each by itself: post → why it was not confirmed, "" where it was. One that cannot be stops no
    other.
    """
    return {id: _confirm_one(session, id, actor, now) for id in dict.fromkeys(ids)}


def _confirm_one(session: Session, id: str, actor: Actor, now: datetime) -> str:
    try:
        with session.begin_nested():
            confirm(session, id, actor=actor, now=now)
    except Forbidden as refusal:
        audit.note(session, now, "confirm_post", actor, f"post:{id}", kind=audit.Kind.REFUSED)
        return str(refusal)
    except Refused as refusal:
        return str(refusal)
    return ""


def _given_by_two(session: Session, post: Post) -> bool:
    """Whether two people gave him something before. What he had of one alone, a card, a session, a
    password, may be with whoever gave it: it ends, and he begins anew with a card of two.
    """
    return post.state is State.ACTIVE or any(
        one.state is State.ACTIVE and one.role in OF_TWO
        for one in queries.posts_of(session, post.account)
    )


def take_back_post(session: Session, id: str, *, reason: str, actor: Actor) -> Post:
    """Nobody acts in it any more, from this moment; nor does a deputy of his."""
    post = queries.post(session, id)
    policy.require(actor, "take_back_post", post)
    if post.state is State.ENDED:
        return post
    if post.role is Role.ADMINISTRATOR and not queries.others_in(session, post):
        raise Refused("这是唯一的系统管理员，请先登记并确认另一位，再收回这个岗位。")
    for ended in (post, *queries.deputies(session, post)):
        ended.state, ended.ended_by, ended.reason = State.ENDED, actor.account, reason
        session.add(ended)
        tell(session, queries.account(session, ended.account))
    return post


def give_again(session: Session, id: str, *, actor: Actor, now: datetime) -> Post:
    """A post that was taken back by mistake: proposed anew, by the rule of who confirms what."""
    post = queries.post(session, id)
    policy.require(actor, "propose_post", post)
    if post.state is not State.ENDED:
        return post
    directory.scope(session, post.role, post.place)
    post.state, post.proposed_by, post.confirmed_by = State.PROPOSED, actor.account, None
    post.ended_by, post.reason = None, None
    session.add(post)
    session.flush()
    if _may_confirm(session, post, actor):
        return confirm(session, id, actor=actor, now=now)
    tell(session, queries.account(session, post.account))
    return post


def close_account(
    session: Session, code: str, *, reason: str, actor: Actor, now: datetime
) -> Account:
    """All posts of somebody who leaves are taken back, the account is off, and what he had opens
    nothing, also when a post is given again.
    """
    account = queries.account(session, code)
    policy.require(actor, "keep_account", account)
    for post in queries.posts_of(session, code):
        take_back_post(session, post.id, reason=reason, actor=actor)
    account.state = State.ENDED
    session.add(account)
    sessions.lock_out(session, code, by=actor.account, now=now)
    tell(session, account)
    return account


def install_account(
    session: Session, actor: Actor, *, now: datetime, came_from: str = SERVER
) -> None:
    """An account that the server itself has: its command line's, the first administrator's, the
    demo's. Whoever may write here already needs nobody's leave; account and post have one code, and
    one that is there already stays as it is.
    """
    if session.get(Account, actor.account):
        return
    account = Account(
        code=actor.account,
        name=actor.name,
        state=State.ACTIVE,
        opened_at=now,
        opened_by=SYSTEM.account,
        came_from=came_from,
    )
    session.add(account)
    session.flush()
    session.add(
        Post(
            id=actor.account,
            account=actor.account,
            role=actor.role,
            place=actor.place,
            above=directory.above(session, actor.scope),
            since=local_date(now),
            state=State.ACTIVE,
            proposed_by=SYSTEM.account,
            confirmed_by=SYSTEM.account,
        )
    )
    tell(session, account)


def adopt(session: Session, link: OldLink, *, now: datetime) -> Account | None:
    """Somebody who had a link of 0.1.0: a proposed account under the name that his old rows carry,
    off until somebody confirms it. None: it is here already. `Refused` for a blank place (G-02);
    whether there is such a place is asked when it is confirmed.
    """
    try:
        scope = scope_of(link.role, link.place)
    except ValueError as error:
        raise Refused(f"{link.name}（{link.role.label}）：{error}。请重新登记。") from error
    if session.get(Account, link.account):
        return None
    account = Account(
        code=link.account,
        name=link.name,
        state=State.PROPOSED,
        opened_at=now,
        opened_by=COMMAND_LINE.account,
        came_from="0.1.0的登录链接",
    )
    post = Post(
        account=link.account,
        role=link.role,
        place=scope.code,
        above=directory.above(session, scope),
        since=local_date(now),
        state=State.PROPOSED,
        proposed_by=COMMAND_LINE.account,
    )
    session.add(account)
    session.flush()
    session.add(post)
    tell(session, account)
    return account


def needs_second_person(session: Session, account: str) -> bool:
    """Whether one of his posts is given by two people, and so every card for him; also one that
    was taken back, for it can be given again.
    """
    return any(post.role in OF_TWO for post in queries.posts_of(session, account))


def tell(session: Session, account: Account) -> None:
    """The account as it is now, with all its posts."""
    session.flush()
    posts = tuple(
        ToldPost(
            id=post.id,
            role=post.role,
            place=post.place,
            since=post.since,
            until=post.until,
            deputy_for=post.deputy_for,
            active=post.state is State.ACTIVE,
        )
        for post in queries.posts_of(session, account.code)
    )
    emit(
        session,
        AccountChanged(
            account=account.code,
            sealed=seal(session, Name(name=account.name)),
            active=account.state is State.ACTIVE,
            posts=posts,
        ),
    )
