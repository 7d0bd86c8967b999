"""A unit ends; its helpers, their households and what is open go on at its successor (F-15)."""

from datetime import date

from sqlmodel import Session

from kit import closing, directory
from kit.actor import SYSTEM, Actor
from kit.closing import ClosingForm, ReopeningForm
from kit.directory import Entry
from rulebook.months import first_day, month_of, next_month, start_of
from schemas.codes import DirectoryKind
from services.unit.closings import queries
from services.unit.closings.deadlines import UNIT_ENDS
from services.unit.closings.policy import policy
from services.unit.closings.queries import KINDS
from services.unit.lists import commands as lists_commands
from services.unit.months import commands as months_commands
from services.unit.months import queries as months_queries
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation import queries as organisation_queries


def close_unit(session: Session, form: ClosingForm, *, actor: Actor, on: date) -> Entry:
    """Its last month, and what it joins."""
    policy.require(actor, "close_unit")
    unit = queries.unit(session, form.kind, form.code)
    closing.say(session, unit, form, actor=actor, on=on)
    for month in months_queries.months(session):
        if month.month > form.last_month:
            _expect_no_longer(session, unit.code, month.month, form, on)
    if form.last_month < month_of(on):
        end_unit(session, unit.code, on=on)
    else:
        about = closing.about(unit.kind, unit.code)
        UNIT_ENDS.set(session, about, start_of(first_day(next_month(form.last_month))))
        _tell(session)
    return unit


def end_unit(session: Session, code: str, *, on: date) -> None:
    """Its last month is over. Without a successor its helpers stay: the county's office gives their
    households to others.
    """
    heir = closing.over(session, KINDS, month_of(on)).get(code)
    if heir is None:
        return
    joins = directory.exists(session, DirectoryKind.UNIT, heir)
    helpers = organisation_queries.helpers_of(session, code) if joins else []
    if closing.end(session, DirectoryKind.UNIT, code, on, [helper.code for helper in helpers]):
        organisation_commands.move_helpers(session, helpers, heir)
    _tell(session)


def reopen_unit(session: Session, form: ReopeningForm, *, actor: Actor, on: date) -> Entry:
    """It did not end: helpers that went to its successor come back, and the months that run expect
    it again.
    """
    policy.require(actor, "reopen_unit")
    unit = queries.unit(session, form.kind, form.code)
    said = closing.undo(session, unit.kind, unit.code, form.reason, actor=actor, on=on)
    UNIT_ENDS.cancel(session, closing.about(unit.kind, unit.code))
    helpers = [organisation_queries.helper(session, code) for code in said.moved]
    went = [helper for helper in helpers if helper.unit == unit.successor]
    organisation_commands.move_helpers(session, went, unit.code)
    if said.ended_on:
        months_commands.expect_again(session, unit.code, on=on)
        for month in months_queries.open_months(session):
            if on > month.report_due:  # past its day it is missing
                lists_commands.report_missing_lists(session, month.month)
    _tell(session)
    return unit


def _expect_no_longer(session: Session, unit: str, month: str, form: ClosingForm, on: date) -> None:
    statuses = months_queries.unit_statuses(session, month, unit)
    if any(status.is_silent for status in statuses):
        reason = f"已撤并：{form.reason}"
        months_commands.exempt_unit(session, unit, month, reason=reason, actor=SYSTEM, on=on)


def _tell(session: Session) -> None:
    """The others, and our own directory: of whom something else is so now."""
    organisation_commands.name_again(session, closing.changed(session, KINDS))
