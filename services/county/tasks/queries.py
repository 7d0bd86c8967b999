"""How far the month has come, in the whole county."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kit.actor import Actor
from schemas.codes import Timeliness
from services.county.cases.queries import undecided
from services.county.ledger import queries as ledger_queries
from services.county.ledger.forms import LedgerFilter, LedgerStatus
from services.county.orders.models import DispatchOrder
from services.county.reporters.models import ReporterKind
from services.county.reporters.queries import TierStatus

MONITORED = LedgerFilter(status=LedgerStatus.MONITORED)


def glance(session: Session, actor: Actor, tiers: Sequence[TierStatus]) -> dict[str, int]:
    """The county now: how many households, where they wait, who did not report. `tiers`: the
    month's.
    """
    open_orders = session.exec(
        select(DispatchOrder).where(col(DispatchOrder.closed_on).is_(None))
    ).all()
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
