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
        found = session.exec(query.with_for_update()).first()
        if found is None:
            found = UnitFinding(
                unit=unit,
                month=note.month,
                household=note.household,
                helper=note.helper,
                found_on=note.on,
            )
        elif found.state not in OPEN or found.struck_on:
            # it has gone up, or was struck out: the visit itself keeps what was seen later
            continue
        _add_words(found, note)
        session.add(found)
        session.flush()


def _add_words(found: UnitFinding, note: VisitNote) -> None:
    found.causes = list(dict.fromkeys([*found.causes, *note.causes]))[:5]
    found.severity = note.severity
    found.found_on = min(found.found_on, note.on)
    if note.since.day:
        found.since_day, found.since_about = note.since.day, note.since.about
    found.risk_point = note.risk_point or found.risk_point
    found.matter = note.matter or found.matter
    _settle(found)


def _settle(found: UnitFinding) -> None:
    complete = rules.is_complete(found.risk_point, found.matter)
    found.state = FindingState.COMPLETE if complete else FindingState.DRAFT
    found.version += 1


def complete_finding(
    session: Session,
    finding: str,
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
    found = _held(session, finding)
    policy.require(actor, "complete_finding", found)
    _require_open(found)
    if not risk_point.strip() or not matter.strip():
        raise Refused("风险点和需解决的相关事宜都要填写。")
    if max(len(risk_point), len(matter)) > LONGEST:
        raise Refused(f"风险点和需解决的相关事宜各不超过{LONGEST}字。")
    if since and since.day and since.day > on:
        raise Refused("风险发生时间晚于今天,请核对。")
    found.risk_point, found.matter, found.completed_by = (
        risk_point.strip(),
        matter.strip(),
        actor.label,
    )
    if causes:
        found.causes = list(dict.fromkeys(causes))[:5]
    if since and since.day:
        found.since_day, found.since_about = since.day, since.about
    _settle(found)
    return found


def strike_out_finding(
    session: Session, finding: str, *, reason: str, actor: Actor, on: date
) -> UnitFinding:
    """The head does not agree to report it; it stays and travels as a visible line with the reason
    (GT-26).
    """
    found = _held(session, finding)
    policy.require(actor, "strike_out_finding", found)
    if not reason.strip():
        raise Refused("请写明划除的理由,上报的人会看到。")
    if found.struck_on:
        raise Conflict("这条情况已经划除。")
    if found.state == FindingState.SIGNED:
        raise Conflict("这条情况已经签发报县,不能再划除;有异议请向县里说明。")
    found.struck_reason, found.struck_by, found.struck_on = reason.strip(), actor.label, on
    found.version += 1
    return found


def _held(session: Session, finding: str) -> UnitFinding:
    """The finding, to be changed by nobody else meanwhile."""
    found = queries.finding(session, finding)
    session.refresh(found, with_for_update=True)
    return found


def _require_open(found: UnitFinding) -> None:
    if found.struck_on:
        raise Conflict(f"这条情况已经划除:{found.struck_reason}")
    if found.state not in OPEN:
        raise Conflict("这条情况已经报送,不能再改;有补充请在下次走访时登记。")
