"""The door every service has for sheets it owns: one sheet, one transaction."""

import json
from datetime import date

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import text

from kit.errors import Refused
from kit.sheets import Handing, RawSheet, SheetReport, recognise
from kit.web import Now, Today, Transaction, Who

router = APIRouter(tags=["sheets"])
KEEP = text("""INSERT INTO sheet (file, title, kind, account, came_at, report)
    VALUES (:file, :title, :kind, :account, :came_at, CAST(:report AS jsonb))""")
LATEST = text(
    "SELECT id, file, title, kind, account, came_at, report FROM sheet ORDER BY came_at DESC, id DESC LIMIT 100"
)


class SheetIn(BaseModel):
    sheet: RawSheet
    month: str
    submit: bool = False
    send_without: bool = False
    received_on: date | None = None
    reason: str | None = None


@router.post("/sheets")
def take_sheet(
    body: SheetIn, request: Request, session: Transaction, actor: Who, now: Now, today: Today
) -> SheetReport:
    """Take one sheet: good rows join the reporter's draft; import never signs."""
    if body.received_on and not body.reason:
        raise Refused("补录要写明原因(例如“纸质表9月20日收到”)。")
    sheet = recognise(body.sheet, request.app.state.service.sheets)
    if sheet is None:
        raise Refused(f"“{body.sheet.title}”的表头不是本系统认识的样式,没有导入。")
    how = Handing(
        actor=actor, on=body.received_on or today, now=now, month=body.month, submit=body.submit,
        send_without=body.send_without, received_on=body.received_on, reason=body.reason,
    )  # fmt: skip
    report = sheet.kind.take(session, sheet, how)
    session.execute(KEEP, {
        "file": report.file, "title": report.title, "kind": report.kind, "account": actor.account, "came_at": now,
        "report": json.dumps(report.model_dump(mode="json"), ensure_ascii=False),
    })  # fmt: skip
    return report


@router.get("/sheets")
def sheets(session: Transaction, actor: Who) -> list[dict]:
    """The latest hundred sheets that came in, newest first."""
    return [dict(row._mapping) for row in session.execute(LATEST)]
