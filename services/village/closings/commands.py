"""A group, village or township ends, and its households stand where they are looked after (F-15)."""

from datetime import date

from sqlmodel import Session

from kit import closing, directory
from kit.actor import SYSTEM, Actor
from kit.closing import Closing, ClosingForm, ReopeningForm
from kit.database.rows import existing
from kit.directory import Entry
from kit.errors import Refused
from rulebook.months import first_day, month_of, next_month, start_of
from schemas.codes import DirectoryKind
from services.village.closings.deadlines import PLACE_ENDS
from services.village.closings.policy import policy
from services.village.months import commands as months_commands
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.register.models import Division

KINDS = register_commands.ENDING


def close_place(session: Session, form: ClosingForm, *, actor: Actor, on: date) -> Entry:
    """Its last month, and what it joins. A village ends with its groups."""
    policy.require(actor, "close_place", division_of(session, form.kind, form.code))
    if form.successor:
        policy.require(actor, "close_place", division_of(session, form.kind, form.successor))
    entry = place(session, form.kind, form.code)
    _require_may_end(session, entry, form)
    closing.say(session, entry, form, actor=actor, on=on)
    with_it = _groups_of(session, entry)
    for group in with_it:
        own = {"kind": DirectoryKind.GROUP, "code": group.code, "successor": None}
        words = form.model_copy(update=own)
        closing.say(session, group, words, actor=actor, on=on, with_code=entry.code)
    for ending in (*with_it, entry):
        _expect_no_longer(session, ending, form, on)
        if form.last_month < month_of(on):
            _end(session, ending.kind, ending.code, on)
        else:
            about = closing.about(ending.kind, ending.code)
            PLACE_ENDS.set(session, about, start_of(first_day(next_month(form.last_month))))
    _tell(session)
    return entry


def end_place(session: Session, kind: str, code: str, *, on: date) -> None:
    """Its last month is over: its households and its open things are its successor's."""
    _end(session, kind, code, on)
    _tell(session)


def reopen_place(session: Session, form: ReopeningForm, *, actor: Actor, on: date) -> Entry:
    """It did not end: what went to its successor comes back."""
    policy.require(actor, "reopen_place", division_of(session, form.kind, form.code))
    entry = place(session, form.kind, form.code)
    with_it = [row for row in closing.closings(session, KINDS) if row.with_code == form.code]
    for kind, code in [(form.kind, form.code), *((row.kind, row.code) for row in with_it)]:
        said = closing.undo(session, kind, code, form.reason, actor=actor, on=on)
        PLACE_ENDS.cancel(session, closing.about(kind, code))
        _take_back(session, said, on)
    _tell(session)
    return entry


def place(session: Session, kind: str, code: str) -> Entry:
    entry = directory.entry(session, kind, code) if kind in KINDS else None
    if entry is None:
        raise Refused(f"没有代码为“{code}”的村组，请核对。")
    return entry


def division_of(session: Session, kind: str, code: str) -> Division:
    """The row that a policy judges: of a group its village."""
    division = code.partition("/")[0] if kind == DirectoryKind.GROUP else code
    return existing(session, Division, division, f"没有代码为“{code}”的村组，请核对。")


def _groups_of(session: Session, entry: Entry) -> list[Entry]:
    """A village's groups that nobody has closed yet."""
    if entry.kind != DirectoryKind.VILLAGE:
        return []
    ending = {row.code for row in closing.closings(session, [DirectoryKind.GROUP])}
    groups = directory.children(session, DirectoryKind.GROUP, entry.code)
    return [group for group in groups if group.code not in ending]


def _require_may_end(session: Session, entry: Entry, form: ClosingForm) -> None:
    """A township only into another one: the county does none of its work."""
    if entry.kind == DirectoryKind.COUNTY:
        raise Refused("县不能在这里撤并。")
    if entry.kind != DirectoryKind.TOWNSHIP:
        return
    if form.successor is None:
        raise Refused(
            f"{entry.name}没有办完的事，县里不能代办，请在“并入”里选接着办的乡镇。",
            field="successor",
        )
    ended = closing.over(session, [DirectoryKind.VILLAGE], next_month(form.last_month))
    villages = directory.children(session, DirectoryKind.VILLAGE, entry.code)
    left = [village.name for village in villages if village.code not in ended]
    if left:
        names = "、".join(left[:3]) + (f"等{len(left)}个村" if len(left) > 3 else "")
        raise Refused(f"{entry.name}还有{names}，请先登记这些村的撤并。")


def _expect_no_longer(session: Session, entry: Entry, form: ClosingForm, on: date) -> None:
    """Months that have opened since its last one expect nothing of it."""
    kind, reason = Reporter(entry.kind), f"已撤并：{form.reason}"
    for month in months_queries.months(session):
        if month.month <= form.last_month:
            continue
        rows = months_queries.reporters(session, month.month, kind, entry.code[:12])
        if any(row.code == entry.code and row.expected for row in rows):
            months_commands.exempt_reporter(
                session, month.month, kind, entry.code, reason=reason, actor=SYSTEM, on=on
            )


def _end(session: Session, kind: str, code: str, on: date) -> None:
    heir = closing.over(session, KINDS, month_of(on)).get(code)
    if heir is None:
        return
    households = register_queries.households_at(session, code)
    moved = [household.id for household in households]
    if closing.end(session, kind, code, on, moved):
        register_commands.move_households(session, households, *_home(code, heir))


def _home(code: str, heir: str) -> tuple[str, str | None]:
    """Village and group of households whose own place ended. Where the office above answers they
    live where they lived.
    """
    village, _, group = heir.partition("/")
    return (code[:12] if village.endswith("000") else village), group or None


def _take_back(session: Session, said: Closing, on: date) -> None:
    """Households that still stand where they went; and the month that runs expects it again."""
    if said.ended_on is None:
        return
    village, _, group = said.code.partition("/")
    went_to = _home(said.code, place(session, said.kind, said.code).successor or "")
    moved = [
        household
        for household in register_queries.known_households(session, said.moved).values()
        if (household.village, household.group) == went_to
    ]
    register_commands.move_households(session, moved, village, group or None)
    months_commands.expect_again(session, Reporter(said.kind), said.code, on=on)


def _tell(session: Session) -> None:
    """The others, and our own directory: of whom something else is so now."""
    register_commands.name_again(session, closing.changed(session, KINDS))
