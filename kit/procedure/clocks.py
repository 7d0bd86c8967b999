"""A procedure's clocks as deadline rows: one row a running clock, for its next moment.

A clock speaks before its due day (reminders) and after it (escalation steps), as the pack says. What
is said then is the service's: `ring` answers which moments have come.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlmodel import Session

from kit.clock import ZONE, local_date
from kit.deadlines import Deadline, Due
from kit.procedure.table import Clock, Procedure, State, Terms
from schemas.codes import Coded


@dataclass(frozen=True)
class Moment:
    """When a clock speaks: a reminder (`step` None) or an escalation step, 0 at the end of the due
    day.
    """

    at: datetime
    step: int | None


Spoken = Callable[[Coded], Collection[int | None]]
"""Clock → the escalation steps that it has taken already for the due day it has now."""


def _none(clock: Coded) -> Collection[int | None]:
    return ()


def begin(session: Session, procedure: Procedure, row: object, *, on: date, terms: Terms) -> None:
    """A new row (it has its id) enters its first state, and the clocks of that state begin."""
    action, first = procedure.begin
    setattr(row, procedure.field, first)
    _start(procedure, row, action, on, terms)
    set_clocks(session, procedure, row, on=on, terms=terms)


def enter(
    session: Session,
    procedure: Procedure,
    row: object,
    action: Coded,
    *,
    on: date,
    terms: Terms,
    dues: Mapping[Coded, date] | None = None,
    spoken: Spoken = _none,
) -> None:
    """Do `action`: the next state, the due days of the clocks that it sets going, their deadline
    rows; those of clocks that run no longer are cancelled. `Conflict` when it is not allowed now.
    `dues`: days that somebody set himself, instead of the limit's.
    """
    before = procedure.state_of(row)
    setattr(row, procedure.field, procedure.require(row, action))
    _start(procedure, row, action, on, terms)
    for code, day in (dues or {}).items():
        setattr(row, procedure.clock(code).field, day)
    set_clocks(session, procedure, row, on=on, terms=terms, before=before, spoken=spoken)


def _start(procedure: Procedure, row: object, action: Coded, on: date, terms: Terms) -> None:
    for clock in procedure.clocks:
        if key := clock.starts.get(action):
            setattr(row, clock.field, terms.due(key, on, row))


def set_clocks(
    session: Session,
    procedure: Procedure,
    row: object,
    *,
    on: date,
    terms: Terms,
    before: State | None = None,
    spoken: Spoken = _none,
) -> None:
    """Set the rows of the clocks that run, for a state just entered or a due day just moved."""
    state = procedure.state_of(row)
    coming: dict[Clock, list[Moment]] = {}
    for clock in (*(before.clocks if before else ()), *state.clocks):
        moments = moments_of(procedure, row, clock, terms=terms, since=on)
        steps = spoken(clock.code)
        coming[clock] = [
            moment for moment in moments if moment.step is None or moment.step not in steps
        ]
    _set_next(session, procedure, row, coming)


def ring(
    session: Session, procedure: Procedure, row: object, code: str, due: Due, *, terms: Terms
) -> list[Moment]:
    """A deadline of the clock has fired: what it has to say now, and its next moment is set. Nothing
    when it runs no longer.
    """
    clock = procedure.clock(code)
    moments = moments_of(procedure, row, clock, terms=terms, since=date.min)
    later = moments_of(procedure, row, clock, terms=terms, since=local_date(due.at))
    _set_next(session, procedure, row, {clock: [moment for moment in later if moment.at > due.at]})
    return [moment for moment in moments if moment.at == due.at]


def moments_of(
    procedure: Procedure, row: object, clock: Clock, *, terms: Terms, since: date
) -> list[Moment]:
    """All moments of one clock in their order; none when it does not run. Reminders come only on
    days after `since`, when it was set.
    """
    running, day = procedure.state_of(row).clocks, clock.due(row)
    if clock not in running or day is None:
        return []
    other = clock.reminded_with
    twice = other is not None and other in running and other.due(row) == day
    before = terms.days(procedure.remind_before) if procedure.remind_before and not twice else ()
    after = terms.days(procedure.escalate_after) if procedure.escalate_after else (0,)
    days = [terms.shift(day, -n) for n in before]
    moments = [Moment(_start_of(remind_on), None) for remind_on in days if remind_on > since]
    moments += [Moment(_end_of(terms.shift(day, n)), step) for step, n in enumerate(after)]
    return sorted(moments, key=lambda moment: moment.at)


def clock_of(procedure: Procedure, about: str) -> tuple[str, Clock]:
    """What a row of the procedure's own deadline is about: the row's id, and the clock."""
    row, _, code = about.rpartition("/")
    return row, procedure.clock(code)


def _set_next(
    session: Session, procedure: Procedure, row: object, coming: Mapping[Clock, list[Moment]]
) -> None:
    """A clock to which nothing comes any more is cancelled."""
    set_: dict[Deadline, dict[str, datetime]] = {}
    over: dict[Deadline, list[str]] = {}
    for clock, moments in coming.items():
        deadline, about = _row_of(procedure, clock, row)
        if moments:
            set_.setdefault(deadline, {})[about] = moments[0].at
        else:
            over.setdefault(deadline, []).append(about)
    for deadline, abouts in set_.items():
        deadline.set_all(session, abouts)
    for deadline, gone in over.items():
        deadline.cancel(session, *gone)


def _row_of(procedure: Procedure, clock: Clock, row: object) -> tuple[Deadline, str]:
    """The clock's deadline, and what its row is about."""
    id_ = str(row.id)  # type: ignore[attr-defined]
    if clock.deadline is not None:
        return clock.deadline, id_
    assert procedure.deadline is not None, f"{clock.code} has no deadline"
    return procedure.deadline, f"{id_}/{clock.code}"


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def _end_of(day: date) -> datetime:
    """The last instant of the day: a due day counts to its end."""
    return datetime.combine(day, time.max, ZONE).astimezone(UTC)
