"""Which running due days of the county would move with the calendar (F-16): until when a risk is
verified (T-10), and until when a tier is heard (B-35). A recheck's day is the township's, which was
told it: it stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.packs import pack_of
from rulebook.terms import Terms
from schemas.codes import CaseDecision
from services.county.cases.models import Case
from services.county.cases.procedure import VERIFY_LIMIT
from services.county.directory.queries import names
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.service import book


@dataclass(frozen=True)
class Move:
    """One due day: of what, where it is shown, what it is and what it would be."""

    row: Case | Candidate
    title: str
    label: str
    href: str
    old: date
    new: date


def moves(session: Session, on: date) -> list[Move]:
    """Earliest first. A day that would be over already is left."""
    every = [*_cases(session), *_candidates(session)]
    return sorted(
        (move for move in every if move.new != move.old and move.new >= on),
        key=lambda move: (move.old, move.title),
    )


def _cases(session: Session) -> Iterator[Move]:
    """From the day it was opened or the township answered; of one whose decision was taken back
    nobody knows any more from which.
    """
    statement = select(Case).where(
        Case.decision == CaseDecision.OPEN, col(Case.closed_on).is_(None)
    )
    rows = list(session.exec(statement))
    called = names(session, {case.village for case in rows})
    for case in rows:
        since = case.rechecked_on or case.opened_on
        if case.decided_on and case.decided_on > since:
            continue
        new = _terms(session, case.pack).due(VERIFY_LIMIT, since)
        title = f"{case.number} {called[case.village]}"
        yield Move(case, title, "核实", f"/county/cases/{case.id}", case.verify_due, new)


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
