"""What became of a finding at county and departments, as far as it was heard."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from schemas.codes import GapItem
from services.unit.findings.models import UnitFinding
from services.unit.findings.rules import FindingState
from services.unit.outcomes import rules
from services.unit.outcomes.models import CaseCopy, CaseOrder
from services.unit.outcomes.rules import CaseFacts, OrderFacts


def facts_of(session: Session, findings: Sequence[str]) -> dict[str, CaseFacts]:
    """Finding → what was heard of the county's case that has taken it in, the latest of several."""
    if not findings:
        return {}
    query = select(CaseCopy).where(col(CaseCopy.findings).overlap(findings))  # type: ignore[attr-defined]
    cases = list(session.exec(query.order_by(col(CaseCopy.id))))
    orders = _orders_of(session, [case.id for case in cases])
    return {
        finding: _facts(case, orders.get(case.id, ()), finding)
        for case in cases
        for finding in case.findings
    }


def _orders_of(session: Session, cases: Sequence[str]) -> dict[str, tuple[OrderFacts, ...]]:
    orders: dict[str, tuple[OrderFacts, ...]] = {}
    if not cases:
        return orders
    query = select(CaseOrder).where(col(CaseOrder.case).in_(cases)).order_by(CaseOrder.number)
    for order in session.exec(query):
        facts = OrderFacts(order.number, order.gap_item.label, order.closed_on)
        orders[order.case] = (*orders.get(order.case, ()), facts)
    return orders


def _facts(case: CaseCopy, orders: tuple[OrderFacts, ...], finding: str) -> CaseFacts:
    answer = case.answers.get(finding)
    gap_item = case.needs.get(answer["need"] or "") if answer else None
    return CaseFacts(
        number=case.number,
        opened_on=case.opened_on,
        verified_on=case.verified_on,
        sent_back_on=case.sent_back_on,
        rechecked_on=case.rechecked_on,
        not_qualified_on=case.not_qualified_on,
        not_qualified_reason=case.not_qualified_reason,
        reopened_on=case.reopened_on,
        helped_on=case.helped_on,
        orders=orders,
        joined=finding in case.joined,
        answered=answer is not None,
        answer=rules.answer_words(
            GapItem(gap_item).label if gap_item else None, answer["why_not"] if answer else None
        ),
    )


def fate_words(finding: UnitFinding, facts: CaseFacts | None) -> str:
    own = ""
    if finding.withdrawn_on:
        own = f"已撤回：{finding.withdrawn_reason}"
    elif finding.struck_on:
        own = f"已划除：{finding.struck_reason}"
    if own:
        return f"{own}；{rules.fate(facts)}" if facts and facts.is_verified else own
    if finding.state != FindingState.SIGNED and facts is None:
        return finding.state.label
    return rules.fate(facts)
