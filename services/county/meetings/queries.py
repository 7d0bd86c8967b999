"""The joint meeting: its lines, who was there, what was decided and what became of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Forbidden, NotFound
from kit.tasks import Task
from kit.web import show_day
from schemas.codes import Role
from services.county.directory.queries import names
from services.county.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionKind,
    LineKind,
    Meeting,
    MeetingState,
)
from services.county.meetings.rules import Outcome, order_outcome, policy_outcome
from services.county.orders.models import DispatchOrder
from services.county.register.models import Household
from services.county.service import county, pack

KINDS = list(LineKind)
WHOLE = (
    Role.COUNTY_CLERK,
    Role.COUNTY_LEADER,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
)  # who sees all of it
OFFICE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
GONE = "情况已变化,系统移出"  # why a drafted line nobody touched left the agenda by itself


def meeting(session: Session, meeting_id: str, *, lock: bool = False) -> Meeting:
    """The meeting, its row locked when it is to change; `NotFound` otherwise."""
    found = session.get(Meeting, meeting_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("没有这次会议。")
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


def to_explain(session: Session, actor: Actor) -> list[Task]:
    """Items that a department was told of and has not explained; for its desk."""
    if actor.role not in (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD):
        return []
    wanted = (
        select(AgendaItem, Meeting)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting)
        .where(
            AgendaItem.department == actor.place,
            col(AgendaItem.noticed_on).is_not(None),
            col(AgendaItem.explanation).is_(None),
            col(AgendaItem.removed_reason).is_(None),
            Meeting.state == MeetingState.NOTICED,
        )
    )
    return [
        Task(f"准备联席会议议题:{item.title}", f"/county/meetings/{of.id}#line-{item.id}", of.on)
        for item, of in session.exec(wanted.order_by(col(AgendaItem.position)))
    ]


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


def seen(session: Session, meeting_id: str, actor: Actor, on: date) -> dict[str, Any]:
    """The meeting as the actor may see it: county roles all of it, a department its own items."""
    found = meeting(session, meeting_id)
    own = None if actor.role in WHOLE else actor.place
    lines = [one for one in agenda(session, meeting_id) if own is None or one.department == own]
    _may_see(actor, lines, own)
    decided = decisions(session, meeting_id)
    shown = {
        "lines": [
            one.model_dump()
            | {
                "kind_label": one.kind.label,
                "number": number,
                "decision": _shown(session, decided.get(one.id), on),
            }
            for number, one in enumerate(lines, start=1)
        ]
    }
    if own is None:
        gone = [one for one in agenda(session, meeting_id, removed=True) if one.removed_reason]
        shown |= {
            "removed": [one.model_dump() for one in gone],
            "attendance": [one.model_dump() for one in attendance(session, meeting_id)],
        }
    fields = found.model_dump() if own is None else found.model_dump(exclude={"ageing"})
    return fields | {"state_label": found.state.label} | shown


def _may_see(actor: Actor, lines: list[AgendaItem], own: str | None) -> None:
    departmental = actor.role in (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
    if own is not None and not (departmental and any(line.noticed_on for line in lines)):
        raise Forbidden("联席会议由牵头部门办理;部门在收到会议通知后可以看到自己的议题。")


def _shown(session: Session, decision: Decision | None, on: date) -> dict[str, Any] | None:
    if decision is None:
        return None
    return decision.model_dump() | {
        "kind_label": decision.kind.label,
        "outcome": outcome_words(decision, outcome(session, decision, on)),
    }


def listed(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Meetings the actor may open, latest first."""
    if actor.role in WHOLE:
        return [one.model_dump(exclude={"ageing"}) for one in meetings(session)]
    wanted = select(AgendaItem.meeting).where(
        AgendaItem.department == actor.place, col(AgendaItem.noticed_on).is_not(None)
    )
    told = (
        set(session.exec(wanted))
        if actor.role in (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
        else set()
    )
    return [one.model_dump(exclude={"ageing"}) for one in meetings(session) if one.id in told]


def office_name(session: Session, on: date) -> str:
    """The lead office, as a document is signed: 守望县农业农村局."""
    place = names(session, [county(session)]).get(county(session), "")
    return f"{place if not place.isdigit() else '县'}{pack(session, on).lead_office_name}"
