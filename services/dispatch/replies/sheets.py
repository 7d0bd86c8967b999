"""The reply form on which departments report (D11)."""

from sqlmodel import Session

from kit.behalf import Behalf
from kit.errors import Refused
from kit.forms.rows import Reading, RowReader, aliases
from kit.sheets.sheet import Handing, Row, Sheet, SheetKind, SheetReport, heading
from rulebook import cells
from rulebook.months import local_date
from rulebook.names import same_name
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.models import Order, Reply
from services.dispatch.orders.rules import Action
from services.dispatch.replies import commands, documents
from services.dispatch.replies.forms import (
    AMOUNT,
    HANDLER,
    HEAD,
    MATTER,
    MATTER_IN_LIST,
    MEASURES,
    NUMBER,
    PLAN,
    RESULT,
    RESULT_IN_LIST,
    SIGNATURE,
    VILLAGE,
    WRITTEN,
    Plan,
    ReplyDraft,
    ReplyRow,
)
from services.dispatch.replies.policy import policy


def take_replies(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Each good row is reported at once, on the day of receipt; a row already taken changes
    nothing. So does a row of a list of orders that says no more than the order itself (F-33).
    """
    policy.admit(how.actor, "report_order")
    report, signed, rows = sheet.report(month=how.month), False, sheet.rows()
    said = [row for row in rows if _says_something(session, row)]
    report.unchanged = len(rows) - len(said)
    if rows and not said:
        report.notes.append("没有新填的办理结果，交办单没有变化。")
        return report

    def check(reading: Reading[ReplyRow]) -> None:
        nonlocal signed
        signed = signed or bool(reading["head_signature"])
        _check(session, reading, how)

    for row, entry in RowReader(ReplyRow, sheet, how.month).good(report, check, said):
        try:
            with session.begin_nested():  # a refused row leaves nothing behind
                if _take_reply(session, entry, how):
                    report.taken += 1
                else:
                    report.unchanged += 1
        except Refused as refused:
            report.refuse(sheet.refuse(row, (NUMBER, str(refused))))
    if signed:
        report.notes.append("表上的领导签字只作文字留存；电子签字请主要领导登录办理。")
    return report


def _says_something(session: Session, row: Row) -> bool:
    """More than what a form or list of orders leaves with: the order's own result at most."""
    if any(cells.text(row[name]) for name in (PLAN, MEASURES, AMOUNT, HANDLER, SIGNATURE)):
        return True
    result = cells.text(row[heading(RESULT)]) or cells.text(row[RESULT_IN_LIST])
    order = _order(session, cells.text(row[NUMBER])) if result else None
    if order and order.result and result == order.result.label:
        return False
    return bool(result)


def _order(session: Session, number: str | None) -> Order | None:
    return orders_queries.order_numbered(session, number.upper()) if number else None


def _check(session: Session, reading: Reading[ReplyRow], how: Handing) -> None:
    """The order is there and the actor's, and the report is complete."""
    order, head = _order(session, reading["number"]), reading["head_name"]
    if reading["number"] and (order is None or not policy.may(how.actor, "report_order", order)):
        reading.against("number", "没有这个交办单号，或者不在贵单位名下，请核对")
    elif order and head and not same_name(head, order.head_name):
        reading.against("head_name", f"户主与交办单{order.number}不一致，请核对")
    result, plan = reading["result"], reading["plan"]
    if result and plan:
        explanation = _explanation(reading["measures"], plan)
        if lacking := orders_rules.lacks(result, explanation, plan.by, how.on):
            plans = orders_rules.action_of(result) is Action.PLAN
            reading.against("plan" if plans else "measures", lacking)


def _explanation(measures: str | None, plan: Plan) -> str:
    return "；".join(part for part in (measures, plan.words) if part)


def _take_reply(session: Session, entry: ReplyRow, how: Handing) -> bool:
    order = _order(session, entry.number)
    assert order is not None
    draft = _draft(entry)
    if _already_there(session, order, draft):
        return False
    commands.report_order(
        session,
        order.id,
        draft,
        actor=how.actor,
        on=local_date(how.now),
        on_behalf=Behalf(draft.handler or "部门经办人", "按部门交来的反馈表登记"),
        received_on=how.received_on,
        entry_reason=how.reason,
    )
    return True


def _draft(entry: ReplyRow) -> ReplyDraft:
    plans = orders_rules.action_of(entry.result) is Action.PLAN
    return ReplyDraft(
        result=entry.result,
        explanation=_explanation(entry.measures, entry.plan),
        amount=entry.amount,
        written_on=entry.written_on,
        expected_on=entry.plan.by if plans else None,
        handler=entry.handler,
        head_signature=entry.head_signature,
    )


def _already_there(session: Session, order: Order, draft: ReplyDraft) -> bool:
    fields = draft.model_dump(exclude={"head_signed", "own_system_updated"})
    return any(_same(reply, fields) for reply in orders_queries.replies(session, order.id))


def _same(reply: Reply, fields: dict[str, object]) -> bool:
    return all(getattr(reply, name) == value for name, value in fields.items())


KINDS = (
    SheetKind(
        "replies",
        "发点球反馈",
        "dispatch",
        6,
        (NUMBER, HEAD, MATTER, RESULT),
        take_replies,
        (VILLAGE, PLAN, MEASURES, AMOUNT, HANDLER, SIGNATURE, WRITTEN),
        also=aliases(ReplyRow) | {MATTER: (MATTER_IN_LIST,)},
        roles=policy["report_order"].roles,
        layout=(
            NUMBER,
            HEAD,
            VILLAGE,
            MATTER,
            RESULT,
            PLAN,
            MEASURES,
            AMOUNT,
            HANDLER,
            SIGNATURE,
            WRITTEN,
        ),
        filled=documents.replies_form,
    ),
)
