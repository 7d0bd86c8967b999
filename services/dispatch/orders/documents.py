"""An order's papers to print: to the department, to the village, and back to the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.errors import Conflict
from schemas.codes import Coded, DirectoryKind, OrderClock, OrderState
from schemas.values import NeedWords
from services.dispatch import service
from services.dispatch.orders import queries, rules
from services.dispatch.orders.models import Order, Reply


class PaperKind(Coded):
    ORDER = "order", "交办单"
    URGE = "urge", "督办单"
    CHECK = "check", "核查通知"
    REPLY = "reply", "反馈单"


OF_DEPARTMENT = (OrderClock.ACCEPT, OrderClock.REPORT, OrderClock.SOLVE)


@dataclass(frozen=True)
class OrderPaper:
    """What stands on the paper; `late`: the department's clocks that passed their day; `village`:
    whose committee checks; `dated`: None where it is filled in by hand.
    """

    kind: PaperKind
    order: Order
    line: queries.Line
    words: NeedWords
    late: Sequence[queries.RunningClock]
    village: str
    reply: Reply | None
    office: str
    contact: str
    report_limit: str
    on: date
    dated: date | None


def of_order(session: Session, order: Order, kind: PaperKind, actor: Actor, on: date) -> OrderPaper:
    """`Conflict` when there is nothing to urge, to check or to answer."""
    line = queries.lines(session, [order], on)[0]
    village = queries.checks_for(session, order)
    if kind not in kinds(line, village):
        raise Conflict(f"{order.number}现在没有{kind.label}可以打印，请看交办单的状态。")
    pack = service.pack_of(session, order.pack_ref)
    reply = queries.latest_reply(session, order.id)
    if reply and reply.attempt != order.attempt:  # another department's
        reply = None
    answered = reply.on if reply else None
    return OrderPaper(
        kind=kind,
        order=order,
        line=line,
        words=rules.minimal(queries.words(session, order, actor), order.gap_item, pack),
        late=late(line),
        village=village,
        reply=reply,
        office=pack.documents.issuer or _office(session, pack.lead_office_name),
        contact=pack.documents.contact,
        report_limit=queries.report_limit(session, order),
        on=on,
        dated={PaperKind.ORDER: order.issued_on, PaperKind.REPLY: answered}.get(kind, on),
    )


def kinds(line: queries.Line, village: str) -> list[PaperKind]:
    """What can be printed of the order now; `village`: as `queries.checks_for` says."""
    order = line.order
    there = {
        PaperKind.ORDER: order.department is not None,
        PaperKind.URGE: bool(late(line)),
        PaperKind.CHECK: order.state is OrderState.SOLVED and bool(village),
        PaperKind.REPLY: order.department is not None,
    }
    return [kind for kind in PaperKind if there[kind]]


def late(line: queries.Line) -> list[queries.RunningClock]:
    """The clocks of the department that passed their day."""
    return [clock for clock in line.clocks if clock.left < 0 and clock.clock in OF_DEPARTMENT]


def _office(session: Session, lead_office: str) -> str:
    code = service.county(session)
    name = directory.name(session, DirectoryKind.COUNTY, code)
    return f"{'县' if name == code else name}{lead_office}"
