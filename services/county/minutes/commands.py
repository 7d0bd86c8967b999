"""The meeting itself: who was there, what was decided, the minutes whose decisions leave."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, select

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.codes import CaseDecision, GapItem
from schemas.county import MeetingDecided
from schemas.values import Need, NeedWords
from services.county.cases.models import Case, CaseEntry, NeedRow, Source
from services.county.commands import said, sign
from services.county.directory.queries import helper_of, name_of
from services.county.meetings import queries as meetings_queries
from services.county.meetings.commands import (
    before_minutes,
    known_department,
    locked,
    names_nobody,
    touch,
)
from services.county.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionKind,
    Meeting,
    MeetingState,
    Presence,
)
from services.county.meetings.rules import missing_of_decision
from services.county.minutes.forms import AttendeeForm, ResolutionForm
from services.county.minutes.policy import policy
from services.county.numbering import commands as numbering_commands
from services.county.office import note_done
from services.county.orders.models import DispatchOrder
from services.county.register.models import Household


def record_attendance(
    session: Session,
    meeting_id: str,
    people: Sequence[AttendeeForm],
    *,
    actor: Actor,
    on: date,
    held_on: date | None = None,
) -> Meeting:
    """Who was there: the meeting has been held (`held_on`, else `on`). Sent again, it replaces."""
    meeting = before_minutes(session, meeting_id)
    policy.require(actor, "record_attendance", meeting)
    if meeting.state == MeetingState.DRAFTED:
        raise Conflict("还没有发会议通知，请先发通知再登记到会。")
    if not people:
        raise Refused("请登记到会人员。")
    _check_day(session, meeting, held_on or on, on)
    for person in people:
        if person.presence is Presence.SUBSTITUTE and not person.stands_for:
            raise Refused(f"{person.unit}{person.name}是代会，请写明代谁参加。")
    session.exec(delete(Attendance).where(col(Attendance.meeting) == meeting.id))
    session.add_all(
        Attendance(meeting=meeting.id, position=position, **dict(person))
        for position, person in enumerate(people, start=1)
    )
    meeting.state, meeting.held_on = MeetingState.HELD, held_on or on
    meeting.entered_on = on if meeting.held_on != on else None
    for decision in meetings_queries.decisions(session, meeting.id).values():
        decision.decided_on = meeting.held_on
    note_done(session, meeting.month, "meeting", meeting.held_on, entered_on=meeting.entered_on)
    return touch(session, meeting)


def _check_day(session: Session, meeting: Meeting, held_on: date, on: date) -> None:
    """Neither before the notice nor after today, and no decision falls due before it. A meeting that
    is entered later (F-52) had its day before the notice was.
    """
    if held_on > on:
        raise Refused("会议召开日期不能晚于今天。")
    earliest = min(meeting.noticed_on or meeting.on, meeting.on)
    if held_on < earliest:
        raise Refused(f"会议召开日期不能早于{show_day(earliest)}（发会议通知或者计划开会的那天）。")
    decided = meetings_queries.decisions(session, meeting.id).values()
    dues = [decision.due for decision in decided if decision.due]
    if dues and held_on > min(dues):
        raise Refused(
            f"会议决定的完成期限最早是{show_day(min(dues))}，会议召开日期不能晚于它；请先改完成期限。"
        )


def minute_item(
    session: Session, line_id: str, resolution: ResolutionForm, *, actor: Actor
) -> Decision:
    """What the meeting decided about a line; minuted again, it replaces. Nothing leaves before the
    minutes are signed.
    """
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "minute_item", line)
    meeting = _held(session, line.meeting)
    if line.removed_reason:
        raise Conflict("这条议题已经移出议程，请先恢复。")
    held_on = meeting.held_on or meeting.on
    _check(session, line, resolution, held_on)
    decision = session.exec(select(Decision).where(Decision.line == line.id)).one_or_none()
    decided = _decided(session, line, resolution) | {
        "decided_on": held_on,
        "minuted_by": actor.label,
        "minuted_account": actor.account,
    }
    if decision is None:
        decision = Decision(meeting=meeting.id, line=line.id, **decided)
    decision.sqlmodel_update(decided)
    session.add(decision)
    touch(session, meeting)
    return decision


def _decided(session: Session, line: AgendaItem, resolution: ResolutionForm) -> dict[str, Any]:
    """What the minutes say: the resolution, about what its line is about."""
    department = resolution.department or line.department
    orders = _orders(line, resolution)
    return {
        "kind": resolution.kind,
        "text": resolution.wording,
        "due": resolution.due,
        "department": department,
        "responsible": resolution.responsible or name_of(session, department),
        "order": orders[0] if orders else None,
        "orders": orders,
        "case": line.case,
        "household": line.household,
        "village": line.village,
        "gap_item": resolution.gap_item,
        "question": resolution.question,
    }


def _orders(line: AgendaItem, resolution: ResolutionForm) -> list[str]:
    """Which of the line's orders the resolution binds: the one it names, else all."""
    if resolution.kind is DecisionKind.NEW_ORDER:
        return []
    return [order for order in line.orders if resolution.order in (None, order)]


