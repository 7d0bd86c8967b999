"""Somebody whom a service knows: his account and post stand in its database as access's events would
have put them there, with the key that signs his token.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.access import Signer, TokenKeys, heard, people
from kit.actor import Actor

KEYS = TokenKeys.generate()  # of the whole run: the private half of what each database is told
BEGUN = datetime(2000, 1, 1, tzinfo=UTC)
CENTURY = timedelta(days=36_500)  # tests move their clocks by months
PUT = text("INSERT INTO known_key (kid, x, since) VALUES (:kid, :x, :since) ON CONFLICT DO NOTHING")
NO_POST = text("DELETE FROM known_post WHERE account = :account AND id = :id")


class Acquainted:
    """One service's door, at which people are known."""

    def __init__(self, *sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def headers(self, actor: Actor, **how: Any) -> dict[str, str]:
        """What that actor's program sends."""
        return {"authorization": f"Bearer {self.token(actor, **how)}"}

    def token(
        self, actor: Actor, *, now: datetime = BEGUN, valid: timedelta = CENTURY, county: str = ""
    ) -> str:
        """Signed with the test's key, for `valid` from `now` on; `county`: who issued it."""
        for sessions in self.sessions:
            with sessions.begin() as session:
                introduce(session, actor)
            people.remembered(sessions).clear()  # or it would be seen in two seconds
        mine = county or self.sessions[0].kw["info"]["county"]
        signer = Signer(lambda: KEYS, lambda: mine)
        return signer.sign(actor.account, post_of(actor), session_of(actor), now, valid)


def acquainted(*apps: FastAPI) -> Acquainted:
    return Acquainted(*(app.state.sessions for app in apps))


def introduce(session: Session, actor: Actor) -> None:
    """What access would have said of him, and of the key. He keeps the posts he had."""
    account, post = {"account": actor.account}, {"id": post_of(actor)}
    session.execute(heard.ACCOUNT, account | {"name": actor.name, "active": True})
    session.execute(NO_POST, account | post)
    role = {"role": actor.role.value, "place": actor.place, "deputy_for": None, "active": True}
    session.execute(heard.POST, account | post | role | {"since": BEGUN.date(), "until": None})
    for key in KEYS.keys:
        session.execute(PUT, {"kid": key.kid, "x": key.x, "since": BEGUN})


def post_of(actor: Actor) -> str:
    return actor.post or f"{actor.role.value}-{actor.place or 'nowhere'}"


def session_of(actor: Actor) -> str:
    return actor.session or f"session-of-{actor.account}"
