"""The way to access, where people sign in; in the demo, choosing somebody."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from backstop.application import Application
from backstop.portal.depends import Installed
from backstop.shell import HOME
from kit.web import cookies, page

router = APIRouter()
demo = APIRouter()


@router.get("/sign-in")
def sign_in(
    request: Request,
    application: Installed,
    back: Annotated[str, Query(title="返回的页面")] = "/",
    why: Annotated[str, Query(title="原因")] = "",
) -> Response:
    if application.installation.demo:
        shown = request.app.state.demo_accounts.all()
        return page(request, "sign-in.html", accounts=shown)
    reason = f"&why={quote(why)}" if why else ""
    return RedirectResponse(f"/access/sign-in?back={quote(back)}{reason}", status_code=303)


@demo.post("/demo/sign-in")
def demo_sign_in(
    request: Request, application: Installed, account: Annotated[str, Form(title="演示身份")]
) -> Response:
    actor = request.app.state.demo_accounts.named(account)
    assert isinstance(application, Application)  # a demo is one process
    secret, token = application.accounts.open(actor)
    answer = RedirectResponse(HOME.get(actor.role, "/"), status_code=303)
    cookies.keep(request, answer, cookies.SESSION, secret)
    cookies.keep(request, answer, cookies.TOKEN, token)
    return answer


@router.get("/sign-out")
def sign_out() -> Response:
    """A session ends where it lives."""
    return RedirectResponse("/access/sign-out", status_code=303)
