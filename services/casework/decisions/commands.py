"""The county decides, announces and enters; the village tells. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Forbidden, Refused
from kit.messaging.outbox import emit
from schemas.casework import (
    AnnouncementPosted,
    HouseholdEntered,
    HouseholdIdentified,
    HouseholdNotAdmitted,
)
from schemas.codes import Role
from services.casework.comparisons import queries as comparisons_queries
from services.casework.decisions import queries
from services.casework.decisions.forms import (
    AnnounceForm,
    DecisionsForm,
    EntryForm,
    LineForm,
    ListForm,
    TellForm,
)
from services.casework.decisions.models import Announcement, Decision, DecisionList
from services.casework.decisions.policy import policy
from services.casework.decisions.rules import ACTIONS, FINAL, Verdict
from services.casework.households.models import Household
from services.casework.identification.commands import advance, note, take
from services.casework.identification.models import Identification
from services.casework.identification.procedure import table_of, terms
from services.casework.identification.rules import FileAction as A
from services.casework.lists import Taken, demand_day, each
from services.casework.monitored import commands as register
from services.casework.notices.queries import open_objections
from services.casework.verification import queries as verification_queries

COMPARISON_LIMIT = "identify.comparison_limit"


def open_list(session: Session, form: ListForm, *, actor: Actor, on: date) -> DecisionList:
    """A meeting's list, or the office's own of today; its lines are decided one by one."""
    policy.permit(actor, "open_list")
    if form.on > on:
        raise Refused("审定日期不能晚于今天。", field="on")
    if form.on < on and not form.title:
        raise Refused("补记以前的审定，请写明是哪次会议。", field="title")
    listed = DecisionList(
        on=form.on, title=form.title, opened_by=actor.label, opened_account=actor.account
    )
    session.add(listed)
    session.flush()
    return listed


def decide_all(
    session: Session, form: DecisionsForm, *, actor: Actor, on: date
) -> tuple[DecisionList, Taken]:
    """A whole list at once; a line that falls out does not hold the others."""
    lines = {line.file: line for line in form.lines}
    if len(lines) < len(form.lines):
        raise Refused("同一户在一份名单上只能写一次。")
    listed = open_list(session, ListForm(on=form.on, title=form.title), actor=actor, on=on)

    def act(file: Identification) -> None:
        _decide(session, listed, file, lines[file.id], actor=actor, on=on)

    return listed, each(session, lines, act)


def decide(session: Session, list_id: str, form: LineForm, *, actor: Actor, on: date) -> Decision:
    """One line of a list."""
    listed = queries.list_of(session, actor, list_id)
    return _decide(session, listed, take(session, form.file), form, actor=actor, on=on)


def _decide(
    session: Session,
    listed: DecisionList,
    file: Identification,
    form: LineForm,
    *,
    actor: Actor,
    on: date,
) -> Decision:
    policy.require(actor, "decide", file)
    table = table_of(session, file)
    table.require(file, ACTIONS[form.verdict])
    form.demand_whole()
    if Role.LEADING_GROUP in table.by[A.ADMIT].roles and not listed.title:
        raise Refused("规定由领导小组审定，请另建写明会议名称的名单。", field="title")
    if Role.LEADING_GROUP not in table.by[A.ADMIT].roles and actor.role is Role.LEADING_GROUP:
        raise Forbidden("规定由县级牵头部门审定，请由牵头部门办理。")
    demand_day(file, listed.on, on)
    standing = comparisons_queries.standings(session, [file.id], listed.on)[file.id]
    if form.verdict in FINAL:
        _demand_settled(session, file, standing)
    decision = Decision(
        list_id=listed.id,
        file=file.id,
        village=file.village,
        township=file.township,
        verdict=form.verdict,
        category=form.category if form.verdict is Verdict.ADMIT else None,
        causes=form.all_causes if form.verdict is Verdict.ADMIT else [],
        reason=form.reason if form.verdict is Verdict.NOT_ADMIT else None,
        words=form.words,
        compared=standing.said,
        on=listed.on,
        decided_by=actor.label,
        decided_account=actor.account,
    )
    session.add(decision)
    _move(session, file, decision, listed, actor=actor)
    return decision


def _demand_settled(
    session: Session, file: Identification, standing: comparisons_queries.Standing
) -> None:
    """No decision while an objection has no answer, or a comparison is unanswered and within its
    limit; what is silent after it stands in the decision as silent.
    """
    if open_objections(session, file.id):
        raise Conflict(f"{file.number}的公示异议还没有答复，请乡镇答复后再审定。")
    if not standing.asked:
        raise Conflict(f"{file.number}还没有发出数据比对，请县级牵头部门先发给各部门。")
    if standing.waits:
        held = terms(session, file)
        rule = f"{held.words(COMPARISON_LIMIT)}，依据{held.source(COMPARISON_LIMIT)}"
        raise Conflict(
            f"{file.number}的数据比对还在时限内（{rule}），反馈或者到期以后再审定：{'；'.join(standing.waits)}。"
        )


def _move(
    session: Session,
    file: Identification,
    decision: Decision,
    listed: DecisionList,
    *,
    actor: Actor,
) -> None:
    why = "：".join(filter(None, (decision.reason and decision.reason.label, decision.words)))
    said = (
        f"{decision.category.label}，{'、'.join(cause.label for cause in decision.causes)}"
        if decision.category
        else why
    )
    text = "。".join(filter(None, (listed.title, said, f"数据比对：{decision.compared}")))
    action = ACTIONS[decision.verdict]
    reason = why if decision.verdict is Verdict.NOT_ADMIT else None
    advance(session, file, action, actor=actor, on=decision.on, text=text, reason=reason)
    if decision.verdict is Verdict.ADMIT and decision.category:
        register.identify(
            session,
            file,
            decision.category,
            decision.causes,
            decision.on,
            reckoned=verification_queries.reckoned(session, file),
        )
        emit(session, _identified(session, file, decision))
    elif decision.verdict is Verdict.NOT_ADMIT:
        emit(session, _not_admitted(file, decision))


def _identified(session: Session, file: Identification, decision: Decision) -> HouseholdIdentified:
    assert decision.category is not None
    return HouseholdIdentified(
        identification=file.id,
        household=file.household,
        id_hash=file.id_hash,
        village=file.village,
        category=decision.category,
        primary_cause=decision.causes[0],
        causes=tuple(decision.causes),
        persons=_persons(session, file),
        pack=file.pack,
        on=decision.on,
    )


def _persons(session: Session, file: Identification) -> int | None:
    """By the villages' register; of who stands in none, by the visit."""
    household = session.get(Household, file.household) if file.household else None
    if household:
        return household.size
    visit = verification_queries.latest(session, file.id)
    return len(visit.people) if visit else None


