"""The county sends a case back."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import CaseSentBack
from services.village.rechecks import commands

handlers = Handlers()


@handlers.on(CaseSentBack)
def case_sent_back(session: Session, event: CaseSentBack) -> None:
    commands.open_recheck(session, event)
