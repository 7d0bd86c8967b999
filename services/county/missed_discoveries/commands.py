"""Missed-discovery candidates (B-35, GT-28): weighed whenever a statement or a finding comes,
judged by people alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select, update

from kit.database.columns import among
from kit.database.upsert import upsert
from kit.messaging.inbox import origin
from kit.packs import pack, pack_of
from rulebook.months import end_of
from schemas.codes import CaseDecision, Tier
from schemas.unit import VisitRecorded
from schemas.village import GroupReported, GroupReportWithdrawn, ListSubmitted
from services.county.cases.models import Case, Source, SourceStage
from services.county.commands import heard_on
from services.county.locks import hold_cases
from services.county.missed_discoveries.deadlines import HEARING_DUE
from services.county.missed_discoveries.models import (
    UNDECIDED,
    AccusedTier,
    Candidate,
    CandidateState,
    FoundBy,
    Statement,
    Visit,
)
from services.county.missed_discoveries.queries import (
    Place,
    cases_of,
    place_of,
    reported_urgently,
    visits_of,
    without_risk,
)
from services.county.missed_discoveries.rules import (
    Judgement,
    Said,
    StatementKind,
    judge,
    months_back,
)
from services.county.register.models import Household
from services.county.register.queries import entries_of, successors
from services.county.service import book

OF_UNITS = (FoundBy.VISIT, FoundBy.UNIT)


@dataclass(frozen=True)
class Risk:
    """A risk that one tier found: what may tell against another's "no risk"."""

    by: FoundBy
    finding: str
    finder: str
    since: date | None
    about: bool
    on: date  # the day it was known here


@dataclass(frozen=True)
class Accused:
    """The village or unit (`code`) that said "no risk" of a household in a month."""

    tier: AccusedTier
    code: str
    household: str
    village: str
    month: str


def keep_group_report(session: Session, event: GroupReported) -> None:
    session.merge(
        Statement(
            month=event.month,
            key=f"{event.village}/{event.group}",
            village=event.village,
            group_no=event.group,
            said_on=event.receipt.on,
            nil=event.nil,
            households=list(event.at_risk),
            origin=origin(session),
        )
    )
    weigh_village(session, event.village, event.month, event.receipt.on)


def drop_group_report(session: Session, event: GroupReportWithdrawn) -> None:
    if statement := session.get(Statement, (event.month, f"{event.village}/{event.group}")):
        session.delete(statement)
    weigh_village(session, event.village, event.month, event.on)


def keep_list(session: Session, event: ListSubmitted) -> None:
    """The list speaks for all whom it does not name; a supplement comes after it and takes nothing
    back. One that comes in parts has spoken with the last of them (F-22).
    """
    if not event.supplement:
        before = session.get(Statement, (event.month, event.village)) if event.part else None
        session.merge(
            Statement(
                month=event.month,
                key=event.village,
                village=event.village,
                said_on=event.receipt.on,
                nil=event.nil,
                households=[
                    *(before.households if before else ()),
                    *(finding.household for finding in event.findings),
                ],
                hashes=[
                    *(before.hashes if before else ()),
                    *(finding.id_hash for finding in event.findings if finding.id_hash),
                ],
                origin=origin(session),
            )
        )
    if not event.more:
        weigh_village(session, event.village, event.month, event.receipt.on)


def record_visits(session: Session, events: Sequence[VisitRecorded]) -> None:
    """Helpers' visits, as a set; those that matter to somebody's "no risk" are weighed. One to a void
    entry was on its way when that was merged: it is told of the successor (F-04).
    """
    if heirs := successors(session, {event.household for event in events}):
        events = [
            event.model_copy(update={"household": heirs.get(event.household, event.household)})
            for event in events
        ]
    rows = {
        event.visit: {
            "visit": event.visit,
            "household": event.household,
            "helper": event.helper,
            "unit": event.unit,
            "month": event.month,
            "on": event.on,
            "mode": event.mode,
            "reached": event.reached,
            "at_risk": event.at_risk,
            "causes": list(event.causes),
            "since_day": event.since.day,
            "since_about": event.since.about,
        }
        for event in events
    }
    upsert(session, Visit, list(rows.values()), "visit")
    for month in {event.month for event in events}:
        mine = [event for event in events if event.month == month]
        on = max(event.recorded_on or event.on for event in mine)
        weigh(session, _of_interest(session, mine), month, on)


def join_visits(session: Session, void: str, household: str) -> None:
    """An entry was merged into a household: what its helper saw is told of that one (F-04)."""
    moved = update(Visit).where(col(Visit.household) == void).values(household=household)
    last: dict[str, date] = {}
    for month, on in session.execute(moved.returning(col(Visit.month), col(Visit.on))):
        last[month] = max(on, last.get(month, on))
    for month, on in sorted(last.items()):
        weigh(session, [void, household], month, heard_on(session, on))


