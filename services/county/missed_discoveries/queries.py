"""What was proven of a household in a month, and what the units' visits tell of it, as the county
hears of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, or_, select

from kit.database.columns import among
from schemas.codes import CaseDecision, Severity, Tier, VisitMode
from services.county.cases.models import Case, Source
from services.county.missed_discoveries.models import AccusedTier, Candidate, Visit
from services.county.register.models import Household
from services.county.register.queries import entries_of


@dataclass(frozen=True)
class Place:
    """Whose household it was: a village and, if known, its group."""

    village: str
    group: str | None = None


def place_of(session: Session, household: str, month: str) -> Place | None:
    """Who answered for the household in that month, whatever was merged or moved since (F-15): the
    village that reported it then, or where the register has left it since; else the one that the month's
    other papers name, or as the register says today. None: nobody knows it yet.
    """
    reported = select(Source).where(Source.household == household, Source.month == month)
    sources = session.exec(reported.order_by(col(Source.received_on), col(Source.finding))).all()
    copy = session.get(Household, household)
    for source in sources:
        if source.tier is Tier.VILLAGE:
            return Place(source.reporter, source.group_no)
    if copy is not None and (left := copy.lived_in(month)):
        return Place(left.village, left.group_no)
    named = [row.village for row in sources if row.tier is Tier.UNIT and row.on_register]
    opened = select(Case.village).where(Case.household == household, Case.month == month)
    accused = select(Candidate.accused).where(
        Candidate.household == household,
        Candidate.month == month,
        Candidate.accused_tier == AccusedTier.VILLAGE,
    )
    known = [*named, *session.exec(opened), *session.exec(accused)]
    if copy is not None and copy.village in (known or [copy.village]):
        return Place(copy.village, copy.group_no)
    if known:
        groups = [source.group_no for source in sources if source.village == known[0]]
        return Place(known[0], next(iter(groups), None))
    told = session.exec(select(Source).where(Source.household == household)).first()
    return Place(told.village, told.group_no) if told else None


def cases_of(session: Session, household: str, month: str) -> Sequence[Case]:
    """The household's cases of the month: opened in it, or about a finding that was reported for
    it, though it was signed after the month's end.
    """
    entries = entries_of(session, household)
    reported = select(Source.case).where(col(Source.household).in_(entries), Source.month == month)
    statement = select(Case).where(
        col(Case.household).in_(entries), or_(Case.month == month, col(Case.id).in_(reported))
    )
    return session.exec(statement.order_by(col(Case.number))).all()


def is_proven(session: Session, household: str, month: str) -> bool:
    """Whether the county has verified the risk: only that can have been missed."""
    cases = cases_of(session, household, month)
    return any(case.decision is CaseDecision.VERIFIED for case in cases)


def visits_of(session: Session, household: str, months: Sequence[str]) -> list[Visit]:
    visits = select(Visit).where(Visit.household == household, col(Visit.month).in_(months))
    return list(session.exec(visits.order_by(col(Visit.on), col(Visit.visit))))


def reported_urgently(session: Session, household: str, months: Sequence[str]) -> bool:
    findings = select(Source.finding).where(
        Source.household == household,
        Source.tier == Tier.VILLAGE,
        col(Source.month).in_(months),
        Source.severity == Severity.URGENT,
    )
    return session.exec(findings).first() is not None


def without_risk(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    """By unit: reached, and no risk seen; a unit that saw it at another visit has found it, and
    stands with none.
    """
    saw = {visit.unit for visit in visits if visit.at_risk}
    units: dict[str, list[Visit]] = {visit.unit: [] for visit in visits}
    for visit in visits:
        if visit.reached and not visit.at_risk and visit.unit not in saw:
            units[visit.unit].append(visit)
    return units


def last_visits(session: Session, households: Sequence[str]) -> dict[str, date]:
    """Household → the day on which its helper last saw it at home; a telephone call is none."""
    statement = select(Visit.household, func.max(Visit.on)).where(
        among(Visit.household, households), col(Visit.reached), Visit.mode == VisitMode.FIELD_VISIT
    )
    return dict(session.exec(statement.group_by(Visit.household)).all())