def _check(session: Session, line: AgendaItem, resolution: ResolutionForm, held_on: date) -> None:
    known_department(session, resolution.department)
    names_nobody(session, line.household, resolution.wording, resolution.question)
    orders = _orders(line, resolution)
    if resolution.order and not orders:
        raise Refused("这条议题不涉及所选的交办单。", field="order")
    missing = missing_of_decision(
        resolution.kind,
        order=bool(orders),
        case=line.case is not None,
        due=resolution.due is not None,
        department=bool(
            resolution.department or (resolution.kind == DecisionKind.POLICY and line.department)
        ),
        gap_item=resolution.gap_item is not None,
        question=bool(resolution.question),
    )
    if missing:
        raise Refused(f"“{resolution.kind.label}”还缺：{'、'.join(missing)}。")
    if resolution.due is not None and resolution.due < held_on:
        raise Refused(f"完成期限不能早于会议日期（{show_day(held_on)}）。")
    if resolution.kind is DecisionKind.REASSIGN:
        if len(orders) > 1:
            raise Refused("这条议题有几张交办单，请选改派哪一张。", field="order")
        order = session.get(DispatchOrder, orders[0])
        if resolution.department == (order.department if order else line.department):
            raise Refused("这张交办单本来就在这个部门，请选别的部门，或改为“限期解决”。")
    if resolution.kind is DecisionKind.NEW_ORDER:
        _verified(session, line.case or "")


def _verified(session: Session, case_id: str) -> Case:
    case = session.get(Case, case_id)
    if case is None or case.decision != CaseDecision.VERIFIED or case.closed_on is not None:
        raise Conflict(
            "只有已核实、没有办结的风险线索可以新交办；请先核实，或者按新发现的风险上报。"
        )
    return case


def note_rest(session: Session, meeting_id: str, *, actor: Actor) -> int:
    """Every line without a decision is noted: its limits stand as they are. Returns how many."""
    policy.require(actor, "note_rest", locked(session, meeting_id))
    meeting = _held(session, meeting_id)
    noted = ResolutionForm(kind=DecisionKind.NOTED)
    undecided = _undecided(session, meeting)
    for line in undecided:
        minute_item(session, line.id, noted, actor=actor)
    return len(undecided)


def issue_minutes(
    session: Session, meeting_id: str, *, actor: Actor, on: date, issued_on: date | None = None
) -> Meeting:
    """The leader signs the minutes; from then on its decisions bind, each by its own event."""
    policy.require(actor, "issue_minutes", locked(session, meeting_id))
    meeting = _held(session, meeting_id)
    if undecided := _undecided(session, meeting):
        titles = "、".join(f"第{line.position}条" for line in undecided)
        raise Conflict(
            f"{titles}还没有记录会议决定；没有另作决定的，请记为“{DecisionKind.NOTED.label}”。"
        )
    since = meeting.held_on or meeting.on
    issued_on = sign(
        meeting, actor=actor, on=on, issued_on=issued_on, since=since, after="会议召开"
    )
    meeting.state = MeetingState.ISSUED
    numbering_commands.number(session, f"minutes {meeting.month}", issued_on)
    touch(session, meeting)
    decided = meetings_queries.decisions(session, meeting.id)
    for line in meetings_queries.agenda(session, meeting.id):
        decision = decided[line.id]
        for order_id in line.orders:
            if order := session.get(DispatchOrder, order_id, with_for_update=True):
                # spoken of: only another return brings it back
                order.for_meeting = False
                order.return_reason = None
        emit(session, *_told(_event(session, meeting, decision, issued_on), line, decision))
    return meeting


