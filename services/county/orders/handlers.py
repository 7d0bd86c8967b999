"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas import dispatch
from services.county.orders import commands

handlers = Handlers()


@handlers.on(dispatch.HelpCompleted)
def help_completed(session: Session, event: dispatch.HelpCompleted) -> None:
    commands.complete_help(session, event)


def order_changed(session: Session, event: dispatch.OrderFact) -> None:
    commands.record_order(session, event)


for kind in dispatch.OrderFact.__subclasses__():
    handlers.on(kind)(order_changed)
