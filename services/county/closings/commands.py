"""A supervision team ends, and another one or the office goes on with what is open (F-15)."""

from datetime import date

from sqlmodel import Session

from kit import closing
from kit.actor import SYSTEM, Actor
from kit.closing import Closing, ClosingForm, ReopeningForm
from kit.directory import Entry
from rulebook.months import first_day, month_of, next_month, start_of
from services.county.closings import queries
from services.county.closings.deadlines import TEAM_ENDS
from services.county.closings.policy import policy
from services.county.closings.queries import KINDS
from services.county.months import queries as months_queries
from services.county.organisation import commands as organisation_commands
from services.county.reporters import commands as reporters_commands
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.reporters.rules import due_since


def close_team(session: Session, form: ClosingForm, *, actor: Actor, on: date) -> Entry:
    """Its last month, and what it joins."""
    policy.require(actor, "close_team")
    team = queries.team(session, form.kind, form.code)
    closing.say(session, team, form, actor=actor, on=on)
    _expect_no_longer(session, team.code, form, on)
    if form.last_month < month_of(on):
        end_team(session, team.code, on=on)
    else:
        about = closing.about(team.kind, team.code)
        TEAM_ENDS.set(session, about, start_of(first_day(next_month(form.last_month))))
        _tell(session)
    return team


def end_team(session: Session, code: str, *, on: date) -> None:
    """Its last month is over: others answer for what is open."""
    closing.end(session, KINDS[0], code, on)
    _tell(session)


def reopen_team(session: Session, form: ReopeningForm, *, actor: Actor, on: date) -> Entry:
    policy.require(actor, "reopen_team")
    team = queries.team(session, form.kind, form.code)
    said = closing.undo(session, team.kind, team.code, form.reason, actor=actor, on=on)
    _expect_again(session, said, on)
    TEAM_ENDS.cancel(session, closing.about(team.kind, team.code))
    _tell(session)
    return team


def _expect_no_longer(session: Session, team: str, form: ClosingForm, on: date) -> None:
    """Months that have opened since its last one expect nothing of it."""
    for row in reporters_queries.waited_for(session, ReporterKind.TEAM, team):
        if row.month > form.last_month:
            reason = f"已撤并：{form.reason}"
            reporters_commands.exempt_team(
                session, team, row.month, reason=reason, actor=SYSTEM, on=on
            )


def _expect_again(session: Session, said: Closing, on: date) -> None:
    """The month that runs, unless somebody else than the closing has exempted it."""
    opened = months_queries.month(session, month_of(on))
    if opened is None or opened.month <= said.last_month:
        return
    row = reporters_queries.reporter_month(session, opened.month, ReporterKind.TEAM, said.code)
    if row is None or row.exempt_account == SYSTEM.account:
        due = due_since(opened.supervision_due, opened.opened_on)
        reporters_commands.expect_team_again(session, said.code, opened.month, due=due, on=on)


def _tell(session: Session) -> None:
    """The others, and our own directory: of whom something else is so now."""
    organisation_commands.name_again(session, closing.changed(session, KINDS))
