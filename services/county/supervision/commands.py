"""Supervision teams note what they find and report it straight to the county (N-12)."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from kit.actor import Actor
from kit.dates import show_month
from kit.errors import Conflict, NotFound, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from kit.seal import id_hash, seal
from schemas.codes import Content, Tier, Timeliness
from schemas.county import SupervisionReported
from schemas.values import Finding, FindingWords, Receipt
from services.county.cases.commands import bring_to_county
from services.county.directory.queries import is_village
from services.county.intake.commands import Report, record_finding
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.months.models import Month
from services.county.organisation.models import Team
from services.county.register.models import Household
from services.county.register.queries import NOT_VOID
from services.county.reporters import commands as reporters_commands
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.reporters.rules import is_complete, is_late
from services.county.supervision import queries
from services.county.supervision.forms import FindingForm
from services.county.supervision.models import SupervisionDraft
from services.county.supervision.policy import policy


def add_supervision_finding(
    session: Session, team: str, month: str, form: FindingForm, *, actor: Actor, on: date
) -> tuple[SupervisionDraft, bool]:
    """Note a finding in the team's draft of the month; the same one again changes nothing
    (False).
    """
    policy.require(actor, "add_supervision_finding", _team(session, team))
    _month(session, month)
    if not is_village(session, form.village):
        raise Refused("没有这个村，请从列表中选择。")
    hash_ = id_hash(session, form.id_number) if form.id_number else None
    same = _same(session, team, month, form, hash_)
    if same is not None:
        return same, False
    noted = SupervisionDraft(
        team=team,
        month=month,
        village=form.village,
        head_name=form.head_name,
        id_number=form.id_number,
        id_hash=hash_,
        household=_household(session, form, hash_),
        causes=list(form.causes),
        problem=form.problem,
        advice=form.advice,
        severity=form.severity,
        found_on=form.found_on or on,
        entered_account=actor.account,
    )
    session.add(noted)
    session.flush()
    _drafting(session, team, month)
    return noted, True


def drop_supervision_finding(session: Session, draft_id: str, *, actor: Actor) -> None:
    """Take a noted finding back before it is reported."""
    noted = session.get(SupervisionDraft, draft_id, with_for_update=True)
    if noted is None or noted.reported:
        raise NotFound("这条记录已经上报或者已经删除。")
    policy.require(actor, "drop_supervision_finding", noted)
    session.delete(noted)
    session.flush()
    _drafting(session, noted.team, noted.month)


def report_supervision(
    session: Session,
    team: str,
    month: str,
    *,
    nil: bool,
    receipt: Receipt,
    actor: Actor,
    on: date,
    findings: Sequence[FindingForm] = (),
) -> SupervisionReported:
    """Report the month's findings, or declare that there are none; again after that: a supplement,
    marked late. A receipt of an earlier day is for whoever receives the paper to enter (G-10).
    """
    reporter = _team(session, team, lock=True)
    policy.require(actor, "report_supervision", reporter)
    if receipt.entered_on is not None:
        policy.require(actor, "receive_supervision", reporter)
    opened = _month(session, month)
    for form in findings:
        add_supervision_finding(session, team, month, form, actor=actor, on=on)
    noted = queries.drafts(session, team, month)
    if not is_complete(nil, len(noted)):
        raise Refused("请填写发现的农户，或者勾选“本月督导未发现（零报告）”。两者只能选一种。")
    event = SupervisionReported(
        team=team,
        month=month,
        supplement=_supplement(session, team, month, nil=nil),
        receipt=receipt,
        nil=nil,
        late=is_late(receipt.on, opened.supervision_due),
        findings=tuple(_finding(session, draft) for draft in noted),
    )
    for draft in noted:
        draft.reported = True
    emit(session, *(parts := in_parts(event, "findings")))
    entered = {draft.id: draft.entered_account for draft in noted}
    for part in parts:
        _take_up(session, part, entered)
    return event


def _supplement(session: Session, team: str, month: str, *, nil: bool) -> int:
    """0 for the month's report, then 1, 2 …; `Conflict` when nothing is added to it."""
    row = session.get(ReporterMonth, (month, ReporterKind.TEAM, team))
    if row is None or row.timeliness not in (Timeliness.ON_TIME, Timeliness.LATE):
        return 0
    if nil:
        raise Conflict("这个月已经上报，补报要有新发现的农户。")
    return row.supplements + 1


