"""The joint meeting: its lines, who was there, what was decided and what became of it."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import NotFound
from kit.packs import pack
from services.county.directory.queries import names
from services.county.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionKind,
    LineKind,
    Meeting,
)
from services.county.meetings.policy import policy
from services.county.meetings.rules import Outcome, order_outcome, policy_outcome
from services.county.meetings.views import (
    AttendanceOut,
    DecisionBrief,
    DecisionOut,
    DecisionShown,
    LineOut,
    LineShown,
    MeetingFile,
    MeetingOut,
)
from services.county.orders.models import DispatchOrder
from services.county.register.models import Household
from services.county.service import county

KINDS = list(LineKind)
NO_MEETING = "没有这次会议。"
GONE = "情况已变化,系统移出"  # why a drafted line nobody touched left the agenda by itself


def meeting(session: Session, meeting_id: str) -> Meeting:
    """`NotFound` when there is none."""
    found = session.get(Meeting, meeting_id)
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def meeting_of(session: Session, month: str) -> Meeting | None:
    return session.exec(select(Meeting).where(Meeting.month == month)).one_or_none()


def meetings(session: Session) -> list[Meeting]:
    """Latest first."""
    return list(session.exec(select(Meeting).order_by(col(Meeting.on).desc())))


def line(session: Session, line_id: str) -> AgendaItem:
    found = session.get(AgendaItem, line_id)
    if found is None:
        raise NotFound("没有这条议题。")
    return found


def agenda(session: Session, meeting_id: str, *, removed: bool = False) -> list[AgendaItem]:
    """The lines in their order; with `removed` also those taken off, for whoever asks why."""
    wanted = select(AgendaItem).where(AgendaItem.meeting == meeting_id)
    if not removed:
        wanted = wanted.where(col(AgendaItem.removed_reason).is_(None))
    return list(session.exec(wanted.order_by(col(AgendaItem.position), col(AgendaItem.id))))


def attendance(session: Session, meeting_id: str) -> list[Attendance]:
    wanted = select(Attendance).where(Attendance.meeting == meeting_id)
    return list(session.exec(wanted.order_by(col(Attendance.position))))


def decisions(session: Session, meeting_id: str) -> dict[str, Decision]:
    """Line -> what was decided about it."""
    return {
        one.line: one
        for one in session.exec(select(Decision).where(Decision.meeting == meeting_id))
    }


def outcome(session: Session, decision: Decision, on: date) -> Outcome:
    """What became of a decision by that day."""
    if decision.kind == DecisionKind.NOTED:
        return Outcome.NOTHING_TO_DO
    if decision.kind == DecisionKind.POLICY:
        return policy_outcome(decision.done_on, decision.due, on)
    order = _order_of(session, decision)
    if order is None:
        return order_outcome(None, None, decision.due, on)
    return order_outcome(order.state, order.closed_on, decision.due, on)


def outcome_words(decision: Decision, became: Outcome) -> str:
    """As it is printed: what was reported done, with its day."""
    done = became is Outcome.REPORTED_DONE
    return f"{became.label}({show_day(decision.done_on)})" if done else became.label


def _order_of(session: Session, decision: Decision) -> DispatchOrder | None:
    if decision.order:
        return session.get(DispatchOrder, decision.order)
    wanted = select(DispatchOrder).where(
        DispatchOrder.case == decision.case,
        DispatchOrder.gap_item == decision.gap_item,
        DispatchOrder.opened_on >= decision.decided_on,
    )
    return session.exec(wanted.order_by(col(DispatchOrder.number))).first()


def by_department(lines: Iterable[AgendaItem]) -> dict[str, list[AgendaItem]]:
    """The lines that concern each department."""
    found: dict[str, list[AgendaItem]] = {}
    for one in lines:
        if one.department:
            found.setdefault(one.department, []).append(one)
    return found


def annex(session: Session, meeting_id: str) -> list[dict[str, str]]:
    """Names behind the numbers, for the sheet that is collected after the meeting."""
    lines = [one for one in agenda(session, meeting_id) if one.household]
    households = {
        one.id: one
        for one in session.exec(
            select(Household).where(col(Household.id).in_([one.household for one in lines]))
        )
    }
    called = names(session, {one.village for one in lines})
    return [
        {
            "number": str(index),
            "title": one.title,
            "village": called.get(one.village or "", ""),
            "head_name": households[one.household].head_name
            if one.household in households
            else "不在册,见案件",
        }
        for index, one in enumerate(agenda(session, meeting_id), start=1)
        if one.household
    ]


def seen(session: Session, meeting_id: str, actor: Actor, on: date) -> MeetingFile:
    """The meeting as the actor may see it: county roles all of it, a department its own items."""
    found = meeting(session, meeting_id)
    shown = policy.show(actor, "meeting", found, MeetingOut)
    every = agenda(session, meeting_id, removed=True)
    lines = [one for one in every if policy.may(actor, "agenda_item", one)]
    decided = decisions(session, meeting_id)
    on_it = [one for one in lines if one.removed_reason is None]
    file = MeetingFile(
        **shown.model_dump(exclude_unset=True),
        state_label=found.state.label,
        lines=[
            _shown(session, actor, line, number, decided.get(line.id), on)
            for number, line in enumerate(on_it, start=1)
        ],
    )
    if policy.may(actor, "every_line"):
        file.removed = [shown_line(actor, one) for one in lines if one.removed_reason]
        file.attendance = [
            AttendanceOut.model_validate(one) for one in attendance(session, meeting_id)
        ]
    return file


def shown_line(actor: Actor, line: AgendaItem) -> LineOut:
    return policy.show(actor, "agenda_item", line, LineOut)


def shown_decision(actor: Actor, decision: Decision) -> DecisionOut:
    return policy.show(actor, "decision", decision, DecisionOut)


def _shown(
    session: Session,
    actor: Actor,
    line: AgendaItem,
    number: int,
    decision: Decision | None,
    on: date,
) -> LineShown:
    return LineShown(
        **shown_line(actor, line).model_dump(exclude_unset=True),
        kind_label=line.kind.label,
        number=number,
        decision=None if decision is None else _became(session, actor, decision, on),
    )


def _became(session: Session, actor: Actor, decision: Decision, on: date) -> DecisionShown:
    known = policy.may(actor, "decision", decision)
    brief = shown_decision(actor, decision) if known else DecisionBrief.model_validate(decision)
    return DecisionShown(
        **brief.model_dump(exclude_unset=True),
        kind_label=decision.kind.label,
        outcome=outcome_words(decision, outcome(session, decision, on)),
    )


def listed(session: Session, actor: Actor) -> list[Meeting]:
    """Meetings the actor may open, latest first."""
    found = select(Meeting).where(policy.visible(actor, "meetings", Meeting))
    return list(session.exec(found.order_by(col(Meeting.on).desc())))


def office_name(session: Session, on: date) -> str:
    """The lead office, as a document is signed: 守望县农业农村局."""
    place = names(session, [county(session)]).get(county(session), "")
    return f"{place if not place.isdigit() else '县'}{pack(session, on).lead_office_name}"
