"""The door every service has for sheets it owns: one sheet, one transaction."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from math import inf
from tempfile import TemporaryFile
from typing import Annotated, Any
from uuid import UUID

from anyio import from_thread
from fastapi import Query, Request, Response
from pydantic import BaseModel, FailFast, Field, ValidationError
from pydantic_core import from_json
from sqlalchemy import bindparam, column, select, table, text
from sqlmodel import Session

from kit.database import chassis_tables as kept
from kit.errors import Forbidden, Refused
from kit.lists import Asking, Listing
from kit.policy import Action, Policy, allow, anywhere, own
from kit.sheets.cells import COLUMNS, PAGE_BYTES, PAGE_VALUES, ROWS, Cell
from kit.sheets.months import take_in_month
from kit.sheets.sheet import Handing, Lines, RawSheet, SheetKind, SheetReport, recognise
from kit.turns import in_waiting_thread, turn
from kit.web import Now, Today, Transaction, Who
from rulebook.epochs import EPOCH
from rulebook.scopes import KIND_OF
from rulebook.senders import READS_REPORTS, SENDERS
from rulebook.types import Text, YearMonth

REPORTERS = [role for role in KIND_OF if role not in READS_REPORTS]
_TAKE = Action("导入表格", allow(*SENDERS, to=anywhere))
policy = Policy(
    take_sheet=_TAKE,
    take_sheet_in_pages=_TAKE,
    sheets=Action(
        "查看导入结果",
        allow(*READS_REPORTS, to=anywhere),
        allow(*REPORTERS, to=own("account")),
        sensitive=True,  # a cell is refused with what stands in it
    ),
)
router = policy.router(tags=["sheets"])
REPORT = kept.SHEET.c.report
KEEP = text("""INSERT INTO sheet (file, title, kind, account, came_at, report, refused)
    VALUES (:file, :title, :kind, :account, :came_at, :report, :refused)""").bindparams(
    bindparam("report", type_=REPORT.type)
)
# One sheet is one transaction, and tables grow under it: a plan kept from when they were short
# would read them whole.
PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
STORED = ("id", "file", "title", "kind", "account", "came_at")
SHEET = table("sheet", *(column(name) for name in STORED), column("report", REPORT.type))
CAME: Listing[Any] = Listing([], [SHEET.c.came_at.desc(), SHEET.c.id.desc()], size=100)
TOO_MUCH = (
    f"一页的内容太多，没有导入：最多{PAGE_BYTES >> 20}MB、{PAGE_VALUES}格。请把行分到几页里。"
)
AT_ONCE = 3  # sheets of one account that are on their way
HEAD_BYTES = 10 * ROWS  # of the first line: it names the rows that are hidden


class SheetCame(BaseModel):
    """One sheet that came in, and what became of it."""

    id: UUID
    file: str
    title: str
    kind: str
    account: str
    came_at: datetime
    report: SheetReport


class HandingIn(BaseModel):
    """What the clerk says beside a sheet."""

    month: YearMonth
    submit: bool = False
    send_without: bool = False
    received_on: date | None = None
    reason: Text | None = None
    opens: bool = False


class SheetIn(HandingIn):
    sheet: RawSheet


class LongSheetIn(HandingIn):
    """The first line of a sheet that comes in pages."""

    file: str = Field(max_length=255)
    title: str = Field(max_length=255)
    hidden_rows: Annotated[list[int], FailFast()] = []
    epoch: date = EPOCH


class SheetInPages:
    """A sheet on its way in: pages of rows, each a line of JSON. What has come lies in a file
    without a name, so that it can be read again; never more than one page is in memory.
    """

    def __init__(self, head: LongSheetIn, pages: Iterator[bytes]) -> None:
        self.file, self.title = head.file, head.title
        self.hidden_rows, self.epoch = head.hidden_rows, head.epoch
        self._pages = pages
        self._come = TemporaryFile()  # noqa: SIM115
        self._height = 0  # rows that have come

    def lines(self) -> Iterator[Sequence[Cell]]:
        self._come.seek(0)
        for page in self._come:
            yield from _rows(page)
        for page in self._pages:
            self._come.write(page + b"\n")
            rows = _rows(page)
            self._height += len(rows)
            if self._height > ROWS:
                raise Refused(f"最多能收{ROWS}行，没有导入。请拆成几个文件。")
            yield from rows


@router.post("/sheets")
def take_sheet(
    body: SheetIn, request: Request, session: Transaction, actor: Who, now: Now, today: Today
) -> SheetReport:
    """Take one sheet: good rows join the reporter's draft; import never signs."""
    return _take(request, session, body.sheet, _handing(body, actor, now, today))


