"""Doors for other services' events: one line each."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.unit import VisitRecorded
from services.county.missed_discoveries import commands

handlers = Handlers()


@handlers.on_set(VisitRecorded)  # hot: every assigned household, every month
def visits_recorded(session: Session, events: Sequence[VisitRecorded]) -> None:
    commands.record_visits(session, events)
