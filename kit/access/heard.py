"""What every service keeps of access: accounts, their posts, sessions that ended, signing keys."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from kit.messaging.inbox import Handlers
from kit.seal import unseal
from schemas.access import AccountChanged, SessionEnded, SigningKeyPublished
from schemas.values import Name

ACCOUNT = text("""INSERT INTO known_account (account, name, active) VALUES (:account, :name, :active)
    ON CONFLICT (account) DO UPDATE SET name = excluded.name, active = excluded.active""")
NO_POSTS = text("DELETE FROM known_post WHERE account = ANY(:accounts)")
POST = text("""INSERT INTO known_post (account, id, role, place, since, until, deputy_for, active)
    VALUES (:account, :id, :role, :place, :since, :until, :deputy_for, :active)""")
ENDED = text("""INSERT INTO known_ended_session (session, account) VALUES (:session, :account)
    ON CONFLICT DO NOTHING""")
# Its last token, and the half hour that one goes on while access is away, are long over.
FORGET = text("DELETE FROM known_ended_session WHERE at < now() - interval '1 day'")
KEY = text("""INSERT INTO known_key (kid, x, since, until) VALUES (:kid, :x, :since, :until)
    ON CONFLICT (kid) DO UPDATE SET x = excluded.x, since = excluded.since, until = excluded.until""")


def hear(handlers: Handlers) -> None:
    """Keep what comes from access, before whoever else takes it."""
    handlers.beside(AccountChanged, accounts_changed)
    handlers.beside(SessionEnded, sessions_ended)
    handlers.beside(SigningKeyPublished, keys_published)


def accounts_changed(session: Session, events: Sequence[AccountChanged]) -> None:
    """All of an account's posts at once: one that is not named is none. A county's accounts come
    together, so three statements a batch.
    """
    latest = {event.account: event for event in events}
    accounts = [
        {
            "account": event.account,
            "name": unseal(session, event.sealed, Name).name,
            "active": event.active,
        }
        for event in latest.values()
    ]
    posts = [
        {"account": event.account, **post.model_dump(mode="python"), "role": post.role.value}
        for event in latest.values()
        for post in event.posts
    ]
    session.execute(ACCOUNT, accounts)
    session.execute(NO_POSTS, {"accounts": list(latest)})
    if posts:
        session.execute(POST, posts)


def sessions_ended(session: Session, events: Sequence[SessionEnded]) -> None:
    session.execute(FORGET)
    rows = [{"session": event.session, "account": event.account} for event in events]
    session.execute(ENDED, rows)


def keys_published(session: Session, events: Sequence[SigningKeyPublished]) -> None:
    rows = {
        event.key: {
            "kid": event.key,
            "x": event.x,
            "since": event.valid_from,
            "until": event.valid_until,
        }
        for event in events
    }
    session.execute(KEY, list(rows.values()))
