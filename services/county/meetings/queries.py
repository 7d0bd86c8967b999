"""The joint meeting: its lines, who was there, what was decided and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import NotFound
from kit.packs import pack, pack_of
from kit.policy import mandates
from rulebook.figures import age_labels
from rulebook.month_plan import MonthPlan
from rulebook.months import month_of, next_month, previous_month
from schemas.county import AgendaLine, MeetingNoticed
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
from services.county.meetings.policy import policy
from services.county.meetings.rules import Outcome, order_outcome, policy_outcome, slowest
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
from services.county.months.queries import plan_of_month
from services.county.orders.models import DispatchOrder
from services.county.register.models import Household
from services.county.service import county

KINDS = list(LineKind)
NO_MEETING = "没有这次会议。"
GONE = "情况已变化，系统移出"  # why a drafted line nobody touched left the agenda by itself


def meeting(session: Session, meeting_id: str) -> Meeting:
    """`NotFound` when there is none."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound(NO_MEETING)
    return meeting


def ages(session: Session, meeting_id: str) -> list[str]:
    """The columns of its table of ages, by the pack that it was drafted under."""
    return age_labels(pack_of(session, meeting(session, meeting_id).pack).statistics.ages)


def mandate(session: Session, held: Meeting) -> str:
    """Who issues the minutes: of the leading group, or the office by its mandate (J-03, F-14)."""
    alone = mandates.of(session, held)
    return "；".join([pack_of(session, held.pack).issuer, *map(str, alone)])


def meeting_of(session: Session, month: str) -> Meeting | None:
    return session.exec(select(Meeting).where(Meeting.month == month)).one_or_none()


def meetings(session: Session) -> list[Meeting]:
    """Latest first."""
    return list(session.exec(select(Meeting).order_by(col(Meeting.on).desc())))


@dataclass(frozen=True)
class Coming:
    """The next meeting that the cycle asks for, or that somebody may call: about which month, when,
    how often.
    """

    month: str
    on: date
    cycle: str
    provisional: bool


def coming(session: Session, on: date) -> Coming:
    """The earliest cycle, from the last month's on, whose meeting has not been held; one of a day
    that has passed only if it was called.
    """
    plan = _last_of_cycle(session, previous_month(month_of(on)))
    known = meeting_of(session, plan.month)
    while known.held_on if known else plan.meeting_on < on:
        plan = _last_of_cycle(session, next_month(plan.month))
        known = meeting_of(session, plan.month)
    day = known.on if known else plan.meeting_on
    return Coming(plan.month, day, plan.meeting_cycle, plan.calendar.is_provisional(day))


def _last_of_cycle(session: Session, month: str) -> MonthPlan:
    return plan_of_month(session, plan_of_month(session, month).meeting_months[-1])


def order_numbers(session: Session, file: MeetingFile) -> dict[str, str]:
    """Order → its number, of all items."""
    orders = {order for line in file.lines for order in line.orders}
    statement = select(DispatchOrder.order, DispatchOrder.number)
    return dict(session.exec(statement.where(col(DispatchOrder.order).in_(orders))).all())


def line(session: Session, line_id: str) -> AgendaItem:
    line = session.get(AgendaItem, line_id)
    if line is None:
        raise NotFound("没有这条议题。")
    return line


def agenda(session: Session, meeting_id: str, *, removed: bool = False) -> list[AgendaItem]:
    """The lines in their order; with `removed` also those taken off, for whoever asks why."""
    statement = select(AgendaItem).where(AgendaItem.meeting == meeting_id)
    if not removed:
        statement = statement.where(col(AgendaItem.removed_reason).is_(None))
    return list(session.exec(statement.order_by(col(AgendaItem.position), col(AgendaItem.id))))


def attendance(session: Session, meeting_id: str) -> list[Attendance]:
    statement = select(Attendance).where(Attendance.meeting == meeting_id)
    return list(session.exec(statement.order_by(col(Attendance.position))))


def decisions(session: Session, meeting_id: str) -> dict[str, Decision]:
    """Line -> what was decided about it."""
    return {
        decision.line: decision
        for decision in session.exec(select(Decision).where(Decision.meeting == meeting_id))
    }


def outcome(session: Session, decision: Decision, on: date) -> Outcome:
    """What became of a decision by that day."""
    if decision.kind == DecisionKind.NOTED:
        return Outcome.NOTHING_TO_DO
    if decision.kind == DecisionKind.POLICY:
        return policy_outcome(decision.done_on, decision.due, on)
    became = [
        order_outcome(order.state, order.closed_on, decision.due, on)
        for order in _orders_of(session, decision)
    ]
    return slowest(became) if became else order_outcome(None, None, decision.due, on)


