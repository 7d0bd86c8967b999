"""The group leader's monthly screening (N-04, N-05)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.behalf import Behalf
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from schemas.codes import Content, Severity, Timeliness
from schemas.values import Receipt
from schemas.village import GroupReported, GroupReportWithdrawn
from services.village.findings import queries as findings_queries
from services.village.findings.commands import (
    begin_review,
    hold_finding,
    hold_village,
    keep_finding,
    keep_version,
    mark_urgent,
    reviews,
    version_of,
    village_office,
)
from services.village.findings.forms import FindingDraft
from services.village.findings.models import Finding
from services.village.findings.policy import policy as findings_policy
from services.village.findings.rules import Change, Stage
from services.village.lists import rules as lists_rules
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.commands import hold_reporter, missed
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter
from services.village.places import PHONED, Place, led_by
from services.village.register import queries as register_queries
from services.village.screening import queries
from services.village.screening.forms import MendForm
from services.village.screening.policy import policy


def report_group(
    session: Session,
    village: str,
    group: str,
    month: str,
    *,
    nil: bool,
    findings: Sequence[FindingDraft] = (),
    actor: Actor,
    on: date,
    receipt: Receipt | None = None,
    on_behalf_of: Behalf | None = None,
) -> ReporterMonth:
    """Report a group's screening: nil in one tap, or households at risk, at once and as often as
    one is found. A clerk may enter it for a leader who phoned; both names are kept.
    """
    leader = register_queries.group(session, village, group)
    whom = (on_behalf_of or Behalf(reason=PHONED)).otherwise(leader.leader)
    behalf = policy.require(actor, "report_group", leader, on_behalf=whom)
    receipt = receipt or Receipt(on=on)
    if receipt.entered_on is not None:
        policy.require(actor, "date_group_report", leader)
    if not lists_rules.is_complete(nil, len(findings)):
        raise Refused("请选择发现情况的农户，或者点“本月无风险（零报告）”。两样只能选一样。")
    month = months_queries.month_named(session, month).month
    hold_village(session, month, village)
    row = hold_reporter(session, month, Reporter.GROUP, leader.place)
    before = queries.findings_of_group(session, row)
    if nil and before:
        raise Conflict(f"本月已报{len(before)}户有情况，不能再报零报告。报错了请先“收回”。")
    changed = _keep(session, row, findings, actor, on, behalf)
    if changed or not row.reported or months_rules.content(nil) is not row.content:
        _enter(row, receipt, nil, actor, behalf)
        emit(session, _reported(session, row))
    return row


def _keep(
    session: Session,
    row: ReporterMonth,
    findings: Sequence[FindingDraft],
    actor: Actor,
    on: date,
    behalf: str | None,
) -> bool:
    """Whether any of the findings says something new."""
    kept = [
        keep_finding(
            session,
            row.division,
            row.month,
            _own(session, row, draft, actor),
            actor=actor,
            on=on,
            on_behalf_of=behalf,
            from_group=True,
        )
        for draft in findings
    ]
    return any(changed for _, changed in kept)


def withdraw_group_report(
    session: Session, village: str, group: str, month: str, *, actor: Actor, on: date
) -> ReporterMonth:
    """Take the month's report back, with every finding that the village has not reviewed; until the
    village has sent its list.
    """
    leader = register_queries.group(session, village, group)
    whom = Behalf(leader.leader, "来电要求收回")
    policy.require(actor, "withdraw_group_report", leader, on_behalf=whom)
    month = months_queries.month_named(session, month).month
    hold_village(session, month, village)
    row = hold_reporter(session, month, Reporter.GROUP, leader.place)
    if not row.reported:
        raise Conflict("本月还没有报送，不用收回。")
    findings = queries.findings_of_group(session, row)
    if reason := queries.why_report_stays(session, row, findings):
        raise Conflict(reason)
    for finding in findings:
        session.add(version_of(finding, Change.WITHDRAWN, actor, on))
        finding.from_group = False
        if not finding.from_village:
            finding.stage = Stage.WITHDRAWN
    _take_back(session, row, on)
    return row


def mend_finding(
    session: Session, finding_id: str, mended: MendForm, *, actor: Actor, on: date
) -> Finding:
    """Say anew all that a finding says; by whoever wrote it, until the next step has taken it
    (F-10). What it said before is kept.
    """
    finding = _own_finding(session, finding_id, "mend_finding", actor)
    if not mended.causes:
        raise Refused("请选择一个原因，例如“因病”。", field="causes")
    if mended.since.day and mended.since.day > on:
        raise Refused("风险发生的时间不能晚于今天。", field="since")
    before = version_of(finding, Change.MENDED, actor, on)
    finding.causes, finding.risk_point = list(mended.causes), mended.risk_point
    finding.matter, finding.note = mended.matter, mended.note
    finding.since_day, finding.since_about = mended.since.day, mended.since.about
    if mended.urgent:
        mark_urgent(finding, on=on)
    else:
        finding.severity, finding.urgent_on = Severity.ORDINARY, None
    begin_review(finding, actor, on, by_village=finding.from_village)
    keep_version(session, before, finding)
    return finding


def withdraw_finding(session: Session, finding_id: str, *, actor: Actor, on: date) -> Finding:
    """Take one finding back, as `mend_finding` mends it. With a leader's last one his report of the
    month is taken back: that nothing was found he has to say (GT-25).
    """
    finding = _own_finding(session, finding_id, "withdraw_finding", actor)
    session.add(version_of(finding, Change.WITHDRAWN, actor, on))
    of_group = led_by(actor) is not None or not finding.from_village
    if of_group:
        finding.from_group = False
    else:
        finding.from_village, finding.village_agreed = False, None
        finding.stage = Stage.REPORTED  # a leader's words wait for the review again
    if not finding.from_group and not finding.from_village:
        finding.stage = Stage.WITHDRAWN
    session.flush()
    if of_group:
        _report_without(session, finding, on)
    village = hold_village(session, finding.month, finding.village)
    if not village.reported and not findings_queries.unsent(
        session, finding.month, finding.village
    ):
        village.content = None  # not even a draft is left
    return finding


def _own_finding(session: Session, finding_id: str, action: str, actor: Actor) -> Finding:
    """Held, and his who acts: he wrote it, and the next step has not taken it."""
    finding = hold_finding(session, finding_id)
    office = village_office(session, finding.village)
    policy.require(actor, action, finding, on_behalf=Behalf(office, "来电要求更正"))
    if reason := queries.why_fixed(finding, actor):
        raise Conflict(reason)
    return finding


def _report_without(session: Session, finding: Finding, on: date) -> None:
    """The group's report once one of its findings was taken back."""
    place = f"{finding.village}/{finding.group}"
    row = hold_reporter(session, finding.month, Reporter.GROUP, place)
    if queries.findings_of_group(session, row):
        emit(session, _reported(session, row))
    elif row.reported:
        _take_back(session, row, on)


