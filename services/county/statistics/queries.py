"""Figures of the bulletin, as of a day: every rate with its numerator and denominator, no household
in them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from rulebook.months import last_day
from rulebook.packs import Pack
from schemas.codes import CaseDecision, Content, Severity, Tier, Timeliness
from services.county.bulletin.rules import came_by, rate, timeliness_as_of
from services.county.cases.models import Case, Source, SourceStage
from services.county.directory.queries import names, township_or_self
from services.county.missed_discoveries.models import UNDECIDED, Candidate, CandidateState
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth, VisitsMonth

# Of a household identified more than once, its latest identification counts.
MONITORED = text("""
    SELECT category, identified_on, eliminated_on, persons, coalesce(persons_eliminated, persons) AS gone FROM (
        SELECT DISTINCT ON (coalesce(number, id_number, id)) * FROM monitored_household
        WHERE identified_on <= :on ORDER BY coalesce(number, id_number, id), identified_on DESC) AS latest""")
REFUSED_SHEETS = text("""SELECT count(*) AS sheets, coalesce(sum(jsonb_array_length(report->'refused')), 0) AS cells
    FROM sheet WHERE jsonb_array_length(report->'refused') > 0
    AND came_at >= CAST(:since AS date) AND came_at < CAST(:until AS date) + 1""")


def totals(session: Session, pack: Pack, month: str) -> dict[str, Any]:
    """Section 1: households ever monitored, by category, at the month's end (R-01…R-03, R-07,
    R-12).
    """
    end, decimals = last_day(month), pack.statistics.rate_decimals
    rows = session.execute(MONITORED, {"on": end}).all()

    def count(chosen: Iterable[Any], persons: str = "persons") -> dict[str, int]:
        households = list(chosen)
        return {
            "households": len(households),
            "persons": sum(getattr(row, persons) for row in households),
        }

    def block(rows: Sequence[Any]) -> dict[str, Any]:
        ever = count(rows)
        gone = count(
            (row for row in rows if row.eliminated_on and row.eliminated_on <= end), "gone"
        )
        return {
            "cumulative": ever,
            "new_in_year": count(row for row in rows if row.identified_on.year == end.year),
            "new_in_month": count(row for row in rows if f"{row.identified_on:%Y-%m}" == month),
            "eliminated": gone,
            "uneliminated": {key: ever[key] - gone[key] for key in ever},
            "rate_by_persons": rate(gone["persons"], ever["persons"], decimals),
            "rate_by_households": rate(gone["households"], ever["households"], decimals),
        }

    return {
        "as_of": end.isoformat(),
        "year": end.year,
        "all": block(rows),
        "categories": [
            {"category": code, "label": code.label}
            | block([row for row in rows if row.category == code])
            for code in pack.category_set
        ],
    }


def tiers(session: Session, month: str, as_of: date, decimals: int = 2) -> dict[str, Any]:
    """Section 2: who reported, as frozen when the month opened; in the order of the codes, ranked
    by nothing.
    """
    rows = list(
        session.exec(
            select(ReporterMonth)
            .where(ReporterMonth.month == month)
            .order_by(col(ReporterMonth.code))
        )
    )
    called = names(
        session, {_township(row) for row in rows} | {row.code.split("/")[0] for row in rows}
    )
    by_kind = {
        kind: [row for row in rows if row.kind is kind and row.expected] for kind in ReporterKind
    }
    return {
        "as_of": as_of.isoformat(),
        "summary": [
            {"kind": kind, "label": TIER_LABELS[kind]} | _reported(by_kind[kind], as_of, decimals)
            for kind in TIER_LABELS
        ],
        "townships": _townships(by_kind, called, as_of, decimals),
        "units": _units(session, by_kind[ReporterKind.UNIT], month, called, as_of, decimals),
        "teams": [_single(row, called, as_of) for row in by_kind[ReporterKind.TEAM]],
        "visits": _all_visits(session, month, decimals),
        "unexpected": sum(not row.expected for row in rows),
        "sources": _sources(session, month),
        "cases": _cases(session, month, as_of),
        "candidates": _candidates(session, month),
    }


DIVISIONS = (ReporterKind.GROUP, ReporterKind.VILLAGE, ReporterKind.TOWNSHIP)
TIER_LABELS = {kind: kind.label for kind in ReporterKind if kind is not ReporterKind.OFFICE}


def _reported(rows: Sequence[ReporterMonth], as_of: date, decimals: int) -> dict[str, Any]:
    """Expected (frozen), exempted with a reason, on time, late, nil, missing; on time of those
    owed.
    """
    owed = [row for row in rows if row.exempt_reason is None]
    states = [timeliness_as_of(row.timeliness, row.reported_on, row.due, as_of) for row in owed]
    came = [
        row
        for row, state in zip(owed, states, strict=True)
        if state in (Timeliness.ON_TIME, Timeliness.LATE)
    ]
    on_time = states.count(Timeliness.ON_TIME)
    return {
        "expected": len(rows),
        "exempt": len(rows) - len(owed),
        "on_time": on_time,
        "late": states.count(Timeliness.LATE),
        "missing": states.count(Timeliness.MISSING),
        "waiting": states.count(Timeliness.WAITING),
        "nil": sum(row.content == Content.NIL for row in came),
        "findings": sum(row.findings for row in came),
        "on_time_rate": rate(on_time, len(owed), decimals),
    }


def _single(row: ReporterMonth, called: dict[str, str], as_of: date) -> dict[str, Any]:
    state = timeliness_as_of(row.timeliness, row.reported_on, row.due, as_of)
    came = state in (Timeliness.ON_TIME, Timeliness.LATE)
    return {
        "code": row.code,
        "name": called.get(row.code, row.code),
        "due": _day(row.due),
        "reported_on": _day(came_by(row.reported_on, as_of)),
        "timeliness": state,
        "label": "免报" if row.exempt_reason else Timeliness(state).label,
        "exempt": row.exempt_reason,
        "content": row.content if came else None,
        "content_label": row.content.label if came and row.content else "",
        "findings": row.findings if came else 0,
        "supplements": row.supplements,
        "origin": row.origin,
        "entered": row.entered_reason,
    }


def _townships(
    by_kind: dict[ReporterKind, list[ReporterMonth]],
    called: dict[str, str],
    as_of: date,
    decimals: int,
) -> list[dict[str, Any]]:
    codes = sorted({_township(row) for kind in DIVISIONS for row in by_kind[kind]})
    by_township = {row.code: row for row in by_kind[ReporterKind.TOWNSHIP]}
    return [
        {
            "code": code,
            "name": called.get(code, code),
            "groups": _reported(
                [row for row in by_kind[ReporterKind.GROUP] if _township(row) == code],
                as_of,
                decimals,
            ),
            "villages": _reported(
                [row for row in by_kind[ReporterKind.VILLAGE] if _township(row) == code],
                as_of,
                decimals,
            ),
            "own": _single(by_township[code], called, as_of) if code in by_township else None,
            "named_missing": by_township[code].late_villages if code in by_township else 0,
        }
        for code in codes
    ]


def _township(row: ReporterMonth) -> str:
    return township_or_self(row.code.partition("/")[0]) if row.kind in DIVISIONS else row.code


def _units(
    session: Session,
    rows: Sequence[ReporterMonth],
    month: str,
    called: dict[str, str],
    as_of: date,
    decimals: int,
) -> list[dict[str, Any]]:
    visits = {
        row.unit: row for row in session.exec(select(VisitsMonth).where(VisitsMonth.month == month))
    }
    return [_single(row, called, as_of) | _visits(visits.get(row.code), decimals) for row in rows]


def _visits(row: VisitsMonth | None, decimals: int) -> dict[str, Any]:
    """Contacted of those to be contacted; "could not reach" is neither contacted nor neglected."""
    required, contacted, unreached = (
        (row.required, row.contacted, row.unreached) if row else (0, 0, 0)
    )
    return {
        "required": required,
        "contacted": contacted,
        "unreached": unreached,
        "contact_rate": rate(contacted, required, decimals),
    }


def _all_visits(session: Session, month: str, decimals: int) -> dict[str, Any]:
    rows = list(session.exec(select(VisitsMonth).where(VisitsMonth.month == month)))
    return _visits(
        VisitsMonth(
            month=month,
            unit="",
            required=sum(row.required for row in rows),
            contacted=sum(row.contacted for row in rows),
            unreached=sum(row.unreached for row in rows),
        ),
        decimals,
    )


def _sources(session: Session, month: str) -> list[dict[str, Any]]:
    rows = list(session.exec(select(Source).where(Source.month == month)))
    return [
        {
            "tier": tier,
            "label": tier.label,
            "reported": len(reported),
            "at_county": sum(row.stage is SourceStage.AT_COUNTY for row in reported),
            "struck_out": sum(row.stage is SourceStage.STRUCK_OUT for row in reported),
            "urgent": sum(row.severity is Severity.URGENT for row in reported),
        }
        for tier in Tier
        for reported in [[row for row in rows if row.tier is tier]]
    ]


def _cases(session: Session, month: str, as_of: date) -> dict[str, Any]:
    rows = list(session.exec(select(Case).where(Case.month == month, Case.opened_on <= as_of)))
    decided = [row for row in rows if row.decided_on is not None and row.decided_on <= as_of]
    settled = [
        row
        for row in decided
        if row.decision in (CaseDecision.VERIFIED, CaseDecision.NOT_QUALIFIED)
    ]
    return {
        "opened": len(rows),
        "urgent": sum(row.urgent for row in rows),
        "verified": sum(row.decision == CaseDecision.VERIFIED for row in decided),
        "not_qualified": sum(row.decision == CaseDecision.NOT_QUALIFIED for row in decided),
        "recheck": sum(row.decision == CaseDecision.RECHECK for row in decided),
        "open": len(rows) - len(settled),
        "verify_overdue": sum(_decided_late(row, as_of) for row in rows),
    }


def _decided_late(case: Case, as_of: date) -> bool:
    """The office's own T-10: not decided, or decided after its day."""
    return (came_by(case.decided_on, as_of) or as_of) > case.verify_due


