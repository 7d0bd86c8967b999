"""Orders go out after the county's decision where the pack says so (s001/4 D-08, `issue_after`)."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, select

from kit.errors import Conflict, Forbidden
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.casework import (
    HouseholdIdentified,
    HouseholdNotAdmitted,
    IdentificationEnded,
    IdentificationOpened,
)
from schemas.codes import GapItem, LeadChannel, NotAdmittedReason, RiskCause, Role, Stratum
from schemas.county import CaseVerified
from schemas.monitored import RiskAdded
from services.dispatch.held import commands, handlers, queries
from services.dispatch.held.rules import HeldEnd
from services.dispatch.orders.models import Order
from tests.dispatch.conftest import VILLAGE

VERIFIED, DECIDED = date(2020, 9, 28), date(2020, 10, 9)
FILE = "file-1"


@pytest.fixture
def five_step(session: Session) -> Session:
    session.info["book"] = Book(state_council(), (load_pack("five-step-2020"),))
    return session


@pytest.fixture
def told(five_step: Session, verified: Callable[..., CaseVerified]) -> CaseVerified:
    """The county verified a household with a need."""
    case = verified(VERIFIED, GapItem.MEDICAL_COST)
    handlers.case_verified(five_step, case)
    five_step.flush()
    return case


def orders(session: Session) -> list[Order]:
    session.flush()
    return list(session.exec(select(Order)))


def opened(case: CaseVerified, household: str | None = None) -> IdentificationOpened:
    return IdentificationOpened(
        identification=FILE,
        number="SB-1",
        household=household,
        village=VILLAGE,
        channel=LeadChannel.NETWORK,
        case=case.case,
        lead_at=VERIFIED,
        on=VERIFIED,
        pack="five-step-2020@1.0.0",
    )


def identified(household: str | None) -> HouseholdIdentified:
    return HouseholdIdentified(
        identification=FILE,
        household=household,
        village=VILLAGE,
        category=Stratum.MARGINAL,
        primary_cause=RiskCause.ILLNESS,
        causes=(RiskCause.ILLNESS,),
        pack="five-step-2020@1.0.0",
        on=DECIDED,
    )


def not_admitted(household: str) -> HouseholdNotAdmitted:
    return HouseholdNotAdmitted(
        identification=FILE,
        household=household,
        village=VILLAGE,
        reason=next(iter(NotAdmittedReason)),
        on=DECIDED,
    )


def test_under_the_default_pack_orders_go_out_at_once(session: Session, verified):
    handlers.case_verified(session, verified(date(2026, 9, 28), GapItem.MEDICAL_COST))
    assert len(orders(session)) == 1
    assert queries.open_needs(session) == []


def test_needs_wait_for_the_decision_and_go_out_on_its_day(five_step, told):
    assert orders(five_step) == []
    (row,) = queries.open_needs(five_step)
    assert queries.gap_items(row) == [GapItem.MEDICAL_COST]
    for _ in range(2):
        handlers.household_identified(five_step, identified(told.household))
    (order,) = orders(five_step)
    assert (order.opened_on, order.case, order.need) == (DECIDED, told.case, told.needs[0].need)
    assert (row.end, row.ended_on) == (HeldEnd.DECIDED, DECIDED)


def test_who_is_in_no_register_is_found_by_the_case(five_step, told):
    handlers.identification_opened(five_step, opened(told))
    handlers.household_identified(five_step, identified(None))
    assert len(orders(five_step)) == 1


def test_who_is_not_admitted_gets_no_order(five_step, told):
    handlers.household_not_admitted(five_step, not_admitted(told.household))
    assert orders(five_step) == []
    assert queries.open_needs(five_step) == []


@pytest.mark.parametrize(("ended", "orders_"), [("given_up", 1), ("lapsed", 0)])
def test_who_gives_up_keeps_his_needs_and_who_is_gone_has_none(five_step, told, ended, orders_):
    event = IdentificationEnded(
        identification=FILE, household=told.household, village=VILLAGE, ended=ended, on=DECIDED
    )
    for _ in range(2):
        handlers.identification_ended(five_step, event)
    assert len(orders(five_step)) == orders_
    assert queries.open_needs(five_step) == []


def test_a_decision_heard_before_what_it_decides_about_counts(five_step, verified):
    case = verified(VERIFIED, GapItem.MEDICAL_COST)
    handlers.household_identified(five_step, identified(case.household))
    handlers.case_verified(five_step, case)
    assert len(orders(five_step)) == 1
    later = verified(date(2020, 11, 3), GapItem.JOB, household=case.household)
    handlers.case_verified(five_step, later)  # monitored since: it waits for nobody
    assert len(orders(five_step)) == 2


def test_who_was_not_admitted_waits_for_the_next_decision(five_step, verified):
    case = verified(VERIFIED, GapItem.MEDICAL_COST)
    handlers.household_not_admitted(five_step, not_admitted(case.household))
    handlers.case_verified(five_step, case)
    assert queries.open_needs(five_step) == []
    later = verified(date(2020, 11, 3), GapItem.JOB, household=case.household)
    handlers.case_verified(five_step, later)  # that decision was not about this
    assert (orders(five_step), len(queries.open_needs(five_step))) == ([], 1)


@pytest.mark.parametrize("first", ["case", "risk"])
def test_a_monitored_household_waits_for_nobody(five_step, verified, first):
    """County and casework speak on two topics: either may be heard first."""
    case = verified(VERIFIED, GapItem.MEDICAL_COST)
    risk = RiskAdded(
        risk="r1",
        household=case.household,
        village=VILLAGE,
        channel=LeadChannel.NETWORK,
        case=case.case,
        on=VERIFIED,
    )
    if first == "risk":
        handlers.risk_added(five_step, risk)
    handlers.case_verified(five_step, case)
    if first == "case":
        handlers.risk_added(five_step, risk)
    assert len(orders(five_step)) == 1
    assert queries.open_needs(five_step) == []


def test_what_is_urgent_waits_for_nobody(five_step, verified):
    urgent = verified(VERIFIED, GapItem.MEDICAL_COST).model_copy(update={"urgent": True})
    handlers.case_verified(five_step, urgent)
    assert len(orders(five_step)) == 1


def test_the_office_hands_out_before_the_decision_and_nobody_twice(
    five_step, told, office, officer
):
    (row,) = queries.open_needs(five_step)
    with pytest.raises(Forbidden):
        commands.issue_held(five_step, row.id, actor=officer("housing"), on=VERIFIED)
    commands.issue_held(five_step, row.id, actor=office, on=VERIFIED)
    assert (len(orders(five_step)), row.end) == (1, HeldEnd.BY_OFFICE)
    with pytest.raises(Conflict, match="已经办过"):
        commands.issue_held(five_step, row.id, actor=office, on=VERIFIED)
    handlers.household_identified(five_step, identified(told.household))
    assert len(orders(five_step)) == 1


def test_the_page_lists_what_waits(client, five_step, told, office, officer):
    five_step.commit()
    page = client("dispatch", office).get("/dispatch/held")
    assert page.status_code == 200
    assert told.number in page.text
    assert "随即交办" in page.text  # the rule of today's pack, not of the one that held it
    assert "待审定的需求" in client("dispatch", office).get("/dispatch/").text
    denied = client("dispatch", officer("housing", Role.DEPARTMENT_CLERK)).get("/dispatch/held")
    assert denied.status_code == 403
