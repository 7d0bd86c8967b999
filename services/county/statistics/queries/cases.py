"""Figures of findings, of cases and of what was not found (N-13…N-15, T-10)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, or_, select

from schemas.codes import CaseDecision, Severity, Tier
from services.county.cases.models import Case, Source, SourceStage
from services.county.figures import Candidates, Cases, Findings
from services.county.missed_discoveries.models import UNDECIDED, Candidate, CandidateState
from services.county.statistics.rules import came_by


def findings(session: Session, month: str, tier: Tier) -> Findings:
    """上报线索 of a channel. Basis: findings of the month's lists, struck out ones among them; how
    many came to the county, were struck out on the way, are urgent. As they stand.
    """
    statement = select(Source).where(Source.month == month, Source.tier == tier)
    told = list(session.exec(statement))
    return Findings(
        tier=tier,
        label=tier.label,
        reported=len(told),
        at_county=sum(row.stage is SourceStage.AT_COUNTY for row in told),
        struck_out=sum(row.stage is SourceStage.STRUCK_OUT for row in told),
        urgent=sum(row.severity is Severity.URGENT for row in told),
    )


def cases(session: Session, month: str, as_of: date) -> Cases:
    """Basis: households of the month taken up by the cut-off, each once, whatever cases it has had.
    They are verified, not qualified, sent back (退回复核) or open, and each is one of these: of
    several cases the one that is least settled speaks. `verify_overdue`: see `decided_late`. Cut-off:
    the end of `as_of`.
    """
    households = _opened(session, month, as_of)
    states = Counter(_state(rows, as_of) for rows in households)
    return Cases(
        opened=len(households),
        urgent=sum(any(row.urgent for row in rows) for rows in households),
        verified=states[CaseDecision.VERIFIED],
        not_qualified=states[CaseDecision.NOT_QUALIFIED],
        recheck=states[CaseDecision.RECHECK],
        open=states[CaseDecision.OPEN],
        verify_overdue=decided_late(session, month, as_of),
    )


def undecided_now(session: Session, as_of: date) -> int:
    """待核实的户, of all months. Basis: households taken up by the end of the day and not closed
    then; those of them that nobody has decided about and that are not sent back.
    """
    still_open = or_(col(Case.closed_on).is_(None), col(Case.closed_on) > as_of)
    statement = select(func.count(col(Case.household).distinct())).where(
        Case.opened_on <= as_of, still_open, Case.decision == CaseDecision.OPEN
    )
    return session.exec(statement).one()


def decided_late(session: Session, month: str, as_of: date) -> int:
    """县级核实超过时限 (T-10). Basis: as in `cases`; decided after its day, or not decided and its
    day has passed at the end of `as_of`.
    """
    households = _opened(session, month, as_of)
    return sum(any(_is_late(row, as_of) for row in rows) for rows in households)


def undecided_late(session: Session, month: str, as_of: date) -> int:
    """Of `decided_late` those that are not decided at the end of `as_of`."""
    households = _opened(session, month, as_of)
    return sum(any(_waits_late(row, as_of) for row in rows) for rows in households)


def _is_late(row: Case, as_of: date) -> bool:
    decided = came_by(row.decided_on, as_of)
    return (decided is not None and decided > row.verify_due) or _waits_late(row, as_of)


def _waits_late(row: Case, as_of: date) -> bool:
    """Nobody has decided, or it is to be looked at again."""
    undecided = came_by(row.decided_on, as_of) is None or row.decision is CaseDecision.OPEN
    return undecided and as_of > row.verify_due


def candidates(session: Session, month: str) -> Candidates:
    """应发现未发现. Basis: candidates of the month that were not withdrawn; confirmed, dismissed or
    undecided by a person, as they stand.
    """
    states = [row.state for row in session.exec(select(Candidate).where(Candidate.month == month))]
    return Candidates(
        raised=len(states) - states.count(CandidateState.WITHDRAWN),
        confirmed=states.count(CandidateState.CONFIRMED),
        dismissed=states.count(CandidateState.DISMISSED),
        undecided=sum(state in UNDECIDED for state in states),
    )


# From what is owed still to what is settled: a household verified once is not "not qualified".
LEAST_SETTLED = (
    CaseDecision.OPEN,
    CaseDecision.RECHECK,
    CaseDecision.VERIFIED,
    CaseDecision.NOT_QUALIFIED,
)


def _state(rows: Sequence[Case], as_of: date) -> CaseDecision:
    """Of one household, at the end of the day."""
    decisions = [
        row.decision if came_by(row.decided_on, as_of) else CaseDecision.OPEN for row in rows
    ]
    return min(decisions, key=LEAST_SETTLED.index)


def _opened(session: Session, month: str, as_of: date) -> list[list[Case]]:
    """By household, without those that a wrong joining had opened and nothing stands behind."""
    statement = select(Case).where(
        Case.month == month, Case.opened_on <= as_of, Case.decision != CaseDecision.VOID
    )
    households: dict[str, list[Case]] = {}
    for row in session.exec(statement.order_by(col(Case.number))):
        households.setdefault(row.household, []).append(row)
    return list(households.values())
