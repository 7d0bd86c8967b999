"""The monthly bulletin (J-03, D13): drafted at the cut-off, explained, approved name by name,
issued, corrected.
"""

from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session

from kit.actor import Actor
from kit.behalf import Behalf
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from rulebook.months import end_of, local_date, start_of
from schemas.county import BulletinIssued
from services.county.bulletin import queries
from services.county.bulletin.deadlines import BULLETIN_DRAFT, BULLETIN_MISSED
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    Erratum,
    NameState,
)
from services.county.bulletin.policy import policy
from services.county.bulletin.rules import canonical, demands, fingerprint
from services.county.commands import added, locked, said, sign
from services.county.figures import Figures
from services.county.months.queries import had_passed, pack_of_month, plan_of_month
from services.county.numbering import commands as numbering_commands
from services.county.office import note_done, one_at_a_time, plan_of
from services.county.proposed_names.queries import names_to_propose
from services.county.reporters import commands as reporters_commands
from services.county.reporters.models import ReporterKind

Row = TypeVar("Row", Bulletin, BulletinName)


def plan_bulletin(session: Session, month: str) -> None:
    """The month has opened: its bulletin is drafted by itself at the cut-off (B-01, GT-30)."""
    plan = plan_of_month(session, month)
    if had_passed(session, month, plan.bulletin_on):
        return
    BULLETIN_DRAFT.set(session, month, start_of(plan.bulletin_on))
    _owe(session, month)


def recount_bulletin(session: Session, month: str) -> None:
    """The calendar has changed (F-16): until when names are explained, and the office's own date."""
    drafted = session.get(Bulletin, month)
    if drafted is None:
        return plan_bulletin(session, month)
    drafted.reply_due = queries.reply_due(session, month, drafted.drafted_on)
    _touch(session, drafted)
    return _owe(session, month)


def _owe(session: Session, month: str) -> None:
    """The office owes the issued bulletin soon after everybody named could answer."""
    due = queries.bulletin_due(session, month)
    reporters_commands.expect(session, month, ReporterKind.OFFICE, due, [("bulletin", None)])
    BULLETIN_MISSED.set(session, month, end_of(due))


def draft_bulletin(session: Session, month: str, *, actor: Actor, on: date) -> Bulletin:
    """Freeze the month's figures as they stood at the cut-off, and propose names. Drafted already:
    unchanged.
    """
    policy.require(actor, "draft_bulletin")
    plan = plan_of(session, month)
    month = plan.month
    one_at_a_time(session, "bulletin", month)
    if drafted := session.get(Bulletin, month, with_for_update=True):
        return drafted
    if on < plan.bulletin_on:
        raise Refused(f"还没有到本期通报的截止时点（{show_day(plan.bulletin_on)}零时）。")
    rules = pack_of_month(session, month)
    figures = queries.figures(session, plan, rules)
    drafted = Bulletin(
        month=month,
        cut_off=start_of(plan.bulletin_on),
        drafted_on=on,
        drafted_account=actor.account,
        pack=rules.ref,
        reply_due=queries.reply_due(session, month, on),
        figures=figures,
        demands=_demands(figures),
    )
    session.add(drafted)
    session.flush()
    session.add_all(
        BulletinName(month=month, **vars(name))
        for name in names_to_propose(session, month, drafted.figures.tiers.as_of)
    )
    _owe(session, month)
    session.flush()
    return drafted


def _demands(figures: Figures) -> str:
    behind = {tier.label: tier.missing + tier.late for tier in figures.tiers.summary}
    overdue = [row for row in figures.dispatch.departments if row.unreported or row.unsolved]
    return demands(behind, len(overdue))


def edit_demands(session: Session, month: str, text: str, *, actor: Actor) -> Bulletin:
    """Section 6 is the office's own text."""
    drafted = _draft(session, month)
    policy.require(actor, "edit_demands", drafted)
    drafted.demands, drafted.demands_account = text.strip(), actor.account
    return _touch(session, drafted)


def explain(
    session: Session,
    name_id: str,
    text: str,
    *,
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
) -> BulletinName:
    """The reporter concerned, or its clerk, says why, until somebody has decided about it; the
    office may enter what was phoned (both names are kept). Said again, it follows what stood.
    """
    name = _name(session, name_id)
    drafted = _draft(session, name.month)
    whose = policy.require(actor, "explain", name, on_behalf=on_behalf)
    if name.state != NameState.OPEN:
        raise Conflict(
            f"这一条已经审定（{name.state.label}），不能再改说明；要补充的，请牵头部门先重新审定。"
        )
    if on > drafted.reply_due:
        raise Conflict(
            f"情况说明的期限（{show_day(drafted.reply_due)}）已过，请直接与牵头部门联系。"
        )
    name.explanation = added(name.explanation, said(text, "请填写情况说明。"), on)
    name.explained_on, name.explained_by, name.on_behalf = on, actor.label, whose
    name.explained_account = actor.account
    return _touch(session, name)


def approve_name(
    session: Session, name_id: str, *, actor: Actor, on: date, reason: str = ""
) -> BulletinName:
    """A person agrees that this one is named: after it was heard, or let the limit pass."""
    name = _undecided(session, name_id, "approve_name", actor)
    drafted = _draft(session, name.month)
    if not queries.is_heard(session, name, drafted, on):
        raise Conflict(
            f"情况说明的期限还没有过（{show_day(drafted.reply_due)}），对方也还没有说明，请先听取说明。"
        )
    return _decide(session, name, NameState.APPROVED, reason, actor, on)


