"""Needs are held where the pack hands out after the decision (s001/4 D-08), and handed out with it.
Nobody here commits.
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict
from kit.packs import pack
from schemas.casework import (
    HouseholdIdentified,
    HouseholdNotAdmitted,
    IdentificationEnded,
    IdentificationOpened,
)
from schemas.codes import IdentificationEnd
from schemas.county import CaseVerified
from schemas.monitored import RiskAdded
from services.dispatch.held import queries
from services.dispatch.held.models import Decided, HeldNeeds
from services.dispatch.held.policy import policy
from services.dispatch.held.rules import HeldEnd
from services.dispatch.issuing.commands import open_orders


def take_up(session: Session, case: CaseVerified) -> None:
    """Orders go out, or wait for the county's decision; what is urgent waits for nobody."""
    if case.urgent or pack(session, case.on).dispatch.issue_after == "VERIFIED":
        open_orders(session, case)
        return
    if not case.needs:
        return
    row = HeldNeeds(
        case=case.case,
        case_number=case.number,
        household=case.household,
        village=case.village,
        told=case.model_dump(mode="json"),
        since=case.on,
    )
    session.add(row)
    session.flush()
    before = queries.decision(session, case.household, case.case)
    if before and before.on and (before.admitted or before.on >= case.on):
        _end(session, row, bool(before.admitted), before.on)


def keep_opened(session: Session, event: IdentificationOpened) -> None:
    row = _decided(session, event.identification)
    row.case, row.household = event.case, event.household


def decide(session: Session, event: HouseholdIdentified | HouseholdNotAdmitted) -> None:
    """What waited for this household goes out on the day of the decision, or ends with it."""
    row = _decided(session, event.identification)
    row.household = event.household or row.household
    row.admitted, row.on = isinstance(event, HouseholdIdentified), event.on
    for held in queries.open_of(session, row.household, row.case):
        _end(session, held, row.admitted, event.on)


def end(session: Session, event: IdentificationEnded) -> None:
    """Who gives up by his signature keeps his needs; of a household that is no more there are none."""
    row = _decided(session, event.identification)
    row.household = event.household or row.household
    row.admitted, row.on = event.ended is IdentificationEnd.GIVEN_UP, event.on
    for held in queries.open_of(session, row.household, row.case):
        if row.admitted:
            _issue(session, held, HeldEnd.GIVEN_UP, max(event.on, held.since))
        else:
            held.ended_on, held.end = event.on, HeldEnd.LAPSED


def hand_out(session: Session, event: RiskAdded) -> None:
    """The household is monitored already: nothing is left to decide about, now or later."""
    row = _decided(session, event.risk)
    row.household, row.case = event.household, event.case
    row.admitted, row.on = True, event.on
    for held in queries.open_of(session, event.household, event.case):
        _end(session, held, True, event.on)


def issue_held(session: Session, id: str, *, actor: Actor, on: date) -> HeldNeeds:
    """Somebody hands out before the decision."""
    policy.admit(actor, "issue_held")
    row = queries.held(session, id)
    session.refresh(row, with_for_update=True)
    if row.ended_on:
        raise Conflict("这些需求已经办过，不用再交办。")
    _issue(session, row, HeldEnd.BY_OFFICE, on)
    return row


def _decided(session: Session, identification: str) -> Decided:
    row = session.get(Decided, identification, with_for_update=True)
    if row is None:
        row = Decided(identification=identification)
        session.add(row)
    return row


def _end(session: Session, row: HeldNeeds, admitted: bool, on: date) -> None:
    if admitted:
        _issue(session, row, HeldEnd.DECIDED, max(on, row.since))
    else:
        row.ended_on, row.end = on, HeldEnd.NOT_ADMITTED


def _issue(session: Session, row: HeldNeeds, end: HeldEnd, on: date) -> None:
    case = CaseVerified.model_validate(row.told)
    open_orders(session, case.model_copy(update={"on": on}))
    row.ended_on, row.end = on, end
