"""What is open: households that nobody has contacted this month."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.unit.months.models import Month
from services.unit.months.queries import latest_month
from services.unit.visits.queries import contacts, households_not_contacted
from services.unit.visits.rules import ContactState


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """A helper's households one by one; how many are left, for the unit's clerk."""
    month = latest_month(session)
    if month is None:
        return []
    match actor.role:
        case Role.HELPER:
            return _of_helper(session, actor, month)
        case Role.UNIT_CLERK:
            return _of_clerk(session, actor, month)
    return []


def _of_helper(session: Session, actor: Actor, month: Month) -> list[Task]:
    return [
        Task(
            f"联系{contact.head_name}（{contact.place}）",
            f"/unit/households/{contact.household}/visit",
            month.visit_due,
            "" if contact.state is ContactState.NEGLECTED else contact.label,
            kind="contact",
        )
        for contact in contacts(session, month.month, helper=actor.place)
        if contact.household
        and contact.state is not ContactState.CONTACTED
        and not contact.exempt_reason
    ]


def _of_clerk(session: Session, actor: Actor, month: Month) -> list[Task]:
    left = households_not_contacted(session, month.month, unit=actor.place)
    if not left:
        return []
    return [
        Task(
            f"{len(left)}户本月还没有联系",
            f"/unit/units/{actor.place}?month={month.month}#neglected",
            month.visit_due,
            kind="contacts",
            count=len(left),
        )
    ]
