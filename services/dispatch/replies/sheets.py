"""Workbooks that this feature owns."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Refused
from kit.sheets import Cell, Handing, Refusals, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.months import local_date
from schemas.codes import ReplyResult, Role
from schemas.values import Receipt
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.models import Order, Reply
from services.dispatch.orders.rules import DEPARTMENT, Deed
from services.dispatch.replies import commands
from services.dispatch.replies.forms import ReplyDraft

BLANK = "空白表,已跳过"


T = TypeVar("T")


NUMBER, HEAD, VILLAGE, MATTER = "交办单号", "户主姓名", "村", "交办事项"
RESULT = "办理结果(已解决/部分解决/已定方案正在实施/经核实情况不符/不符合政策/转其他渠道)"
PLAN, MEASURES, AMOUNT = "方案及预计完成日期", "落实措施", "落实金额(元)"
HANDLER, SIGNATURE, WRITTEN = "经办人", "单位主要领导签字", "反馈日期"
DAY = re.compile(r"(?:\d{4}年|\d{4}[-/.])?\d{1,2}[-/.月]\d{1,2}[日号]?")


def take_replies(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Each good row is reported at once, on the day of receipt; a row already taken changes
    nothing.
    """
    how.actor.require(*DEPARTMENT, Role.COUNTY_CLERK, deed="导入办理情况反馈表")
    report = sheet.report(month=how.month)
    rows = sheet.rows()
    if not rows:
        report.notes.append(BLANK)
    for row in rows:
        try:
            with session.begin_nested():  # a refused row leaves nothing behind
                if _take_reply(session, row, how):
                    report.taken += 1
                else:
                    report.unchanged += 1
        except Refusals as refusals:
            report.refused += sheet.refuse(row, *refusals.reasons)
        except Refused as refused:
            report.refused += sheet.refuse(row, (NUMBER, str(refused)))
    if any(cells.text(row[SIGNATURE]) for row in rows):
        report.notes.append("表上的领导签字只作文字留存;电子签字请主要领导登录办理。")
    return report


def _take_reply(session: Session, row: Row, how: Handing) -> bool:
    order, draft = _read(session, row, how)
    if _already_there(session, order, draft):
        return False
    on_behalf = draft.handler or "部门经办人" if how.actor.role is Role.COUNTY_CLERK else None
    receipt = Receipt(on=how.received_on, reason=how.reason) if how.received_on else None
    commands.report_order(
        session,
        order.id,
        draft,
        actor=how.actor,
        on=local_date(how.now),
        on_behalf=on_behalf,
        receipt=receipt,
    )
    return True


def _read(session: Session, row: Row, how: Handing) -> tuple[Order, ReplyDraft]:
    """Parse the whole row; `Refusals` with every reason at once."""
    reasons: list[tuple[str, str]] = []
    order = orders_queries.order_numbered(session, cells.text(row[NUMBER]).upper())
    if order is None or not _may_reply(order, how.actor):
        reasons.append((NUMBER, "没有这个交办单号,或者不在贵单位名下,请核对"))
    elif cells.text(row[HEAD]) and cells.text(row[HEAD]) != order.head_name:
        reasons.append((HEAD, f"户主与交办单{order.number}不一致,请核对"))

    def read(column: str, parse: Callable[[Cell], T]) -> T | None:
        try:
            return parse(row[column]) if cells.text(row[column]) else None
        except Unclear as unclear:
            reasons.append((column, str(unclear)))
            return None

    plan, measures = cells.text(row[PLAN]), cells.text(row[MEASURES])
    result = next((one for one in ReplyResult if one.label == cells.text(row[RESULT])), None)
    if result is None:
        names = "、".join(one.label for one in ReplyResult)
        reasons.append((RESULT, f"办理结果“{cells.text(row[RESULT])}”不在列表中;可填:{names}"))
    expected = read(PLAN, lambda cell: _expected(cell, how.month))
    amount = read(AMOUNT, cells.money)
    written = read(WRITTEN, lambda cell: cells.day(cell, how.month))
    explanation = ";".join(part for part in (measures, plan) if part)
    if result and (missing := orders_rules.lacks(result, explanation, expected, how.on)):
        reasons.append((PLAN if orders_rules.deed_of(result) is Deed.PLAN else MEASURES, missing))
    if reasons or order is None or result is None:
        raise Refusals(*reasons)
    return order, ReplyDraft(
        result=result,
        explanation=explanation,
        amount=amount,
        written_on=written,
        expected_on=expected if orders_rules.deed_of(result) is Deed.PLAN else None,
        handler=cells.text(row[HANDLER]) or None,
        head_signature=cells.text(row[SIGNATURE]) or None,
    )


def _may_reply(order: Order, actor: Actor) -> bool:
    return actor.role is Role.COUNTY_CLERK or actor.place == order.department


def _expected(plan: Cell, month: str) -> date | None:
    """The last day named in "已列入改造计划,11月20日前完成"."""
    if isinstance(plan, date):
        return cells.day(plan, month)
    found = DAY.findall(cells.text(plan))
    return cells.day(found[-1], month) if found else None


def _already_there(session: Session, order: Order, draft: ReplyDraft) -> bool:
    said = draft.model_dump(exclude={"head_signed", "own_system_updated"})
    return any(_same(reply, said) for reply in orders_queries.replies(session, order.id))


def _same(reply: Reply, said: dict[str, object]) -> bool:
    return all(getattr(reply, name) == value for name, value in said.items())


KINDS = (
    SheetKind(
        "replies",
        "发点球反馈",
        "dispatch",
        6,
        (NUMBER, HEAD, MATTER, RESULT, PLAN, MEASURES),
        take_replies,
        (VILLAGE, AMOUNT, HANDLER, SIGNATURE, WRITTEN),
    ),
)