def accept_explanation(
    session: Session, name_id: str, *, actor: Actor, on: date, reason: str = ""
) -> BulletinName:
    """The explanation holds: not named, and it can be seen why."""
    name = _undecided(session, name_id, "accept_explanation", actor)
    if name.explanation is None:
        raise Conflict("对方还没有说明情况。")
    return _decide(session, name, NameState.EXCUSED, reason or "说明成立", actor, on)


def drop_name(
    session: Session, name_id: str, reason: str, *, actor: Actor, on: date
) -> BulletinName:
    """Not named, for a reason of the office's."""
    name = _undecided(session, name_id, "drop_name", actor)
    return _decide(session, name, NameState.DROPPED, said(reason, "不点名要写明原因。"), actor, on)


def reopen_name(session: Session, name_id: str, *, actor: Actor) -> BulletinName:
    """Take the decision about one name back, while the bulletin is a draft."""
    name = _name(session, name_id)
    policy.require(actor, "reopen_name", name)
    _draft(session, name.month)
    name.state = NameState.OPEN
    name.decided_on = name.decided_by = name.reason = None
    return _touch(session, name)


def _decide(
    session: Session, name: BulletinName, state: NameState, reason: str, actor: Actor, on: date
) -> BulletinName:
    name.state, name.decided_on, name.decided_by = state, on, actor.label
    name.reason = reason or None
    return _touch(session, name)


def issue_bulletin(
    session: Session, month: str, *, actor: Actor, on: date, issued_on: date | None = None
) -> Bulletin:
    """The leader signs: from then on text and hash stand, corrected only by numbered errata."""
    drafted = _draft(session, month)
    policy.require(actor, "issue_bulletin", drafted)
    if open_ := queries.undecided(session, month):
        labels = "、".join(name.label for name in open_[:5]) + ("等" if len(open_) > 5 else "")
        raise Conflict(f"还有{len(open_)}条点名没有审定：{labels}。请逐条审定后再签发。")
    since = local_date(drafted.cut_off)
    issued_on = sign(
        drafted, actor=actor, on=on, issued_on=issued_on, since=since, after="截止时点"
    )
    drafted.state = BulletinState.ISSUED
    numbering_commands.number(session, f"bulletin {month}", issued_on)
    drafted.snapshot = canonical(_content(session, drafted))
    drafted.sha256 = fingerprint(drafted.snapshot)
    _touch(session, drafted)
    note_done(session, month, "bulletin", issued_on, entered_on=drafted.entered_on)
    emit(session, BulletinIssued(month=month, issued_on=issued_on, sha256=drafted.sha256))
    return drafted


def _content(session: Session, drafted: Bulletin) -> dict[str, Any]:
    """All that is issued, and nothing that is not: the names a person approved, with both
    responsible levels.
    """
    named = [
        {
            "kind": name.kind,
            "code": name.code,
            "label": name.label,
            "timeliness": name.timeliness,
            "facts": name.facts,
            "responsible": name.responsible,
            "explanation": name.explanation,
            "approved_by": name.decided_by,
        }
        for name in queries.proposed_names(session, drafted.month)
        if name.state == NameState.APPROVED
    ]
    return {
        "figures": drafted.figures.model_dump(mode="json", exclude_unset=True),
        "named": named,
        "demands": drafted.demands,
        "issued_on": drafted.issued_on.isoformat() if drafted.issued_on else None,
        "issued_by": drafted.issued_by,
    }


def add_erratum(session: Session, month: str, text: str, *, actor: Actor, on: date) -> Erratum:
    """Correct an issued bulletin: what was issued stays as it is, the correction has a number and a
    hash of its own.
    """
    issued = _locked(session, month)
    policy.require(actor, "add_erratum", issued)
    if issued.state != BulletinState.ISSUED:
        raise Conflict("通报还没有签发，直接修改送审稿即可。")
    text = said(text, "请写明更正的内容。")
    before = queries.errata(session, month)
    number = len(before) + 1
    content = {
        "month": month,
        "erratum": number,
        "text": text,
        "on": on.isoformat(),
        "before": before[-1].sha256 if before else issued.sha256,
    }
    erratum = Erratum(
        month=month,
        number=number,
        text=text,
        on=on,
        by=actor.label,
        sha256=fingerprint(canonical(content)),
    )
    session.add(erratum)
    _touch(session, issued)
    emit(session, BulletinIssued(month=month, issued_on=on, sha256=erratum.sha256, erratum=number))
    return erratum


def _locked(session: Session, month: str) -> Bulletin:
    return locked(session, Bulletin, month, queries.NOT_DRAFTED)


def _draft(session: Session, month: str) -> Bulletin:
    drafted = _locked(session, month)
    if drafted.state == BulletinState.ISSUED:
        raise Conflict("这期通报已经签发，不能再改；有错误请发更正。")
    return drafted


def _name(session: Session, name_id: str) -> BulletinName:
    return locked(session, BulletinName, name_id, "点名清单里没有这一条。")


def _undecided(session: Session, name_id: str, action: str, actor: Actor) -> BulletinName:
    name = _name(session, name_id)
    policy.require(actor, action, name)
    _draft(session, name.month)
    if name.state != NameState.OPEN:
        raise Conflict(f"这一条已经审定（{name.state.label}）。")
    return name


def _touch(session: Session, row: Row) -> Row:
    row.version += 1
    session.add(row)
    session.flush()
    return row
