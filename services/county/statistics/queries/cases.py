"""Figures of findings, of cases and of what was not found (N-13…N-15, T-10)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from rulebook.months import first_day, last_day
from schemas.codes import CaseDecision, Severity, Tier
from services.county.cases.models import Case, Source, SourceStage
from services.county.cases.procedure import due_since
from services.county.figures import Candidates, Cases, Findings
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.statistics.rules import came_by


def findings(session: Session, month: str, tier: Tier, as_of: date) -> Findings:
    """上报线索 of a channel. Basis: findings of the month's lists, received by the cut-off, struck out
    ones among them; how many were at the county, were struck out on the way by then, are urgent.
    Cut-off: the end of `as_of`.
    """
    statement = select(Source).where(
        Source.month == month, Source.tier == tier, Source.received_on <= as_of
    )
    told = list(session.exec(statement))
    return Findings(
        tier=tier,
        label=tier.label,
        reported=len(told),
        at_county=sum(came_by(row.at_county_on, as_of) is not None for row in told),
        struck_out=sum(row.struck_out_by(as_of) for row in told),
        urgent=sum(row.severity is Severity.URGENT for row in told),
    )


def cases(session: Session, month: str, as_of: date) -> Cases:
    """Basis: households of the month taken up by the cut-off, each once, whatever is the matter with
    it: its cases, and what came to the county in the month when its case was decided. They are
    verified, not qualified, sent back (退回复核) or open, and each is one of these: of several matters
    the one that is least settled speaks. `verify_overdue`: see `decided_late`. Cut-off: the end of
    `as_of`.
    """
    households = _matters(session, month, as_of)
    states = Counter(
        min((matter.state for matter in matters), key=LEAST_SETTLED.index) for matters in households
    )
    return Cases(
        opened=len(households),
        urgent=sum(any(matter.urgent for matter in matters) for matters in households),
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
    rows = session.exec(select(Case).where(Case.opened_on <= as_of, still_open))
    stood = [row.at(as_of) for row in rows]
    return len({row.household for row in stood if _waits(row, as_of)})


def _waits(stood: Case, as_of: date) -> bool:
    is_closed = came_by(stood.closed_on, as_of) is not None
    return not is_closed and state_at(stood, as_of) is CaseDecision.OPEN


def decided_late(session: Session, month: str, as_of: date) -> int:
    """县级核实超过时限 (T-10). Basis: as in `cases`; decided (answered) after its day, or not decided
    and its day has passed at the end of `as_of`.
    """
    households = _matters(session, month, as_of)
    return sum(any(matter.is_late for matter in matters) for matters in households)


def undecided_late(session: Session, month: str, as_of: date) -> int:
    """Of `decided_late` those that are not decided at the end of `as_of`."""
    households = _matters(session, month, as_of)
    return sum(any(matter.waits_late for matter in matters) for matters in households)


def candidates(session: Session, month: str, as_of: date) -> Candidates:
    """应发现未发现. Basis: candidates of the month raised by the cut-off, without those that were
    withdrawn by then; confirmed, dismissed or not decided by a person by then. Cut-off: the end of
    `as_of`.
    """
    every = session.exec(select(Candidate).where(Candidate.month == month))
    stood = [row.at(as_of) for row in every]
    rows = [
        row for row in stood if row.raised_on <= as_of and row.state is not CandidateState.WITHDRAWN
    ]
    decided = Counter(row.state for row in rows if came_by(row.decided_on, as_of))
    return Candidates(
        raised=len(rows),
        confirmed=decided[CandidateState.CONFIRMED],
        dismissed=decided[CandidateState.DISMISSED],
        undecided=len(rows) - decided.total(),
    )


# From what is owed still to what is settled: a household verified once is not "not qualified".
LEAST_SETTLED = (
    CaseDecision.OPEN,
    CaseDecision.RECHECK,
    CaseDecision.VERIFIED,
    CaseDecision.NOT_QUALIFIED,
)


@dataclass(frozen=True)
class Matter:
    """What the county had to look into in a month, as it was at the end of a day: a case, or a finding
    that came when its household's case was decided. `due`: until when.
    """

    household: str
    state: CaseDecision
    urgent: bool
    due: date
    done: date | None  # decided, or answered
    as_of: date

    @property
    def waits_late(self) -> bool:
        """Nobody has decided, or it is to be looked at again."""
        undecided = self.done is None or self.state is CaseDecision.OPEN
        return undecided and self.as_of > self.due

    @property
    def is_late(self) -> bool:
        return self.waits_late or (self.done is not None and self.done > self.due)


def _matters(session: Session, month: str, as_of: date) -> list[list[Matter]]:
    """By household."""
    households: dict[str, list[Matter]] = {}
    for matter in (*_opened(session, month, as_of), *_came_after(session, month, as_of)):
        households.setdefault(matter.household, []).append(matter)
    return list(households.values())


def _opened(session: Session, month: str, as_of: date) -> Iterator[Matter]:
    """Cases, without those that a wrong joining had opened and nothing stands behind."""
    statement = select(Case).where(Case.month == month, Case.opened_on <= as_of)
    for row in session.exec(statement.order_by(col(Case.number))):
        stood = row.at(as_of)
        if stood.decision is not CaseDecision.VOID:
            decided = came_by(stood.decided_on, as_of)
            state = state_at(stood, as_of)
            yield Matter(stood.household, state, stood.urgent, stood.verify_due, decided, as_of)


def state_at(stood: Case, as_of: date) -> CaseDecision:
    """Of a case as it stood at the end of the day: undecided before its decision's day."""
    return stood.decision if came_by(stood.decided_on, as_of) else CaseDecision.OPEN


def _came_after(session: Session, month: str, as_of: date) -> Iterator[Matter]:
    """Findings of the month that came after the decision of the case which held them on that day: open
    until they are answered, also where a case that was closed since has handed them to a new one.
    """
    statement = select(Source)
    came = col(Source.at_county_on).between(first_day(month), min(last_day(month), as_of))
    at_county = Source.stage == SourceStage.AT_COUNTY
    for source in (row.at(as_of) for row in session.exec(statement.where(came, at_county)).all()):
        held, answered = _held_then(session, source.case, as_of), source.answered_on
        verified = held is not None and held.decision is CaseDecision.VERIFIED
        decided = came_by(held.decided_on, as_of) if held and verified else None
        if held is None or decided is None or source.at_county_on is None:
            continue
        if held.id == source.case:
            came_late = answered is None or answered > decided
        else:
            came_late = came_by(held.closed_on, as_of) is None  # not handed on yet
        if came_late:
            done = came_by(answered, as_of)
            state = CaseDecision.VERIFIED if done else CaseDecision.OPEN
            urgent = source.severity is Severity.URGENT
            due = due_since(session, source.at_county_on)
            yield Matter(source.household, state, urgent, due, done, as_of)


def _held_then(session: Session, id: str | None, as_of: date) -> Case | None:
    """Of a case and those before it the one that was there at the end of the day, as it stood."""
    case = session.get(Case, id) if id else None
    while case is not None and case.opened_on > as_of:
        case = session.get(Case, case.previous) if case.previous else None
    return case.at(as_of) if case else None
