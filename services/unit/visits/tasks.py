"""What is open: households that nobody has contacted, of every month that is not over."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import Session, col

from kit.actor import Actor
from kit.tasks import Task
from rulebook.months import month_of
from schemas.codes import Role
from services.unit.months import rules as months
from services.unit.months.models import Month, Required
from services.unit.months.queries import open_months
from services.unit.organisation.queries import inherited, owned
from services.unit.visits.queries import Contact, contacts, owed_contacts
from services.unit.visits.rules import ContactState


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """A helper's households one by one, as they are assigned now. For the unit's clerk, or the
    county's where the unit ended and joined none, those that no helper can contact, and how many are
    left, to be urged.
    """
    match actor.role:
        case Role.HELPER:
            of_month = _of_helper
        case Role.UNIT_CLERK | Role.COUNTY_CLERK:
            of_month = _of_clerk
        case _:
            return []
    return [task for month in open_months(session) for task in of_month(session, actor, month, on)]


def _of_helper(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    owed = [
        contact
        for contact in owed_contacts(session, month.month, helper=actor.place)
        if contact.owner == actor.place
    ]
    since = _since(session, actor, month) if month.month == month_of(on) else []
    return [_to_contact(contact, month, on) for contact in [*owed, *since]]


def _since(session: Session, actor: Actor, month: Month) -> list[Contact]:
    """Assigned after the current month had opened: not owed, and worth a call."""
    return [
        contact
        for contact in contacts(session, month.month, helper=actor.place)
        if not contact.required
        and contact.owner == actor.place
        and contact.state is not ContactState.CONTACTED
    ]


def _to_contact(contact: Contact, month: Month, on: date) -> Task:
    title = f"联系{contact.head_name}（{contact.place}）"
    return Task(
        title
        if month.month == month_of(on)
        else f"{months.called(month.month, on)}{title}，还没有登记",
        f"/unit/households/{contact.household}/visit?month={month.month}",
        month.visit_due,
        "" if contact.state is ContactState.NEGLECTED else contact.label,
        kind="contact",
        objects=(contact.row,) if contact.row else (),
    )


def _of_clerk(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    his = col(Required.unit).in_(owned(session, actor))
    owed: dict[str, list[Contact]] = {}
    for contact in owed_contacts(session, month.month, whose=his):
        owed.setdefault(contact.unit, []).append(contact)
    return [
        task
        for unit, contacts in owed.items()
        for task in _of_unit(unit, inherited(session, actor, unit), contacts, month, on)
    ]


def _of_unit(unit: str, of: str, owed: Sequence[Contact], month: Month, on: date) -> Iterator[Task]:
    orphans = [contact for contact in owed if contact.owner is None]
    silent = [contact for contact in owed if contact.state is ContactState.NEGLECTED]
    page = f"/unit/units/{unit}?month={month.month}#neglected"
    called = months.called(month.month, on)
    if orphans:
        title = f"{of}{called}{len(orphans)}户没有人能联系：请换帮扶责任人，或核对户编号"
        names = months.few([contact.head_name for contact in orphans])
        rows = tuple(contact.row for contact in orphans if contact.row)
        yield Task(title, page, month.visit_due, names, "orphans", len(orphans), objects=rows)
    if silent:
        title = f"{of}{len(silent)}户{called}还没有联系"
        yield Task(title, page, month.visit_due, kind="contacts", count=len(silent))
