"""What became of a finding at county and departments, as far as it was heard."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.unit.findings.models import UnitFinding
from services.unit.findings.rules import FindingState
from services.unit.outcomes import rules
from services.unit.outcomes.models import CaseCopy, CaseOrder
from services.unit.outcomes.rules import CaseFacts


def cases_of(session: Session, findings: Sequence[str]) -> dict[str, CaseCopy]:
    """Finding → the county's case that has taken it in, the latest of several."""
    query = select(CaseCopy).where(col(CaseCopy.findings).overlap(findings))  # type: ignore[attr-defined]
    return {
        finding: case
        for case in session.exec(query.order_by(col(CaseCopy.id)))
        for finding in case.findings
    }


def facts_of(session: Session, case: CaseCopy | None) -> CaseFacts | None:
    """What was heard of a case; None for none."""
    if case is None:
        return None
    orders = list(session.exec(select(CaseOrder).where(CaseOrder.case == case.id)))
    return CaseFacts(
        number=case.number,
        opened_on=case.opened_on,
        verified_on=case.verified_on,
        sent_back_on=case.sent_back_on,
        not_qualified_on=case.not_qualified_on,
        not_qualified_reason=case.not_qualified_reason,
        helped_on=case.helped_on,
        orders=len(orders),
        orders_closed=sum(1 for order in orders if order.closed_on),
    )


def fate_words(session: Session, finding: UnitFinding, case: CaseCopy | None) -> str:
    if finding.struck_on:
        return f"已划除：{finding.struck_reason}"
    if finding.state != FindingState.SIGNED and case is None:
        return finding.state.label
    return rules.fate(facts_of(session, case))
