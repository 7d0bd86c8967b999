"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from schemas.codes import DEPARTMENTS, CaseDecision, OrderState
from services.village.findings.models import Finding
from services.village.outcomes.models import CaseFate, Notice, OrderFate
from services.village.scopes import Scope


@dataclass(frozen=True)
class Fate:
    """What the finder sees of a finding after it reached the county."""

    case: CaseFate
    orders: Sequence[OrderFate]

    @property
    def steps(self) -> list[tuple[date | None, str]]:
        case, told = self.case, []
        if case.opened_on or case.number:
            told.append((case.opened_on, f"县里立案{case.number or ''}"))
        if case.decision is CaseDecision.NOT_QUALIFIED:
            told.append((case.decided_on, f"县里核实:{case.decision.label}({case.reason})"))
        elif case.decision is not CaseDecision.OPEN:
            told.append((case.decided_on, f"县里核实:{case.decision.label}"))
        for order in self.orders:
            owner = DEPARTMENTS.get(order.department or "", order.department or "待派单")
            closed = order.state is OrderState.CLOSED
            told.append(
                (
                    order.closed_on if closed else order.issued_on,
                    f"{order.gap_item.label}:{owner}{order.state.label}({order.number})",
                )
            )
        if case.helped_on:
            told.append((case.helped_on, "帮扶事项全部办结"))
        return told


def fate_of(session: Session, finding: Finding) -> list[Fate]:
    """Cases that name the finding, or that were opened about its household since."""
    cases = session.exec(
        select(CaseFate)
        .where(
            or_(
                col(CaseFate.findings).contains([finding.id]),
                (col(CaseFate.household) == finding.household)
                & (col(CaseFate.opened_on) >= finding.found_on),
            )
        )
        .order_by(col(CaseFate.opened_on))
    ).all()
    return [Fate(case, orders_of(session, case.case)) for case in cases]


def orders_of(session: Session, case: str) -> Sequence[OrderFate]:
    return session.exec(
        select(OrderFate).where(OrderFate.case == case).order_by(OrderFate.number)
    ).all()


def notices(session: Session, scope: Scope, month: str | None = None) -> Sequence[Notice]:
    statement = select(Notice).where(col(Notice.village).startswith(scope.prefix))
    if scope.group:
        statement = statement.where(Notice.group == scope.group)
    if month:
        statement = statement.where(Notice.month == month)
    return session.exec(statement.order_by(col(Notice.on).desc(), Notice.finding)).all()


def notices_about(session: Session, household: str) -> Sequence[Notice]:
    return session.exec(
        select(Notice).where(Notice.household == household).order_by(col(Notice.on).desc())
    ).all()
