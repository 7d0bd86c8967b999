"""Verified cases, as county tells them."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import CaseVerified
from services.dispatch.issuing import commands

handlers = Handlers()


@handlers.on(CaseVerified)
def case_verified(session: Session, event: CaseVerified) -> None:
    commands.open_orders(session, event)
