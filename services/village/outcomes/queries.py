"""What became of findings, and what other channels reported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from kit import directory
from kit.actor import Actor
from schemas.codes import DEPARTMENTS, CaseDecision, DirectoryKind, OrderState
from services.village.findings.models import Finding
from services.village.outcomes.models import CaseFate, Notice, OrderFate
from services.village.outcomes.policy import policy


@dataclass(frozen=True)
class Fate:
    """What the finder sees of a finding after it reached the county."""

    case: CaseFate
    orders: Sequence[OrderFate]
    departments: Mapping[str, str]  # code → name

    @property
    def steps(self) -> list[tuple[date | None, str]]:
        case, steps = self.case, []
        if case.opened_on or case.number:
            steps.append((case.opened_on, f"县里立案{case.number or ''}"))
        if case.decision is CaseDecision.NOT_QUALIFIED:
            steps.append((case.decided_on, f"县里核实：{case.decision.label}（{case.reason}）"))
        elif case.decision is not CaseDecision.OPEN:
            steps.append((case.decided_on, f"县里核实：{case.decision.label}"))
        for order in self.orders:
            owner = self.departments[order.department] if order.department else "待派单"
            closed = order.state is OrderState.CLOSED
            steps.append(
                (
                    order.closed_on if closed else order.issued_on,
                    f"{order.gap_item.label}：{owner}{order.state.label}（{order.number}）",
                )
            )
        if case.helped_on:
            steps.append((case.helped_on, "帮扶事项全部办结"))
        return steps


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
    orders = session.exec(
        select(OrderFate)
        .where(col(OrderFate.case).in_([case.case for case in cases]))
        .order_by(OrderFate.number)
    ).all()
    departments = _departments(session, [order.department for order in orders])
    return [
        Fate(case, [order for order in orders if order.case == case.case], departments)
        for case in cases
    ]


def _departments(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """What they are called; one that has not been named since this service listens, as codes say."""
    names = directory.names(session, DirectoryKind.DEPARTMENT, codes)
    return {
        code: DEPARTMENTS.get(code, name) if name == code else name for code, name in names.items()
    }


def notices(
    session: Session, actor: Actor, month: str | None = None, village: str = ""
) -> Sequence[Notice]:
    """Those that the actor may see, the latest first."""
    statement = select(Notice).where(
        policy.visible(actor, "notices", Notice), col(Notice.village).startswith(village)
    )
    if month:
        statement = statement.where(Notice.month == month)
    return session.exec(statement.order_by(col(Notice.on).desc(), Notice.finding)).all()


def notices_about(session: Session, household: str) -> Sequence[Notice]:
    return session.exec(
        select(Notice).where(Notice.household == household).order_by(col(Notice.on).desc())
    ).all()
