"""What departments' own systems answer, as dispatch tells it."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.dispatch import ComparisonAnswered
from services.casework.comparisons import commands

handlers = Handlers()


@handlers.on(ComparisonAnswered)
def comparison_answered(session: Session, event: ComparisonAnswered) -> None:
    commands.hear_answer(session, event)
