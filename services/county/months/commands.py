"""The county's month: who is expected, reminders, closing (N-12)."""

from datetime import date

from sqlmodel import Session, col, select

from kit import closing
from kit.actor import SYSTEM, Actor
from kit.database.locks import hold
from kit.dates import show_month
from kit.errors import Refused
from rulebook.month_plan import MonthPlan
from rulebook.months import check_month, end_of, first_day, follows, next_month, start_of
from schemas.codes import DirectoryKind, Timeliness
from services.county.agenda import commands as agenda_commands
from services.county.bulletin import commands as bulletin_commands
from services.county.months.deadlines import OPEN_MONTH, SUPERVISION_DUE, SUPERVISION_REMINDER
from services.county.months.models import Month
from services.county.months.policy import policy
from services.county.organisation.models import Team
from services.county.reporters import commands as reporters_commands
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.reporters.rules import due_since
from services.county.service import book, county


def open_month(session: Session, month: str, *, on: date, actor: Actor = SYSTEM) -> Month | None:
    """Open a month: freeze the teams, set its deadlines. Open already: unchanged. Without teams:
    only the next date.

    The office's own duties stand among the reporters, so that they are counted like everyone's.
    """
    month = _usual(month)
    hold(session, "county.month")  # two at the same moment: the second finds it open
    if opened := session.get(Month, month):
        return opened
    policy.require(actor, "open_month")
    if first_day(month) > on:
        raise Refused(f"{show_month(month)}还没有到，不能提前开始。")
    if follows(month, on):
        OPEN_MONTH.set(session, next_month(month), start_of(first_day(next_month(month))))
    teams = _teams(session, month)
    if not teams:
        return None
    pack = book(session).pack_of_month(county(session), month)
    plan = book(session).plan(pack, month)
    opened = Month(
        month=month,
        opened_on=on,
        pack=pack.ref,
        supervision_due=plan.supervision_due,
        bulletin_on=plan.bulletin_on,
        meeting_on=plan.meeting_on,
        meeting_notice_on=plan.meeting_notice_on,
    )
    session.add(opened)
    session.flush()
    _expect_teams(session, opened, teams, plan)
    reporters_commands.expect(session, month, ReporterKind.OFFICE, None, [(Duty.VERIFY, None)])
    agenda_commands.plan_meeting(session, month)
    bulletin_commands.plan_bulletin(session, month)
    return opened


def _expect_teams(session: Session, opened: Month, teams: list[str], plan: MonthPlan) -> None:
    """A month opened late reminds and names nobody backwards."""
    month, due = opened.month, due_since(plan.supervision_due, opened.opened_on)
    expected = [(code, None) for code in teams]
    reporters_commands.expect(session, month, ReporterKind.TEAM, due, expected)
    if due is None:
        return
    for day in (day for day in plan.reminders(due) if day >= opened.opened_on):
        SUPERVISION_REMINDER.set(session, f"{month}/{day}", start_of(day))
    SUPERVISION_DUE.set(session, month, end_of(due))


def _usual(month: str) -> str:
    try:
        return check_month(month)
    except ValueError as error:
        raise Refused(f"{error}。") from None


def _teams(session: Session, month: str) -> list[str]:
    """All whose last month is not over (F-15)."""
    over = closing.over(session, [DirectoryKind.TEAM], month)
    every = session.exec(select(Team.code).order_by(col(Team.code)))
    return [code for code in every if code not in over]


def remind_teams(session: Session, month: str, on: date) -> None:
    """Remind those that have not reported, and nobody else."""
    for row in _silent(session, month):
        row.reminded_on = on


def close_supervision(session: Session, month: str) -> None:
    """The due day is over: teams that said nothing are missing."""
    for row in _silent(session, month):
        reporters_commands.note(
            session, month, ReporterKind.TEAM, row.code, timeliness=Timeliness.MISSING
        )


def _silent(session: Session, month: str) -> list[ReporterMonth]:
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month,
        ReporterMonth.kind == ReporterKind.TEAM,
        ReporterMonth.timeliness == Timeliness.WAITING,
        col(ReporterMonth.exempt_reason).is_(None),
    )
    return list(session.exec(statement.with_for_update()))
