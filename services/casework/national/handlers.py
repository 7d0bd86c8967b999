"""What village tells of an export that somebody confirmed: the register has taken it over before us."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import NationalImported
from services.casework.national import commands

handlers = Handlers()


@handlers.on(NationalImported, projecting=True)
def national_imported(session: Session, event: NationalImported) -> None:
    commands.keep(session, event)
