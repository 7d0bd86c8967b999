"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import RecheckAnswered
from services.county.verification import commands

handlers = Handlers()


@handlers.on(RecheckAnswered)
def recheck_answered(session: Session, event: RecheckAnswered) -> None:
    commands.answer_recheck(session, event)
