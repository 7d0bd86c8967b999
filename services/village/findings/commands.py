"""A finding on its way up: reported, reviewed by the village, re-checked by the township. It is
never deleted.
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.behalf import Behalf
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas import values
from schemas.codes import Content, Severity
from schemas.village import UrgentFindingSigned
from services.village import directory
from services.village.duplicates import queries as duplicates_queries
from services.village.findings import queries
from services.village.findings.forms import FindingDraft, ReviewForm
from services.village.findings.models import Finding, FindingVersion
from services.village.findings.policy import policy
from services.village.findings.rules import Change, Stage
from services.village.months import queries as months_queries
from services.village.months.commands import hold_reporter
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter
from services.village.places import PHONED, VILLAGE_OFFICE, Place
from services.village.register import queries as register_queries
from services.village.register.commands import enter_unregistered
from services.village.register.models import Household
from services.village.service import said

# What a finding says of its household's risk.
SAID = ("causes", "risk_point", "matter", "note", "severity", "since_day", "since_about")


def add_finding(
    session: Session,
    village: str,
    month: str,
    draft: FindingDraft,
    *,
    actor: Actor,
    on: date,
    on_behalf_of: Behalf | None = None,
) -> Finding:
    """The village itself enters a household at risk. Complete, and entered by who reviews for the
    village, it counts as reviewed; else it waits for that.
    """
    register_queries.village(session, village)
    behalf = policy.require(
        actor,
        "add_finding",
        Place(village, queries.group_of_draft(session, draft), session),
        on_behalf=(on_behalf_of or Behalf(reason=PHONED)).otherwise(
            village_office(session, village)
        ),
    )
    month = months_queries.month_named(session, month).month
    begin_draft(hold_village(session, month, village))
    return keep_finding(
        session,
        village,
        month,
        draft,
        actor=actor,
        on=on,
        on_behalf_of=behalf,
        reviewed=reviews(session, village, actor),
    )[0]


def reviews(session: Session, village: str, actor: Actor) -> bool:
    """Whether what the actor enters needs nobody else's review in the village."""
    return policy.may(actor, "review_finding", Place(village, session=session))


def review_finding(
    session: Session, finding_id: str, review: ReviewForm, *, actor: Actor, on: date
) -> Finding:
    """The village agrees, saying cause, risk point and matter (N-07), or strikes out with a reason
    (GT-26).
    """
    finding = hold_finding(session, finding_id)
    policy.require(actor, "review_finding", finding)
    _require_here(finding)
    before = version_of(finding, Change.REVIEWED, actor, on)
    finding.causes = list(review.causes) or finding.causes
    finding.risk_point = _mended(review.risk_point, finding.risk_point)
    finding.matter = _mended(review.matter, finding.matter)
    finding.note = _mended(review.note, finding.note)
    keep_version(session, before, finding)
    if review.agreed and finding.lacking:
        raise Refused(
            f"请补填{finding.head_name}户的{'、'.join(finding.lacking)}，三项齐全才能上报。"
        )
    finding.village_reason = None if review.agreed else said(review.reason, "不同意上报的原因")
    finding.village_agreed, finding.village_by, finding.village_on = review.agreed, actor.label, on
    finding.stage = Stage.REVIEWED
    return finding


def recheck_finding(
    session: Session,
    finding_id: str,
    *,
    agreed: bool,
    reason: str | None = None,
    actor: Actor,
    on: date,
) -> Finding:
    """The township looked again: agreed, or struck out with a reason (GT-26)."""
    finding = hold_finding(session, finding_id, township=True)
    policy.require(actor, "recheck_finding", finding)
    if finding.stage is Stage.AT_COUNTY:
        raise Conflict("这一户已经报县，不能再改复核意见。")
    if finding.village_agreed is False:
        raise Conflict("村级已经不同意上报这一户，不用复核。")
    if finding.supplement is None and finding.urgent_on is None:
        raise Conflict("村里还没有上报这一户，等村级名单报来再复核。")
    finding.township_reason = None if agreed else said(reason, "不同意上报的原因")
    finding.township_agreed, finding.township_by, finding.township_on = agreed, actor.label, on
    finding.stage = Stage.RECHECKED
    return finding


def mark_urgent(finding: Finding, *, on: date) -> Finding:
    """It shall travel alone and at once (I-13)."""
    if finding.already_reported:
        raise Conflict("这一户的紧急情况已经签发报县，不用再报。")
    if finding.supplement is not None:
        raise Conflict("这一户已随村级名单上报，请乡镇尽快签发名单。")
    if finding.struck_out:
        raise Conflict(f"{finding.struck_out}。有新情况的，请写明后再报。")
    if finding.lacking:
        raise Refused(f"紧急情况直接报县，请补填：{'、'.join(finding.lacking)}。")
    finding.severity, finding.urgent_on = Severity.URGENT, finding.urgent_on or on
    return finding


