"""Running due days follow the calendar. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict
from rulebook.months import end_of
from schemas.codes import CaseDecision, Timeliness
from services.county.agenda.commands import recount_meeting
from services.county.bulletin.commands import recount_bulletin
from services.county.cases.commands import record_entry
from services.county.cases.deadlines import RECHECK_DUE, VERIFY_DUE
from services.county.cases.models import Case
from services.county.missed_discoveries.deadlines import HEARING_DUE
from services.county.missed_discoveries.models import Candidate
from services.county.recounting import queries
from services.county.recounting.policy import policy
from services.county.recounting.queries import Move
from services.county.reporters.models import Duty, ReporterMonth
from services.county.verification.commands import tell_sent_back


def recount_dues(session: Session, *, actor: Actor, on: date) -> int:
    """Move every running due day that the present calendar puts elsewhere (F-16), with its deadline;
    a case says so in its timeline. Returns how many.
    """
    policy.require(actor, "recount_dues")
    moves = queries.moves(session, on)
    if not moves:
        raise Conflict("没有要按日历调整的时限。")
    for move in moves:
        if isinstance(move.row, Case):
            _move_case(session, move.row, move, actor, on)
        elif isinstance(move.row, Candidate):
            candidate = move.row
            candidate.version += 1
            candidate.hearing_due = move.new
            HEARING_DUE.set(session, candidate.id, end_of(move.new))
            session.add(candidate)
        else:
            _move_own_date(session, move.row)
    return len(moves)


def _move_case(session: Session, case: Case, move: Move, actor: Actor, on: date) -> None:
    """The township is told its new day."""
    case.version += 1
    if case.decision is CaseDecision.RECHECK:
        case.recheck_due = move.new
        RECHECK_DUE.set(session, case.id, end_of(move.new))
        tell_sent_back(session, case)
    else:
        case.verify_due = move.new
        VERIFY_DUE.set(session, case.id, end_of(move.new))
    text = f"按公布的日历调整{move.label}时限：{show_day(move.old)} → {show_day(move.new)}"
    record_entry(session, case, on, text, actor)
    session.add(case)


def _move_own_date(session: Session, row: ReporterMonth) -> None:
    """Meeting and bulletin with all their deadlines; nobody is late any more."""
    row.timeliness = Timeliness.WAITING
    session.add(row)
    session.flush()
    if Duty(row.code) is Duty.MEETING:
        recount_meeting(session, row.month)
    else:
        recount_bulletin(session, row.month)
    session.expire(row)
