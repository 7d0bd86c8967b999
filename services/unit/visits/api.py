"""JSON doors: translate, and own the transaction."""

from typing import Annotated

from fastapi import Query

from kit.web import Today, Transaction, Who
from services.unit.organisation.views import TakenOut
from services.unit.visits import commands, queries
from services.unit.visits.forms import ContactQuestion
from services.unit.visits.policy import policy
from services.unit.visits.rules import VisitNote
from services.unit.visits.views import ContactOut

router = policy.router()


@router.post("/visits", status_code=201)
def record_visits(
    notes: list[VisitNote], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.record_visits(session, notes, actor=actor, on=today))


@router.get("/contacts")
def contacts(
    asked: Annotated[ContactQuestion, Query()], session: Transaction, actor: Who
) -> list[ContactOut]:
    """Households to contact and their state; `neglected`: only those nobody has tried to
    contact.
    """
    policy.require(actor, "contacts", asked)
    reading = queries.households_not_contacted if asked.neglected else queries.contacts
    return [
        ContactOut.model_validate(contact)
        for contact in reading(session, asked.month, unit=asked.unit, helper=asked.helper)
    ]
