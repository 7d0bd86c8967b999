"""Workbooks as offices send them: taken in here, sheet by sheet handed to whose they are."""

import shutil
import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from time import time
from typing import Annotated
from urllib.parse import quote

import httpx
from fastapi import Depends, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from backstop.application import Application
from backstop.engines import Progress, Silent
from backstop.engines.private import make_folder
from backstop.front import Front
from backstop.importer import OPENED, FileReport, ImportDoors, ImportRequest, open_month, take_files
from backstop.installation import NOWHERE
from backstop.portal.depends import Installed
from backstop.shell import policy
from kit.access.passing import Passed
from kit.actor import Actor
from kit.child_process.parent import Sender
from kit.clock import local_date
from kit.dates import show_month
from kit.errors import NotFound, Refused
from kit.rates import IMPORT, limited
from kit.sheets.cells import UNPRINTABLE
from kit.sheets.reading import READING, READING_REGISTER, TOGETHER, TOGETHER_REGISTERS
from kit.turns import turn
from kit.web import Today, Who, page
from rulebook.months import check_month, month_of
from schemas.codes import Role

AT_ONCE = 2  # imports of one account: each may hold a gigabyte of rows on the disk
KEPT = 7 * 86_400  # seconds that a marked copy waits to be fetched
router = policy.router()
# Whose registers are as long as a county's; everybody else sends lists of a month.
REGISTRARS = (Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK)


def make_request(
    month: Annotated[str, Form(title="月份")],
    submit: Annotated[bool, Form(title="导入后就上报")] = False,
    send_without: Annotated[bool, Form(title="先报其余的行")] = False,
    received_on: Annotated[str, Form(title="收到纸质表的日期")] = "",
    reason: Annotated[str, Form(title="补录原因")] = "",
) -> ImportRequest:
    """What the form or the command line said; `Refused` when it cannot be."""
    try:
        when = date.fromisoformat(received_on) if received_on else None
        checked = check_month(month)
    except ValueError as error:
        raise Refused(f"日期或月份不对：{error}") from error
    if when and not reason.strip():
        raise Refused("补录要写明原因（例如“纸质表9月20日收到”）。")
    return ImportRequest(checked, submit, send_without, when, reason.strip() or None)


Files = Annotated[list[UploadFile], File(title="文件")]
Asked = Annotated[ImportRequest, Depends(make_request)]


@router.get("/imports")
def imports(request: Request, application: Installed, actor: Who, today: Today) -> Response:
    return _page(request, application, actor, month_of(today))


@router.post("/imports")
@limited(IMPORT)
async def take(
    request: Request, application: Installed, actor: Who, files: Files, asked: Asked
) -> Response:
    reports = await _take(request, actor, files, asked)
    return _page(request, application, actor, asked.month, reports)


@router.post("/imports/month")
async def open_past_month(
    request: Request, application: Installed, actor: Who, month: Annotated[str, Form(title="月份")]
) -> Response:
    """Open a month that no import opens by itself; what it means stands above the button."""
    try:
        checked = check_month(month)
    except ValueError as error:
        raise Refused(f"{error}。") from error
    async with application.client(Passed.of(request)) as client:
        opened, closed = await open_month(client, checked)
    if closed:
        raise Refused(closed)
    said = OPENED.format(month=show_month(checked))
    said = said if opened else f"{show_month(checked)}已经开启，不用再开。"
    return _page(request, application, actor, checked, said=said)


@router.post("/front/api/imports")
@limited(IMPORT)
async def take_over_api(
    request: Request, actor: Who, files: Files, asked: Asked
) -> list[FileReport]:
    """The same for programs: multipart files in, one report a file out."""
    return await _take(request, actor, files, asked)


@router.get("/imports/marked/{name}")
def marked(name: str, application: Installed, actor: Who) -> Response:
    for path in marked_folder(application, actor).iterdir():
        if path.name == name:
            return FileResponse(path, filename=path.name)
    raise NotFound("这个文件已经不在了，请重新导入。")


async def import_files(
    application: Application | Front,
    actor: Actor,
    auth: httpx.Auth,
    paths: list[tuple[Path, str]],
    order: ImportRequest,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Take files through the services' own doors, as `actor`, whom `auth` names."""
    async with application.client(auth) as client:
        desk = ImportDoors(
            client,
            partial(application.settle, auth=auth),
            application.found_county,
            lambda: _known(application),
            progress or Silent(),
            month_of(local_date(application.clock())),
            READING_REGISTER if actor.role in REGISTRARS else READING,
            Sender(actor.account, TOGETHER_REGISTERS if actor.role in REGISTRARS else TOGETHER),
        )
        kinds = [kind for service in application.services for kind in service.sheets]
        folder = marked_folder(application, actor)
        reports = [report async for report in take_files(paths, kinds, desk, order, folder)]
    for report in reports:
        if report.marked:
            report.marked.chmod(0o600)
    return reports


def _page(
    request: Request,
    application: Application | Front,
    actor: Actor,
    month: str,
    reports: list[FileReport] | None = None,
    said: str = "",
) -> Response:
    """With the forms of all that the actor may hand in (F-33)."""
    kinds = [kind for service in application.services for kind in service.sheets]
    forms = sorted((kind for kind in kinds if actor.role in kind.roles), key=lambda kind: kind.rank)
    opens = policy.may(actor, "open_past_month")
    return page(
        request, "imports.html", month=month, reports=reports, forms=forms, opens=opens, said=said
    )


def marked_folder(application: Application | Front, actor: Actor) -> Path:
    """Where the marked copies of one account lie: they hold personal data, so nobody else on the
    machine can read them, only whoever sent a file gets it back, and old ones are gone (G-13).
    """
    copies = make_folder(application.files / "imports")
    for old in copies.glob("*/*"):
        if old.stat().st_mtime < time() - KEPT:
            old.unlink(missing_ok=True)
    return make_folder(copies / quote(actor.account, safe=""))


async def _take(
    request: Request, actor: Actor, files: list[UploadFile], asked: ImportRequest
) -> list[FileReport]:
    application, auth = request.app.state.application, Passed.of(request)
    with turn(AT_ONCE, "imports", actor.account), tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, upload in enumerate(files):
            given = Path(UNPRINTABLE.sub("", upload.filename or "")).name
            name = given or f"{number}.xlsx"
            path = Path(folder) / f"{number}{Path(name).suffix[:5]}"
            await run_in_threadpool(_keep, upload, path)
            paths.append((path, name))
        return await import_files(application, actor, auth, paths, asked)


def _keep(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as out:
        shutil.copyfileobj(upload.file, out)


def _known(application: Application | Front) -> str:
    county = application.installation.county
    return "" if county == NOWHERE else county