def sign_urgent(session: Session, finding_id: str, *, actor: Actor, on: date) -> Finding:
    """The township's head signs an urgent finding alone; it is at the county the same day (I-13,
    GT-24).
    """
    finding = hold_finding(session, finding_id)
    policy.require(actor, "sign_urgent", finding)
    if finding.urgent_on is None:
        raise Conflict("这一户不是按紧急情况上报的，随村级名单签发。")
    if finding.already_reported:
        raise Conflict("这一户的紧急情况已经签发。")
    if finding.supplement is not None or finding.struck_out:
        raise Conflict(finding.struck_out or "这一户已随村级名单上报，随名单签发即可。")
    finding.village_agreed = finding.township_agreed = True
    finding.township_by, finding.township_on = actor.label, on
    finding.urgent_signed_on, finding.urgent_signed_by = on, actor.label
    finding.stage = Stage.AT_COUNTY
    emit(
        session,
        UrgentFindingSigned(
            village=finding.village,
            township=finding.township,
            month=finding.month,
            signed_on=on,
            finding=as_value(session, finding).model_copy(update={"already_reported": False}),
        ),
    )
    return finding


def keep_finding(
    session: Session,
    village: str,
    month: str,
    draft: FindingDraft,
    *,
    actor: Actor,
    on: date,
    on_behalf_of: str | None,
    from_group: bool = False,
    reviewed: bool = True,
) -> tuple[Finding, bool]:
    """Enter or complete the household's one finding of the month; says whether that changed
    anything.

    The caller holds the village's month. What a leader reported, the village's own words complete.
    """
    if any(day and day > on for day in (draft.since.day, draft.found_on)):
        raise Refused("发现风险、风险发生的时间不能晚于今天。")
    household = _household(session, village, draft, actor, on)
    finding = queries.finding_about(session, month, household.id)
    before = None
    if finding is None:
        finding = _begun(household, village, month, draft.found_on or on, actor, on_behalf_of)
        session.add(finding)
    elif finding.stage is Stage.WITHDRAWN:
        _begin_again(finding, draft.found_on or on, actor, on_behalf_of)
    elif finding.already_reported or _says(finding, draft, from_group):
        return finding, False
    else:
        _require_open(finding, from_group)
        if from_group and finding.from_village:  # the village's own words stand
            finding.from_group = True
            return finding, True
        before = version_of(finding, Change.REPORTED, actor, on)
    _take_over(finding, draft, from_group)
    keep_version(session, before, finding)
    begin_review(finding, actor, on, by_village=reviewed and not from_group)
    session.flush()
    return finding, True


def begin_review(finding: Finding, actor: Actor, on: date, *, by_village: bool) -> None:
    """Whatever was said of it before, its words are new; what the village itself says in full
    counts as reviewed.
    """
    finding.township_agreed = finding.township_reason = None
    finding.stage, finding.village_agreed, finding.village_reason = Stage.REPORTED, None, None
    if by_village and not finding.lacking:
        finding.village_agreed, finding.village_by, finding.village_on = True, actor.label, on
        finding.stage = Stage.REVIEWED


def _begun(
    household: Household,
    village: str,
    month: str,
    found_on: date,
    actor: Actor,
    on_behalf_of: str | None,
) -> Finding:
    """With what the register says of the household, and nothing yet of its risk."""
    return Finding(
        month=month,
        household=household.id,
        village=village,
        township=village[:9] + "000",
        group=household.group,
        on_register=household.on_register,
        id_hash=household.id_hash,
        head_name=household.head_name,
        id_number=household.id_number,
        phone=household.phone,
        size=household.size,
        found_on=found_on,
        by_account=actor.account,
        by_name=actor.signature,
        on_behalf_of=on_behalf_of,
    )


def _begin_again(finding: Finding, found_on: date, actor: Actor, on_behalf_of: str | None) -> None:
    """What was taken back is reported anew: nothing of what it said comes back by itself (F-10)."""
    finding.severity, finding.urgent_on = Severity.ORDINARY, None
    finding.causes, finding.risk_point, finding.matter, finding.note = [], None, None, None
    finding.since_day, finding.since_about = None, False
    finding.found_on, finding.by_account, finding.by_name = found_on, actor.account, actor.signature
    finding.on_behalf_of, finding.screened_by = on_behalf_of, None
    finding.village_by = finding.village_on = finding.township_by = finding.township_on = None


def version_of(finding: Finding, act: Change, actor: Actor, on: date) -> FindingVersion:
    """What the finding says now, to be kept when it is about to say something else (F-10)."""
    return FindingVersion(
        finding=finding.id,
        until=on,
        act=act,
        by=actor.label,
        **{name: getattr(finding, name) for name in SAID},
    )