def _take_back(session: Session, row: ReporterMonth, on: date) -> None:
    row.receipt, row.content = None, None
    opened = months_queries.month_named(session, row.month).opened_on
    row.timeliness = months_rules.timeliness_of_silence(on, row.due, opened)
    row.by_account = row.by_name = row.on_behalf_of = None
    group = row.group or ""
    emit(session, GroupReportWithdrawn(village=row.division, group=group, month=row.month, on=on))
    if row.timeliness is Timeliness.MISSING and row.exempt_on is None:
        emit(session, missed(row))


def report_urgent(
    session: Session,
    village: str,
    month: str,
    draft: FindingDraft,
    *,
    actor: Actor,
    on: date,
    on_behalf_of: Behalf | None = None,
) -> Finding:
    """Report a household in urgent need: it travels alone, with one township signature (I-13,
    GT-24). From a leader it is the group's report, too (N-05).
    """
    register_queries.village(session, village)
    group = led_by(actor)
    place = Place(village, group or findings_queries.group_of_draft(session, draft), session)
    whom = (on_behalf_of or Behalf(reason=PHONED)).otherwise(village_office(session, village))
    behalf = policy.require(actor, "report_urgent", place, on_behalf=whom)
    month = months_queries.month_named(session, month).month
    if group is not None:
        report_group(
            session, village, group, month, nil=False, findings=[draft], actor=actor, on=on
        )
        finding = findings_queries.finding_about(session, month, draft.household or "")
        if finding is None:
            raise Refused("请从本组农户名单里选择；不在册的请联系村文书登记。")
        return mark_urgent(finding, on=on)
    hold_village(session, month, village)
    finding, _ = keep_finding(
        session,
        village,
        month,
        draft,
        actor=actor,
        on=on,
        on_behalf_of=behalf,
        reviewed=reviews(session, village, actor),
    )
    return mark_urgent(finding, on=on)


def _own(session: Session, row: ReporterMonth, draft: FindingDraft, actor: Actor) -> FindingDraft:
    """A leader reports households of the own group; a newcomer is one."""
    if draft.newcomer is not None:
        return draft.model_copy(
            update={"newcomer": draft.newcomer.model_copy(update={"group": row.group})}
        )
    if draft.household is not None:
        household = register_queries.household(session, draft.household)
        findings_policy.permit(actor, "new_finding", household)
        if household.village != row.division or household.group != row.group:
            raise Refused(f"{household.head_name}户不是本组的农户，请从本组名单里选择。")
    if not draft.causes:
        raise Refused("请选择一个原因，例如“因病”。")
    return draft


def _enter(
    row: ReporterMonth, receipt: Receipt, nil: bool, actor: Actor, on_behalf_of: str | None
) -> None:
    if not row.reported:  # the first word decides whether it came in time
        row.receipt, row.timeliness = receipt, months_rules.timeliness(receipt.on, row.due)
        row.by_account, row.by_name, row.on_behalf_of = actor.account, actor.signature, on_behalf_of
    elif row.on_behalf_of and on_behalf_of is None:  # his own word stands for itself
        row.by_account, row.by_name, row.on_behalf_of = actor.account, actor.signature, None
    row.content = months_rules.content(nil)


def _reported(session: Session, row: ReporterMonth) -> GroupReported:
    assert row.receipt is not None
    return GroupReported(
        village=row.division,
        group=row.group or "",
        month=row.month,
        receipt=row.receipt,
        late=row.timeliness is Timeliness.LATE,
        nil=row.content is Content.NIL,
        at_risk=tuple(finding.household for finding in queries.findings_of_group(session, row)),
        by_delegate=row.on_behalf_of is not None,
    )