def _not_admitted(file: Identification, decision: Decision) -> HouseholdNotAdmitted:
    assert decision.reason is not None
    return HouseholdNotAdmitted(
        identification=file.id,
        household=file.household,
        id_hash=file.id_hash,
        village=file.village,
        reason=decision.reason,
        explanation=decision.words,
        on=decision.on,
    )


def announce(
    session: Session, form: AnnounceForm, *, actor: Actor, on: date
) -> tuple[Announcement, Taken]:
    """Those admitted are announced together."""
    policy.permit(actor, "announce")
    posted = Announcement(on=form.on, posted_at=form.where, by=actor.label, account=actor.account)
    session.add(posted)
    session.flush()

    def act(file: Identification) -> None:
        policy.require(actor, "announce", file)
        table_of(session, file).require(file, A.ANNOUNCE)
        demand_day(file, form.on, on)
        decision = queries.admitted(session, file.id)
        if decision is None:
            raise Conflict("没有这一户的审定结果，不能公告。")
        decision.announcement = posted.id
        session.add(decision)
        advance(session, file, A.ANNOUNCE, actor=actor, on=form.on, text=form.where)

    taken = each(session, form.files, act)
    names = tuple(file.id for file in taken.done)
    emit(session, AnnouncementPosted(announcement=posted.id, identifications=names, on=form.on))
    return posted, taken


def record_entry(session: Session, form: EntryForm, *, actor: Actor, on: date) -> Identification:
    """It stands in the national system now; by whom the pack names."""
    file = take(session, form.file)
    policy.require(actor, "record_entry", file)
    owner = table_of(session, file).by[A.REGISTER]
    if not owner.is_met_by(actor, file):
        raise Forbidden(f"规定由{owner.label}录入系统。")
    number = form.national_number
    text = f"户编号{number}" if number else ""
    advance(session, file, A.REGISTER, actor=actor, on=on, text=text)
    row = register.follow(session, file, on)
    row.national_number = number or row.national_number
    session.add(row)
    emit(
        session,
        HouseholdEntered(
            identification=file.id,
            household=file.household,
            village=file.village,
            national_number=number,
            on=on,
        ),
    )
    return file


def tell(session: Session, decision_id: str, form: TellForm, *, actor: Actor, on: date) -> Decision:
    """The village handed the household the paper that says why, and where to object."""
    decision = queries.refused(session, actor, decision_id, "tell")
    file = take(session, decision.file)
    session.refresh(decision)
    if decision.told_on is not None:
        raise Conflict("这一户已经告知，不用再办。")
    if not decision.on <= form.told_on <= on:
        raise Refused("告知日期应在审定以后，不能晚于今天。", field="told_on")
    decision.told_on, decision.told_by = form.told_on, actor.label
    decision.told_account = actor.account
    session.add(decision)
    note(session, file, actor=actor, on=form.told_on, text="不予纳入告知书已交农户")
    return decision