def keep_version(session: Session, before: FindingVersion | None, finding: Finding) -> None:
    """Kept only when the finding says something else by now, or was taken back."""
    if before and (
        before.act is Change.WITHDRAWN
        or any(getattr(before, name) != getattr(finding, name) for name in SAID)
    ):
        session.add(before)


def _require_open(finding: Finding, from_group: bool) -> None:
    """`Conflict` where nobody, or no leader any more, may add to the finding."""
    if finding.supplement is not None:
        raise Conflict(
            f"{finding.head_name}户本月已经上报，不能再改。有新情况请下月再报，紧急的请直接告诉乡镇。"
        )
    if from_group and finding.village_agreed is False:
        raise Conflict(
            f"村里已不同意上报{finding.head_name}户：{finding.village_reason}。有不同意见请联系村文书。"
        )


def as_value(session: Session, finding: Finding) -> values.Finding:
    """The finding as it crosses the border."""
    return values.Finding(
        finding=finding.id,
        household=finding.household,
        village=finding.village,
        group=finding.group,
        id_hash=finding.id_hash,
        on_register=finding.on_register,
        causes=tuple(finding.causes),
        severity=finding.severity,
        since=finding.since,
        found_on=finding.found_on,
        already_reported=finding.already_reported,
        struck_out=finding.struck_out,
        sealed=seal(session, finding.words()),
    )


def hold_village(session: Session, month: str, village: str) -> ReporterMonth:
    return hold_reporter(session, month, Reporter.VILLAGE, village)


def village_office(session: Session, village: str) -> str:
    """For whom a list or finding that came on paper is entered."""
    return f"{directory.names(session)[village]}{VILLAGE_OFFICE}"


def begin_draft(row: ReporterMonth) -> None:
    """A draft is no report: who has only a draft still counts as waiting or missing."""
    if not row.reported:
        row.content = Content.DRAFT


def hold_finding(session: Session, finding_id: str, *, township: bool = False) -> Finding:
    """The finding, held together with its village's month; with its township's, too, so that no
    signature passes by.
    """
    finding = queries.finding(session, finding_id)
    begin = hold_village(session, finding.month, finding.village)
    if township:
        hold_reporter(session, finding.month, Reporter.TOWNSHIP, finding.township)
    session.refresh(finding, with_for_update=True)
    if finding.stage is Stage.WITHDRAWN:
        raise Conflict("这条情况已被组长收回。")
    begin_draft(begin)
    return finding


def _require_here(finding: Finding) -> None:
    if finding.stage is Stage.AT_COUNTY or finding.supplement is not None:
        raise Conflict("这一户已经上报，村里不能再改。")


def _household(
    session: Session, village: str, draft: FindingDraft, actor: Actor, on: date
) -> Household:
    if draft.newcomer is not None:
        return enter_unregistered(session, village, draft.newcomer, on=on)
    if draft.household is None:
        raise Refused("请选择农户；不在册的请填写姓名、身份证号码。")
    household = register_queries.household(session, draft.household)
    policy.permit(actor, "new_finding", household)  # a refusal below says whose it is
    if household.merged_on:
        raise Refused(f"{duplicates_queries.why_void(session, household)}，请报那一户。")
    if household.village != village:
        raise Refused(
            f"{household.head_name}户登记在{directory.names(session)[household.village]}，请由该村上报。"
        )
    return household


def _says(finding: Finding, draft: FindingDraft, from_group: bool) -> bool:
    """Whether the finding already says all that the draft says."""
    if finding.stage is Stage.WITHDRAWN:
        return False
    if not (finding.from_group if from_group else finding.from_village):
        return False
    new = [list(draft.causes), draft.risk_point, draft.matter, draft.note]
    old = [finding.causes, finding.risk_point, finding.matter, finding.note]
    return all(not value or value == current for value, current in zip(new, old, strict=True))


def _take_over(finding: Finding, draft: FindingDraft, from_group: bool) -> None:
    finding.causes = list(draft.causes) or finding.causes
    finding.risk_point, finding.matter = (
        _mended(draft.risk_point, finding.risk_point),
        _mended(draft.matter, finding.matter),
    )
    finding.note = _mended(draft.note, finding.note)
    finding.phone, finding.size = draft.phone or finding.phone, draft.size or finding.size
    finding.screened_by = draft.screened_by or finding.screened_by
    if draft.severity is not Severity.ORDINARY:
        finding.severity = draft.severity
    if draft.since.day:
        finding.since_day, finding.since_about = draft.since.day, draft.since.about
    finding.from_group, finding.from_village = (
        finding.from_group or from_group,
        finding.from_village or not from_group,
    )


def _mended(new: str | None, old: str | None) -> str | None:
    return (new or "").strip() or old
