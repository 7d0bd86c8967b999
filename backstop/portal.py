"""The front door: who is there, files in, and everything else to the service whose name the path
begins with.
"""

import secrets
import tempfile
from collections.abc import MutableMapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from fastapi import Depends, FastAPI, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response

from backstop.accounts import DemoAccounts
from backstop.application import Application
from backstop.engines import Progress, Silent
from backstop.engines.settings import read
from backstop.front import Front
from backstop.importer import FileReport, ImportDoors, ImportRequest, take_files
from backstop.installation import NOWHERE
from backstop.links import Links
from backstop.worklist import worklist
from kit import health, web
from kit.actor import Actor
from kit.assets import mount_static
from kit.errors import NotFound, Refused
from kit.tokens import COOKIE, VALID, make_token
from kit.web import Today, Who, page
from rulebook.months import check_month, month_of
from rulebook.scopes import KIND_OF, Scope, ScopeKind, scope_of
from schemas.codes import Role

HERE = Path(__file__).parent
# Who has one page for the whole day's work; everybody else begins with the open tasks of all
# services.
HOME = {Role.GROUP_LEADER: "/village/", Role.HELPER: "/unit/", Role.ADMINISTRATOR: "/accounts"}
HANDED_OUT = tuple(
    role for role in Role if role is not Role.SYSTEM
)  # nobody signs in as the system


class Portal:
    """ASGI: `/village/…` to village and so on; the rest is the front door's own."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.app = make_front(application)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        first = scope.get("path", "/").split("/")[1]
        door = self.application.door if first in self.application.apps else self.app
        await door(scope, receive, send)


def make_front(application: Application | Front) -> FastAPI:
    app = FastAPI(
        title="Backstop",
        dependencies=[Depends(web.own_form)],
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
    )
    installation = application.installation
    app.state.service = SimpleNamespace(name="front")
    app.state.clock, app.state.keyring = application.clock, installation.keyring
    app.state.templates = web.templates(HERE / "templates", demo=installation.demo)
    web.refuse_plainly(app)
    mount_static(app)
    links, demo = Links(installation.home), DemoAccounts(installation.home)

    def enter(request: Request, actor: Actor) -> RedirectResponse:
        answer = RedirectResponse(HOME.get(actor.role, "/"), status_code=303)
        token = make_token(installation.keyring.token_key, actor)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(VALID.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=shown_at(request).startswith("https:"),
        )
        return answer

    @app.get("/")
    async def home(request: Request) -> Response:
        """待办: the open tasks of whoever is there, from all services."""
        try:
            actor = web.actor(request)
        except web.SignInNeeded:
            return RedirectResponse("/sign-in", status_code=303)
        if actor.role in HOME:
            return RedirectResponse(HOME[actor.role], status_code=303)
        found = await worklist(application, lambda asked: signed(application, actor, asked))
        return page(request, "home.html", worklist=found)

    @app.get("/sign-in")
    def sign_in(request: Request) -> Response:
        return page(request, "sign-in.html", accounts=demo.all() if installation.demo else [])

    if installation.demo:

        @app.post("/demo/sign-in")
        def demo_sign_in(request: Request, account: Annotated[str, Form()]) -> Response:
            return enter(request, demo.named(account))

    @app.get("/sign-in/{token}")
    def link(request: Request, token: str) -> Response:
        """Opening alone uses nothing up: messengers fetch links to preview them."""
        return page(request, "link.html", token=token)

    @app.post("/sign-in/{token}")
    def use_link(request: Request, token: str) -> Response:
        return enter(request, links.use(token, application.clock()))

    @app.get("/sign-out")
    def sign_out() -> Response:
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE)
        return answer

    @app.get("/accounts")
    def accounts(request: Request, actor: Who) -> Response:
        actor.require(Role.ADMINISTRATOR, deed="发放登录链接")
        return page(
            request,
            "accounts.html",
            links=links.all(),
            roles=HANDED_OUT,
            fresh=None,
            county=installation.county,
        )

    @app.post("/accounts")
    def hand_out(
        request: Request,
        actor: Who,
        name: Annotated[str, Form()],
        role: Annotated[str, Form()],
        place: Annotated[str, Form()] = "",
    ) -> Response:
        actor.require(Role.ADMINISTRATOR, deed="发放登录链接")
        chosen = next((one for one in HANDED_OUT if one.name == role), None)
        if chosen is None:
            raise Refused("没有这个角色,请从列表中选择。")
        scope = scope_given(chosen, place.strip(), installation.county)
        account = f"{chosen.value.lower()}-{secrets.token_hex(4)}"
        token = links.hand_out(
            Actor(account, name.strip(), chosen, scope.code), application.clock()
        )
        fresh = f"{shown_at(request)}/sign-in/{token}"
        return page(
            request,
            "accounts.html",
            links=links.all(),
            roles=HANDED_OUT,
            fresh=fresh,
            county=installation.county,
        )

    @app.get("/imports")
    def imports(request: Request, actor: Who, today: Today) -> Response:
        return page(request, "imports.html", month=month_of(today), reports=None, refusal=None)

    @app.post("/imports")
    async def take(
        request: Request,
        actor: Who,
        today: Today,
        files: Annotated[list[UploadFile], File()],
        month: Annotated[str, Form()],
        submit: Annotated[bool, Form()] = False,
        send_without: Annotated[bool, Form()] = False,
        received_on: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        order = make_request(month, submit, send_without, received_on, reason)
        reports = await taken(actor, files, order)
        return page(request, "imports.html", month=month, reports=reports, refusal=None)

    @app.post("/front/api/imports")
    async def take_over_api(
        actor: Who,
        files: Annotated[list[UploadFile], File()],
        month: Annotated[str, Form()],
        submit: Annotated[bool, Form()] = False,
        send_without: Annotated[bool, Form()] = False,
        received_on: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> list[FileReport]:
        """The same for programs: multipart files in, one report a file out."""
        return await taken(
            actor, files, make_request(month, submit, send_without, received_on, reason)
        )

    async def taken(
        actor: Actor, files: list[UploadFile], order: ImportRequest
    ) -> list[FileReport]:
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, upload in enumerate(files):
                name = Path(upload.filename or f"{number}.xlsx").name
                path = Path(folder) / f"{number}{Path(name).suffix[:5]}"
                path.write_bytes(await upload.read())
                paths.append((path, name))
            return await import_files(application, actor, paths, order)

    @app.get("/imports/marked/{name}")
    def marked(name: str, actor: Who) -> Response:
        path = marked_folder(application, actor) / Path(name).name
        if not path.is_file():
            raise NotFound("这个文件已经不在了,请重新导入。")
        return FileResponse(path, filename=path.name)

    app.state.runtimes = list(application.runtimes.values())
    app.include_router(health.probes)
    return app


def shown_at(request: Request) -> str:
    """The address that people's browsers know: the configured one, for whoever asks may put any
    name into a request.
    """
    return read().public_address or str(request.base_url).rstrip("/")


def scope_given(role: Role, place: str, county: str) -> Scope:
    """The place somebody gets with a link; only the county's own people may leave it blank."""
    if not place and KIND_OF[role] is ScopeKind.COUNTY:
        place = county
    try:
        return scope_of(role, place, lambda one: county == NOWHERE or one.county in (None, county))
    except ValueError as error:
        raise Refused(f"请核对{role.label}的“地方或单位代码”:{error}。") from error


