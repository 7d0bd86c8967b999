"""Findings, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from kit.errors import NotFound
from schemas.codes import DEPARTMENTS, CaseDecision, OrderState
from services.village.models import CaseFate, CountyRecheck, Finding, Notice, OrderFate
from services.village.queries.scope import Scope
from services.village.rules import Stage


def finding(session: Session, id: str, *, lock: bool = False) -> Finding:
    statement = select(Finding).where(Finding.id == id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).one_or_none()
    if found is None:
        raise NotFound("没有这条摸排记录。请从名单里选择。")
    return found


def finding_about(session: Session, month: str, household: str) -> Finding | None:
    """The one finding of a household in a month (D5)."""
    return session.exec(
        select(Finding).where(Finding.month == month, Finding.household == household)
    ).one_or_none()


def findings(
    session: Session,
    month: str,
    prefix: str = "",
    group: str | None = None,
    *,
    withdrawn: bool = False,
) -> Sequence[Finding]:
    statement = select(Finding).where(
        Finding.month == month, col(Finding.village).startswith(prefix)
    )
    if group is not None:
        statement = statement.where(Finding.group == group)
    if not withdrawn:
        statement = statement.where(Finding.stage != Stage.WITHDRAWN)
    return session.exec(statement.order_by(Finding.village, col(Finding.group), Finding.id)).all()


def unsent(session: Session, month: str, village: str) -> list[Finding]:
    """What the village's next list will carry."""
    return [one for one in findings(session, month, village) if one.supplement is None]


def to_review(session: Session, month: str, village: str) -> list[Finding]:
    """What keeps the village's list back: nobody has looked, or something is not said (N-07)."""
    return [
        one
        for one in unsent(session, month, village)
        if one.village_agreed is None or (one.village_agreed and one.lacking)
    ]


def findings_of_list(session: Session, village: str, month: str, supplement: int) -> list[Finding]:
    return [one for one in findings(session, month, village) if one.supplement == supplement]


def urgent_unsigned(session: Session, prefix: str) -> Sequence[Finding]:
    return session.exec(
        select(Finding)
        .where(
            col(Finding.village).startswith(prefix),
            col(Finding.urgent_on).is_not(None),
            col(Finding.urgent_signed_on).is_(None),
            col(Finding.supplement).is_(None),
            Finding.stage != Stage.WITHDRAWN,
            col(Finding.village_agreed).is_not(False),
            col(Finding.township_agreed).is_not(False),
        )
        .order_by(Finding.id)
    ).all()


def history_of(session: Session, household: str) -> Sequence[Finding]:
    return session.exec(
        select(Finding).where(Finding.household == household).order_by(col(Finding.month).desc())
    ).all()


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


def rechecks(session: Session, scope: Scope, *, answered: bool = False) -> Sequence[CountyRecheck]:
    statement = select(CountyRecheck).where(col(CountyRecheck.village).startswith(scope.prefix))
    if not answered:
        statement = statement.where(col(CountyRecheck.answered_on).is_(None))
    return session.exec(statement.order_by(col(CountyRecheck.due))).all()


def open_recheck(session: Session, case: str, *, lock: bool = False) -> CountyRecheck:
    statement = (
        select(CountyRecheck)
        .where(CountyRecheck.case == case)
        .order_by(
            col(CountyRecheck.answered_on).is_(None).desc(), col(CountyRecheck.asked_on).desc()
        )
        .limit(1)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).one_or_none()
    if found is None:
        raise NotFound("县里没有退回过这个案件,不用复核答复。")
    return found


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
