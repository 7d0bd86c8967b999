"""`backstop import FILE…`: workbooks as offices send them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated

import httpx
import typer
from pydantic import TypeAdapter
from rich.table import Table

from backstop.application import Application
from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.cli.serving import running_port
from backstop.engines import console_progress
from backstop.importer import FileReport, ImportRequest, detail_of
from backstop.installation import Installation
from backstop.logs import log_to
from backstop.people import Accounts, clerk
from backstop.portal import import_files, make_request
from backstop.service_process import SIGNS
from backstop.services import NAMES, service_named
from kit.clock import local_date, system_clock
from kit.errors import Refused
from kit.sheets.sheet import SheetReport
from rulebook.months import month_of

REPORTS = TypeAdapter(list[FileReport])
WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".et", ".ods", ".csv"}
HEARD = 60.0  # seconds that services may take to hear of an account
MOST = 1_000  # files of one import: as many as the front door's form takes


def import_(
    files: Annotated[list[Path], typer.Argument(help="表格文件或文件夹，先后不限")],
    month: Annotated[str, typer.Option("--month", help="哪个月，例如 2026-09；不写就是本月")] = "",
    submit: Annotated[
        bool, typer.Option("--submit", help="导入后就上报（有退回的行时不上报）")
    ] = False,
    send_without: Annotated[
        bool, typer.Option("--send-without", help="有退回的行，也先报其余的行")
    ] = False,
    on: Annotated[str, typer.Option("--on", help="补录：实际收到的日期")] = "",
    reason: Annotated[str, typer.Option("--reason", help="补录原因")] = "",
    home: Home = HOME,
) -> None:
    """导入表格：按表头认出是什么表，交给该管的一级。只进草稿，不签字。"""
    with clear_errors():
        installation = installation_at(home)
        order = make_request(
            month or month_of(local_date(system_clock())), submit, send_without, on, reason
        )
        workbooks, others = gathered(files)
        paths = [(path, path.name) for path in workbooks]
        reports = others + (_taken(installation, paths, order) if paths else [])
        show(reports)
        if not all(map(is_taken, reports)):
            raise typer.Exit(1)


def is_taken(report: FileReport) -> bool:
    """Whether everything in the file was taken."""
    return not any(sheet.refused or sheet.not_taken for sheet in report.sheets)


def show(reports: list[FileReport]) -> None:
    """What became of each sheet, and every refused cell."""
    table = Table("文件", "表", "收下", "原已有", "退回", "上报", "说明")
    for report in reports:
        for sheet in report.sheets:
            rows = len({cell.row for cell in sheet.refused})
            table.add_row(
                report.file,
                sheet.title,
                str(sheet.taken),
                str(sheet.unchanged),
                str(rows or ""),
                "是" if sheet.submitted else "",
                "".join(["没有导入："] * sheet.not_taken + ["；".join(sheet.notes)]),
            )
    console.print(table)
    for report in reports:
        for sheet in report.sheets:
            for cell in sheet.refused:
                where = f"{report.file} {sheet.title} 第{cell.row}行 {cell.name}"
                console.print(
                    f"{where}:{cell.value} → {cell.reason}", markup=False, highlight=False
                )
        if report.marked:
            console.print(f"标好错处的表：{report.marked}", style="yellow", markup=False)


def gathered(files: list[Path]) -> tuple[list[Path], list[FileReport]]:
    """The workbooks, and a report on each other file of a folder: nobody shall take it for read
    (F-26).
    """
    workbooks: list[Path] = []
    others: list[FileReport] = []
    for path in files:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if not file.is_file() or file.name.startswith(("~$", ".")):
                    continue
                if file.suffix.lower() in WORKBOOKS:
                    workbooks.append(file)
                else:
                    others.append(_unread(file))
        elif path.is_file():
            workbooks.append(path)
        else:
            raise Refused(f"没有这个文件：{path}")
    if not workbooks and not others:
        raise Refused("这里没有 Excel/WPS 表格。")
    if len(workbooks) > MOST:
        raise Refused(f"一次最多导入{MOST}个文件，这里有{len(workbooks)}个。请分几次导入。")
    return workbooks, others


def _unread(file: Path) -> FileReport:
    sheet = SheetReport(
        file=file.name, title="", kind="unreadable", notes=["不是表格，没有读。"], not_taken=True
    )
    return FileReport(file.name, [sheet])


def _taken(
    installation: Installation, paths: list[tuple[Path, str]], order: ImportRequest
) -> list[FileReport]:
    """By the process that runs already, else here."""
    if port := running_port(installation.home):
        return _over_http(installation, port, paths, order)
    log_to(installation.home)
    installation.engines.start(console_progress())
    try:
        return asyncio.run(_here(installation, paths, order))
    finally:
        installation.engines.stop()


async def _here(
    installation: Installation, paths: list[tuple[Path, str]], order: ImportRequest
) -> list[FileReport]:
    application = Application(installation)
    await application.start()
    mine = clerk(installation)
    try:
        await application.settle()  # the services have heard who sits here
        return await import_files(
            application, mine, application.accounts.signs(mine), paths, order, console_progress()
        )
    finally:
        await application.stop()


@contextmanager
def _sitting(installation: Installation) -> Iterator[httpx.Auth]:
    """A session: a long import outlives a token."""
    with sessions_of(service_named(SIGNS), installation.home) as sessions:
        accounts = Accounts(sessions, installation.signer, system_clock)
        with accounts.sitting(clerk(installation)) as auth:
            yield auth


def _heard_of(address: str, auth: httpx.Auth) -> None:
    """Wait until every service has heard who sits here: a first import opens the account itself."""
    until = monotonic() + HEARD
    with httpx.Client(base_url=address, auth=auth, timeout=30) as client:
        for name in NAMES:
            while not client.get(f"/{name}/api/me").is_success and monotonic() < until:
                sleep(0.1)


def _over_http(
    installation: Installation, port: int, paths: list[tuple[Path, str]], order: ImportRequest
) -> list[FileReport]:
    form = {
        "month": order.month,
        "submit": order.submit,
        "send_without": order.send_without,
        "received_on": order.received_on.isoformat() if isinstance(order.received_on, date) else "",
        "reason": order.reason or "",
    }
    try:
        with _sitting(installation) as auth, console.status("正在导入…"):
            address = f"http://127.0.0.1:{port}"
            _heard_of(address, auth)
            answer = httpx.post(
                f"{address}/front/api/imports",
                data=form,
                timeout=1800,
                files=[("files", (name, path.read_bytes())) for path, name in paths],
                auth=auth,
            )
    except httpx.TransportError as error:
        raise Refused(
            "导入到一半，守底停了。已收下的都在；请重新启动后把同样的文件再导入一次，不会重复。"
        ) from error
    if answer.status_code >= 400:
        raise Refused(detail_of(answer))
    return REPORTS.validate_python(answer.json())
