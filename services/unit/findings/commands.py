"""Findings of a unit on their way to the county: noted, completed, verified, mended, taken back or
struck out, never deleted (D5).
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from rulebook.types import LONGEST
from schemas.codes import RiskCause, Severity, VisitMode
from schemas.values import Since
from services.unit.findings import queries, rules
from services.unit.findings.models import FormerFinding, UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.rules import OPEN, FindingState
from services.unit.visits.rules import VisitNote

WORDS = ("causes", "severity", "since_day", "since_about", "risk_point", "matter")


def note_risks(
    session: Session, risks: Sequence[tuple[VisitNote, str]], *, actor: Actor, on: date
) -> None:
    """(note, unit) of visits that saw a risk: a new finding, or more words for the one still
    open. One that was taken back begins again, with the words of this visit alone (F-10).
    """
    for note, unit in risks:
        finding = queries.finding_of(session, unit, note.month, note.household, hold=True)
        if finding is None:
            finding = UnitFinding(
                unit=unit,
                month=note.month,
                household=note.household,
                helper=note.helper,
                found_on=note.on,
            )
        elif finding.withdrawn_on:
            _keep(session, finding, actor, on)
            _begin_again(finding, note)
        elif not finding.is_open:
            # it has gone up, or was struck out: the visit itself keeps what was seen later
            continue
        else:
            _keep_if_changed(session, finding, _with(finding, note), actor, on)
        _write(finding, _with(finding, note))
        finding.found_on = min(finding.found_on, note.on)
        session.add(finding)
        session.flush()


def add_words(
    session: Session, risks: Sequence[tuple[VisitNote, str]], *, actor: Actor, on: date
) -> int:
    """(note, unit) of visits that were recorded before: what they say more of a finding that is still
    open. How many did. A visit sent twice brings nothing back that was taken back.
    """
    told_more = 0
    for note, unit in risks:
        finding = queries.finding_of(session, unit, note.month, note.household, hold=True)
        if finding is None or not finding.is_open:
            continue
        words = _with(finding, note)
        if any(getattr(finding, name) != value for name, value in words.items()):
            _keep_if_changed(session, finding, words, actor, on)
            _write(finding, words)
            told_more += 1
    return told_more


def _begin_again(finding: UnitFinding, note: VisitNote) -> None:
    _write(finding, dict.fromkeys(WORDS) | {"causes": [], "severity": Severity.ORDINARY})
    finding.since_about = False
    finding.helper, finding.found_on = note.helper, note.on
    finding.withdrawn_on = finding.withdrawn_by = finding.withdrawn_reason = None
    finding.verified_on = finding.verified_by = finding.verified_how = None


def _with(finding: UnitFinding, note: VisitNote) -> dict:
    """The finding's words with those of one more visit; what was more severe stays so."""
    words = {name: getattr(finding, name) for name in WORDS}
    words["causes"] = list(dict.fromkeys([*finding.causes, *note.causes]))[:5]
    words["severity"] = max(finding.severity, note.severity, key=list(Severity).index)
    if note.since.day:
        words["since_day"], words["since_about"] = note.since.day, note.since.about
    words["risk_point"] = note.risk_point or finding.risk_point
    words["matter"] = note.matter or finding.matter
    return words


def _write(finding: UnitFinding, words: dict) -> None:
    for name, value in words.items():
        setattr(finding, name, value)
    complete = rules.is_complete(finding.risk_point, finding.matter)
    finding.state = FindingState.COMPLETE if complete else FindingState.DRAFT
    finding.version += 1


def _keep(session: Session, finding: UnitFinding, actor: Actor, on: date) -> None:
    """What stands there now stays on record beside what will replace it."""
    words = {name: getattr(finding, name) for name in WORDS}
    session.add(
        FormerFinding(
            finding=finding.id,
            version=finding.version,
            withdrawn_reason=finding.withdrawn_reason,
            replaced_by=actor.label,
            replaced_on=on,
            **words,
        )
    )


def _keep_if_changed(
    session: Session, finding: UnitFinding, words: dict, actor: Actor, on: date
) -> None:
    """Filling in a blank replaces nothing."""
    said = {name: getattr(finding, name) for name in WORDS if getattr(finding, name)}
    if any(words[name] != value for name, value in said.items()):
        _keep(session, finding, actor, on)


def complete_finding(
    session: Session,
    finding_id: str,
    *,
    risk_point: str,
    matter: str,
    causes: Sequence[RiskCause] = (),
    severity: Severity | None = None,
    since: Since | None = None,
    actor: Actor,
    on: date,
) -> UnitFinding:
    """Fill in what is missing (待补充), or mend what is wrong, until a list has taken the finding:
    risk point and matter, and what else was found out by verifying. What stood there is kept.
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
    words = {name: getattr(finding, name) for name in WORDS}
    words |= {"risk_point": risk_point.strip(), "matter": matter.strip()}
    if causes:
        words["causes"] = list(dict.fromkeys(causes))[:5]
    if severity:
        words["severity"] = severity
    if since and since.day:
        words["since_day"], words["since_about"] = since.day, since.about
    _keep_if_changed(session, finding, words, actor, on)
    finding.completed_by = actor.label
    _write(finding, words)
    return finding


def verify_finding(
    session: Session,
    finding_id: str,
    *,
    verified_by: str,
    verified_on: date,
    verified_how: VisitMode,
    actor: Actor,
    on: date,
) -> UnitFinding:
    """Who of the unit looked into the finding, when and how (N-11), before a list has taken it."""
    finding = _held(session, finding_id)
    policy.require(actor, "verify_finding", finding)
    _require_open(finding)
    if not verified_by.strip():
        raise Refused("请写明是谁核实的。", field="verified_by")
    if verified_on > on:
        raise Refused("核实日期晚于今天，请核对。", field="verified_on")
    if verified_on < finding.found_on:
        raise Refused("核实日期早于发现日期，请核对。", field="verified_on")
    finding.verified_by, finding.verified_on = verified_by.strip(), verified_on
    finding.verified_how = verified_how
    finding.version += 1
    return finding


def withdraw_finding(
    session: Session, finding_id: str, *, reason: str, actor: Actor, on: date
) -> UnitFinding:
    """Take a finding back that was a mistake, until a list has taken it; it stays visible with the
    reason (F-10).
    """
    finding = _held(session, finding_id)
    policy.require(actor, "withdraw_finding", finding)
    _require_open(finding)
    if not reason.strip():
        raise Refused("请写明撤回的理由。", field="reason")
    finding.withdrawn_reason, finding.withdrawn_on = reason.strip(), on
    finding.withdrawn_by = actor.label
    finding.version += 1
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
    if finding.withdrawn_on:
        raise Conflict(f"这条情况已经撤回：{finding.withdrawn_reason}")
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
    if finding.withdrawn_on:
        raise Conflict(f"这条情况已经撤回：{finding.withdrawn_reason}")
    if finding.state not in OPEN:
        raise Conflict("这条情况已经报送，不能再改；有补充请在下次走访时登记。")
