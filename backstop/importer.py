"""Workbooks in: recognise each sheet, hand it to the service that owns it, give the file back
marked.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from io import SEEK_END
from pathlib import Path
from typing import Literal

import httpx

from backstop.engines import Progress
from kit.child_process.parent import Limits, Sender, in_turn
from kit.dates import show_month
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
UNKNOWN = "表头不是本系统认识的样式。请对照样表的列名修改。"
NOTHING = "表里没有文字。"
ON_ITS_WAY = "表上收下的都已保存，还在传给其他环节，过几分钟会传到。不用重新导入。"
OPENED = "{month}的填报现在开启了。开启前已经过去的期限，不提醒，也不点名。"
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
    """Who takes sheets: a client of the services' doors, a way to wait until the others have heard
    (`TimeoutError`: not yet), what to do when the organisation workbook names the county, who is
    told how far it is, the month that runs, how much reading one file may take, and who sent them
    all.
    """

    client: httpx.AsyncClient
    settle: Callable[[], Awaitable[None]]
    found_county: Callable[[str], None]
    county: Callable[[], str]
    progress: Progress
    month: str  # YYYY-MM
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
        owned = await _recognised(path, kinds, reports[name], limits, desk.sender)
        room -= owned[0][0].read.seek(0, SEEK_END) if owned else 0
        sheets += owned
    await _deliver(sheets, desk, order, reports)
    copies = set[str]()
    for path, name in paths:
        report = reports[name]
        await _mark(report, path, marked, copies, desk.sender)
        yield report


async def _recognised(
    path: Path,
    kinds: Sequence[SheetKind],
    report: FileReport,
    limits: Limits,
    sender: Sender | None,
) -> list[tuple[BookSheet, Sheet]]:
    """The sheets of a file that somebody owns; the report says what the others are."""
    try:
        sheets = await open_workbook(path, report.file, limits, sender)
    except Refused as refusal:
        report.sheets.append(_left_out(report.file, "unreadable", str(refusal)))
        return []
    return await in_turn(partial(_owned, sheets, kinds, report), sender)


def _owned(
    sheets: Sequence[BookSheet], kinds: Sequence[SheetKind], report: FileReport
) -> list[tuple[BookSheet, Sheet]]:
    owned: list[tuple[BookSheet, Sheet]] = []
    for raw in sheets:
        if raw.hidden:
            report.sheets.append(_left_out(raw.file, "hidden", HIDDEN, raw.title))
        elif known := recognised(raw, kinds):
            owned += ((raw, sheet) for sheet in known)
        elif not raw.blank:
            report.sheets.append(_left_out(raw.file, "unknown", UNKNOWN, raw.title))
    if all(raw.hidden or raw.blank for raw in sheets):
        report.sheets.append(_left_out(report.file, "blank", NOTHING))
    return owned


async def _deliver(
    sheets: list[tuple[BookSheet, Sheet]],
    desk: ImportDoors,
    order: ImportRequest,
    reports: Mapping[str, FileReport],
) -> None:
    """Hand over by rank, each heard everywhere before the next. Master data that is taken lets the
    month begin that runs: who reports in it is known.
    """
    sheets.sort(key=lambda pair: pair[1].kind.rank)
    rank, known, last = -1, False, ""
    while sheets:
        raw, sheet = sheets.pop(0)  # and let go of it: a long sheet is large
        if sheet.kind.rank > rank:
            await _settle(desk, reports, last)
            if known and not sheet.kind.is_master:
                known = await _begin_running(desk, reports, last)
            rank = sheet.kind.rank
        _name_county(sheet, desk)
        desk.progress.say(f"{raw.file} · {raw.title}({sheet.kind.title})")
        report = await _hand_over(sheet, raw, desk, order)
        reports[raw.file].sheets.append(report)
        last = raw.file
        known = known or (sheet.kind.is_master and bool(report.taken or report.unchanged))
    await _settle(desk, reports, last)
    if known:
        await _begin_running(desk, reports, last)


async def _settle(desk: ImportDoors, reports: Mapping[str, FileReport], last: str) -> None:
    """Wait until the others have heard. What was taken is kept however long that takes: the report
    says so, once.
    """
    try:
        await desk.settle()
    except TimeoutError:
        if last and ON_ITS_WAY not in reports[last].sheets[-1].notes:
            reports[last].sheets[-1].notes.append(ON_ITS_WAY)


async def _begin_running(
    desk: ImportDoors, reports: Mapping[str, FileReport], last: str
) -> Literal[False]:
    """Open the month that runs, where it is for the actor to open; False: that is done."""
    opened, _ = await open_month(desk.client, desk.month)
    if opened:
        reports[last].sheets[-1].notes.append(OPENED.format(month=show_month(desk.month)))
        await _settle(desk, reports, last)
    return False


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


async def open_month(client: httpx.AsyncClient, month: str) -> tuple[bool, str]:
    """Freeze who is expected, in every service whose month is not open yet. Whether any was opened,
    and what stands in the way, if anything.
    """
    opened = False
    for service in ("village", "unit", "county"):
        answer = await client.post(f"/{service}/api/months", json={"month": month})
        if answer.status_code >= 400:
            return opened, detail_of(answer)
        opened = opened or answer.status_code == 201
    return opened, ""


async def _hand_over(
    sheet: Sheet, raw: BookSheet, desk: ImportDoors, order: ImportRequest
) -> SheetReport:
    """Its month is opened when the door has read it and would take rows of it."""
    report = await _hand_to_door(sheet, raw, desk, order, opens=True)
    if not report.month_to_open:
        return report
    opened, closed = await open_month(desk.client, order.month)
    if closed:
        return _left_out(raw.file, sheet.kind.name, closed, raw.title)
    with suppress(TimeoutError):
        await desk.settle()  # the others know who is expected before they hear who reported
    report = await _hand_to_door(sheet, raw, desk, order, opens=False)
    if opened:
        report.notes.append(OPENED.format(month=show_month(order.month)))
    return report


async def _hand_to_door(
    sheet: Sheet, raw: BookSheet, desk: ImportDoors, order: ImportRequest, *, opens: bool
) -> SheetReport:
    answer = await desk.client.post(
        f"/{sheet.kind.service}/api/sheets/pages",
        content=_pages(sheet, raw, desk.progress, order, opens),
        timeout=600,
    )
    if answer.status_code >= 400:
        return _left_out(raw.file, sheet.kind.name, detail_of(answer), raw.title)
    return SheetReport.model_validate(answer.json())


async def _pages(
    sheet: Sheet, raw: BookSheet, progress: Progress, order: ImportRequest, opens: bool
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
        "opens": opens,
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
