"""Sessions begin, are renewed by use, and end for good."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.clock import local_date
from kit.errors import Conflict, Forbidden
from kit.messaging.outbox import emit
from schemas.access import SessionEnded
from services.access.accounts import queries as accounts
from services.access.accounts.models import Post
from services.access.cards.models import Card
from services.access.cards.rules import CardState
from services.access.identity_provider.models import Identity
from services.access.one_time_codes import queries as codes
from services.access.one_time_codes.models import OneTimeCodes
from services.access.passwords.models import Password
from services.access.sessions import queries, rules
from services.access.sessions.models import SignedIn
from services.access.sessions.policy import policy
from services.access.sessions.rules import Kind


class Claims(NamedTuple):
    """What a token says: who, in which post, in which session."""

    account: str
    post: str
    session: str


def open_session(
    session: Session,
    account: str,
    post: str | None,
    kind: Kind,
    now: datetime,
    *,
    device: str | None = None,
) -> str:
    """A new session; what it gives back is its secret, which stands nowhere else. Without a `post`
    it is the only one, or he chooses.
    """
    posts = accounts.posts_on(session, account, local_date(now))
    if post is None and len(posts) == 1:
        post = posts[0].id
    secret = secrets.token_urlsafe(24)
    session.add(
        SignedIn(
            account=account,
            post=post,
            kind=kind,
            secret_hash=queries.hashed(secret),
            device=device,
            opened_at=now,
            used_at=now,
        )
    )
    session.flush()
    return secret


def renew(session: Session, secret: str, now: datetime) -> Claims | None:
    """What a fresh token may say; None: he has to sign in, or to choose a post (`hindered`)."""
    row = queries.living(session, secret, now)
    if row is None or hindered(session, row, now):
        return None
    if now - row.used_at > rules.NOTED:
        row.used_at = now
        session.add(row)
    assert row.post
    return Claims(row.account, row.post, row.id)


def hindered(session: Session, row: SignedIn, now: datetime) -> bool:
    """Whether a living session gives no token: it is only there to set a password, or the post was
    taken back. Nobody is moved to another post of his without choosing it.
    """
    posts = accounts.posts_on(session, row.account, local_date(now))
    post = next((one for one in posts if one.id == row.post), None)
    return row.kind is Kind.ENTRY or post is None or not opens(session, row, post)


def opens(session: Session, row: SignedIn, post: Post) -> bool:
    """Whether this way in is good enough for the post: a known phone alone opens none that signs,
    neither does a password of before the codes.
    """
    if row.kind in (Kind.COMMAND, Kind.PROVIDER) or not codes.needs(session, post.role):
        return True
    return row.kind is Kind.OFFICE and codes.confirmed(session, row.account) is not None


def choose_post(session: Session, row: SignedIn, post: str, now: datetime) -> None:
    """From now on he acts there in another of his posts."""
    posts = accounts.posts_on(session, row.account, local_date(now))
    chosen = next((one for one in posts if one.id == post), None)
    if chosen is None:
        raise Conflict("这个岗位现在不能用：没有确认、已到期或已收回。请选别的岗位。")
    if not opens(session, row, chosen):
        raise Forbidden(
            "这个岗位要用密码和动态码登录，登录卡记住的手机不能直接用。请上一级发一张新的登录卡，打开后设好再登录。"
        )
    row.post = post
    session.add(row)


def end_session(session: Session, id: str, *, actor: Actor, now: datetime) -> None:
    """Somebody's own session, or that of a person whose account the actor keeps."""
    row = queries.signed_in(session, id)
    if row.account == actor.account:
        policy.require(actor, "end_mine", row)
    else:
        policy.require(actor, "end_session", accounts.account(session, row.account))
    end(session, [row], by=actor.account, now=now)


def shut_out(session: Session, account: str, *, actor: Actor, now: datetime) -> int:
    """A lost phone, or whoever leaves: nothing that this person had lets anybody in any more, until
    he has a new card. How many sessions there were.
    """
    policy.require(actor, "shut_out", accounts.account(session, account))
    return lock_out(session, account, by=actor.account, now=now)


def lock_out(session: Session, account: str, *, by: str, now: datetime) -> int:
    """All sessions end, and what could open another is gone. How many sessions there were."""
    rows = queries.open_of(session, account, now)
    end(session, rows, by=by, now=now)
    withdraw_cards(session, account)
    forget_ways_in(session, account)
    return len(rows)


def withdraw_cards(session: Session, account: str) -> None:
    """Those that nobody used yet."""
    unused = (CardState.PROPOSED, CardState.READY)
    for card in session.exec(
        select(Card).where(Card.account == account, col(Card.state).in_(unused))
    ):
        card.state = CardState.WITHDRAWN
        session.add(card)
    session.flush()


def forget_ways_in(session: Session, account: str) -> None:
    """His password, his codes, and what the county's provider calls him: whoever had his phone may
    have set each of them.
    """
    for way in (Password, OneTimeCodes, Identity):
        for row in session.exec(select(way).where(way.account == account)):
            session.delete(row)
    session.flush()


def end(session: Session, rows: Iterable[SignedIn], *, by: str, now: datetime) -> None:
    """For good: every service refuses their tokens from now on."""
    ended = [row for row in rows if row.ended_at is None]
    for row in ended:
        row.ended_at, row.ended_by = now, by
        session.add(row)
    emit(session, *(SessionEnded(account=row.account, session=row.id) for row in ended))
