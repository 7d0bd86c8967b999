"""Workbooks in: recognise each sheet, hand it to the service that owns it, give the file back
marked.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import SEEK_END
from pathlib import Path

import httpx

from backstop.engines import Progress
from kit.child_process.parent import Limits, Sender
from kit.errors import Refused
from kit.sheets.cells import PAGE
from kit.sheets.lines import heading
from kit.sheets.marking import mark_refused
from kit.sheets.reading import READING, BookSheet, open_workbook
from kit.sheets.sheet import RefusedCell, Sheet, SheetKind, SheetReport, recognised
from rulebook.divisions import county_of
from schemas.codes import Level

# Characters of a file's name that its marked copy keeps: a folder takes 255 bytes, and each may have
# four, beside “-请改正”, a number and what it ends with.
LONGEST = 55
# Bytes of rows that the files of one import may have: they lie on the disk until all are handed
# over, and 80 KB of workbook can claim half a gigabyte.
TOGETHER = 1 << 30
HIDDEN = "这张工作表是隐藏的，没有导入。要导入请先取消隐藏。"
UNKNOWN = "表头不是本系统认识的样式，没有导入。请对照样表的列名修改。"
NOTHING = "表里没有文字，没有导入。"
LONG = 5_000  # from this many rows on one wants to see how far it is


@dataclass(frozen=True)
class ImportRequest:
    """How files are to be taken: `month` (YYYY-MM), and what the clerk said beside it."""

    month: str
    submit: bool = False
    send_without: bool = False
    received_on: date | None = None
    reason: str | None = None


@dataclass
class FileReport:
    """What became of one file, sheet by sheet; `marked` is the copy with refused cells coloured."""

    file: str
    sheets: list[SheetReport] = field(default_factory=list)
    marked: Path | None = None


@dataclass(frozen=True)
class ImportDoors:
    """Who takes sheets: a client of the services' doors, ways to wait until the others have heard
    and to fire what is due, what to do when the organisation workbook names the county, who is
    told how far it is, how much reading one file may take, and who sent them all.
    """

    client: httpx.AsyncClient
    settle: Callable[[], Awaitable[None]]
    sweep: Callable[[], Awaitable[None]]
    found_county: Callable[[str], None]
    county: Callable[[], str]
    progress: Progress
    reading: Limits = READING
    sender: Sender | None = None


async def take_files(
    paths: Sequence[tuple[Path, str]],
    kinds: Sequence[SheetKind],
    desk: ImportDoors,
    order: ImportRequest,
    marked: Path,
) -> AsyncIterator[FileReport]:
    """Take files (path, name) in whatever order they come: master data first, each rank heard
    everywhere before the next. Yields one report a file.
    """
    paths = _told_apart(paths)
    reports = {name: FileReport(name) for _, name in paths}
    sheets: list[tuple[BookSheet, Sheet]] = []
    room = TOGETHER
    for path, name in paths:
        limits = replace(desk.reading, output=min(room, desk.reading.output))
        owned = [
            pair async for pair in _recognised(path, kinds, reports[name], limits, desk.sender)
        ]
        room -= owned[0][0].read.seek(0, SEEK_END) if owned else 0
        sheets += owned
    closed = await _deliver(sheets, desk, order, reports)
    copies = set[str]()
    for path, name in paths:
        report = reports[name]
        if closed and report.sheets:
            report.sheets[-1].notes.append(closed)
        await _mark(report, path, marked, copies, desk.sender)
        yield report


async def _recognised(
    path: Path,
    kinds: Sequence[SheetKind],
    report: FileReport,
    limits: Limits,
    sender: Sender | None,
) -> AsyncIterator[tuple[BookSheet, Sheet]]:
    """The sheets of a file that somebody owns; the report says what the others are."""
    try:
        written = False
        for raw in await open_workbook(path, report.file, limits, sender):
            if raw.hidden:
                report.sheets.append(_left_out(raw.file, "hidden", HIDDEN, raw.title))
                continue
            owned = recognised(raw, kinds)
            for sheet in owned:
                yield raw, sheet
            if owned:
                written = True
            elif any(str(cell or "").strip() for row in raw.lines() for cell in row):
                written = True
                report.sheets.append(_left_out(raw.file, "unknown", UNKNOWN, raw.title))
        if not written:
            report.sheets.append(_left_out(report.file, "blank", NOTHING))
    except Refused as refusal:
        report.sheets.append(_left_out(report.file, "unreadable", str(refusal)))


async def _deliver(
    sheets: list[tuple[BookSheet, Sheet]],
    desk: ImportDoors,
    order: ImportRequest,
    reports: Mapping[str, FileReport],
) -> str:
    """Hand over by rank; behind the master data the month is opened. Says what stands in the way
    of that, if anything.
    """
    sheets.sort(key=lambda pair: pair[1].kind.rank)
    any_sheets, rank, opened, closed = bool(sheets), -1, False, ""
    while sheets:
        raw, sheet = sheets.pop(0)  # and let go of it: a long sheet is large
        if sheet.kind.rank > rank:
            await desk.settle()
            if not sheet.kind.is_master and not opened:
                closed, opened = await open_month(desk, order.month), True
            rank = sheet.kind.rank
        _name_county(sheet, desk)
        desk.progress.say(f"{raw.file} · {raw.title}({sheet.kind.title})")
        reports[raw.file].sheets.append(await _hand_over(sheet, raw, desk, order))
    await desk.settle()
    if any_sheets and not opened:
        closed = await open_month(desk, order.month)
    return closed


async def _mark(
    report: FileReport, path: Path, folder: Path, copies: set[str], sender: Sender | None
) -> None:
    """Write the copy that shows which cells were refused, if any were; what was taken stays taken
    when that fails. `copies`: names that others of this import have.
    """
    refused: dict[str, list[RefusedCell]] = {}
    for sheet in report.sheets:  # one for each service that takes it
        if sheet.refused:
            refused.setdefault(sheet.title, []).extend(sheet.refused)
    if not refused:
        return
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / _free(f"{Path(report.file).stem[:LONGEST]}-请改正.xlsx", copies)
    copies.add(copy.name)
    try:
        copy.write_bytes(await mark_refused(path, refused, report.file, sender))
        report.marked = copy
    except Refused as refusal:
        report.sheets[-1].notes.append(f"没有做出标注退回处的副本：{refusal}")


def _told_apart(paths: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """Files of one name, from several folders, get numbers: 名单.xlsx, 名单(2).xlsx."""
    names: dict[str, Path] = {}
    for path, name in paths:
        names[_free(name, names)] = path
    return [(path, name) for name, path in names.items()]


def _free(name: str, names: Collection[str]) -> str:
    """The name, with a number where another file has it: somebody's may be called 名单(2).xlsx
    already.
    """
    plain, free, number = Path(name), name, 1
    while free in names:
        number += 1
        free = f"{plain.stem}({number}){plain.suffix}"
    return free


async def _is_open(desk: ImportDoors, service: str, month: str) -> bool:
    """Whoever may not even see the month is told by the door of his sheet, should it be closed."""
    seen = await desk.client.get(f"/{service}/api/months/{month}")
    return seen.status_code != 404


async def open_month(desk: ImportDoors, month: str) -> str:
    """Freeze who is expected, in every service whose month is not open yet; says what stands in the
    way, if anything.
    """
    for service in ("village", "unit", "county"):
        answer = await desk.client.post(f"/{service}/api/months", json={"month": month})
        if answer.status_code == 403 and await _is_open(desk, service, month):
            continue  # who may not open a month needs to know only whether it is open
        if answer.status_code >= 400:
            return f"{month} 还没有开启：{detail_of(answer)}"
    await desk.sweep()  # days that have passed already: who sent nothing by then is missing
    await desk.settle()
    return ""


async def _hand_over(
    sheet: Sheet, raw: BookSheet, desk: ImportDoors, order: ImportRequest
) -> SheetReport:
    pages = _pages(sheet, raw, desk.progress, order)
    answer = await desk.client.post(
        f"/{sheet.kind.service}/api/sheets/pages", content=pages, timeout=600
    )
    if answer.status_code >= 400:
        reason = f"没有导入：{detail_of(answer)}"
        return _left_out(raw.file, sheet.kind.name, reason, raw.title)
    return SheetReport.model_validate(answer.json())


async def _pages(
    sheet: Sheet, raw: BookSheet, progress: Progress, order: ImportRequest
) -> AsyncIterator[bytes]:
    """The sheet as its door reads it. Whoever asks for the next page has dealt with the last: so
    far it is.
    """
    header = {
        "file": raw.file,
        "title": raw.title,
        "hidden_rows": raw.hidden_rows,
        "epoch": raw.epoch.isoformat(),
        "month": order.month,
        "submit": order.submit,
        "send_without": order.send_without,
        "reason": order.reason,
        "received_on": order.received_on.isoformat() if order.received_on else None,
    }
    yield json.dumps(header, separators=(",", ":")).encode() + b"\n"
    step = progress.step if raw.height >= LONG else lambda *_: None
    for number, rows in enumerate(raw.pages()):
        step(sheet.kind.title, min(number * PAGE, raw.height), raw.height)
        yield rows
    step(sheet.kind.title, raw.height, raw.height)


def _name_county(sheet: Sheet, desk: ImportDoors) -> None:
    """The first list of divisions tells an empty installation which county it is."""
    level = sheet.columns.get(heading("级别"))
    code = sheet.columns.get(heading("区划代码"))
    if level is None or code is None or desk.county().strip("0"):
        return
    for row in sheet.stream():
        if str(row["级别"]).strip() == Level.COUNTY.label:
            desk.found_county(county_of(str(row["区划代码"]).strip()))


def _left_out(file: str, kind: str, reason: str, title: str = "") -> SheetReport:
    """What was not taken as a whole; a hidden sheet is nobody's mistake."""
    return SheetReport(
        file=file, title=title, kind=kind, notes=[reason], not_taken=reason != HIDDEN
    )


def detail_of(answer: httpx.Response) -> str:
    """Why a door refused, in a sentence."""
    try:
        return answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"服务暂时不能办理（{answer.status_code}）"
