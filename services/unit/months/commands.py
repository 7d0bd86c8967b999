"""Opening a month, its reminders, and reasoned exemptions."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from kit import closing
from kit.actor import SYSTEM, Actor
from kit.database.locks import hold
from kit.dates import show_month
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.outbox import emit
from rulebook.month_plan import MonthPlan
from rulebook.months import end_of, first_day, follows, next_month, start_of
from schemas.codes import DirectoryKind, Timeliness
from schemas.unit import UnitExempted, UnitExpected, UnitMonthOpened
from services.unit.directory.queries import entries_of
from services.unit.lists.models import UnitList
from services.unit.months import queries
from services.unit.months.deadlines import (
    LISTS_DUE,
    OPEN_MONTH,
    REMIND_HELPERS,
    REMIND_UNITS,
    VISITS_DUE,
)
from services.unit.months.models import Month, Reminder, Required, UnitMonth
from services.unit.months.policy import policy
from services.unit.months.rules import ReminderAbout
from services.unit.organisation.models import Assignment, Helper, Unit
from services.unit.organisation.queries import helped_twice
from services.unit.service import book, county
from services.unit.visits import queries as visits_queries
from services.unit.visits.rules import ContactState


def open_month(session: Session, month: str, *, on: date, actor: Actor = SYSTEM) -> Month | None:
    """Freeze who is expected and set the month's deadlines; open already: unchanged. None: nobody
    to expect yet.
    """
    hold(session, "unit.month")  # two at the same moment: the second finds it open
    if opened := queries.open_month_of(session, month):
        return opened
    policy.require(actor, "open_month")
    if first_day(month) > on:
        raise Refused(f"{show_month(month)}还没有到，不能提前开始。")
    if follows(month, on):
        _keep_going(session, month)
    expected = _expected(session, month)
    if not expected:
        return None
    pack = book(session).pack_of_month(county(session), month)
    plan = book(session).plan(pack, month)
    opened = Month(
        month=month,
        opened_on=on,
        remind_on=plan.unit_visit_remind_on,
        visit_due=plan.unit_visit_due,
        report_due=plan.unit_report_due,
        pack=pack.ref,
        least=pack.monthly.min_contacts_per_household,
    )
    session.add(opened)
    session.flush()
    _freeze(session, month, expected)
    _set_deadlines(session, plan, on)
    return opened


def _keep_going(session: Session, month: str) -> None:
    """The next month opens by itself."""
    following = next_month(month)
    if queries.open_month_of(session, following) is None:
        OPEN_MONTH.set(session, following, start_of(first_day(following)))


def _expected(session: Session, month: str) -> list[tuple[str, str, str]]:
    """(unit, assignment, helper) of every household that has a helper. What a unit had that ended
    its successor has; without one the county's office gives it to others first (F-15).
    """
    over = closing.over(session, [DirectoryKind.UNIT], month)
    there = set(session.exec(select(Unit.code)))
    query = select(Helper.unit, Assignment.id, Helper.code).join(
        Helper, col(Helper.code) == col(Assignment.helper)
    )
    query = query.where(~helped_twice())
    rows = [(over.get(unit, unit), *others) for unit, *others in session.exec(query)]
    return [(unit, assignment, helper) for unit, assignment, helper in rows if unit in there]


def _freeze(session: Session, month: str, expected: list[tuple[str, str, str]]) -> None:
    counted: dict[str, int] = {}
    for unit, _, _ in expected:
        counted[unit] = counted.get(unit, 0) + 1
    session.execute(
        insert(Required),
        [
            {"month": month, "assignment": assignment, "unit": unit, "helper": helper}
            for unit, assignment, helper in expected
        ],
    )
    session.add_all(
        UnitMonth(month=month, unit=unit, required=counted[unit]) for unit in sorted(counted)
    )
    _tell_expected(session, queries.month(session, month), counted)


def _tell_expected(session: Session, opened: Month, counted: Mapping[str, int]) -> None:
    emit(
        session,
        UnitMonthOpened(
            county=county(session),
            month=opened.month,
            visit_due=opened.visit_due,
            report_due=opened.report_due,
            opened_on=opened.opened_on,
            units=tuple(
                UnitExpected(unit=unit, households=counted[unit]) for unit in sorted(counted)
            ),
        ),
    )


def _set_deadlines(session: Session, plan: MonthPlan, on: date) -> None:
    """Helpers from the 15th on and before the visits fall due, units before the list does; then the
    two closings. A month opened late reminds and names nobody backwards.
    """
    month, first = plan.month, max(plan.unit_visit_remind_on, on)
    for day in {plan.unit_visit_remind_on, *plan.reminders(plan.unit_visit_due)}:
        if first <= day:
            REMIND_HELPERS.set(session, f"{month}/{day}", start_of(day))
    for day in (day for day in plan.reminders(plan.unit_report_due) if day >= on):
        REMIND_UNITS.set(session, f"{month}/{day}", start_of(day))
    if plan.unit_visit_due >= on:
        VISITS_DUE.set(session, month, end_of(plan.unit_visit_due))
    if plan.unit_report_due >= on:
        LISTS_DUE.set(session, month, end_of(plan.unit_report_due))


def remind_helpers(session: Session, month: str, on: date) -> int:
    """Remind those helpers who have households that nobody contacted, and nobody else. Returns how
    many.
    """
    left: dict[str, int] = {}
    for contact in visits_queries.owed_contacts(session, month):
        if contact.state is not ContactState.NEGLECTED or contact.helper_left:
            continue
        left[contact.helper] = left.get(contact.helper, 0) + 1
    return _remind(session, month, on, ReminderAbout.VISITS, left)


def remind_units(session: Session, month: str, on: date) -> int:
    """Remind those units whose list is not signed yet. Returns how many."""
    left = {
        status.unit: status.progress.neglected
        for status in queries.unit_statuses(session, month)
        if status.timeliness is Timeliness.WAITING and not status.exempt_reason
    }
    return _remind(session, month, on, ReminderAbout.LIST, left)


def _remind(
    session: Session, month: str, on: date, about: ReminderAbout, left: dict[str, int]
) -> int:
    rows = [
        Reminder(month=month, on=on, place=place, about=about, households=left[place]).model_dump()
        for place in sorted(left)
    ]
    if rows:
        session.execute(insert(Reminder).on_conflict_do_nothing(), rows)
    return len(rows)


def note_visits_due(session: Session, month: str) -> None:
    """The visits' due day is over: what was neglected then stays on record (N-09)."""
    counted = visits_queries.progress_of_units(session, month)
    for row in session.exec(select(UnitMonth).where(UnitMonth.month == month).with_for_update()):
        row.neglected_at_due = counted[row.unit].neglected if row.unit in counted else 0


