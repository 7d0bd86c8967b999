"""What became of findings, and what other channels reported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, or_, select

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from schemas.codes import DEPARTMENTS, CaseDecision, DirectoryKind, OrderState
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.outcomes.models import CaseFate, Notice, OrderFate
from services.village.outcomes.policy import policy

HELPED = "帮扶事项全部办结"


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
            steps.append((case.opened_on, f"县里登记线索{case.number or ''}"))
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
        if self.helped:
            steps.append((case.helped_on, HELPED))
        return steps

    @property
    def helped(self) -> bool:
        """All is done, and no order was opened again since."""
        closed = all(order.state is OrderState.CLOSED for order in self.orders)
        return self.case.helped_on is not None and closed

    @property
    def end(self) -> tuple[date | None, str] | None:
        case = self.case
        if case.decision is CaseDecision.NOT_QUALIFIED:
            return case.decided_on, f"县里核实：{case.decision.label}（{case.reason}）"
        return (case.helped_on, HELPED) if self.helped else None


def fate_of(session: Session, finding: Finding) -> list[Fate]:
    return fates_of(session, [finding])[finding.id]


def fates_of(session: Session, findings: Sequence[Finding]) -> dict[str, list[Fate]]:
    """Of each finding the cases that name it, or that were opened about its household since."""
    ids, households = [row.id for row in findings], [row.household for row in findings]
    named = col(CaseFate.findings).has_any(cast(ids, ARRAY(Text)))  # type: ignore[attr-defined]
    statement = select(CaseFate).where(or_(named, among(CaseFate.household, households)))
    cases = session.exec(statement.order_by(col(CaseFate.opened_on), CaseFate.case)).all()
    orders = session.exec(
        select(OrderFate)
        .where(among(OrderFate.case, [case.case for case in cases]))
        .order_by(OrderFate.number)
    ).all()
    departments = _departments(session, [order.department for order in orders])
    fates = [
        Fate(case, [order for order in orders if order.case == case.case], departments)
        for case in cases
    ]
    return {
        finding.id: [fate for fate in fates if _is_about(fate.case, finding)]
        for finding in findings
    }


def end_of(finding: Finding, fates: Sequence[Fate]) -> tuple[date | None, str] | None:
    """Day and words of what became of a finding in the end; None while something is still open: a
    case that does not name it says nothing of it, were it of the same household.
    """
    if finding.stage is Stage.AT_COUNTY and finding.struck_out:
        return finding.township_on or finding.village_on, finding.struck_out
    ends = [fate.end for fate in fates if finding.id in fate.case.findings]
    return ends[-1] if ends and all(ends) else None


def _is_about(case: CaseFate, finding: Finding) -> bool:
    since = case.opened_on is not None and case.opened_on >= finding.found_on
    return finding.id in case.findings or (case.household == finding.household and since)


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
