"""The reply form, with the orders that a department still has to report on (F-33)."""

from sqlmodel import Session, col, select

from kit import directory
from kit.sheets.sheet import FormAsked, SheetForm
from schemas.codes import DirectoryKind, OrderState
from services.dispatch.orders.models import Order
from services.dispatch.replies.forms import HEAD, MATTER, NUMBER, VILLAGE
from services.dispatch.replies.policy import policy

OWED = (OrderState.ISSUED, OrderState.ACCEPTED, OrderState.UNDER_WAY)


def replies_form(session: Session, asked: FormAsked) -> SheetForm:
    """Those of the actor's own, the earliest due day first."""
    statement = select(Order).where(
        policy.visible(asked.actor, "report_order", Order), col(Order.state).in_(OWED)
    )
    orders = session.exec(statement.order_by(col(Order.report_due), Order.number)).all()
    villages = directory.names(session, DirectoryKind.VILLAGE, [order.village for order in orders])
    return SheetForm(
        "发点球反馈表",
        "没有填办理结果的交办单不作登记。",
        [
            {
                NUMBER: order.number,
                HEAD: order.head_name,
                VILLAGE: villages[order.village],
                MATTER: order.gap_item.label,
            }
            for order in orders
        ],
    )
