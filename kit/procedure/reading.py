"""What people read from a procedure: the task on its owner's list, and the timeline."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from kit.actor import Actor
from kit.database.rows import named
from kit.procedure.table import Clock, Procedure, Terms
from kit.tasks import Task
from schemas.codes import Coded


def task(
    procedure: Procedure,
    row: object,
    actor: Actor,
    on: date,
    *,
    title: str,
    href: str,
    notes: Sequence[str] = (),
    urgent: bool = False,
    terms: Terms | None = None,
    ended: Collection[str] = (),
) -> Task | None:
    """What the actor owes in this row now; None when it is somebody else's turn. `ended`: places
    where nobody is any more.
    """
    owed = procedure.owed(row, on, ended)
    if owed is None or not owed.owner.is_met_by(actor, row):
        return None
    return Task(
        title,
        href,
        owed.due,
        " · ".join([owed.what, *notes]),
        kind=str(getattr(row, procedure.field)),
        urgent=urgent,
        provisional=bool(terms and owed.due and terms.is_provisional(owed.due)),
        objects=tuple(filter(None, [named(row)])),
    )


@dataclass(frozen=True)
class Past:
    """One entry of a row's history; `action` None: a note."""

    on: date
    action: Coded | None
    text: str
    by: str = ""


@dataclass(frozen=True)
class ShownLimit:
    """A limit as a page shows it: 反馈 · 15个工作日 · the pack's source."""

    clock: Coded
    words: str
    source: str


@dataclass(frozen=True)
class Line:
    """One line of the timeline. What lies behind has the limits that it set going; what is `coming`
    (a due day) has the limit it comes from, and `then` says what follows when nothing is done.
    """

    on: date
    text: str
    by: str
    limits: tuple[ShownLimit, ...] = ()
    coming: bool = False
    late: bool = False
    provisional: bool = False
    then: str = ""


def timeline(
    procedure: Procedure, row: object, on: date, terms: Terms, past: Sequence[Past] = ()
) -> list[Line]:
    """The history as it was written, oldest first, and then the due days of the clocks that run."""
    behind = [
        Line(
            entry.on,
            entry.text,
            entry.by,
            tuple(
                _limit(clock, clock.starts[entry.action], terms, row)
                for clock in procedure.clocks
                if entry.action is not None and entry.action in clock.starts
            ),
        )
        for entry in past
    ]
    dues = [(clock, clock.due(row)) for clock in procedure.state_of(row).clocks]
    ahead = [
        Line(
            day,
            f"{clock.code.label}期限",
            clock.owner.label,
            (_limit(clock, _key(clock, past), terms, row),),
            coming=True,
            late=on > day,
            provisional=terms.is_provisional(day),
            then=clock.then,
        )
        for clock, day in dues
        if day
    ]
    return behind + sorted(ahead, key=lambda line: line.on)


def recounted(
    procedure: Procedure, row: object, terms: Terms, past: Sequence[Past]
) -> dict[Clock, date]:
    """Running clocks that end on another day when their limit is counted again from the action that
    set them going: the calendar was mended since. One whose day somebody set himself stays.
    """
    days: dict[Clock, date] = {}
    for clock in procedure.state_of(row).clocks:
        begun = next((entry for entry in reversed(past) if _sets(clock, entry.action)), None)
        if begun is None or begun.action is None or begun.action in clock.by_hand:
            continue
        day = terms.due(clock.starts[begun.action], begun.on, row)
        if day != clock.due(row):
            days[clock] = day
    return days


def _sets(clock: Clock, action: Coded | None) -> bool:
    return action is not None and (action in clock.starts or action in clock.by_hand)


def _limit(clock: Clock, key: str, terms: Terms, row: object) -> ShownLimit:
    return ShownLimit(clock.code, terms.words(key, row), terms.source(key, row))


def _key(clock: Clock, past: Sequence[Past]) -> str:
    """The limit by which the clock was set going last; the first one of the table when the history
    does not say.
    """
    for entry in reversed(past):
        if entry.action is not None and entry.action in clock.starts:
            return clock.starts[entry.action]
    return next(iter(clock.starts.values()))
