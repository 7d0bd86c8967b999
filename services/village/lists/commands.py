"""The village's list of the month (N-06, N-07)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.behalf import Behalf
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from schemas.values import Receipt
from schemas.village import ListSubmitted
from services.village.findings import queries as findings_queries
from services.village.findings.commands import as_value, hold_village, village_office
from services.village.findings.models import Finding
from services.village.findings.rules import Stage, Step
from services.village.lists import queries, rules
from services.village.lists.models import VillageList
from services.village.lists.policy import policy
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.commands import follow_villages
from services.village.months.models import ReporterMonth
from services.village.places import PHONED, Place
from services.village.register import queries as register_queries
from services.village.screening import queries as screening_queries
from services.village.service import sealed_reason


def submit_list(
    session: Session,
    village: str,
    month: str,
    *,
    nil: bool,
    actor: Actor,
    on: date,
    receipt: Receipt | None = None,
    on_behalf_of: Behalf | None = None,
    silent_reason: str | None = None,
) -> VillageList:
    """Send the village's findings of the month (`YYYY-MM`) to its township, or declare that there
    are none (GT-25): with groups silent only for a reason (F-02). What is found afterwards goes
    with the next supplement.
    """
    place = Place(register_queries.village(session, village).code, session=session)
    office = (on_behalf_of or Behalf(reason=PHONED)).otherwise(village_office(session, village))
    behalf = policy.require(actor, "submit_list", place, on_behalf=office)
    receipt = receipt or Receipt(on=on)
    if receipt.entered_on is not None:
        policy.require(actor, "date_list", place)
    month = months_queries.month_named(session, month).month
    row = hold_village(session, month, village)
    findings = findings_queries.unsent(session, month, village)
    _require_ready(row, findings, nil)
    silent = [] if row.reported else screening_queries.silent_groups(session, month, village)
    reason = _silent_reason(silent, silent_reason) if nil else None
    sent = _list(session, row, nil, receipt, actor, behalf)
    _agree_to_urgent(findings, actor, on)
    sent.silent, sent.silent_reason = [group.group or "" for group in silent], reason
    session.add(sent)
    _enter(row, sent, receipt)
    follow_villages(session, month, sent.township)
    emit(session, *in_parts(_submitted(session, sent, receipt, findings), "findings"))
    for finding in findings:
        finding.supplement = sent.supplement
    return sent


def _list(
    session: Session,
    row: ReporterMonth,
    nil: bool,
    receipt: Receipt,
    actor: Actor,
    on_behalf_of: str | None,
) -> VillageList:
    return VillageList(
        village=row.division,
        month=row.month,
        supplement=len(queries.lists(session, row.month, village=row.division)),
        township=row.division[:9] + "000",
        nil=nil,
        late=months_rules.is_late(receipt.on, row.due),
        received_on=receipt.on,
        written_on=receipt.written_on,
        entered_on=receipt.entered_on,
        receipt_reason=receipt.reason,
        by_account=actor.account,
        by_name=actor.signature,
        on_behalf_of=on_behalf_of,
    )


def _submitted(
    session: Session, sent: VillageList, receipt: Receipt, findings: list[Finding]
) -> ListSubmitted:
    return ListSubmitted(
        village=sent.village,
        township=sent.township,
        month=sent.month,
        supplement=sent.supplement,
        receipt=receipt,
        late=sent.late,
        nil=sent.nil,
        findings=tuple(as_value(session, finding) for finding in findings),
        silent=tuple(sent.silent),
        sealed=sealed_reason(session, sent.silent_reason),
    )


def _silent_reason(silent: Sequence[ReporterMonth], reason: str | None) -> str | None:
    """Nobody answers for groups that said nothing without saying why he may."""
    if not silent:
        return None
    if bare := (reason or "").strip():
        return bare
    groups = "、".join(f"{row.group}组" for row in silent)
    raise Refused(
        f"{groups}还没有报。请先催报；确已了解没有风险的，请写明原因再报零报告。",
        field="silent_reason",
    )


def _require_ready(row: ReporterMonth, findings: list[Finding], nil: bool) -> None:
    if row.reported and not findings:
        raise Conflict("本月名单已经上报，没有新增的农户，不用再报。")
    if nil and findings:
        raise Refused(f"本月已登记{len(findings)}户，不能报零报告。不符合的请在审核时写明原因。")
    if not rules.is_complete(nil, len(findings)):
        raise Refused(
            "名单里没有农户。请登记发现的农户；确实没有的，请勾选“本月无风险（零报告）”。"
        )
    if waiting := [finding for finding in findings if finding.waits_for is Step.REVIEW]:
        raise Refused(f"还有{len(waiting)}户没有审核：{_named(waiting)}。请先审核再上报。")


def _agree_to_urgent(findings: Sequence[Finding], actor: Actor, on: date) -> None:
    """An urgent one says all that a review asks for: the village agrees by its list, as the head
    does by his signature.
    """
    for finding in findings:
        if finding.awaits_signature and finding.village_agreed is None:
            finding.village_agreed, finding.village_by = True, actor.label
            finding.village_on, finding.stage = on, Stage.REVIEWED


def _named(findings: list[Finding]) -> str:
    return "、".join(finding.head_name for finding in findings[:5]) + (
        "等" if len(findings) > 5 else ""
    )


def _enter(row: ReporterMonth, sent: VillageList, receipt: Receipt) -> None:
    if not row.reported:  # the list decides whether it was in time; supplements have their own mark
        row.receipt, row.timeliness = receipt, months_rules.timeliness(receipt.on, row.due)
        row.by_account, row.by_name, row.on_behalf_of = (
            sent.by_account,
            sent.by_name,
            sent.on_behalf_of,
        )
        row.content = months_rules.content(sent.nil)
    elif not sent.nil:
        row.content = months_rules.content(False)
