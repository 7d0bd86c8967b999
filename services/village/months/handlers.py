"""The county's bulletin ends what a month still owed."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import BulletinIssued
from services.village.months import commands

handlers = Handlers()


@handlers.on(BulletinIssued)
def bulletin_issued(session: Session, event: BulletinIssued) -> None:
    commands.close_month(session, event.month, on=event.issued_on)
