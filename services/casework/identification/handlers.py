"""The network's cases, as county tells; of before this service began they are only kept."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.messaging.beginning import is_past
from kit.messaging.inbox import Handlers
from kit.seal import unseal
from schemas.county import CaseOpened, CaseVerified
from schemas.values import VisitWords
from services.casework.identification import commands
from services.casework.identification.models import NetworkCase

handlers = Handlers()


@handlers.on(CaseOpened, projecting=True)
def case_opened(session: Session, event: CaseOpened) -> None:
    _kept(session, event).opened_on = event.on


@handlers.on(CaseVerified, projecting=True)
def case_verified(session: Session, event: CaseVerified) -> None:
    """Told again when a finding was answered later: the file is there already."""
    case = _kept(session, event)
    if case.verified_on is not None:
        return
    case.verified_on, case.urgent, case.causes = event.on, event.urgent, list(event.causes)
    if event.visit:
        case.visit = unseal(session, event.visit, VisitWords).model_dump(mode="json")
    case.earlier = is_past(session)
    if not case.earlier:
        commands.take_up_case(session, case, actor=SYSTEM, on=event.on)


def _kept(session: Session, event: CaseOpened | CaseVerified) -> NetworkCase:
    case = session.get(NetworkCase, event.case, with_for_update=True)
    if case is None:
        case = NetworkCase(
            case=event.case, number=event.number, household=event.household, village=event.village
        )
        session.add(case)
    return case
