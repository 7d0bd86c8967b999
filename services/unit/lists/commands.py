"""A unit's list of the month: sent, signed by its head, or missing."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit import closing, directory
from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.forms.receiving import Receiving
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from kit.seal import seal
from schemas.codes import Content, DirectoryKind, Role, Timeliness
from schemas.unit import UnitListMissed, UnitListSigned, UnitListSubmitted, Verification
from schemas.values import Finding, FindingWords, Name, Receipt, Verdict
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.findings.models import UnitFinding
from services.unit.findings.rules import OPEN, FindingState
from services.unit.lists import queries, rules
from services.unit.lists.forms import ListAnswer
from services.unit.lists.models import UnitList
from services.unit.lists.policy import policy
from services.unit.lists.queries import Review
from services.unit.months import queries as months_queries
from services.unit.months.commands import held_month
from services.unit.months.models import UnitMonth
from services.unit.months.rules import few
from services.unit.service import county
from services.unit.visits import queries as visits_queries
from services.unit.visits.rules import Progress

TODAY = Receiving()  # nothing said of a paper: it comes as it is sent


def submit_list(
    session: Session,
    unit: str,
    month: str,
    *,
    nil: bool,
    nil_reason: str | None = None,
    unverified_reason: str | None = None,
    actor: Actor,
    on: date,
    paper: Receiving = TODAY,
) -> ListAnswer:
    """Close the unit's list of the month for its head to sign; a second one is a supplement.

    `nil` declares that nothing was found: never inferred, refused while there is a finding, and
    with a reason while not every household was contacted. Findings that lack risk point or
    matter stay behind and are named; for those that nobody verified a reason is asked (N-11).
    `paper`: when it came, if not today (补录); that says whoever received it, never the unit (G-10).
    """
    row = _held(session, unit, month)
    policy.require(actor, "submit_list", row)
    receipt = paper.receipt(on, actor=actor, receivers=policy["date_receipt"].roles)
    waiting = findings_queries.findings(session, month=month, unit=unit, states=OPEN, hold=True)
    ready = [finding for finding in waiting if finding.is_to_send]
    sent = queries.lists_of(session, unit, month)
    review = queries.review(session, unit, month, on)
    _require_content(nil, review, sent)
    unit_list = _new(session, row, nil, len(sent), receipt, actor)
    unit_list.nil_reason = _reason_for_nil(review, nil_reason) if nil else None
    unit_list.unverified_reason = _reason_for_unverified(session, ready, unverified_reason)
    row.content = Content.NIL if nil else Content.FINDINGS
    _send(session, unit_list, ready, receipt)
    return ListAnswer(unit_list, len(ready), tuple(review.incomplete))


def _new(
    session: Session, row: UnitMonth, nil: bool, supplement: int, receipt: Receipt, actor: Actor
) -> UnitList:
    return UnitList(
        unit=row.unit,
        month=row.month,
        supplement=supplement,
        nil=nil,
        received_on=receipt.on,
        written_on=receipt.written_on,
        entered_on=receipt.entered_on,
        entered_reason=receipt.reason,
        submitted_by=actor.label,
        submitted_account=actor.account,
        pack=months_queries.month(session, row.month).pack,
    )


def _held(session: Session, unit: str, month: str) -> UnitMonth:
    """The unit's month. One that was not expected in it joins with what it found since."""
    if session.get(UnitMonth, (month, unit)) is None:
        found = findings_queries.findings(session, month=month, unit=unit, states=OPEN)
        if any(finding.is_to_send for finding in found):
            session.add(UnitMonth(month=month, unit=unit, required=0))
            session.flush()
    return held_month(session, unit, month)


def _reason_for_nil(review: Review, reason: str | None) -> str | None:
    """`Refused`, naming who and how many, when somebody was not contacted and nobody says why."""
    if not review.without_contact:
        return None
    counts = f"{review.progress.required}户中{rules.not_contacted(review.progress)}"
    names = few(review.without_contact)
    asked = f"{counts}（{names}）：确实要零报告的，请写明为什么没有联系上、为什么没有风险。"
    return _given(reason, asked, "nil_reason", review.without_contact)


def _reason_for_unverified(
    session: Session, ready: Sequence[UnitFinding], reason: str | None
) -> str | None:
    """The same for findings of which nobody says who looked into them (N-11)."""
    names = [_head_name(session, finding) for finding in ready if finding.is_unverified]
    if not names:
        return None
    asked = (
        f"{len(names)}户还没有写明调查核实（谁、哪天、怎么核实的）：{few(names)}。"
        "请先登记核实；现在就要报送的，请写明原因。"
    )
    return _given(reason, asked, "unverified_reason", names)


def _given(reason: str | None, asked: str, field: str, names: Sequence[str]) -> str:
    if not (reason or "").strip():
        raise Refused(asked, field=field)
    if rules.names_somebody(reason or "", names):
        raise Refused("原因会随名单报县，请不要写姓名、身份证号码或电话。", field=field)
    return (reason or "").strip()


