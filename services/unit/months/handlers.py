"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import BulletinIssued
from services.unit.months import commands

handlers = Handlers()


@handlers.on(BulletinIssued)
def bulletin_issued(session: Session, event: BulletinIssued) -> None:
    commands.close_month(session, event.month, event.issued_on)
