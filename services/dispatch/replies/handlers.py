"""What departments' own systems answer."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers, received_at
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from services.dispatch.replies import commands

handlers = Handlers()


@handlers.on(OrderAcceptedByDepartment)
def order_accepted(session: Session, event: OrderAcceptedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))


@handlers.on(OrderReturnedByDepartment)
def order_returned(session: Session, event: OrderReturnedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))


@handlers.on(OrderReportedByDepartment)
def order_reported(session: Session, event: OrderReportedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))