def _told(told: MeetingDecided, line: AgendaItem, decision: Decision) -> list[MeetingDecided]:
    """The decision for each order that it binds, or for none; and to the line's other orders that
    the meeting has spoken of them, for which they may have waited.
    """
    bound = decision.orders if told.order else []
    spoken = MeetingDecided(
        meeting=told.meeting,
        decision=told.decision,
        on=told.on,
        text=f"{told.text}（同一议题的决定，本张按原要求办理）",
    )
    events = [told.model_copy(update={"order": order}) for order in bound]
    if not bound and decision.kind != DecisionKind.NOTED:
        events.append(told)
    rest = [order for order in line.orders if order not in bound]
    return events + [spoken.model_copy(update={"order": order}) for order in rest]


def _event(session: Session, meeting: Meeting, decision: Decision, on: date) -> MeetingDecided:
    told = MeetingDecided(
        meeting=meeting.id,
        decision=decision.id,
        on=meeting.held_on or on,
        text=decision.text,
        department=decision.department,
        due=decision.due,
        order=decision.order,
    )
    if decision.kind == DecisionKind.ORDER_DUE:
        return told.model_copy(update={"department": None})
    if decision.kind == DecisionKind.NOTED:  # the order stays as it is
        return told.model_copy(update={"department": None, "due": None})
    if decision.kind == DecisionKind.POLICY:
        return told.model_copy(update={"order": None})
    if decision.kind == DecisionKind.NEW_ORDER:
        return told.model_copy(update=_new_need(session, decision, on))
    return told


def _new_need(session: Session, decision: Decision, on: date) -> dict:
    """The need behind a new order, with what its department has to look up."""
    case = _verified(session, decision.case or "")
    row = NeedRow(
        case=case.id,
        gap_item=decision.gap_item or GapItem.OTHER,
        question=decision.question or "",
        department=decision.department,
        from_meeting=decision.meeting,
        on=on,
    )
    session.add(row)
    session.add(
        CaseEntry(case=case.id, on=on, what=f"联席会议议定新交办：{decision.text}", by="联席会议")
    )
    session.flush()
    decision.need = row.id
    head, number = _head(session, case)
    household = session.get(Household, case.household)
    words = NeedWords(
        head_name=head,
        id_number=number,
        village_name=name_of(session, case.village),
        phone=household.phone if household else None,
        risk_point=case.risk_point,
        contact=helper_of(session, case.household),
    )
    need = Need(
        need=row.id,
        gap_item=row.gap_item,
        question=row.question,
        department=row.department,
        sealed=seal(session, words),
    )
    return {"case": case.id, "household": case.household, "village": case.village, "need": need}


def _head(session: Session, case: Case) -> tuple[str, str | None]:
    household = session.get(Household, case.household)
    if household is not None and household.head_name:
        return household.head_name, household.id_number
    source = session.exec(select(Source).where(Source.case == case.id)).first()
    return (source.head_name, source.id_number) if source else ("", None)


def report_decision(
    session: Session, decision_id: str, note: str, *, actor: Actor, on: date
) -> Decision:
    """A policy was mended (D-12): only this kind of decision is reported done by a person."""
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise NotFound("没有这项会议决定。")
    policy.require(actor, "report_decision", decision)
    meeting = locked(session, decision.meeting)
    if decision.kind != DecisionKind.POLICY:
        raise Conflict("交办事项的落实情况以交办单为准，不用另外报告。")
    if meeting.state != MeetingState.ISSUED:
        raise Conflict("会议纪要还没有签发，决定尚未生效。")
    decision.done_on, decision.done_note = on, said(note, "请写明怎样落实的。")
    session.add(decision)
    touch(session, meeting)
    return decision


def _undecided(session: Session, meeting: Meeting) -> list[AgendaItem]:
    decided = meetings_queries.decisions(session, meeting.id)
    return [line for line in meetings_queries.agenda(session, meeting.id) if line.id not in decided]


def _held(session: Session, meeting_id: str) -> Meeting:
    meeting = before_minutes(session, meeting_id)
    if meeting.state != MeetingState.HELD:
        raise Conflict("会议还没有召开；请先登记到会情况。")
    return meeting
