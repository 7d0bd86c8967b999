"""A unit's list of the month: sent, signed by its head, or missing."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.forms.receiving import Receiving
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.codes import Content, Role, Timeliness
from schemas.unit import UnitListMissed, UnitListSigned, UnitListSubmitted
from schemas.values import Finding, FindingWords, Receipt, Verdict
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.findings.models import UnitFinding
from services.unit.findings.rules import OPEN, FindingState
from services.unit.lists import queries, rules
from services.unit.lists.forms import ListAnswer
from services.unit.lists.models import UnitList
from services.unit.lists.policy import policy
from services.unit.months import queries as months_queries
from services.unit.months.commands import held_month
from services.unit.months.models import UnitMonth
from services.unit.visits import queries as visits_queries
from services.unit.visits.rules import Progress

TODAY = Receiving()  # nothing said of a paper: it comes as it is sent


def submit_list(
    session: Session,
    unit: str,
    month: str,
    *,
    nil: bool,
    actor: Actor,
    on: date,
    paper: Receiving = TODAY,
) -> ListAnswer:
    """Close the unit's list of the month for its head to sign; a second one is a supplement.

    `nil` declares that nothing was found: never inferred, and refused while there is a finding.
    Findings that lack risk point or matter stay behind and are named. `paper`: when it came, if not
    today (补录); that says whoever received it, never the unit (G-10).
    """
    row = held_month(session, unit, month)
    policy.require(actor, "submit_list", row)
    receipt = paper.receipt(on, actor=actor, receivers=policy["date_receipt"].roles)
    waiting = findings_queries.findings(session, month=month, unit=unit, states=OPEN)
    ready = [finding for finding in waiting if _is_ready(finding)]
    behind = tuple(_head_name(session, finding) for finding in waiting if finding not in ready)
    sent = queries.lists_of(session, unit, month)
    _require_content(nil, ready, behind, sent)
    unit_list = UnitList(
        unit=unit,
        month=month,
        supplement=len(sent),
        nil=nil,
        received_on=receipt.on,
        written_on=receipt.written_on,
        entered_on=receipt.entered_on,
        entered_reason=receipt.reason,
        submitted_by=actor.label,
        pack=months_queries.month(session, month).pack,
    )
    row.content = Content.NIL if nil else Content.FINDINGS
    _send(session, unit_list, ready, receipt)
    return ListAnswer(unit_list, len(ready), behind)


def _is_ready(finding: UnitFinding) -> bool:
    """Complete, or struck out and named as such."""
    return finding.struck_on is not None or finding.state is FindingState.COMPLETE


def _send(
    session: Session, unit_list: UnitList, ready: Sequence[UnitFinding], receipt: Receipt
) -> None:
    session.add(unit_list)
    session.flush()  # the list first: its findings refer to it
    for finding in ready:
        finding.state, finding.list_id = FindingState.SUBMITTED, unit_list.id
        finding.version += 1
    emit(
        session,
        UnitListSubmitted(
            unit=unit_list.unit,
            month=unit_list.month,
            supplement=unit_list.supplement,
            nil=unit_list.nil,
            receipt=receipt,
            findings=tuple(_travelling(session, finding) for finding in ready),
        ),
    )


def _require_content(
    nil: bool, ready: Sequence[UnitFinding], behind: Sequence[str], sent: Sequence[UnitList]
) -> None:
    names = "、".join(behind)
    if nil and (ready or behind):
        raise Refused(
            "本月登记过有风险的农户，不能零报告；请按“有情况”报送，不实的由主要领导划除。"
        )
    if nil and sent:
        raise Conflict("本月名单已经报送，不用再零报告。")
    if not nil and not ready and behind:
        raise Refused(f"还不能报送：{names}待补充风险点和需解决的相关事宜。")
    if not nil and not ready and sent:
        raise Conflict("本月名单已经报送，没有新的情况要补报。")
    if not nil and not ready:
        raise Refused("没有登记有风险的农户；确实没有的，请勾选“本月走访无风险（零报告）”。")


def sign_list(session: Session, unit: str, month: str, *, actor: Actor, on: date) -> list[UnitList]:
    """The head signs all lists of the month that wait; from now on they are at the county."""
    row = held_month(session, unit, month)
    policy.require(actor, "sign_list", row)
    opened = months_queries.month(session, month)
    lists = queries.lists_of(session, unit, month)
    waiting = [unit_list for unit_list in lists if unit_list.signed_on is None]
    if not waiting:
        raise Conflict("没有等待签发的名单；请先由经办人报送。")
    after = len(waiting) < len(lists)
    done = visits_queries.progress_of(session, unit, month)
    for unit_list in waiting:
        unit_list.signed_on, unit_list.signed_by = on, actor.label
        unit_list.late = rules.is_late(on, opened.report_due, after_signature=after)
        unit_list.required, unit_list.contacted = done.required, done.contacted
        unit_list.unreached = done.unreached
        emit(
            session,
            UnitListSigned(
                unit=unit,
                month=month,
                supplement=unit_list.supplement,
                signed_on=on,
                late=unit_list.late,
                nil=unit_list.nil,
                required=done.required,
                contacted=done.contacted,
                unreached=done.unreached,
                verdicts=_verdicts(session, unit_list),
            ),
        )
    if not after:
        row.timeliness = Timeliness.LATE if waiting[0].late else Timeliness.ON_TIME
    return waiting


def _verdicts(session: Session, unit_list: UnitList) -> tuple[Verdict, ...]:
    findings = list(
        session.exec(
            select(UnitFinding).where(UnitFinding.list_id == unit_list.id).order_by(UnitFinding.id)
        )
    )
    for finding in findings:
        finding.state = FindingState.SIGNED
        finding.version += 1
    return tuple(
        Verdict(finding=finding.id, agreed=finding.struck_on is None, reason=finding.struck_reason)
        for finding in findings
    )


def report_missing_lists(session: Session, month: str) -> list[UnitMonth]:
    """The due day is over: name every unit whose list nobody signed, unless it was exempted."""
    opened = months_queries.month(session, month)
    query = select(UnitMonth).where(
        UnitMonth.month == month,
        UnitMonth.timeliness == Timeliness.WAITING,
        col(UnitMonth.exempted_on).is_(None),
    )
    missing = list(session.exec(query.order_by(UnitMonth.unit).with_for_update()))
    counted = visits_queries.progress_of_units(session, month)
    for row in missing:
        row.timeliness = Timeliness.MISSING
        done = counted.get(row.unit, Progress())
        emit(
            session,
            UnitListMissed(
                unit=row.unit,
                month=month,
                due=opened.report_due,
                required=done.required,
                contacted=done.contacted,
                unreached=done.unreached,
            ),
        )
    opened.closed_on = opened.report_due
    return missing


def _head_name(session: Session, finding: UnitFinding) -> str:
    return directory_queries.household(session, finding.household).head_name


def _travelling(session: Session, finding: UnitFinding) -> Finding:
    """The finding as it crosses the border: words and numbers sealed."""
    household = directory_queries.household(session, finding.household)
    return Finding(
        finding=finding.id,
        household=household.id,
        village=household.village,
        group=household.group,
        id_hash=household.id_hash,
        on_register=household.on_register,
        causes=tuple(finding.causes),
        severity=finding.severity,
        since=finding.since,
        found_on=finding.found_on,
        struck_out=f"{Role.UNIT_HEAD.label}划除：{finding.struck_reason}"
        if finding.struck_on
        else None,
        sealed=seal(session, _words(finding, household)),
    )


def _words(finding: UnitFinding, household: Household) -> FindingWords:
    return FindingWords(
        head_name=household.head_name,
        id_number=household.id_number,
        phone=household.phone,
        size=household.size,
        risk_point=finding.risk_point,
        matter=finding.matter,
    )
