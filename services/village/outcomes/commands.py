"""What other services tell is kept: of findings, cases, orders and help."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, update

from kit.messaging.inbox import origin
from kit.seal import unseal
from schemas.codes import CaseDecision, OrderState, Tier
from schemas.county import (
    CaseJoined,
    CaseNotQualified,
    CaseOpened,
    CaseReopened,
    CaseVerified,
    SupervisionReported,
)
from schemas.dispatch import HelpCompleted, OrderFact
from schemas.unit import UnitListSigned, UnitListSubmitted
from schemas.values import Finding, Name
from services.village.outcomes.models import CaseFate, Notice, OrderFate


def record_unit_list(session: Session, event: UnitListSubmitted) -> None:
    """Our households in a unit's list become notices to read (B-38)."""
    for finding in event.findings:
        _notice(session, finding, Tier.UNIT, event.unit, event.month)
    for verified in event.verifications:
        words = {"verified_on": verified.on, "verified_how": verified.how}
        words["verified_by"] = unseal(session, verified.sealed, Name).name
        session.execute(
            update(Notice).where(col(Notice.finding) == verified.finding).values(**words)
        )


def record_unit_signature(session: Session, event: UnitListSigned) -> None:
    criteria = col(Notice.source) == event.unit, col(Notice.month) == event.month
    session.execute(
        update(Notice)
        .where(*criteria, col(Notice.signed_on).is_(None))
        .values(signed_on=event.signed_on)
    )
    for verdict in event.verdicts:
        if not verdict.agreed:
            session.execute(
                update(Notice)
                .where(*criteria, col(Notice.finding) == verdict.finding)
                .values(struck_out=verdict.reason or "帮扶单位不同意上报")
            )


def record_supervision(session: Session, event: SupervisionReported) -> None:
    """Our households in a supervision team's report become notices to read (B-38)."""
    for finding in event.findings:
        _notice(session, finding, Tier.COUNTY, event.team, event.month)


def record_case(session: Session, event: CaseOpened) -> None:
    fate = case_fate(session, event.case, event.household, event.village)
    fate.number, fate.opened_on = event.number, event.on
    fate.findings = sorted({*fate.findings, *event.findings})


def record_joined(session: Session, event: CaseJoined) -> None:
    """The findings that the case has now, and which of them came after it was opened."""
    fate = case_fate(session, event.case, event.household, event.village)
    fate.number, fate.findings = event.number, sorted(event.findings)
    joined = {*fate.joined, *filter(None, [event.joined])}
    fate.joined = sorted(joined & set(event.findings))


def record_reopened(session: Session, event: CaseReopened) -> None:
    """The decision and its answers are taken back."""
    fate = case_fate(session, event.case, event.household, event.village)
    fate.number, fate.findings, fate.reopened_on = event.number, sorted(event.findings), event.on
    fate.decision, fate.decided_on, fate.reason = CaseDecision.OPEN, None, None
    fate.answers = {}


def record_decision(session: Session, event: CaseVerified | CaseNotQualified) -> None:
    fate = case_fate(session, event.case, event.household, event.village)
    fate.findings, fate.decided_on = sorted(event.findings), event.on
    fate.decision, fate.reason = CaseDecision.VERIFIED, None
    fate.answers = fate.answers | {
        answer.finding: {"need": answer.need, "why_not": answer.why_not} for answer in event.answers
    }
    if isinstance(event, CaseVerified):
        fate.needs = fate.needs | {need.need: need.gap_item.value for need in event.needs}
    elif event.void:
        fate.decision, fate.findings = CaseDecision.VOID, []
    else:
        fate.decision, fate.reason = CaseDecision.NOT_QUALIFIED, event.reason


def record_order(session: Session, event: OrderFact) -> None:
    """Where an order stands; it may come before its case does."""
    order = session.get(OrderFate, event.order) or OrderFate(
        order=event.order,
        number=event.number,
        case=event.case,
        gap_item=event.gap_item,
        state=event.state,
    )
    order.department, order.state = event.department, event.state
    order.issued_on = getattr(event, "first_issued_on", order.issued_on)
    order.solve_due = getattr(event, "solve_due", None) or order.solve_due
    order.closed_on = event.on if event.state is OrderState.CLOSED else None
    session.add(order)


def record_help(session: Session, event: HelpCompleted) -> None:
    fate = session.get(CaseFate, event.case) or CaseFate(
        case=event.case, household=event.household, village=""
    )
    fate.helped_on = event.on
    session.add(fate)


def case_fate(session: Session, case: str, household: str, village: str) -> CaseFate:
    fate = session.get(CaseFate, case) or CaseFate(case=case, household=household, village=village)
    fate.household, fate.village = household, village
    session.add(fate)
    return fate


def _notice(session: Session, finding: Finding, tier: Tier, source: str, month: str) -> None:
    row = {
        "finding": finding.finding,
        "tier": tier,
        "source": source,
        "month": month,
        "household": finding.household,
        "village": finding.village,
        "group": finding.group,
        "causes": list(finding.causes),
        "on": finding.found_on,
        "struck_out": finding.struck_out,
        "event": origin(session),
    }
    statement = insert(Notice).values(row)
    changed = {
        name: statement.excluded[name] for name in row if name not in ("finding", "signed_on")
    }
    session.execute(statement.on_conflict_do_update(index_elements=["finding"], set_=changed))
