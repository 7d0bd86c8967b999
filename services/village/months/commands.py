"""The month: who is expected, who is reminded, who is missing."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from kit import closing
from kit.actor import SYSTEM, Actor
from kit.database.locks import hold
from kit.dates import show_month
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from rulebook.divisions import township_of
from rulebook.months import check_month, end_of, first_day, follows, next_month, start_of
from schemas.codes import Timeliness
from schemas.event import Event
from schemas.village import (
    GroupExpected,
    GroupReportMissed,
    ListMissed,
    ReporterExempted,
    TownshipMissed,
    VillageMonthOpened,
)
from services.village.months import queries
from services.village.months.deadlines import CLOSE, OPEN_MONTH, REMIND
from services.village.months.models import Month, Reminder, ReporterMonth
from services.village.months.policy import policy
from services.village.months.rules import Reporter, content_of_township, is_late
from services.village.register import queries as register_queries
from services.village.service import book, county, said

Place = tuple[Reporter, str, str, str | None]  # kind, code, division, group


def open_month(session: Session, month: str, *, on: date, actor: Actor = SYSTEM) -> Month | None:
    """Open a month (`YYYY-MM`): freeze its dates and who is expected, and set its deadlines. An
    open month stays as it is; None when the county has nobody to expect yet.
    """
    month = _usual(month)
    hold(session, "village.month")  # two at the same moment: the second finds it open
    if opened := session.get(Month, month):
        return opened
    policy.require(actor, "open_month")
    if first_day(month) > on:
        raise Refused(f"{show_month(month)}还没有到，不能提前开始填报。")
    if follows(month, on):
        OPEN_MONTH.set(session, next_month(month), start_of(first_day(next_month(month))))
    pack = book(session).pack_of_month(county(session), month)
    plan = book(session).plan(pack, month)
    opened = Month(
        month=month,
        opened_on=on,
        group_opens_on=plan.group_opens_on,
        group_due=plan.group_due,
        village_due=plan.village_due,
        township_due=plan.township_due,
        pack=pack.ref,
    )
    expected = _expected(session, opened)
    if not expected:
        return None
    session.add(opened)
    session.add_all(expected)
    for kind, due in _dues(opened).items():
        if due < on:
            continue  # a month opened late reminds and names nobody backwards
        for day in (day for day in plan.reminders(due) if day >= on):
            REMIND[kind].set(session, f"{month}/{day}", start_of(day))
        CLOSE[kind].set(session, month, end_of(due))
    emit(session, _opened(session, opened, expected))
    return opened


def remind_reporters(session: Session, month: str, kind: Reporter, *, on: date) -> int:
    """Remind those who have not reported, and nobody else."""
    waiting = _hold_silent(session, month, kind)
    if waiting:
        rows = [{"month": month, "kind": kind, "code": row.code, "on": on} for row in waiting]
        session.execute(insert(Reminder).on_conflict_do_nothing(), rows)
    return len(waiting)


def report_missing(session: Session, month: str, kind: Reporter, *, on: date) -> int:
    """The due day has passed: whoever is silent is missing, and named. What comes later is late."""
    silent = _hold_silent(session, month, kind)
    for row in silent:
        row.timeliness = Timeliness.MISSING
    emit(session, *(missed(row) for row in silent))
    return len(silent)


def close_month(session: Session, month: str, *, on: date) -> None:
    """The county's bulletin names the missing: nobody owes a report of the month any more, a late
    one is still taken. An erratum changes nothing.
    """
    opened = session.get(Month, month)
    if opened is not None and opened.closed_on is None:
        opened.closed_on = on


def exempt_reporter(
    session: Session, month: str, kind: Reporter, code: str, *, reason: str, actor: Actor, on: date
) -> ReporterMonth:
    """Expect nothing of one reporter this month, for a reason: recorded, not deleted."""
    row = hold_reporter(session, queries.month_named(session, month).month, kind, code)
    policy.require(actor, "exempt_reporter", row)
    if row.reported:
        raise Conflict("已经报送，不用免报。")
    if row.exempt_on is not None:
        raise Conflict("已经登记过免报。")
    row.exempt_reason = said(reason, "免报原因（例如“组长去世，新组长未选出”）")
    row.exempt_by, row.exempt_account, row.exempt_on = actor.label, actor.account, on
    emit(
        session,
        ReporterExempted(
            division=row.division, group=row.group, month=row.month, reason=row.exempt_reason, on=on
        ),
    )
    if kind is Reporter.VILLAGE:
        follow_villages(session, row.month, township_of(row.division))
    return row


def expect_again(session: Session, kind: Reporter, code: str, *, on: date) -> None:
    """What was said to have ended has not: the months that run expect it too, those that had
    exempted it and the newest, which may have opened without it. Past its day it is missing.
    """
    running = queries.running(session, on)
    for month in running:
        _lift_exemption(session, month.month, kind, code, on)
    opened = queries.latest_month(session, on)
    if opened and not queries.known_reporter(session, opened.month, kind, code):
        division, _, group = code.partition("/")
        rows = _rows(opened, [(kind, code, division, group or None)])
        session.add_all(rows)
        emit(session, _opened(session, opened, rows))
    for month in running:
        due = _dues(month)[kind]
        if is_late(on, due) and due >= month.opened_on:
            report_missing(session, month.month, kind, on=on)


def _lift_exemption(session: Session, month: str, kind: Reporter, code: str, on: date) -> None:
    """One that followed from its closing, no other."""
    row = queries.known_reporter(session, month, kind, code)
    if row is None or row.exempt_account != SYSTEM.account:
        return
    session.refresh(row, with_for_update=True)
    reason = row.exempt_reason or ""
    row.exempt_reason = row.exempt_by = row.exempt_account = row.exempt_on = None
    emit(
        session,
        ReporterExempted(
            division=row.division, group=row.group, month=month, reason=reason, on=on, lifted=True
        ),
    )
    if kind is Reporter.VILLAGE:
        follow_villages(session, month, township_of(row.division))


def follow_villages(session: Session, month: str, township: str) -> None:
    """What a township says follows from its villages, once it has signed and whichever came first
    (F-02).
    """
    row = queries.known_reporter(session, month, Reporter.TOWNSHIP, township)
    if row is None or not row.reported:
        return
    session.flush()
    session.refresh(row, with_for_update=True)
    villages = queries.reporters(session, month, Reporter.VILLAGE, township[:9])
    row.content = content_of_township([row.content for row in villages if not row.exempt_on])


def hold_reporter(session: Session, month: str, kind: Reporter, code: str) -> ReporterMonth:
    """Who is expected to report, held until the transaction ends: whoever holds a village's or
    township's month also writes its next event.
    """
    row = queries.reporter(session, month, kind, code)
    session.refresh(row, with_for_update=True)
    return row


def missed(row: ReporterMonth) -> Event:
    """The event that names one who is missing."""
    if row.kind is Reporter.GROUP:
        return GroupReportMissed(
            village=row.division, group=row.group or "", month=row.month, due=row.due
        )
    if row.kind is Reporter.VILLAGE:
        return ListMissed(
            village=row.division, township=row.division[:9] + "000", month=row.month, due=row.due
        )
    return TownshipMissed(township=row.division, month=row.month, due=row.due)


def _hold_silent(session: Session, month: str, kind: Reporter) -> Sequence[ReporterMonth]:
    statement = queries.silent(month, kind).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).all()


def _usual(month: str) -> str:
    try:
        return check_month(month)
    except ValueError as error:
        raise Refused(str(error)) from error


def _dues(month: Month) -> dict[Reporter, date]:
    return {
        Reporter.GROUP: month.group_due,
        Reporter.VILLAGE: month.village_due,
        Reporter.TOWNSHIP: month.township_due,
    }


def _expected(session: Session, month: Month) -> list[ReporterMonth]:
    """All groups, the villages, and the townships that have villages; nobody whose last month is
    over (F-15).
    """
    over = closing.over(session, [kind.value for kind in Reporter], month.month)
    villages = [
        village for village in register_queries.villages(session) if village.code not in over
    ]
    places: list[Place] = [
        (Reporter.GROUP, group.place, group.village, group.code)
        for group in register_queries.groups(session)
        if group.place not in over and group.village not in over
    ]
    places += [(Reporter.VILLAGE, village.code, village.code, None) for village in villages]
    places += [
        (Reporter.TOWNSHIP, code, code, None)
        for code in sorted({village.parent for village in villages if village.parent})
    ]
    return _rows(month, places)


def _rows(month: Month, places: Iterable[Place]) -> list[ReporterMonth]:
    dues = _dues(month)
    return [
        ReporterMonth(
            month=month.month, kind=kind, code=code, division=division, group=group, due=dues[kind]
        )
        for kind, code, division, group in places
    ]


def _opened(session: Session, month: Month, expected: list[ReporterMonth]) -> VillageMonthOpened:
    return VillageMonthOpened(
        county=county(session),
        month=month.month,
        groups=tuple(
            GroupExpected(village=row.division, group=row.group or "")
            for row in expected
            if row.kind is Reporter.GROUP
        ),
        villages=tuple(row.code for row in expected if row.kind is Reporter.VILLAGE),
        townships=tuple(row.code for row in expected if row.kind is Reporter.TOWNSHIP),
        group_due=month.group_due,
        village_due=month.village_due,
        township_due=month.township_due,
        opened_on=month.opened_on,
    )
