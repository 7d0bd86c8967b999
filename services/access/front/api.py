"""Doors of the front door and of the services: a fresh token, the public keys."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from kit.errors import NotFound
from kit.forms import Form
from kit.web import Now
from services.access.front.views import TokenOut
from services.access.sessions import commands as sessions

router = APIRouter()


class Renewal(Form):
    session: str = Field(title="会话", max_length=200)


@router.post("/tokens")
def renew(body: Renewal, request: Request, now: Now) -> TokenOut:
    """A fresh token of the session with this secret; 404 when it is over, or somebody has to choose
    a post first.
    """
    with request.app.state.sessions.begin() as session:
        claims = sessions.renew(session, body.session, now)
        signer = session.info.get("signer")
        if claims is None or signer is None:
            raise NotFound("登录已经结束，请重新登录。")
        return TokenOut(token=signer.sign(*claims, now))


@router.get("/keys")
def keys(request: Request) -> dict[str, Any]:
    """The public keys (RFC 7517)."""
    signer = request.app.state.sessions.kw["info"].get("signer")
    return signer.jwks() if signer else {"keys": []}
