"""The ledger's move as a page and a sheet, and its three deeds."""

from fastapi import Request, Response

from kit.web import Today, Transaction, Who, done, page
from services.county.handover import commands, queries
from services.county.handover.policy import policy
from services.county.handover.views import COUNTED

router = policy.router()
PAGE = "/county/handover"


@router.get("/handover")
def handover(request: Request, session: Transaction, actor: Who) -> Response:
    return page(request, "handover.html", move=queries.handover(session, actor))


@router.get("/handover.xlsx", name="handover")
def workbook(session: Transaction, actor: Who, today: Today) -> Response:
    seen = queries.handover(session, actor)
    note = f"已移交{seen.handed}行，未移交{seen.waiting}行"
    return COUNTED.export("台账移交核对表", seen.counted, on=today, note=note)


@router.post("/handover")
def hand_over_ledger(session: Transaction, actor: Who, today: Today) -> Response:
    rows = commands.hand_over(session, actor=actor, on=today)
    return done(PAGE, f"已移交{rows}行。" if rows else "没有新的或者改过的行，不用移交。")


@router.post("/handover/back")
def take_back_ledger(session: Transaction, actor: Who, today: Today) -> Response:
    return done(PAGE, f"已撤回{commands.take_back(session, actor=actor, on=today)}行。")


@router.post("/handover/confirmed")
def confirm_ledger(session: Transaction, actor: Who, today: Today) -> Response:
    commands.confirm(session, actor=actor, on=today)
    return done("/county/ledger", "台账移交已确认。今后的监测对象以监测帮扶为准。")
