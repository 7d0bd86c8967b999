"""What every door is handed: a transaction, the day, who is there."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlmodel import Session

from kit import audit
from kit.access import actor
from kit.actor import Actor
from kit.clock import local_date
from kit.errors import Forbidden
from kit.network import own_hosts
from kit.web.idempotency import KeyedAct, keyed_act


def transaction(
    request: Request, act: Annotated[KeyedAct | None, Depends(keyed_act)]
) -> Iterator[Session]:
    """The door's own. What was done under the same key already is not done again."""
    with request.app.state.sessions.begin() as session:
        session.info["clock"] = request.app.state.clock
        if act:
            act.begin(session, request.app.state.clock())
        yield session
        audit.keep(session, request)
        if act:
            answer, shows = request.state.answer, audit.shows(request)
            act.keep(session, request.app.state.clock(), answer, shows=shows)


def now(request: Request) -> datetime:
    return request.app.state.clock()


def today(request: Request) -> date:
    return local_date(request.app.state.clock())


def own_form(request: Request) -> None:
    """What changes something comes from our own pages, or from a program, which names no origin:
    another site cannot let somebody's browser sign for him. A browser says by itself, in
    `Sec-Fetch-Site`, what kind of site it is; no page can make it say otherwise.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
    foreign = origin is not None and urlsplit(origin).netloc not in own_hosts(request)
    if foreign or site not in ("same-origin", "none"):
        raise Forbidden("这个请求来自别的网站，没有办理。请在本系统的页面上操作。")


# scope="function": the commit happens before the answer, so that a failed commit is never a 201.
Transaction = Annotated[Session, Depends(transaction, scope="function")]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
Who = Annotated[Actor, Depends(actor)]
