"""The answer that lets a browser in: its session's secret, a token where there is one, and a mark by
which it is known again after sign-out (OWASP's device cookie): whoever guesses elsewhere does not make
its owner wait.
"""

import secrets
from datetime import datetime
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from kit.web import cookies
from services.access.sessions import commands as sessions
from services.access.sessions.queries import hashed, living
from services.access.sessions.rules import Kind, device_of


def device(request: Request) -> str | None:
    return device_of(request.headers.get("user-agent", ""))


def entered(request: Request, session: Session, secret: str, back: str, now: datetime) -> Response:
    """On to the page, or first to the choice of a post; another person's session in this browser
    ends.
    """
    row, before = living(session, secret, now), cookies.held(request, cookies.SESSION)
    other = living(session, before, now)
    if other and row and other.id != row.id:
        sessions.end(session, [other], by=other.account, now=now)
    chooses = row is not None and row.kind is not Kind.ENTRY and row.post is None
    to = f"/access/posts?back={quote(back)}" if chooses else back
    return carry(request, session, RedirectResponse(to, status_code=303), secret, now)


def carry(
    request: Request, session: Session, answer: Response, secret: str, now: datetime
) -> Response:
    """With the session's secret, and with a token where it gives one; never another's token."""
    cookies.forget(request, answer)
    cookies.keep(request, answer, cookies.SESSION, secret)
    if row := living(session, secret, now):
        mark = cookies.held(request, cookies.DEVICE) or secrets.token_urlsafe(24)
        cookies.keep(request, answer, cookies.DEVICE, mark)
        row.mark_hash = hashed(mark)
        session.add(row)
    claims, signer = sessions.renew(session, secret, now), session.info.get("signer")
    if claims and signer:
        cookies.keep(request, answer, cookies.TOKEN, signer.sign(*claims, now))
    return answer