def outcome_words(decision: Decision, became: Outcome) -> str:
    """As it is printed: what was reported done, with its day."""
    done = became is Outcome.REPORTED_DONE
    return f"{became.label}（{show_day(decision.done_on)}）" if done else became.label


def _orders_of(session: Session, decision: Decision) -> list[DispatchOrder]:
    if decision.orders:
        orders = (session.get(DispatchOrder, order) for order in decision.orders)
        return [order for order in orders if order]
    statement = select(DispatchOrder).where(
        DispatchOrder.case == decision.case,
        DispatchOrder.gap_item == decision.gap_item,
        DispatchOrder.opened_on >= decision.decided_on,
    )
    return list(session.exec(statement.order_by(col(DispatchOrder.number)).limit(1)))


def by_department(lines: Iterable[AgendaItem]) -> dict[str, list[AgendaItem]]:
    """The lines that concern each department."""
    by_code: dict[str, list[AgendaItem]] = {}
    for line in lines:
        for code in filter(None, (line.department, *line.co_departments)):
            by_code.setdefault(code, []).append(line)
    return by_code


def notices(session: Session, meeting: Meeting) -> dict[str, MeetingNoticed]:
    """What each department that was told has to know, until the meeting is held: day, place, and of
    its items those that have gone out.
    """
    if meeting.state is not MeetingState.NOTICED:
        return {}
    by_code = by_department(line for line in agenda(session, meeting.id) if line.noticed_on)
    return {
        code: MeetingNoticed(
            meeting=meeting.id,
            on=meeting.on,
            place=meeting.place,
            department=code,
            lines=tuple(
                AgendaLine(
                    item=line.id, order=line.order, title=line.title, orders=tuple(line.orders)
                )
                for line in by_code.get(code, ())
            ),
        )
        for code in meeting.told
    }


def annex(session: Session, meeting_id: str) -> list[dict[str, str]]:
    """Names behind the numbers, for the sheet that is collected after the meeting."""
    lines = [line for line in agenda(session, meeting_id) if line.household]
    households = {
        household.id: household
        for household in session.exec(
            select(Household).where(col(Household.id).in_([line.household for line in lines]))
        )
    }
    called = names(session, {line.village for line in lines})
    return [
        {
            "number": str(index),
            "title": line.title,
            "village": called.get(line.village or "", ""),
            "head_name": households[line.household].head_name
            if line.household in households
            else "不在册，见风险线索",
        }
        for index, line in enumerate(agenda(session, meeting_id), start=1)
        if line.household
    ]


def seen(session: Session, meeting_id: str, actor: Actor, on: date) -> MeetingFile:
    """The meeting as the actor may see it: county roles all of it, a department its own items."""
    stored = meeting(session, meeting_id)
    shown = policy.show(actor, "meeting", stored, MeetingOut)
    listed = agenda(session, meeting_id, removed=True)
    lines = [line for line in listed if policy.may(actor, "agenda_item", line)]
    decided = decisions(session, meeting_id)
    on_agenda = [line for line in lines if line.removed_reason is None]
    file = MeetingFile(
        **shown.model_dump(exclude_unset=True),
        state_label=stored.state.label,
        lines=[
            _shown(session, actor, line, number, decided.get(line.id), on)
            for number, line in enumerate(on_agenda, start=1)
        ],
    )
    if policy.may(actor, "every_line"):
        file.removed = [shown_line(actor, line) for line in lines if line.removed_reason]
        file.attendance = [
            AttendanceOut.model_validate(attendee) for attendee in attendance(session, meeting_id)
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
    visible = policy.may(actor, "decision", decision)
    brief = shown_decision(actor, decision) if visible else DecisionBrief.model_validate(decision)
    return DecisionShown(
        **brief.model_dump(exclude_unset=True),
        kind_label=decision.kind.label,
        outcome=outcome_words(decision, outcome(session, decision, on)),
    )


def listed(session: Session, actor: Actor) -> list[Meeting]:
    """Meetings the actor may open, latest first."""
    statement = select(Meeting).where(policy.visible(actor, "meetings", Meeting))
    return list(session.exec(statement.order_by(col(Meeting.on).desc())))


def office_name(session: Session, on: date) -> str:
    """The lead office, as a document is signed: 守望县农业农村局."""
    place = names(session, [county(session)]).get(county(session), "")
    return f"{place if not place.isdigit() else '县'}{pack(session, on).lead_office_name}"
