"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role, Timeliness
from services.county.bulletin import queries as bulletin_queries
from services.county.cases.queries import sent_back, undecided, unmatched
from services.county.cases.rules import COUNTY_ROLES
from services.county.directory.queries import name_of
from services.county.hearings.queries import candidates
from services.county.ledger.queries import ledger
from services.county.meetings import queries as meetings_queries
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.months.models import Month
from services.county.orders.models import DispatchOrder
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.reporters.queries import DUTIES, TierStatus

PAGES = {"meeting": "/county/meetings?month={}", "bulletin": "/county/bulletins/{}"}


def desk(session: Session, actor: Actor, on: date) -> list[Task]:
    """The actor's open tasks, the earliest due first."""
    if actor.role in COUNTY_ROLES:
        tasks = [
            *_verification(session, on),
            *_matching(session),
            *_hearings(session),
            *_own_dates(session),
            *bulletin_queries.to_decide(session),
        ]
    elif actor.role is Role.SUPERVISOR:
        tasks = _supervision(session, actor.place)
    else:
        tasks = [
            _to_explain(session, one)
            for one in candidates(session, actor, state=CandidateState.OPEN.value)
        ]
    tasks += [
        *meetings_queries.to_explain(session, actor),
        *bulletin_queries.to_explain(session, actor, on),
    ]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or on, task.title))


def glance(session: Session, actor: Actor, tiers: Sequence[TierStatus]) -> dict[str, int]:
    """The county now: how many households, where they wait, who did not report. `tiers`: the
    month's.
    """
    open_orders = session.exec(
        select(DispatchOrder).where(col(DispatchOrder.closed_on).is_(None))
    ).all()
    return {
        "monitored": ledger(session, actor, status="monitored")[1],
        "undecided": len(undecided(session)),
        "orders": len(open_orders),
        "overdue": sum(bool(order.overdue) for order in open_orders),
        "missing": sum(
            tier.number("missing") for tier in tiers if tier.kind is not ReporterKind.OFFICE
        ),
    }


def _verification(session: Session, on: date) -> list[Task]:
    tasks = []
    for case in undecided(session):
        urgent = "紧急 " if case.urgent else ""
        note = f"{urgent}{'已超期' if case.verify_due < on else ''}".strip()
        title = f"入户核实 {case.number} {name_of(session, case.village)}"
        tasks.append(Task(title, f"/county/cases/{case.id}", case.verify_due, note))
    for case in sent_back(session):
        title = f"等待乡镇复核 {case.number} {name_of(session, case.village)}"
        note = "已超期,可以直接决定" if case.recheck_due and case.recheck_due < on else ""
        tasks.append(Task(title, f"/county/cases/{case.id}", case.recheck_due, note))
    return tasks


def _matching(session: Session) -> list[Task]:
    waiting = unmatched(session)
    return (
        [Task("确认来源属于哪一户", "/county/unmatched", None, f"{len(waiting)}条")]
        if waiting
        else []
    )


def _hearings(session: Session) -> list[Task]:
    wanted = select(Candidate).where(
        col(Candidate.state).in_([CandidateState.HEARD.value, CandidateState.SILENT.value])
    )
    return [
        Task(
            f"认定是否应发现未发现 {name_of(session, one.accused)}",
            f"/county/candidates/{one.id}",
            None,
            "已说明" if one.state == CandidateState.HEARD.value else "逾期未说明",
        )
        for one in session.exec(wanted.order_by(col(Candidate.id)))
    ]


def _own_dates(session: Session) -> list[Task]:
    """The office's own dates, among all the others': joint meeting and bulletin."""
    wanted = select(ReporterMonth).where(
        ReporterMonth.kind == ReporterKind.OFFICE.value,
        col(ReporterMonth.code).in_(list(PAGES)),
        col(ReporterMonth.reported_on).is_(None),
    )
    return [
        Task(
            f"{int(row.month[5:])}月{DUTIES[row.code]}",
            PAGES[row.code].format(row.month),
            row.due,
            "已超期" if row.timeliness == Timeliness.MISSING.value else "",
        )
        for row in session.exec(wanted.order_by(col(ReporterMonth.month)))
    ]


def _supervision(session: Session, team: str) -> list[Task]:
    wanted = (
        select(ReporterMonth, Month)
        .join(Month, col(Month.month) == ReporterMonth.month)
        .where(
            ReporterMonth.kind == ReporterKind.TEAM.value,
            ReporterMonth.code == team,
            col(ReporterMonth.timeliness).in_([Timeliness.WAITING.value, Timeliness.MISSING.value]),
            col(ReporterMonth.exempt_reason).is_(None),
        )
    )
    return [
        Task(
            f"上报{int(row.month[5:])}月督导情况",
            f"/county/supervision/{team}?month={row.month}",
            month.supervision_due,
            "未报"
            if row.timeliness == Timeliness.MISSING.value
            else "县里已提醒"
            if row.reminded_on
            else "",
        )
        for row, month in session.exec(wanted.order_by(col(ReporterMonth.month)))
    ]


def _to_explain(session: Session, one: Candidate) -> Task:
    return Task("说明情况:另一渠道发现了风险户", f"/county/candidates/{one.id}", one.hearing_due)
