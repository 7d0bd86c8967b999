"""Somebody whom a service knows: his account and post stand in its database as access's events would
have put them there, with the key that signs his token.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.front import Front
from kit.access import Signer, TokenKeys, heard, people
from kit.access.asked import Asked
from kit.access.door import Me
from kit.actor import Actor

KEYS = TokenKeys.generate()  # of the whole run: the private half of what each database is told
BEGUN = datetime(2000, 1, 1, tzinfo=UTC)
CENTURY = timedelta(days=36_500)  # tests move their clocks by months
PUT = text("INSERT INTO known_key (kid, x, since) VALUES (:kid, :x, :since) ON CONFLICT DO NOTHING")
NO_POST = text("DELETE FROM known_post WHERE account = :account AND id = :id")


def told(front: Front, actor: Actor, token: str = "") -> dict[str, str]:
    """What that actor's program sends to a front door that asks access over the network."""
    token = token or f"token-of-{actor.account}"
    asked = front.people
    assert isinstance(asked, Asked)
    if not isinstance(asked.transport, Network):
        asked.transport = Network()
    asked.transport.known[token] = actor
    return {"authorization": f"Bearer {token}"}


class Network(httpx.AsyncBaseTransport):
    """The network between the front door and access, of which only the answers are there."""

    def __init__(self) -> None:
        self.known: dict[str, Actor] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        if actor := self.known.get(token):
            me = Me.model_validate(vars(actor) | {"expires": None})
            return httpx.Response(200, content=me.model_dump_json())
        return httpx.Response(401, json={"why": "forged"})


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
            known = people.remembered(sessions)
            known.clear()  # or it would be seen in two seconds
            known.longest = CENTURY
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
