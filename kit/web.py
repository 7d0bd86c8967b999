"""What every door is handed: a transaction, the day, who is there; and how a refusal looks."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import psycopg
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import StatementError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from kit import audit
from kit.actor import Actor
from kit.assets import static
from kit.clock import ZONE, local_date
from kit.errors import Forbidden, Refused
from kit.forms.attempt import same_page
from kit.forms.labels import label_of
from kit.forms.refusals import refusals
from kit.tokens import COOKIE, SignInNeeded, actor, read_token
from schemas.codes import Role

HERE = Path(__file__).parent
NAVIGATION = {"village": "村级摸排", "unit": "帮扶单位", "county": "县级", "dispatch": "发点球"}
_BELOW = ("village", "county", "dispatch")
USEFUL = {
    Role.GROUP_LEADER: ("village",),
    Role.VILLAGE_CLERK: _BELOW,
    Role.TOWNSHIP_CLERK: _BELOW,
    Role.TOWNSHIP_HEAD: _BELOW,
    Role.HELPER: ("unit",),
    Role.UNIT_CLERK: ("unit", "county"),
    Role.UNIT_HEAD: ("unit", "county"),
    Role.SUPERVISOR: ("county",),
    Role.DEPARTMENT_CLERK: ("dispatch", "county"),
    Role.DEPARTMENT_HEAD: ("dispatch", "county"),
}
# A page holds people's data: kept by nobody on the way, shown in no other site's frame, named to no
# other site (a sign-in link least of all). Not `no-store`: whoever goes back after a refusal finds
# what he had typed.
PRIVATE = {
    "cache-control": "private, no-cache",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
IMPORTERS = {
    Role.VILLAGE_CLERK,
    Role.TOWNSHIP_CLERK,
    Role.UNIT_CLERK,
    Role.SUPERVISOR,
    Role.COUNTY_CLERK,
    Role.DEPARTMENT_CLERK,
    Role.ADMINISTRATOR,
}


def transaction(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.begin() as session:
        yield session
        audit.keep(session, request)


def now(request: Request) -> datetime:
    return request.app.state.clock()


def today(request: Request) -> date:
    return local_date(request.app.state.clock())


def own_form(request: Request) -> None:
    """What changes something comes from our own pages, or from a program, which names no origin:
    another site cannot let somebody's browser sign for him.
    """
    origin = request.headers.get("origin")
    ours = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
    if (
        request.method not in ("GET", "HEAD", "OPTIONS")
        and origin is not None
        and urlsplit(origin).netloc not in ours
    ):
        raise Forbidden("这个请求来自别的网站,没有办理。请在本系统的页面上操作。")


# scope="function": the commit happens before the answer, so that a failed commit is never a 201.
Transaction = Annotated[Session, Depends(transaction, scope="function")]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
Who = Annotated[Actor, Depends(actor)]


def refuse_plainly(app: FastAPI) -> None:
    """Whatever goes wrong: a sentence on a page, or problem JSON (RFC 9457), and nothing
    half-written.
    """
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StatementError, _database)
    app.add_exception_handler(psycopg.Error, _database)
    app.add_exception_handler(Exception, _broken)


def templates(*folders: Path, demo: bool = False) -> Environment:
    """Jinja with the shell and the service's own pages; an undefined name is an error, not a
    blank.
    """
    environment = Environment(
        loader=FileSystemLoader([*folders, HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        navigation=navigation, may_import=IMPORTERS.__contains__, demo=demo, static=static
    )
    environment.filters.update(day=show_day, moment=show_moment, month=show_month)
    return environment


def navigation(role: Role) -> dict[str, str]:
    """The services in which a role has something to do: code -> name. All four for the county's own
    people.
    """
    return {code: NAVIGATION[code] for code in USEFUL.get(role, NAVIGATION)}


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render one of the service's templates inside the shell."""
    state = request.app.state
    token = request.headers.get("authorization", "").removeprefix(
        "Bearer "
    ).strip() or request.cookies.get(COOKIE, "")
    found = read_token(state.keyring.token_key, token)
    shared = {
        "service": state.service.name,
        "actor": found[0] if found else None,
        "path": request.url.path,
        "now": state.clock(),
        "today": local_date(state.clock()),
        "message": request.query_params.get("message", ""),
    }
    return HTMLResponse(
        state.templates.get_template(name).render(shared | values),
        status_code=status,
        headers=PRIVATE,
    )


def done(href: str, message: str = "") -> RedirectResponse:
    """After a form: back to a page, which says what was done."""
    sign = "&" if "?" in href else "?"
    return RedirectResponse(
        f"{href}{sign}message={quote(message)}" if message else href, status_code=303
    )


def show_day(day: date | datetime | None) -> str:
    if day is None:
        return "—"
    if isinstance(day, datetime):
        day = local_date(day)
    return f"{day.year}年{day.month}月{day.day}日"


def show_moment(moment: datetime | None) -> str:
    return "—" if moment is None else f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


def show_month(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"


def problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail} | more
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def _answer(request: Request, status: int, title: str, detail: str, **more: Any) -> Response:
    if "/api/" in request.url.path:
        return problem(status, title, detail, **more)
    return page(request, "refused.html", status=status, title=title, detail=detail)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if isinstance(error, Forbidden):
        await run_in_threadpool(audit.keep_refusal, request)
    answer = await run_in_threadpool(_answer, request, error.status, error.title, str(error))
    return await same_page(request, answer, str(error), {})


def _sign_in(request: Request, error: Exception) -> Response:
    if "/api/" in request.url.path:
        return problem(401, "请先登录", "没有登录,或者登录已经过期。请用登录链接重新进入。")
    return RedirectResponse(f"/sign-in?back={quote(request.url.path)}", status_code=303)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found, route = list(error.errors()), request.scope.get("route")
    wrong = refusals(found, route)
    detail = f"{';'.join(dict.fromkeys(one.sentence for one in wrong))}。请改正后再提交。"
    errors = [
        {
            "field": ".".join(map(str, one["loc"])),
            "label": label_of(route, one["loc"]),
            "reason": one["msg"],
        }
        for one in found
    ]
    answer = await run_in_threadpool(_answer, request, 422, "填写有误", detail, errors=errors)
    return await same_page(request, answer, detail, {one.field: one.reason for one in wrong})


HTTP = {
    400: ("没有收到", "提交的内容不完整,或者一项超过了1MB。请删短后再提交。"),
    404: ("没有找到", "没有这个页面。请检查地址,或者回到首页。"),
    405: ("没有办成", "这个地址只能由页面上的按钮提交。请回到首页重新操作。"),
}


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(
        request, error.status_code, *HTTP.get(error.status_code, ("没有办成", str(error.detail)))
    )


def _database(request: Request, error: Exception) -> Response:
    """Nothing was written. The engine is away or busy: the same request may be sent again; it
    cannot keep a value (a NUL, a number too large): that is the sender's to mend.
    """
    from kit.messaging.consumer import will_pass

    if will_pass(error):
        return _answer(
            request, 503, "暂时不能办理", "数据库暂时连不上,刚才的内容没有保存。请过一分钟再试。"
        )
    if isinstance(getattr(error, "orig", None) or error, psycopg.DataError):
        return _answer(
            request, 422, "填写有误", "内容里有不能保存的字符,或者数字太大。请改正后再提交。"
        )
    raise error


def _broken(request: Request, error: Exception) -> Response:
    """Our own mistake; the server writes it into its log."""
    return _answer(
        request,
        500,
        "系统出错了",
        "系统出了错,刚才的内容没有保存。请稍后再试;还不行请告诉系统管理员。",
    )
