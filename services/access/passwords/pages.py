"""One's own password, for who signs in without a card."""

from datetime import datetime
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from kit import audit
from kit.actor import Actor
from kit.errors import Refused, TooMany
from kit.forms import fill
from kit.web import Now, Transaction, Who, done, page
from services.access.hashing import hashed, matches
from services.access.passwords import commands, queries, rules
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
    """Whoever has one types it once more, as often as at sign-in; in a transaction only before and
    after it is hashed.
    """
    if form.password != form.again:
        raise Refused("两次填的密码不一样，请重填。", field="again")
    before = await run_in_threadpool(_begin, request, form, actor, now)
    if before and not await matches(before, form.old or ""):
        await run_in_threadpool(_note, request, actor, now)
        raise Refused("现在的密码不对。", field="old")
    await run_in_threadpool(_keep, request, form, actor, await hashed(form.password), now)
    others = "别处的登录都已退出。" if before else ""
    return done("/access/me", f"密码已设好。{others}下次用登录名和密码登录。")


def _begin(request: Request, form: PasswordForm, actor: Actor, now: datetime) -> str | None:
    """The hash that the present password has to fit, if there is one; then the attempt is counted."""
    with request.app.state.sessions.begin() as session:
        commands.check(session, actor.account, form.login, form.password)
        known = queries.of_account(session, actor.account)
        left = commands.begin(session, queries.key_of_own(actor.account), now) if known else 0
    if left:
        _note(request, actor, now)
        raise TooMany(rules.too_often(left))
    return known.hash if known else None


def _note(request: Request, actor: Actor, now: datetime) -> None:
    with request.app.state.sessions.begin() as session:
        audit.note(session, now, "set_password", actor, kind=audit.Kind.REFUSED)


def _keep(request: Request, form: PasswordForm, actor: Actor, hash: str, now: datetime) -> None:
    with request.app.state.sessions.begin() as session:
        if queries.of_account(session, actor.account):
            commands.change_password(
                session, actor.account, form.login, hash, now, here=actor.session
            )
        else:
            commands.set_password(session, actor.account, form.login, hash, now)
