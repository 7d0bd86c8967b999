"""A form whose sender was signed out meanwhile is not lost (F-48). The answer holds what was typed;
when he has signed in again, beside it, one button brings him back to the page, filled in. Nothing is
kept here meanwhile: the fields wait in his own browser.
"""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from kit.access import signed_in
from kit.forms.attempt import same_page
from kit.forms.fields import KEY
from kit.web.pages import page

PAGE = "continue_on"  # the field that names the page on which the form stood
SAID = "您已重新登录，填写的内容还在，还没有提交。请核对后提交。"


class Continued(Exception):
    """Whoever was signed out in the middle of a form is back."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


async def continued(request: Request) -> None:
    """A dependency of every door: what comes from the page below is shown again, not done."""
    if request.method != "POST" or "form" not in request.headers.get("content-type", ""):
        return
    to = (await request.form()).get(PAGE)
    if isinstance(to, str) and signed_in(request):
        raise Continued(_ours(to))


async def go_on(request: Request, error: Exception) -> Response:
    """The page filled in; where it has no such form any more, the page as it is."""
    assert isinstance(error, Continued)
    instead = RedirectResponse(error.to, status_code=303)
    return await same_page(request, instead, SAID, {}, page=error.to, status=200)


async def ask_to_sign_in(request: Request, why: str) -> Response | None:
    """The answer to a form, with all that was typed; None: it was no form."""
    if request.method != "POST" or "form" not in request.headers.get("content-type", ""):
        return None
    try:
        form = await request.form()
    except (HTTPException, ClientDisconnect):
        return None
    sender = urlsplit(request.headers.get("referer", ""))
    asked = form.get(PAGE)
    to = asked if isinstance(asked, str) else f"{sender.path}?{sender.query}".rstrip("?")
    typed = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in (KEY, PAGE)
    ]
    files = any(not isinstance(value, str) for _, value in form.multi_items())
    values = {"typed": typed, "to": _ours(to), "field": PAGE, "why": why, "files": files}
    return page(request, "signed-out.html", status=401, **values)


def _ours(to: str) -> str:
    """A path of this site; anything else is the first page."""
    safe = to.startswith("/") and not to.startswith("//") and "\\" not in to
    return to if safe and not urlsplit(to).netloc else "/"
