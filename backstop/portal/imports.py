"""Workbooks as offices send them: taken in here, sheet by sheet handed to whose they are."""

import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, Response

from backstop.application import Application
from backstop.engines import Progress, Silent
from backstop.front import Front
from backstop.importer import FileReport, ImportDoors, ImportRequest, take_files
from backstop.installation import NOWHERE
from backstop.portal.depends import Installed
from backstop.shell import policy
from backstop.worklist import signed
from kit.actor import Actor
from kit.errors import NotFound, Refused
from kit.sheets.cells import UNPRINTABLE
from kit.sheets.reading import READING, READING_REGISTER
from kit.web import Today, Who, page
from rulebook.months import check_month, month_of
from schemas.codes import Role

router = policy.router()
# Whose registers are as long as a county's; everybody else sends lists of a month.
REGISTRARS = (Role.COUNTY_CLERK, Role.ADMINISTRATOR, Role.TOWNSHIP_CLERK)


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
def imports(request: Request, actor: Who, today: Today) -> Response:
    return page(request, "imports.html", month=month_of(today), reports=None)


@router.post("/imports")
async def take(
    request: Request, application: Installed, actor: Who, files: Files, asked: Asked
) -> Response:
    reports = await _take(application, actor, files, asked)
    return page(request, "imports.html", month=asked.month, reports=reports)


@router.post("/front/api/imports")
async def take_over_api(
    application: Installed, actor: Who, files: Files, asked: Asked
) -> list[FileReport]:
    """The same for programs: multipart files in, one report a file out."""
    return await _take(application, actor, files, asked)


@router.get("/imports/marked/{name}")
def marked(name: str, application: Installed, actor: Who) -> Response:
    path = marked_folder(application, actor) / Path(name).name
    if not path.is_file():
        raise NotFound("这个文件已经不在了，请重新导入。")
    return FileResponse(path, filename=path.name)


async def import_files(
    application: Application | Front,
    actor: Actor,
    paths: list[tuple[Path, str]],
    order: ImportRequest,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Take files through the services' own doors, as `actor`."""
    async with application.client(partial(signed, application, actor)) as client:
        desk = ImportDoors(
            client,
            application.settle,
            application.sweep,
            application.found_county,
            lambda: _known(application),
            progress or Silent(),
            READING_REGISTER if actor.role in REGISTRARS else READING,
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


async def _take(
    application: Application | Front, actor: Actor, files: list[UploadFile], asked: ImportRequest
) -> list[FileReport]:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, upload in enumerate(files):
            given = Path(UNPRINTABLE.sub("", upload.filename or "")).name
            name = given or f"{number}.xlsx"
            path = Path(folder) / f"{number}{Path(name).suffix[:5]}"
            path.write_bytes(await upload.read())
            paths.append((path, name))
        return await import_files(application, actor, paths, asked)


def _known(application: Application | Front) -> str:
    county = application.installation.county
    return "" if county == NOWHERE else county