def weigh_village(session: Session, village: str, month: str, on: date) -> None:
    """A statement about a whole village came: weigh all its households for which anybody knows of a
    risk.
    """
    session.flush()
    visited = select(Visit.household).join(Household, col(Household.id) == Visit.household)
    left = col(Household.lived).contains([{"village": village}])
    here = or_(Household.village == village, left)
    visited = visited.where(Visit.month == month, col(Visit.at_risk).is_(True), here)
    listed = select(Source.household).where(Source.month == month, Source.village == village)
    weigh(session, [*session.exec(visited), *session.exec(listed)], month, on)


def weigh_registered(session: Session, households: Sequence[str]) -> None:
    """Households came into the register after visits to them."""
    visits = select(Visit).where(among(Visit.household, households), col(Visit.at_risk).is_(True))
    for visit in session.exec(visits).all():
        weigh(session, [visit.household], visit.month, visit.on)


def weigh_case(session: Session, case: Case, on: date) -> None:
    """The case was decided: weigh its month, and those in which its findings were reported."""
    months = select(Source.month).where(Source.case == case.id)
    for month in sorted({case.month, *session.exec(months)}):
        weigh(session, [case.household], month, on)


def weigh(session: Session, households: Iterable[str], month: str, on: date) -> None:
    """Weigh what each tier said about these households against what the others found; `on`: today's
    deed.
    """
    households = sorted(set(households))
    if not households:
        return
    hold_cases(session)
    session.flush()
    months = months_back(month, pack(session, on).assessment.missed_lookback_months)
    for household in households:
        copy = session.get(Household, household)
        place = place_of(session, household, month)
        if place is None:
            continue  # not in our register yet: weighed when it comes
        visits = visits_of(session, household, months)
        risks = _risks(session, household, month, visits)
        against = next((risk for risk in risks if risk.by is not FoundBy.VILLAGE), None)
        statements = _village_said(session, household, place, copy, months) if against else []
        village = place.village
        accused = Accused(AccusedTier.VILLAGE, village, household, village, month)
        _clear_others(session, accused, on)
        _settle(session, accused, statements, against, on)
        for unit, calm in without_risk(visits).items():
            against = next((risk for risk in risks if risk.by not in OF_UNITS), None)
            statements = [Said(StatementKind.VISIT, visit.on) for visit in calm] if against else []
            accused = Accused(AccusedTier.UNIT, unit, household, village, month)
            _settle(session, accused, statements, against, on)


def _settle(
    session: Session, accused: Accused, statements: Sequence[Said], risk: Risk | None, on: date
) -> None:
    """Raise, correct or withdraw the one candidate of this household and this tier."""
    judgement, statement = judge(statements, risk.since) if risk else (Judgement.NONE, None)
    candidates = select(Candidate).where(
        Candidate.month == accused.month,
        Candidate.household == accused.household,
        Candidate.accused == accused.code,
    )
    candidate = session.exec(candidates.with_for_update()).one_or_none()
    if judgement is Judgement.NONE or risk is None or statement is None:
        if candidate and candidate.state in UNDECIDED:
            _withdraw(session, candidate, on)
        return
    facts = {
        "statement": statement.kind,
        "said_on": statement.on,
        "found_by": risk.by,
        "finding": risk.finding,
        "finder": risk.finder,
        "since_day": risk.since,
        "since_about": risk.about,
        "ask_first": judgement is Judgement.ASK_FIRST,
        "origin": origin(session),
    }
    # Whoever is to be heard cannot have known before.
    raised_on = max(heard_on(session, on), statement.on, risk.on)
    if candidate is None or candidate.state is CandidateState.WITHDRAWN:
        _raise(session, accused, candidate, facts, raised_on)
    elif candidate.state in UNDECIDED:
        if (candidate.statement, candidate.said_on) != (statement.kind, statement.on):
            _raise(session, accused, candidate, facts, raised_on)
        else:
            candidate.sqlmodel_update(facts)


def _clear_others(session: Session, accused: Accused, on: date) -> None:
    """No other village answered for the household in that month."""
    others = select(Candidate).where(
        Candidate.month == accused.month,
        Candidate.household == accused.household,
        Candidate.accused_tier == AccusedTier.VILLAGE,
        Candidate.accused != accused.code,
        col(Candidate.state).in_(UNDECIDED),
    )
    for candidate in session.exec(others.with_for_update()):
        _withdraw(session, candidate, on)


