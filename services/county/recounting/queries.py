"""Which running due days of the county would move with the calendar (F-16): until when a risk is
verified (T-10), until when a township looks again (D-09) or a tier is heard (B-35), and the days of the
joint meeting and the bulletin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.dates import show_month
from kit.packs import pack_of
from rulebook.terms import Terms
from schemas.codes import CaseDecision
from services.county.bulletin.queries import bulletin_due
from services.county.cases.models import Case
from services.county.cases.procedure import RECHECK_LIMIT, VERIFY_LIMIT
from services.county.cases.queries import came_on
from services.county.directory.queries import names
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.months.queries import plan_of_month
from services.county.reporters.models import Duty, ReporterMonth
from services.county.reporters.queries import own_dates
from services.county.service import book


@dataclass(frozen=True)
class Move:
    """One due day: of what, where it is shown, what it is and what it would be."""

    row: Case | Candidate | ReporterMonth
    title: str
    label: str
    href: str
    old: date
    new: date


def moves(session: Session, on: date) -> list[Move]:
    """Earliest first. A day that would be over already is left."""
    every = [*_cases(session), *_rechecks(session), *_candidates(session), *_own_dates(session)]
    return sorted(
        (move for move in every if move.new != move.old and move.new >= on),
        key=lambda move: (move.old, move.title),
    )


def _cases(session: Session) -> Iterator[Move]:
    """From the day it came or the township answered; of one whose decision was taken back nobody
    knows any more from which, and one that was late stays so. Sent back and answered on one day, it
    was not decided.
    """
    statement = select(Case).where(
        Case.decision == CaseDecision.OPEN, col(Case.closed_on).is_(None)
    )
    rows = list(session.exec(statement))
    called = names(session, {case.village for case in rows})
    for case in rows:
        answered = case.rechecked_on
        since = answered or came_on(session, case)
        if case.decided_on and (not answered or case.decided_on > min(answered, case.verify_due)):
            continue
        new = _terms(session, case.pack).due(VERIFY_LIMIT, since)
        title = f"{case.number} {called[case.village]}"
        yield Move(case, title, "核实", f"/county/cases/{case.id}", case.verify_due, new)


def _rechecks(session: Session) -> Iterator[Move]:
    """From the day on which it was sent back."""
    statement = select(Case).where(
        Case.decision == CaseDecision.RECHECK,
        col(Case.closed_on).is_(None),
        col(Case.rechecked_on).is_(None),
    )
    rows = list(session.exec(statement))
    called = names(session, {case.township for case in rows})
    for case in rows:
        if case.decided_on and case.recheck_due:
            new = _terms(session, case.pack).due(RECHECK_LIMIT, case.decided_on)
            title = f"{case.number} {called[case.township]}"
            yield Move(case, title, "乡镇复核", f"/county/cases/{case.id}", case.recheck_due, new)


def _own_dates(session: Session) -> Iterator[Move]:
    """Meeting and bulletin that are not done, each by its month's plan."""
    hrefs = {Duty.MEETING: "/county/meetings?month={}", Duty.BULLETIN: "/county/bulletins/{}"}
    for row in own_dates(session, *hrefs):
        duty, month = Duty(row.code), row.month
        if row.due is None:
            continue
        plan = plan_of_month(session, month)
        new = plan.meeting_on if duty is Duty.MEETING else bulletin_due(session, month)
        title, href = f"{show_month(month)}{duty.label}", hrefs[duty].format(month)
        yield Move(row, title, "办理", href, row.due, new)


def _candidates(session: Session) -> Iterator[Move]:
    statement = select(Candidate).where(Candidate.state == CandidateState.OPEN)
    rows = list(session.exec(statement))
    called = names(session, {code for row in rows for code in (row.village, row.accused)})
    for candidate in rows:
        new = _terms(session, candidate.pack).due("assessment.hearing_limit", candidate.raised_on)
        title = f"{called[candidate.village]}：{called[candidate.accused]}"
        href = f"/county/candidates/{candidate.id}"
        yield Move(candidate, title, "听取说明", href, candidate.hearing_due, new)


def _terms(session: Session, pack: str) -> Terms:
    return Terms(pack_of(session, pack), book(session).calendar)
