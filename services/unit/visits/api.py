"""JSON doors: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.errors import Forbidden
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.unit import scopes
from services.unit.organisation.views import TakenOut
from services.unit.visits import commands, queries
from services.unit.visits.rules import ContactState, VisitNote

router = APIRouter()


class ContactOut(BaseModel, from_attributes=True):
    household: str | None
    number: str | None
    head_name: str
    place: str
    unit: str
    helper: str
    helper_name: str
    state: ContactState
    tries: int
    last_on: date | None
    required: bool
    exempt_reason: str | None


@router.post("/visits", status_code=201)
def record_visits(
    notes: list[VisitNote], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.record_visits(session, notes, actor=actor, on=today))


@router.get("/contacts")
def contacts(
    month: YearMonth,
    session: Transaction,
    actor: Who,
    unit: str | None = None,
    helper: str | None = None,
    neglected: bool = False,
) -> list[ContactOut]:
    """Households to contact and their state; `neglected`: only those nobody has tried to
    contact.
    """
    own_helper = actor.role == "HELPER" and helper == actor.place
    if not own_helper and not scopes.may_see_unit(session, actor, unit or ""):
        raise Forbidden("只能查看本单位(或本人)的结对户;请写明单位代码。")
    reading = queries.households_not_contacted if neglected else queries.contacts
    return [
        ContactOut.model_validate(one) for one in reading(session, month, unit=unit, helper=helper)
    ]