def _withdraw(session: Session, candidate: Candidate, on: date) -> None:
    candidate.keep(heard_on(session, on))
    candidate.state, candidate.version = CandidateState.WITHDRAWN, candidate.version + 1
    HEARING_DUE.cancel(session, candidate.id)


def _raise(
    session: Session, accused: Accused, candidate: Candidate | None, facts: dict[str, Any], on: date
) -> None:
    """Let the tier be heard, for the first time or, of a withdrawn candidate, again. What it said
    then counts as long as the statement held against it is the same; of another one it is heard
    anew, with a new limit.
    """
    rules = pack_of(session, candidate.pack) if candidate else pack(session, on)
    hearing_due = rules.due(on, rules.assessment.hearing_limit, book(session).calendar)
    if candidate is None:
        candidate = Candidate(
            month=accused.month,
            household=accused.household,
            village=accused.village,
            accused_tier=accused.tier,
            accused=accused.code,
            raised_on=on,
            hearing_due=hearing_due,
            pack=rules.ref,
            **facts,
        )
    else:
        before = candidate.statement, candidate.said_on
        candidate.keep(on)
        candidate.sqlmodel_update(facts)
        heard = candidate.explanation and before == (candidate.statement, candidate.said_on)
        candidate.raised_on, candidate.hearing_due = on, hearing_due
        candidate.version += 1
        candidate.state = CandidateState.HEARD if heard else CandidateState.OPEN
    session.add(candidate)
    session.flush()
    if candidate.state is CandidateState.OPEN:
        HEARING_DUE.set(session, candidate.id, end_of(hearing_due))


def _risks(session: Session, household: str, month: str, visits: Sequence[Visit]) -> list[Risk]:
    """What the tiers found of this household this month: with a known day first, findings before
    mere visits.

    A finding of which nobody knows whose it is tells against nobody; nor does a supervision finding
    until its verification has recorded since when the risk exists.
    """
    rows = session.exec(
        select(Source).where(
            col(Source.household).in_(entries_of(session, household)), Source.month == month
        )
    ).all()
    cases = cases_of(session, household, month)
    if any(case.decision is CaseDecision.NOT_QUALIFIED for case in cases):
        return []  # verified: there was no risk to discover
    known = next(
        (
            (case.since_day, case.since_about)
            for case in cases
            if case.decision is CaseDecision.VERIFIED and case.since_day
        ),
        None,
    )
    risks = []
    for row in rows:
        if (
            row.stage is SourceStage.STRUCK_OUT
            or row.matched_by is None
            or (row.tier is Tier.COUNTY and known is None)
        ):
            continue
        since, about = known or (row.since_day, row.since_about)
        risks.append(
            Risk(FoundBy(row.tier), row.finding, row.reporter, since, about, row.received_on)
        )
    struck = any(row.tier is Tier.UNIT and row.stage is SourceStage.STRUCK_OUT for row in rows)
    if not struck and not any(risk.by is FoundBy.UNIT for risk in risks):
        risks += [_seen(visit, known) for visit in visits if visit.at_risk and visit.month == month]
    return sorted(risks, key=lambda risk: (risk.since is None, risk.since or risk.on, risk.finding))


def _seen(visit: Visit, known: tuple[date | None, bool] | None) -> Risk:
    since, about = known or (visit.since_day, visit.since_about)
    return Risk(FoundBy.VISIT, visit.visit, visit.unit, since, about, visit.on)


def _village_said(
    session: Session, household: str, place: Place, copy: Household | None, months: Sequence[str]
) -> list[Said]:
    query = select(Statement).where(
        col(Statement.month).in_(months),
        Statement.village == place.village,
        or_(col(Statement.group_no).is_(None), Statement.group_no == place.group),
    )
    hashes = set(copy.hashes) if copy else set()
    statements = []
    for row in session.exec(query):
        named = household in row.households or bool(hashes & set(row.hashes))
        kind = StatementKind.VILLAGE_NIL if row.nil else StatementKind.VILLAGE_LIST
        if row.group_no is None or row.nil or named:
            statements.append(
                Said(StatementKind.GROUP_NIL if row.group_no else kind, row.said_on, names_it=named)
            )
    if statements and reported_urgently(session, household, months):
        statements.append(Said(StatementKind.VILLAGE_LIST, statements[0].on, names_it=True))
    return statements


def _of_interest(session: Session, events: Sequence[VisitRecorded]) -> list[str]:
    """Most visits see nothing that anybody else saw: only the others are looked at."""
    at_risk = {event.household for event in events if event.at_risk}
    ids = list({event.household for event in events})
    return [*at_risk, *session.exec(select(Source.household).where(among(Source.household, ids)))]
