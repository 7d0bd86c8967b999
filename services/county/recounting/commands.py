"""Running due days follow the calendar. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict
from rulebook.months import end_of
from services.county.cases.commands import record_entry
from services.county.cases.deadlines import VERIFY_DUE
from services.county.cases.models import Case
from services.county.missed_discoveries.deadlines import HEARING_DUE
from services.county.recounting import queries
from services.county.recounting.policy import policy


def recount_dues(session: Session, *, actor: Actor, on: date) -> int:
    """Move every running due day that the present calendar puts elsewhere (F-16), with its deadline;
    a case says so in its timeline. Returns how many.
    """
    policy.require(actor, "recount_dues")
    moves = queries.moves(session, on)
    if not moves:
        raise Conflict("没有要按日历调整的时限。")
    for move in moves:
        row = move.row
        row.version += 1
        if isinstance(row, Case):
            row.verify_due = move.new
            VERIFY_DUE.set(session, row.id, end_of(move.new))
            text = f"按公布的日历调整核实时限：{show_day(move.old)} → {show_day(move.new)}"
            record_entry(session, row, on, text, actor)
        else:
            row.hearing_due = move.new
            HEARING_DUE.set(session, row.id, end_of(move.new))
        session.add(row)
    return len(moves)
