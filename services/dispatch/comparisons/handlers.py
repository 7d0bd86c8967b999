"""What casework asks of departments."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.casework import ComparisonAsked
from services.dispatch.comparisons import commands

handlers = Handlers()


@handlers.on(ComparisonAsked)
def comparison_asked(session: Session, event: ComparisonAsked) -> None:
    commands.take_up(session, event)
