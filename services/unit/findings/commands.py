"""Findings of a unit on their way to the county: noted, completed, struck out, never deleted
(D5).
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from kit.actor import Actor
from kit.errors import Conflict, Refused
from schemas.codes import RiskCause
from schemas.values import Since
from services.unit.findings import queries, rules
from services.unit.findings.models import UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.rules import OPEN, FindingState
from services.unit.visits.rules import LONGEST, VisitNote


def note_risks(session: Session, risks: Sequence[tuple[VisitNote, str]]) -> None:
    """(note, unit) of visits that saw a risk: a new finding, or more words for the one still
    open.
    """
    for note, unit in risks:
        query = select(UnitFinding).where(
            UnitFinding.unit == unit,
            UnitFinding.month == note.month,
            UnitFinding.household == note.household,
        )
        finding = session.exec(query.with_for_update()).first()
        if finding is None:
            finding = UnitFinding(
                unit=unit,
                month=note.month,
                household=note.household,
                helper=note.helper,
                found_on=note.on,
            )
        elif finding.state not in OPEN or finding.struck_on:
            # it has gone up, or was struck out: the visit itself keeps what was seen later
            continue
        _add_words(finding, note)
        session.add(finding)
        session.flush()


def _add_words(finding: UnitFinding, note: VisitNote) -> None:
    finding.causes = list(dict.fromkeys([*finding.causes, *note.causes]))[:5]
    finding.severity = note.severity
    finding.found_on = min(finding.found_on, note.on)
    if note.since.day:
        finding.since_day, finding.since_about = note.since.day, note.since.about
    finding.risk_point = note.risk_point or finding.risk_point
    finding.matter = note.matter or finding.matter
    _settle(finding)


def _settle(finding: UnitFinding) -> None:
    complete = rules.is_complete(finding.risk_point, finding.matter)
    finding.state = FindingState.COMPLETE if complete else FindingState.DRAFT
    finding.version += 1


def complete_finding(
    session: Session,
    finding_id: str,
    *,
    risk_point: str,
    matter: str,
    causes: Sequence[RiskCause] = (),
    since: Since | None = None,
    actor: Actor,
    on: date,
) -> UnitFinding:
    """Fill in what is missing (待补充): risk point and matter, and what else was found out by
    verifying.
    """
    finding = _held(session, finding_id)
    policy.require(actor, "complete_finding", finding)
    _require_open(finding)
    if not risk_point.strip() or not matter.strip():
        raise Refused("风险点和需解决的相关事宜都要填写。")
    if max(len(risk_point), len(matter)) > LONGEST:
        raise Refused(f"风险点和需解决的相关事宜各不超过{LONGEST}字。")
    if since and since.day and since.day > on:
        raise Refused("风险发生时间晚于今天，请核对。")
    finding.risk_point, finding.matter, finding.completed_by = (
        risk_point.strip(),
        matter.strip(),
        actor.label,
    )
    if causes:
        finding.causes = list(dict.fromkeys(causes))[:5]
    if since and since.day:
        finding.since_day, finding.since_about = since.day, since.about
    _settle(finding)
    return finding


def strike_out_finding(
    session: Session, finding_id: str, *, reason: str, actor: Actor, on: date
) -> UnitFinding:
    """The head does not agree to report it; it stays and travels as a visible line with the reason
    (GT-26).
    """
    finding = _held(session, finding_id)
    policy.require(actor, "strike_out_finding", finding)
    if not reason.strip():
        raise Refused("请写明划除的理由，上报的人会看到。")
    if finding.struck_on:
        raise Conflict("这条情况已经划除。")
    if finding.state == FindingState.SIGNED:
        raise Conflict("这条情况已经签发报县，不能再划除；有异议请向县里说明。")
    finding.struck_reason, finding.struck_by, finding.struck_on = reason.strip(), actor.label, on
    finding.version += 1
    return finding


def _held(session: Session, finding_id: str) -> UnitFinding:
    """The finding, to be changed by nobody else meanwhile."""
    finding = queries.finding(session, finding_id)
    session.refresh(finding, with_for_update=True)
    return finding


def _require_open(finding: UnitFinding) -> None:
    if finding.struck_on:
        raise Conflict(f"这条情况已经划除：{finding.struck_reason}")
    if finding.state not in OPEN:
        raise Conflict("这条情况已经报送，不能再改；有补充请在下次走访时登记。")
