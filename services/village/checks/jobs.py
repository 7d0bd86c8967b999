"""A run in the first night of each month, and what runs of the register go through."""

from datetime import datetime, time

from sqlmodel import Session

from kit.clock import ZONE, Clock, local_date
from kit.deadlines import Due
from rulebook.months import first_day, month_of, next_month
from services.village.checks import commands
from services.village.checks.deadlines import CHECK_BETWEEN, CHECK_REGISTER, CHECK_VILLAGE
from services.village.key_groups import commands as key_groups_commands

NIGHT = time(2, 0)


def prepare(session: Session, clock: Clock) -> None:
    """At every start: see that the next month's run is waiting."""
    month = next_month(month_of(local_date(clock())))
    if CHECK_REGISTER.pending(session, month) is None:
        CHECK_REGISTER.set(session, month, _night(month))


def _night(month: str) -> datetime:
    return datetime.combine(first_day(month), NIGHT, ZONE)


@CHECK_REGISTER.fires
def check_register(session: Session, due: Due) -> None:
    commands.run_all(session, due.at)
    month = next_month(due.about)
    CHECK_REGISTER.set(session, month, _night(month))


@CHECK_VILLAGE.fires
def check_village(session: Session, due: Due) -> None:
    commands.check_village(session, due.about, on=local_date(due.at))
    key_groups_commands.tag_village(session, due.about, on=local_date(due.at))


@CHECK_BETWEEN.fires
def check_between(session: Session, due: Due) -> None:
    commands.check_between(session, on=local_date(due.at))