def _take_up(
    session: Session, event: SupervisionReported, entered: Mapping[str, str | None]
) -> None:
    """The county's own findings are at the county at once. `entered`: by whose account each was."""
    reporters_commands.note_team(session, event)
    report = Report(
        Tier.COUNTY, event.team, event.month, event.receipt.on, event.supplement, event.late
    )
    for finding in event.findings:
        source = record_finding(session, finding, report)
        source.entered_account = entered[finding.finding]
        bring_to_county(session, source, event.receipt.on)
        missed_discoveries_commands.weigh(
            session, [source.household], event.month, event.receipt.on
        )


def _drafting(session: Session, team: str, month: str) -> None:
    row = session.get(ReporterMonth, (month, ReporterKind.TEAM, team))
    if row is None or row.content in (None, Content.DRAFT):
        content = Content.DRAFT if queries.drafts(session, team, month) else None
        reporters_commands.note(session, month, ReporterKind.TEAM, team, content=content)


def _finding(session: Session, noted: SupervisionDraft) -> Finding:
    household = noted.household or _by_id_hash(session, noted.id_hash) or new_id()
    copy = session.get(Household, household)
    words = FindingWords(
        head_name=noted.head_name,
        id_number=noted.id_number,
        problem=noted.problem,
        advice=noted.advice or None,
        size=copy.size if copy else None,
        phone=copy.phone if copy else None,
    )
    return Finding(
        finding=noted.id,
        household=household,
        village=copy.village if copy else noted.village,
        group=copy.group_no if copy else None,
        id_hash=noted.id_hash,
        on_register=bool(copy and copy.on_register),
        causes=tuple(noted.causes),
        severity=noted.severity,
        found_on=noted.found_on,
        sealed=seal(session, words),
    )


def _household(session: Session, form: FindingForm, hash_: str | None) -> str | None:
    """By ID number; without one by the head's name, when the village has only one of that name."""
    if hash_:
        return _by_id_hash(session, hash_)
    statement = select(Household.id).where(
        Household.village == form.village, Household.head_name == form.head_name, NOT_VOID
    )
    households = list(session.exec(statement))
    return households[0] if len(households) == 1 else None


def _by_id_hash(session: Session, hash_: str | None) -> str | None:
    if not hash_:
        return None
    households = list(
        session.exec(select(Household.id).where(col(Household.hashes).contains([hash_]), NOT_VOID))
    )
    return households[0] if len(households) == 1 else None


def _same(
    session: Session, team: str, month: str, form: FindingForm, hash_: str | None
) -> SupervisionDraft | None:
    statement = select(SupervisionDraft).where(
        SupervisionDraft.team == team,
        SupervisionDraft.month == month,
        SupervisionDraft.village == form.village,
        SupervisionDraft.head_name == form.head_name,
        func.coalesce(SupervisionDraft.id_hash, "") == (hash_ or ""),
    )
    # the problem lies encrypted: one household's few drafts are compared here
    found = session.exec(statement.order_by(SupervisionDraft.id))
    return next((draft for draft in found if draft.problem == form.problem), None)


def _team(session: Session, code: str, *, lock: bool = False) -> Team:
    team = session.get(Team, code, with_for_update=lock or None)
    if team is None:
        raise NotFound("没有这个督导组。")
    return team


def _month(session: Session, month: str) -> Month:
    opened = session.get(Month, month)
    if opened is None:
        raise Refused(f"{show_month(month)}还没有开始，不能上报。请核对月份。")
    return opened
