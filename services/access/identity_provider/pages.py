"""To the county's identity provider and back. No transaction stands open meanwhile."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from kit import audit
from kit.errors import NotFound, Refused
from kit.network import is_https
from kit.web import Now, cookies
from services.access.addresses import shown_at
from services.access.entering import device, entered
from services.access.front import queries as front
from services.access.front.forms import BACK
from services.access.identity_provider import commands
from services.access.identity_provider.models import Asking
from services.access.oidc import Asked, Provider

router = APIRouter()
STATE = "backstop-state"
Text = Annotated[str, Query(title="统一身份认证的答复", max_length=2_000)]


def _provider(request: Request) -> Provider:
    provider: Provider | None = getattr(request.app.state, "provider", None)
    if provider is None:
        raise NotFound("本县没有接入统一身份认证。请用登录卡，或者登录名和密码。")
    return provider


@router.get("/provider")
async def to_provider(
    request: Request,
    now: Now,
    back: Annotated[str, Query(title="返回的页面", max_length=500, pattern=f"^{BACK}$")] = "/",
    bind: Annotated[bool, Query(title="绑定")] = False,
) -> Response:
    """`bind`: whoever is signed in here is known by the provider from then on."""
    provider = _provider(request)
    asked = await run_in_threadpool(_begin, request, back, bind, now)
    to = await provider.ask(asked, _back_to(request), now)
    answer = RedirectResponse(to, status_code=303)
    answer.set_cookie(
        cookies.name(request, STATE),
        asked.state,
        max_age=int(commands.WITHIN.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )
    return answer


def _back_to(request: Request) -> str:
    return f"{shown_at(request)}/access/provider/answer"


def _begin(request: Request, back: str, bind: bool, now: datetime) -> Asked:
    with request.app.state.sessions.begin() as session:
        here = front.sitting(session, request, now) if bind else None
        if bind and here is None:
            raise Refused("绑定之前请先用登录卡进入。")
        return commands.begin(
            session, back=back, binds=here.account.code if here else None, now=now
        )


@router.get("/provider/answer")
async def from_provider(
    request: Request, now: Now, state: Text = "", code: Text = "", error: Text = ""
) -> Response:
    provider = _provider(request)
    try:
        asked, asking = await run_in_threadpool(_take, request, state, now)
        if error or not code:
            raise Refused("统一身份认证没有登录成功，或者被取消。请重新登录。")
        name = await provider.identify(code, asked, _back_to(request), now)
    except Refused:
        await run_in_threadpool(_note, request, now)
        raise
    return await run_in_threadpool(_enter, request, provider, name, asking, now)


def _take(request: Request, state: str, now: datetime) -> tuple[Asked, Asking]:
    with request.app.state.sessions.begin() as session:
        return commands.take(session, state, cookies.held(request, STATE), now)


def _note(request: Request, now: datetime) -> None:
    with request.app.state.sessions.begin() as session:
        audit.note(session, now, "sign_in", kind=audit.Kind.REFUSED)


def _enter(
    request: Request, provider: Provider, name: str, asking: Asking, now: datetime
) -> Response:
    with request.app.state.sessions.begin() as session:
        secret, why = commands.enter(
            session, provider.issuer, name, asking, device=device(request), now=now
        )
        answer = entered(request, session, secret, asking.back, now) if secret else None
    if answer is None:
        raise Refused(why)
    answer.delete_cookie(cookies.name(request, STATE), path="/")
    return answer