def _candidates(session: Session, month: str) -> dict[str, int]:
    states = [row.state for row in session.exec(select(Candidate).where(Candidate.month == month))]
    return {
        "raised": len(states) - states.count(CandidateState.WITHDRAWN),
        "confirmed": states.count(CandidateState.CONFIRMED),
        "dismissed": states.count(CandidateState.DISMISSED),
        "undecided": sum(state in UNDECIDED for state in states),
    }


def quality(session: Session, month: str, since: date, as_of: date) -> dict[str, Any]:
    """Section 4: what was wrong with the lists, per reporter in the order of the codes."""
    rows = list(session.exec(select(Source).where(Source.month == month)))
    called = names(session, {row.reporter for row in rows})
    reporters = []
    for reporter in sorted({row.reporter for row in rows}):
        sources = [row for row in rows if row.reporter == reporter]
        line = {
            "not_on_register": sum(not row.on_register for row in sources),
            "incomplete": sum(
                not row.risk_point or not row.matter for row in sources if row.tier != Tier.COUNTY
            ),
            "unmatched": sum(row.unmatched for row in sources),
            "struck_out": sum(row.stage is SourceStage.STRUCK_OUT for row in sources),
        }
        if any(line.values()):
            reporters.append(
                {"code": reporter, "name": called.get(reporter, reporter), "reported": len(sources)}
                | line
            )
    refused = session.execute(REFUSED_SHEETS, {"since": since, "until": as_of}).one()
    entered = session.exec(
        select(ReporterMonth).where(
            ReporterMonth.month == month, col(ReporterMonth.entered_on).is_not(None)
        )
    ).all()
    return {
        "reporters": reporters,
        "refused_sheets": refused.sheets,
        "refused_cells": int(refused.cells),
        "entered_later": len(entered),
    }