@router.post(
    "/sheets/pages",
    openapi_extra={"requestBody": {"required": True, "content": {"application/x-ndjson": {}}}},
)
async def take_sheet_in_pages(
    request: Request, session: Transaction, actor: Who, now: Now, today: Today
) -> SheetReport:
    """The same for a sheet of any length, as lines of JSON: first file, title and what is said
    beside them, then pages `[[cell, …], …]`. The next page is fetched when the rows of the last
    have been dealt with.
    """
    with turn(AT_ONCE, request.app, "sheets", actor.account):
        return await in_waiting_thread(_take_pages, request, session, actor, now, today)


def _take_pages(
    request: Request, session: Session, actor: Who, now: Now, today: Today
) -> SheetReport:
    pages = _body_lines(request)
    try:
        head = LongSheetIn.model_validate_json(next(pages, b""))
    except ValidationError as error:
        raise Refused("第一行应写明文件名、表名和月份。") from error
    return _take(request, session, SheetInPages(head, pages), _handing(head, actor, now, today))


@router.get("/sheets")
def sheets(
    session: Transaction, actor: Who, response: Response, asked: Annotated[Asking, Query()]
) -> list[SheetCame]:
    """One page, newest first; the header `x-total-count` says how many there are on all of them.
    Whoever sent them sees his own, the county all.
    """
    came = CAME.page(session, select(SHEET).where(policy.visible(actor, "sheets", SHEET.c)), asked)
    response.headers["x-total-count"] = str(came.total)
    return [SheetCame.model_validate(dict(row._mapping)) for row in came.rows]


def _handing(handing_in: HandingIn, actor: Who, now: Now, today: Today) -> Handing:
    if handing_in.received_on and not handing_in.reason:
        raise Refused("补录要写明原因（例如“纸质表9月20日收到”）。")
    return Handing(
        actor=actor,
        on=handing_in.received_on or today,
        now=now,
        month=handing_in.month,
        submit=handing_in.submit,
        send_without=handing_in.send_without,
        received_on=handing_in.received_on,
        reason=handing_in.reason,
        opens=handing_in.opens,
    )


def _take(request: Request, session: Session, raw: Lines, how: Handing) -> SheetReport:
    sheet = recognise(raw, request.app.state.service.sheets)
    if sheet is None:
        raise Refused(f"“{raw.title}”的表头不是本系统认识的样式。请对照样表的列名修改。")
    _require_role(sheet.kind, how)
    session.execute(PLAN_ANEW)
    report = take_in_month(session, sheet, how)
    if report.month_to_open:
        return report
    session.execute(
        KEEP,
        {
            "file": report.file,
            "title": report.title,
            "kind": report.kind,
            "account": how.actor.account,
            "came_at": how.now,
            "report": report.model_dump(mode="json"),
            "refused": len(report.refused),
        },
    )
    return report


def _require_role(kind: SheetKind, how: Handing) -> None:
    """Before a row is looked at: why one is refused may say what the service knows. A list that
    comes back says nothing and is anybody's.
    """
    if kind.roles and how.actor.role not in kind.roles:
        may = "、".join(role.label for role in kind.roles)
        raise Forbidden(f"只有{may}可以交{kind.title}；您是{how.actor.role.label}。")


def _body_lines(request: Request) -> Iterator[bytes]:
    """The request's body line by line, as it comes; for a worker thread of the running loop."""
    chunks, held, most = request.stream(), bytearray(), HEAD_BYTES
    while chunk := from_thread.run(anext, chunks, b""):
        held += chunk
        if b"\n" in chunk:
            *whole, held = held.split(b"\n")
            for line in filter(None, whole):
                yield _admitted(line, most)
                most = PAGE_BYTES
        if len(held) > most:
            raise Refused(TOO_MUCH)
    if held:
        yield _admitted(held, most)


def _admitted(line: bytearray, most: int) -> bytes:
    """What it would take is counted before it is read: a few bytes become a hundred."""
    values = PAGE_VALUES if most == PAGE_BYTES else ROWS
    if len(line) > most or line.count(b",") > values:
        raise Refused(TOO_MUCH)
    return bytes(line)


def _rows(page: bytes) -> list[list[Cell]]:
    try:
        rows = from_json(page, allow_inf_nan=False)
    except ValueError as error:
        raise Refused("表格的内容在路上损坏了，请重新导入。") from error
    if not _is_page(rows):
        raise Refused(f"每一行应是一页：若干行单元格，每行最多{COLUMNS}格。")
    return rows


def _is_page(rows: Any) -> bool:
    """By sets of types: a register has half a million cells."""
    return (
        isinstance(rows, list)
        and {*map(type, rows)} <= {list}
        and max(map(len, rows), default=0) <= COLUMNS
        and not {*map(type, chain.from_iterable(rows))} & {list, dict}
        and not any(number in chain.from_iterable(rows) for number in (inf, -inf))  # 1e400
    )
