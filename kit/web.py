"""What every door is handed: a transaction, the day, who is there; and how a refusal looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import bootstrap
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from kit.clock import ZONE, Clock, local_date
from kit.errors import Refused
from kit.seal import Keyring
from kit.service import Service
from kit.tokens import COOKIE, read_token
from schemas.codes import Role

HERE = Path(__file__).parent
NAVIGATION = {"village": "村级摸排", "unit": "帮扶单位", "county": "县级", "dispatch": "发点球"}
_BELOW = ("village", "county", "dispatch")
USEFUL = {
    Role.GROUP_LEADER: ("village",), Role.VILLAGE_CLERK: _BELOW, Role.TOWNSHIP_CLERK: _BELOW,
    Role.TOWNSHIP_HEAD: _BELOW, Role.HELPER: ("unit",), Role.UNIT_CLERK: ("unit", "county"),
    Role.UNIT_HEAD: ("unit", "county"), Role.SUPERVISOR: ("county",), Role.DEPARTMENT_CLERK: ("dispatch", "county"),
    Role.DEPARTMENT_HEAD: ("dispatch", "county"),
}  # fmt: skip
IMPORTERS = {
    Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.UNIT_CLERK, Role.SUPERVISOR, Role.COUNTY_CLERK,
    Role.DEPARTMENT_CLERK, Role.ADMINISTRATOR,
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One thing somebody has to do, with one due date. `href` leads to the page where it is done."""

    title: str
    href: str
    due: date | None = None
    note: str = ""


class SignInNeeded(Exception):
    """Nobody is signed in."""


def transaction(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.begin() as session:
        yield session


def now(request: Request) -> datetime:
    return request.app.state.clock()


def today(request: Request) -> date:
    return local_date(request.app.state.clock())


def actor(request: Request) -> Actor:
    key = request.app.state.keyring.token_key
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if found := read_token(key, bearer or request.cookies.get(COOKIE, "")):
        return found[0]
    raise SignInNeeded


# scope="function": the commit happens before the answer, so that a failed commit is never a 201.
Transaction = Annotated[Session, Depends(transaction, scope="function")]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
Who = Annotated[Actor, Depends(actor)]


def make_app(
    service: Service, *, sessions: sessionmaker[Session], clock: Clock, keyring: Keyring, county: str,
    demo: bool = False,
) -> FastAPI:  # fmt: skip
    """The service's HTTP side: its pages and API below `/<name>`, its static files, its health."""
    app = FastAPI(title=f"Backstop {service.name}", docs_url=f"/{service.name}/api/docs",
                  openapi_url=f"/{service.name}/api/openapi.json", redoc_url=None)  # fmt: skip
    app.state.service, app.state.sessions, app.state.clock = service, sessions, clock
    app.state.keyring, app.state.county = keyring, county
    app.state.templates = templates(service.folder / "templates", demo=demo)
    for router in service.routers:
        app.include_router(router)
    mount_static(app, f"/{service.name}/static")
    from kit.sheet_door import router as sheet_door  # it needs the dependencies above

    app.include_router(sheet_door, prefix=f"/{service.name}/api")
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(DBAPIError, _database)
    return app


def mount_static(app: FastAPI, path: str) -> None:
    """Our own style sheet, and Bootstrap's as its package carries it: county networks are closed."""
    app.mount(f"{path}/bootstrap", StaticFiles(directory=Path(next(iter(bootstrap.__path__))) / "css"))
    app.mount(path, StaticFiles(directory=HERE / "static"))


def templates(folder: Path, *, demo: bool = False) -> Environment:
    """Jinja with the shell and the service's own pages; an undefined name is an error, not a blank."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(HERE / "templates")]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(navigation=navigation, may_import=IMPORTERS.__contains__, demo=demo)
    environment.filters.update(day=show_day, moment=show_moment, month=show_month)
    return environment


def navigation(role: Role) -> dict[str, str]:
    """The services in which a role has something to do: code -> name. All four for the county's own people."""
    return {code: NAVIGATION[code] for code in USEFUL.get(role, NAVIGATION)}


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render one of the service's templates inside the shell."""
    state = request.app.state
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip() or request.cookies.get(COOKIE, "")
    found = read_token(state.keyring.token_key, token)
    shared = {
        "service": state.service.name, "actor": found[0] if found else None, "path": request.url.path,
        "now": state.clock(), "today": local_date(state.clock()), "message": request.query_params.get("message", ""),
    }  # fmt: skip
    return HTMLResponse(state.templates.get_template(name).render(shared | values), status_code=status)


def done(href: str, message: str = "") -> RedirectResponse:
    """After a form: back to a page, which says what was done."""
    sign = "&" if "?" in href else "?"
    return RedirectResponse(f"{href}{sign}message={quote(message)}" if message else href, status_code=303)


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


def _wants_json(request: Request) -> bool:
    return "/api/" in request.url.path


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if _wants_json(request):
        return problem(error.status, error.title, str(error))
    return page(request, "refused.html", status=error.status, title=error.title, detail=str(error))


def _sign_in(request: Request, error: Exception) -> Response:
    if _wants_json(request):
        return problem(401, "请先登录", "没有登录,或者登录已经过期。请用登录链接重新进入。")
    return RedirectResponse(f"/sign-in?back={quote(request.url.path)}", status_code=303)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields: Sequence[Any] = error.errors()
    named = "、".join(".".join(str(part) for part in one["loc"][1:]) or "表单" for one in fields)
    detail = f"这些内容没有填,或者格式不对:{named}。请改正后再提交。"
    if _wants_json(request):
        errors = [{"field": ".".join(map(str, one["loc"])), "reason": one["msg"]} for one in fields]
        return problem(422, "填写有误", detail, errors=errors)
    return page(request, "refused.html", status=422, title="填写有误", detail=detail)


def _database(request: Request, error: Exception) -> Response:
    """The engine is away or busy: nothing was written, the same request may be sent again."""
    from kit.consumer import will_pass

    if not will_pass(error):
        raise error
    detail = "数据库暂时连不上,刚才的内容没有保存。请过一分钟再试。"
    if _wants_json(request):
        return problem(503, "暂时不能办理", detail)
    return HTMLResponse(f"<!doctype html><meta charset=utf-8><title>暂时不能办理</title><p>{detail}</p>", 503)
