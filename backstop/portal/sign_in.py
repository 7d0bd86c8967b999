"""Signing in by a link, or in the demo by choosing somebody; signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from backstop.portal.depends import HandedOut, Installed
from backstop.shell import HOME
from kit.actor import Actor
from kit.cookies import SESSION, forget, put
from kit.rates import SIGN_IN, RatedRoute, limited
from kit.tokens import VALID, make_token
from kit.web import Now, page

router = APIRouter(route_class=RatedRoute)
demo = APIRouter(route_class=RatedRoute)


@router.get("/sign-in")
def sign_in(request: Request, application: Installed) -> Response:
    shown = request.app.state.demo_accounts.all() if application.installation.demo else []
    return page(request, "sign-in.html", accounts=shown)


@demo.post("/demo/sign-in")
@limited(SIGN_IN)
def demo_sign_in(
    request: Request, account: Annotated[str, Form(title="演示身份")]
) -> RedirectResponse:
    return _enter(request, request.app.state.demo_accounts.named(account))


@router.get("/sign-in/{token}")
@limited(SIGN_IN)
def link(request: Request, token: str) -> Response:
    """Opening alone uses nothing up: messengers fetch links to preview them."""
    return page(request, "link.html", token=token)


@router.post("/sign-in/{token}")
@limited(SIGN_IN)
def use_link(request: Request, token: str, links: HandedOut, now: Now) -> RedirectResponse:
    return _enter(request, links.use(token, now))


@router.get("/sign-out")
def sign_out() -> RedirectResponse:
    answer = RedirectResponse("/sign-in", status_code=303)
    forget(answer, SESSION)
    return answer


def _enter(request: Request, actor: Actor) -> RedirectResponse:
    answer = RedirectResponse(HOME.get(actor.role, "/"), status_code=303)
    token = make_token(request.app.state.keyring.token_key, actor)
    put(answer, SESSION, token, seconds=int(VALID.total_seconds()))
    return answer