def make_request(
    month: str, submit: bool, send_without: bool, received_on: str, reason: str
) -> ImportRequest:
    """What the form or the command line said; `Refused` when it cannot be."""
    try:
        when = date.fromisoformat(received_on) if received_on else None
        checked = check_month(month)
    except ValueError as error:
        raise Refused(f"日期或月份不对:{error}") from error
    if when and not reason.strip():
        raise Refused("补录要写明原因(例如“纸质表9月20日收到”)。")
    return ImportRequest(checked, submit, send_without, when, reason.strip() or None)


async def import_files(
    application: Application | Front,
    actor: Actor,
    paths: list[tuple[Path, str]],
    order: ImportRequest,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Take files through the services' own doors, as `actor`."""
    async with application.client(lambda request: signed(application, actor, request)) as client:
        desk = ImportDoors(
            client,
            application.settle,
            application.sweep,
            application.found_county,
            lambda: _known(application),
            progress or Silent(),
        )
        kinds = [kind for service in application.services for kind in service.sheets]
        return [
            report
            async for report in take_files(
                paths, kinds, desk, order, marked_folder(application, actor)
            )
        ]


def marked_folder(application: Application | Front, actor: Actor) -> Path:
    """Where the marked copies of one account lie: they hold personal data, and only whoever sent a
    file gets it back.
    """
    return application.files / "imports" / quote(actor.account, safe="")


def signed(application: Application | Front, actor: Actor, request: httpx.Request) -> httpx.Request:
    """Whoever came before the county had a name belongs to it from then on."""
    county = application.installation.county
    mine = replace(actor, place=county) if actor.place == NOWHERE else actor
    request.headers["authorization"] = (
        f"Bearer {make_token(application.installation.keyring.token_key, mine)}"
    )
    return request


def _known(application: Application | Front) -> str:
    county = application.installation.county
    return "" if county == NOWHERE else county


def administrator(application: Application | Front) -> Actor:
    return Actor("administrator", "系统管理员", Role.ADMINISTRATOR, application.installation.county)