def close_month(session: Session, month: str, on: date) -> None:
    """The county's bulletin has named who is missing: from now on nobody owes a report of the month,
    and a late one is still taken. An erratum changes nothing.
    """
    opened = queries.open_month_of(session, month)
    if opened and opened.closed_on is None:
        opened.closed_on = on


def exempt_unit(
    session: Session, unit: str, month: str, *, reason: str, actor: Actor, on: date
) -> UnitMonth:
    """A unit need not report this month, for a reason; recorded, not deleted."""
    policy.require(actor, "exempt")
    row = held_month(session, unit, month)
    if row.timeliness in (Timeliness.ON_TIME, Timeliness.LATE):
        raise Conflict("这个单位这个月已经签发报县，不用再免除。")
    if row.exempted_on is not None:
        raise Conflict("这个单位这个月已经免除，不用再登记。")
    row.exempted_on, row.exempt_reason = on, _given(reason)
    row.exempted_by, row.exempted_account = actor.label, actor.account
    emit(session, UnitExempted(unit=unit, month=month, reason=row.exempt_reason, on=on))
    return row


def expect_again(session: Session, unit: str, *, on: date) -> None:
    """It was said to have ended and has not: the months that run expect its list too, those that
    had exempted it and the newest, which may have opened without it.
    """
    for opened in queries.open_months(session):
        row = session.get(UnitMonth, (opened.month, unit), with_for_update=True)
        if row and row.exempted_account == SYSTEM.account:
            reason = row.exempt_reason or ""
            row.exempted_on = row.exempt_reason = None
            row.exempted_by = row.exempted_account = None
            told = UnitExempted(unit=unit, month=opened.month, reason=reason, on=on, lifted=True)
            emit(session, told)
    newest = queries.latest_month(session)
    if newest and session.get(UnitMonth, (newest.month, unit)) is None:
        _take_households_back(session, newest, unit)


def _take_households_back(session: Session, opened: Month, unit: str) -> None:
    """Its households that the month does not ask for, or of another unit that has not sent its
    list.
    """
    sent = select(UnitList.unit).where(UnitList.month == opened.month)
    asked = select(Required).where(Required.month == opened.month)
    known = {row.assignment: row for row in session.exec(asked.with_for_update())}
    done, before = set(session.exec(sent)), {row.unit for row in known.values()}
    for of, assignment, helper in _expected(session, opened.month):
        row = known.get(assignment)
        if of != unit or (row and row.unit in done):
            continue
        row = row or Required(month=opened.month, assignment=assignment, unit=of, helper=helper)
        row.unit = of
        session.add(row)
    session.flush()
    counted = select(Required.unit, func.count()).where(Required.month == opened.month)
    counts = dict(session.exec(counted.group_by(Required.unit)).all())
    if unit not in counts:
        return
    changed = []
    for code in sorted({unit, *before}):
        month = session.get(UnitMonth, (opened.month, code))
        month = month or UnitMonth(month=opened.month, unit=code, required=0)
        if month.required != counts.get(code, 0):
            month.required = counts.get(code, 0)
            session.add(month)
            changed.append(code)
    _tell_expected(session, opened, {code: counts.get(code, 0) for code in changed})


def exempt_household(
    session: Session, household: str, month: str, *, reason: str, actor: Actor, on: date
) -> Required:
    """A household need not be contacted this month (died, moved away); it stays in the frozen list,
    with the reason.
    """
    policy.require(actor, "exempt")
    query = (
        select(Required)
        .join(Assignment, col(Assignment.id) == col(Required.assignment))
        .where(
            Required.month == month, col(Assignment.household).in_(entries_of(session, household))
        )
        .order_by(col(Required.exempted_on).is_not(None), col(Required.assignment))
    )
    row = session.exec(query.with_for_update(of=Required)).first()
    if row is None:
        raise NotFound("这户这个月不在应联系的名单里。")
    if row.exempted_on is not None:
        raise Conflict("这户这个月已经免除，不用再登记。")
    its_own = col(Required.assignment) == row.assignment
    contacts = visits_queries.contacts(session, month, whose=its_own)
    if any(contact.state is ContactState.CONTACTED for contact in contacts):
        raise Conflict("这户这个月已经联系过，不用再免除。")
    row.exempted_on, row.exempt_reason = on, _given(reason)
    return row


def held_month(session: Session, unit: str, month: str) -> UnitMonth:
    """The unit's month, to be changed by nobody else meanwhile."""
    row = queries.unit_month(session, unit, month)
    session.refresh(row, with_for_update=True)
    return row


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写明免除的原因，例如“户主去世”“全家外迁”。")
    return reason.strip()
