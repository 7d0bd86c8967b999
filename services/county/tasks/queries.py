"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Timeliness
from services.county.bulletin import queries as bulletin_queries
from services.county.cases.queries import sent_back, undecided, unmatched
from services.county.cases.rules import COUNTY_ROLES
from services.county.directory.queries import name_of
from services.county.ledger import queries as ledger_queries
from services.county.ledger.forms import LedgerFilter, LedgerStatus
from services.county.meetings import queries as meetings_queries
from services.county.orders.models import Order
from services.county.reporters.models import ReporterKind
from services.county.reporters.queries import TierStatus

MONITORED = LedgerFilter(status=LedgerStatus.MONITORED)


def desk(session: Session, actor: Actor, on: date) -> list[Task]:
    """What other features do not say themselves yet."""
    tasks = []
    if actor.role in COUNTY_ROLES:
        tasks = [
            *_verification(session, on),
            *_matching(session),
            *bulletin_queries.to_decide(session),
        ]
    tasks += [
        *meetings_queries.to_explain(session, actor),
        *bulletin_queries.to_explain(session, actor, on),
    ]
    return tasks


def glance(session: Session, actor: Actor, tiers: Sequence[TierStatus]) -> dict[str, int]:
    """The county now: how many households, where they wait, who did not report. `tiers`: the
    month's.
    """
    open_orders = session.exec(select(Order).where(col(Order.closed_on).is_(None))).all()
    return {
        "monitored": ledger_queries.page(session, actor, MONITORED).total,
        "undecided": len(undecided(session)),
        "orders": len(open_orders),
        "overdue": sum(bool(order.overdue) for order in open_orders),
        "missing": sum(
            tier.number(Timeliness.MISSING)
            for tier in tiers
            if tier.kind is not ReporterKind.OFFICE
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
