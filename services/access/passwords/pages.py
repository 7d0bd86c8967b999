"""One's own password, for who signs in without a card."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from kit.errors import Refused
from kit.forms import fill
from kit.web import Now, Transaction, Who, done, page
from services.access.hashing import hashed, matches
from services.access.passwords import commands, queries
from services.access.passwords.forms import PasswordForm
from services.access.passwords.policy import policy

router = policy.router()


@router.get("/password")
def my_password(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    known = queries.of_account(session, actor.account)
    without = () if known else ("old",)
    values = {"login": known.login if known else actor.name}
    form = fill(request, PasswordForm, "/access/password", values, without=without)
    return page(request, "password.html", form=form)


@router.post("/password")
async def set_password(
    request: Request, form: Annotated[PasswordForm, FromPage()], actor: Who, now: Now
) -> Response:
    """Whoever has one types it once more; in a transaction only before and after it is hashed."""
    sessions = request.app.state.sessions

    def check() -> str | None:
        with sessions.begin() as session:
            commands.check(session, actor.account, form.login, form.password)
            known = queries.of_account(session, actor.account)
            return known.hash if known else None

    def keep(hash: str) -> None:
        with sessions.begin() as session:
            commands.set_password(session, actor.account, form.login, hash, now)

    if form.password != form.again:
        raise Refused("两次填的密码不一样，请重填。", field="again")
    before = await run_in_threadpool(check)
    if before and not await matches(before, form.old or ""):
        raise Refused("现在的密码不对。", field="old")
    await run_in_threadpool(keep, await hashed(form.password))
    return done("/access/me", "密码已设好。下次用登录名和密码登录。")
