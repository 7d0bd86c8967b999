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
from kit.database.searching import begins
from schemas.codes import DEPARTMENTS, CaseDecision, DirectoryKind, GapItem, OrderState
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.outcomes.models import CaseFate, Notice, OrderFate
from services.village.outcomes.policy import policy

HELPED = "帮扶事项全部办结"


@dataclass(frozen=True)
class Fate:
    """What the finder sees of a finding after it reached the county."""

    finding: str
    case: CaseFate
    orders: Sequence[OrderFate]
    departments: Mapping[str, str]  # code → name
    later: CaseFate | None = None  # the case that has taken the finding over since

    @property
    def steps(self) -> list[tuple[date | None, str]]:
        case, steps = self.case, []
        if case.opened_on or case.number:
            joined = "，这一条后来并入" if self.joined else ""
            steps.append((case.opened_on, f"县里登记线索{case.number or ''}{joined}"))
        if case.reopened_on and case.decision is CaseDecision.OPEN:
            steps.append((case.reopened_on, "县里撤回了原来的决定，正在重新核实"))
        if case.decision is CaseDecision.NOT_QUALIFIED:
            steps.append((case.decided_on, f"县里核实：{case.decision.label}（{case.reason}）"))
        elif case.decision is not CaseDecision.OPEN:
            steps.append((case.decided_on, f"县里核实：{case.decision.label}"))
        if case.decision is CaseDecision.RECHECK and case.rechecked_on:
            steps.append((case.rechecked_on, "乡镇已复核，等县里决定"))
        if self.answer:
            steps.append((case.decided_on, f"对这一条的答复：{self.answer}"))
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
        if self.later is not None:
            number = self.later.number or ""
            steps.append((self.later.opened_on, f"这一条没有答复，转入线索{number}"))
        elif self.unanswered:
            steps.append((None, "这一条是决定以后到的，县里还没有答复"))
        return steps

    @property
    def joined(self) -> bool:
        """It came to a case that was there already."""
        return self.finding in self.case.joined

    @property
    def answer(self) -> str | None:
        """What the decision says of it; None where the decision's own reason says it."""
        answer = self.case.answers.get(self.finding)
        if answer is None:
            return None
        if answer["why_not"]:
            return f"不办：{answer['why_not']}"
        gap_item = self.case.needs.get(answer["need"] or "")
        return f"由“{GapItem(gap_item).label}”解决" if gap_item else None

    @property
    def unanswered(self) -> bool:
        """It came after the decision, and the county has still to say what it does about it."""
        verified = self.case.decision is CaseDecision.VERIFIED
        waits = verified and self.joined and self.finding not in self.case.answers
        return waits and self.later is None

    @property
    def helped(self) -> bool:
        """All is done, and no order was opened again since."""
        closed = all(order.state is OrderState.CLOSED for order in self.orders)
        return self.case.helped_on is not None and closed

    @property
    def end(self) -> tuple[date | None, str] | None:
        case = self.case
        if self.unanswered:
            return None
        if case.decision is CaseDecision.NOT_QUALIFIED:
            return case.decided_on, f"县里核实：{case.decision.label}（{case.reason}）"
        return (case.helped_on, HELPED) if self.helped else None


def fate_of(session: Session, finding: Finding) -> list[Fate]:
    return fates_of(session, [finding])[finding.id]


def fates_of(session: Session, findings: Sequence[Finding]) -> dict[str, list[Fate]]:
    """Of each finding the cases that name it, or that were opened about its household since."""
    ids, households = [row.id for row in findings], [row.household for row in findings]
    named = col(CaseFate.findings).has_any(cast(ids, ARRAY(Text)))  # type: ignore[attr-defined]
    statement = select(CaseFate).where(
        or_(named, among(CaseFate.household, households)), CaseFate.decision != CaseDecision.VOID
    )
    cases = session.exec(statement.order_by(col(CaseFate.opened_on), CaseFate.case)).all()
    orders = session.exec(
        select(OrderFate)
        .where(among(OrderFate.case, [case.case for case in cases]))
        .order_by(OrderFate.number)
    ).all()
    named = departments(session, [order.department for order in orders])
    of_case = {case.case: [order for order in orders if order.case == case.case] for case in cases}
    return {
        finding.id: [
            Fate(finding.id, case, of_case[case.case], named, _later(case, cases, finding))
            for case in cases
            if _is_about(case, finding)
        ]
        for finding in findings
    }


def _later(case: CaseFate, cases: Sequence[CaseFate], finding: Finding) -> CaseFate | None:
    """What the case left without an answer is the latest case's that names it: a new one was opened
    for it when the help was complete.
    """
    if finding.id not in case.findings or finding.id in case.answers:
        return None
    naming = [other for other in cases if finding.id in other.findings]
    after = naming[naming.index(case) + 1 :]
    return after[-1] if after else None


def end_of(finding: Finding, fates: Sequence[Fate]) -> tuple[date | None, str] | None:
    """Day and words of what became of a finding in the end; None while something is still open: a
    case that does not name it says nothing of it, were it of the same household. Of several that
    name it the latest counts: what came after a decision may open a case of its own. A risk that the
    county has verified is not over because the township struck it out later.
    """
    naming = [fate for fate in fates if finding.id in fate.case.findings]
    verified = naming and naming[-1].case.decision is CaseDecision.VERIFIED
    if finding.stage is Stage.AT_COUNTY and finding.struck_out and not verified:
        return finding.township_on or finding.village_on, finding.struck_out
    return naming[-1].end if naming else None


def answers_about(session: Session, household: str) -> dict[str, str]:
    """Finding, of whatever channel → what the county's decision says of it."""
    statement = select(CaseFate).where(
        CaseFate.household == household, CaseFate.decision != CaseDecision.VOID
    )
    cases = session.exec(statement.order_by(col(CaseFate.opened_on), CaseFate.case)).all()
    fates = [Fate(finding, case, (), {}) for case in cases for finding in case.answers]
    return {fate.finding: fate.answer for fate in fates if fate.answer}


def _is_about(case: CaseFate, finding: Finding) -> bool:
    since = case.opened_on is not None and case.opened_on >= finding.found_on
    return finding.id in case.findings or (case.household == finding.household and since)


def departments(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
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
        policy.visible(actor, "notices", Notice), begins(col(Notice.village), village)
    )
    if month:
        statement = statement.where(Notice.month == month)
    return session.exec(statement.order_by(col(Notice.on).desc(), Notice.finding)).all()


def notices_about(session: Session, household: str) -> Sequence[Notice]:
    return session.exec(
        select(Notice).where(Notice.household == household).order_by(col(Notice.on).desc())
    ).all()
