"""Signing in by a link, or in the demo by choosing somebody; signing out."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from backstop.portal.depends import HandedOut, Installed, shown_at
from backstop.shell import HOME
from kit.actor import Actor
from kit.tokens import COOKIE, VALID, make_token
from kit.web import Now, page

router = APIRouter()
demo = APIRouter()


@router.get("/sign-in")
def sign_in(request: Request, application: Installed) -> Response:
    shown = request.app.state.demo_accounts.all() if application.installation.demo else []
    return page(request, "sign-in.html", accounts=shown)


@demo.post("/demo/sign-in")
def demo_sign_in(
    request: Request, account: Annotated[str, Form(title="演示身份")]
) -> RedirectResponse:
    return _enter(request, request.app.state.demo_accounts.named(account))


@router.get("/sign-in/{token}")
def link(request: Request, token: str) -> Response:
    """Opening alone uses nothing up: messengers fetch links to preview them."""
    return page(request, "link.html", token=token)


@router.post("/sign-in/{token}")
def use_link(request: Request, token: str, links: HandedOut, now: Now) -> RedirectResponse:
    return _enter(request, links.use(token, now))


@router.get("/sign-out")
def sign_out() -> RedirectResponse:
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def _enter(request: Request, actor: Actor) -> RedirectResponse:
    answer = RedirectResponse(HOME.get(actor.role, "/"), status_code=303)
    answer.set_cookie(
        COOKIE,
        make_token(request.app.state.keyring.token_key, actor),
        max_age=int(VALID.total_seconds()),
        httponly=True,
        samesite="lax",
        secure="https" in (request.url.scheme, urlsplit(shown_at(request)).scheme),
    )
    return answer