def office(
    session: Session, month: str, before: str, since: date, as_of: date
) -> list[dict[str, Any]]:
    """The office's own dates stand in the bulletin like everyone's: this month's, and those of the
    month before that lay behind its bulletin.
    """
    overdue = [
        case
        for case in session.exec(select(Case).where(Case.month == month))
        if _decided_late(case, as_of)
    ]
    returns = _late_decisions(session, since, as_of)
    return [
        *(
            _single(row, OFFICE_LABELS, as_of) | {"month": row.month}
            for row in _own_dates(session, month, before, as_of)
        ),
        {"code": "cases", "name": "县级核实（逐案）", "late": len(overdue), "origin": None},
        {"code": "returns", "name": "退回裁定", "late": returns, "origin": None},
    ]


def _own_dates(session: Session, month: str, before: str, as_of: date) -> list[ReporterMonth]:
    rows = session.exec(
        select(ReporterMonth)
        .where(
            ReporterMonth.kind == ReporterKind.OFFICE,
            col(ReporterMonth.month).in_((month, before)),
            col(ReporterMonth.due).is_not(None),
            col(ReporterMonth.due) <= as_of,
        )
        .order_by(col(ReporterMonth.due), col(ReporterMonth.code))
    )
    return [row for row in rows if row.month == month or row.code in (Duty.MEETING, Duty.BULLETIN)]


def _late_decisions(session: Session, since: date, as_of: date) -> int:
    """Orders of which the office decided a return late, one between the two cut-offs."""
    decided = select(OrderEntry.order).where(
        col(OrderEntry.what).in_(["return-agreed", "return-refused"]),
        OrderEntry.on >= since,
        OrderEntry.on <= as_of,
    )
    late = select(func.count()).where(
        col(DispatchOrder.decided_late) > 0, col(DispatchOrder.order).in_(decided)
    )
    return session.exec(late).one()


OFFICE_LABELS: dict[str, str] = {**{duty: duty.label for duty in Duty}, Duty.VERIFY: "县级核实"}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
