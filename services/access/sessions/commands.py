"""Sessions begin, are renewed by use, and end for good."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from kit.actor import Actor
from kit.clock import local_date
from kit.errors import Conflict
from kit.messaging.outbox import emit
from schemas.access import SessionEnded
from services.access.accounts import queries as accounts
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
    return row.kind is Kind.ENTRY or row.post not in {post.id for post in posts}


def choose_post(session: Session, row: SignedIn, post: str, now: datetime) -> None:
    """From now on he acts there in another of his posts."""
    posts = accounts.posts_on(session, row.account, local_date(now))
    if post not in {one.id for one in posts}:
        raise Conflict("这个岗位现在不能用：没有确认、已到期或已收回。请选别的岗位。")
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
    """A lost phone, or whoever leaves: all sessions of this person end. How many there were."""
    policy.require(actor, "shut_out", accounts.account(session, account))
    rows = queries.open_of(session, account, now)
    end(session, rows, by=actor.account, now=now)
    return len(rows)


def end(session: Session, rows: Iterable[SignedIn], *, by: str, now: datetime) -> None:
    """For good: every service refuses their tokens from now on."""
    ended = [row for row in rows if row.ended_at is None]
    for row in ended:
        row.ended_at, row.ended_by = now, by
        session.add(row)
    emit(session, *(SessionEnded(account=row.account, session=row.id) for row in ended))
