"""Which households were contacted, which in vain, which not at all (N-09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Subquery, case, cast, func
from sqlmodel import Session, col, select

from kit.actor import SYSTEM
from kit.database.rows import named
from services.unit.directory.models import Household
from services.unit.directory.queries import entries_of, place_of, present, village_names
from services.unit.lists.models import UnitList
from services.unit.months.models import Month, Required, UnitMonth
from services.unit.organisation.models import Assignment, Helper
from services.unit.visits import rules
from services.unit.visits.models import Visit
from services.unit.visits.rules import ContactState, Progress


@dataclass(frozen=True)
class Contact:
    """One household of a helper in a month. `household` None: the register has not told of it yet.

    `required` False: assigned after the month had opened."""

    assignment: str
    household: str | None
    number: str | None
    head_name: str
    place: str
    phone: str | None
    unit: str
    helper: str
    helper_name: str
    state: ContactState
    tries: int
    last_on: date | None
    required: bool
    exempt_reason: str | None
    helper_left: bool  # nobody has taken the household from whoever left
    row: str | None  # what is owed, as a task's objects call it; None: nothing

    @property
    def owner(self) -> str | None:
        """The helper who can do it; None: his unit's clerk has to see to it."""
        return None if self.helper_left or self.household is None else self.helper

    @property
    def label(self) -> str:
        if self.state is ContactState.UNREACHED:
            return f"试了{self.tries}次，没联系上"
        return self.state.label


def _seen(month: str) -> Subquery:
    """A row for each household somebody tried to contact: how often reached, how often in vain,
    when last.
    """
    tried = (
        select(
            present(Visit.household).label("household"),
            cast(Visit.reached, Integer).label("reached"),
            case((col(Visit.reached), 0), else_=Visit.tries).label("tries"),
            col(Visit.on).label("on"),
        )
        .where(Visit.month == month)
        .subquery()
        .c
    )
    return (
        select(
            tried.household,
            func.sum(tried.reached).label("reached"),
            func.sum(tried.tries).label("tries"),
            func.max(tried.on).label("last_on"),
        )
        .group_by(tried.household)
        .subquery()
    )


def contacts(
    session: Session,
    month: str,
    *,
    unit: str | None = None,
    helper: str | None = None,
    whose: ColumnElement[bool] | None = None,
) -> list[Contact]:
    """The households to contact in a month, and those assigned since: of one unit or helper where
    given, `whose` a clause on what is required. In place of a void entry stands its successor.
    """
    opened = session.get(Month, month)
    least = opened.least if opened else 1
    seen, helped = _seen(month), present(Assignment.household)
    owner = func.coalesce(Required.unit, Helper.unit)
    query = (
        select(
            Assignment, Helper, Household, Required, seen.c.reached, seen.c.tries, seen.c.last_on
        )  # type: ignore[call-overload]
        .join(Helper, col(Helper.code) == col(Assignment.helper))
        .outerjoin(Household, col(Household.id) == helped)
        .outerjoin(
            Required,
            (col(Required.assignment) == col(Assignment.id)) & (col(Required.month) == month),
        )
        .outerjoin(seen, seen.c.household == helped)
        .order_by(Helper.code, Household.village, Household.group, Assignment.number, Assignment.id)
    )
    if unit:
        query = query.where(owner == unit)
    if helper:
        query = query.where(Assignment.helper == helper)
    if whose is not None:
        query = query.where(whose)
    rows = session.exec(query).all()
    villages = village_names(session, [row[2] for row in rows if row[2]])
    return [_contact(least, villages, *row) for row in rows]


def _contact(
    least: int,
    villages: Mapping[str, str],
    assignment: Assignment,
    helper: Helper,
    household: Household | None,
    required: Required | None,
    reached: int | None,
    tries: int | None,
    last_on: date | None,
) -> Contact:
    return Contact(
        assignment=assignment.id,
        household=household.id if household else assignment.household,
        number=assignment.number,
        head_name=household.head_name if household else assignment.head_name or "（待登记）",
        place=place_of(household, villages) if household else assignment.village_name or "",
        phone=household.phone if household else None,
        unit=required.unit if required else helper.unit,
        helper=helper.code,
        helper_name=helper.name,
        state=rules.contact_state(reached or 0, tries or 0, least),
        tries=tries or 0,
        last_on=last_on,
        required=required is not None,
        exempt_reason=required.exempt_reason if required else None,
        helper_left=helper.left_on is not None,
        row=named(required) if required else None,
    )


def households_without_contact(
    session: Session,
    month: str,
    *,
    unit: str | None = None,
    helper: str | None = None,
    whose: ColumnElement[bool] | None = None,
) -> list[Contact]:
    """Required, not exempt, and not contacted as often as asked: those tried in vain too."""
    return [
        contact
        for contact in contacts(session, month, unit=unit, helper=helper, whose=whose)
        if contact.required
        and not contact.exempt_reason
        and contact.state is not ContactState.CONTACTED
    ]


def households_not_contacted(
    session: Session, month: str, *, unit: str | None = None, helper: str | None = None
) -> list[Contact]:
    """Neither contacted, nor tried, nor exempt."""
    without = households_without_contact(session, month, unit=unit, helper=helper)
    return [contact for contact in without if contact.state is ContactState.NEGLECTED]


def owed_contacts(
    session: Session,
    month: str,
    *,
    helper: str | None = None,
    whose: ColumnElement[bool] | None = None,
) -> list[Contact]:
    """Contacts that somebody still owes. A month's end with the list of the unit that answers for
    them, sent after a look at who is silent; with its exemption, which a closing is not, since the
    helper stays; or with the county's bulletin.
    """
    opened = session.get(Month, month)
    if opened is None or opened.closed_on:
        return []
    sent = select(UnitList.unit).where(UnitList.month == month)
    exempt = select(UnitMonth.unit).where(
        UnitMonth.month == month,
        col(UnitMonth.exempted_on).is_not(None),
        col(UnitMonth.exempted_account).is_distinct_from(SYSTEM.account),
    )
    ended = {*session.exec(sent), *session.exec(exempt)}
    without = households_without_contact(session, month, helper=helper, whose=whose)
    return [contact for contact in without if contact.unit not in ended]


def progress_of(session: Session, unit: str, month: str) -> Progress:
    return progress_of_units(session, month, unit).get(unit, Progress())


def progress_of_units(session: Session, month: str, unit: str | None = None) -> dict[str, Progress]:
    """Unit → how far it is with what was required when the month opened."""
    opened = session.get(Month, month)
    seen = _seen(month)
    query = (
        select(Required.unit, col(Required.exempted_on), seen.c.reached, seen.c.tries)
        .join(Assignment, col(Assignment.id) == col(Required.assignment))
        .outerjoin(seen, seen.c.household == present(Assignment.household))
        .where(Required.month == month)
    )
    if unit:
        query = query.where(Required.unit == unit)
    states: dict[str, list[tuple[ContactState, bool]]] = {}
    for code, exempted_on, reached, tries in session.exec(query):
        state = rules.contact_state(reached or 0, tries or 0, opened.least if opened else 1)
        states.setdefault(code, []).append((state, exempted_on is not None))
    return {code: rules.progress(counted) for code, counted in states.items()}


def visits_of(session: Session, household: str, month: str | None = None) -> list[Visit]:
    """Newest first, with those to entries that were merged into it."""
    query = select(Visit).where(col(Visit.household).in_(entries_of(session, household)))
    if month:
        query = query.where(Visit.month == month)
    return list(session.exec(query.order_by(col(Visit.on).desc(), col(Visit.id).desc())))