def _send(
    session: Session, unit_list: UnitList, ready: Sequence[UnitFinding], receipt: Receipt
) -> None:
    session.add(unit_list)
    session.flush()  # the list first: its findings refer to it
    for finding in ready:
        finding.state, finding.list_id = FindingState.SUBMITTED, unit_list.id
        finding.version += 1
    event = UnitListSubmitted(
        unit=unit_list.unit,
        month=unit_list.month,
        supplement=unit_list.supplement,
        nil=unit_list.nil,
        nil_reason=unit_list.nil_reason,
        receipt=receipt,
        findings=tuple(_travelling(session, finding) for finding in ready),
        verifications=tuple(
            verification for finding in ready if (verification := _verified(session, finding))
        ),
        unverified_reason=unit_list.unverified_reason,
    )
    emit(session, *in_parts(event, "findings", beside="verifications"))


def _require_content(nil: bool, review: Review, sent: Sequence[UnitList]) -> None:
    ready, behind = review.ready, review.incomplete
    names = few([*ready, *behind])
    if nil and (ready or behind):
        raise Refused(
            f"登记过有风险的农户（{names}），不能零报告；请按“有情况”报送，"
            "登记错了的请撤回，不实的由主要领导划除。"
        )
    if nil and sent:
        raise Conflict("这个月的名单已经报送，不用再零报告。")
    if not nil and not ready and behind:
        raise Refused(f"还不能报送：{'、'.join(behind)}待补充风险点和需解决的相关事宜。")
    if not nil and not ready and sent:
        raise Conflict("这个月的名单已经报送，没有新的情况要补报。")
    if not nil and not ready:
        raise Refused("没有登记有风险的农户；确实没有的，请勾选“本月走访无风险（零报告）”。")


def sign_list(session: Session, unit: str, month: str, *, actor: Actor, on: date) -> list[UnitList]:
    """The head signs all lists of the month that wait; from now on they are at the county. A nil is
    not signed while a finding stands: one that was sent after it ends it, one that was not is named.
    """
    row = held_month(session, unit, month)
    policy.require(actor, "sign_list", row)
    opened = months_queries.month(session, month)
    lists = queries.lists_of(session, unit, month)
    waiting = [unit_list for unit_list in lists if unit_list.signed_on is None]
    if not waiting:
        raise Conflict("没有等待签发的名单；请先由经办人报送。")
    _require_no_finding_beside_nil(session, waiting)
    after = len(waiting) < len(lists)
    done = visits_queries.progress_of(session, unit, month)
    for unit_list in waiting:
        unit_list.signed_on, unit_list.signed_by = on, actor.label
        unit_list.late = rules.is_late(on, opened.report_due, after_signature=after)
        unit_list.required, unit_list.contacted = done.required, done.contacted
        unit_list.unreached = done.unreached
        event = UnitListSigned(
            unit=unit,
            month=month,
            supplement=unit_list.supplement,
            signed_on=on,
            late=unit_list.late,
            nil=unit_list.nil and row.content is Content.NIL,
            nil_reason=unit_list.nil_reason,
            required=done.required,
            contacted=done.contacted,
            unreached=done.unreached,
            verdicts=_verdicts(session, unit_list),
        )
        emit(session, *in_parts(event, "verdicts"))
    if not after:
        row.timeliness = Timeliness.LATE if waiting[0].late else Timeliness.ON_TIME
    return waiting


def _require_no_finding_beside_nil(session: Session, waiting: Sequence[UnitList]) -> None:
    for unit_list in waiting:
        if not unit_list.nil:
            continue
        open_findings = findings_queries.findings(
            session, month=unit_list.month, unit=unit_list.unit, states=OPEN
        )
        names = [
            _head_name(session, finding)
            for finding in open_findings
            if finding.is_open or finding.is_to_send
        ]
        if names:
            raise Refused(
                f"零报告之后又登记了{len(names)}户有风险（{few(names)}），不能按零报告签发；"
                "请先由经办人补报；不实的请划除，划除的也随补报写明理由。"
            )


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
        UnitMonth.required > 0,
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
    return missing


def _head_name(session: Session, finding: UnitFinding) -> str:
    return directory_queries.household(session, finding.household).head_name


def _travelling(session: Session, finding: UnitFinding) -> Finding:
    """The finding as it crosses the border: words and numbers sealed; of a void entry as its
    successor's.
    """
    said = directory_queries.household(session, finding.household)
    household = directory_queries.present_entry(session, said)
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
        struck_out=_struck_out(session, finding),
        sealed=seal(session, _words(finding, household)),
    )


def _struck_out(session: Session, finding: UnitFinding) -> str | None:
    """Who, for what reason: the unit's head; since it ended and joined none, the county's leader."""
    if finding.struck_on is None:
        return None
    said = closing.in_force(session, DirectoryKind.UNIT, finding.unit)
    unit = directory.entry(session, DirectoryKind.UNIT, finding.unit)
    left_on = said.ended_on if said and unit and unit.successor == county(session) else None
    role = Role.COUNTY_LEADER if left_on and finding.struck_on >= left_on else Role.UNIT_HEAD
    return f"{role.label}划除：{finding.struck_reason}"


def _verified(session: Session, finding: UnitFinding) -> Verification | None:
    if finding.verified_on is None or finding.verified_how is None:
        return None
    return Verification(
        finding=finding.id,
        on=finding.verified_on,
        how=finding.verified_how,
        sealed=seal(session, Name(name=finding.verified_by or "")),
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
