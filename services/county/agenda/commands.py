"""The agenda: drafted from what is open, in the office's hands, sent with the notice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlmodel import Session, col, delete

from kit.actor import SYSTEM, Actor
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from kit.packs import pack, pack_of
from rulebook.months import end_of, start_of
from services.county.agenda.deadlines import MEETING_AGENDA, MEETING_MISSED, MEETING_NOTICE
from services.county.agenda.forms import LineEdit, LineForm
from services.county.agenda.policy import policy
from services.county.agenda.queries import Proposal, proposals
from services.county.commands import said
from services.county.directory.queries import departments, name_of
from services.county.meetings import queries as meetings_queries
from services.county.meetings.commands import (
    SYSTEM_NAME,
    before_meeting,
    before_minutes,
    day_fits_cycle,
    end_of_agenda,
    fits_cycle,
    known_department,
    locked,
    names_nobody,
    require_unlisted,
    subject,
    touch,
)
from services.county.meetings.models import AgendaItem, Decision, LineKind, Meeting, MeetingState
from services.county.meetings.queries import GONE, KINDS
from services.county.months.queries import had_passed, plan_of_month
from services.county.numbering import commands as numbering_commands
from services.county.office import one_at_a_time, plan_of
from services.county.organisation.models import Responsibility
from services.county.organisation.queries import responsibles
from services.county.reporters import commands as reporters_commands
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.service import book, county
from services.county.statistics.queries.orders import ageing


def plan_meeting(session: Session, month: str) -> None:
    """The month has opened: its meeting's agenda, notice and due day fire by themselves (GT-30),
    where the cycle ends with it (B-37).
    """
    plan = plan_of_month(session, month)
    if not plan.owes_meeting or had_passed(session, month, plan.meeting_on):
        return
    reporters_commands.expect(
        session, month, ReporterKind.OFFICE, plan.meeting_on, [("meeting", None)]
    )
    drafted_on = (
        plan.reminders(plan.meeting_notice_on)[0] if plan.remind_before else plan.meeting_notice_on
    )
    MEETING_AGENDA.set(session, month, start_of(drafted_on))
    MEETING_NOTICE.set(session, month, start_of(plan.meeting_notice_on))
    MEETING_MISSED.set(session, month, end_of(plan.meeting_on))


def recount_meeting(session: Session, month: str) -> None:
    """The calendar has changed (F-16): its deadlines, and the day of a meeting that nobody was told of
    and nobody set himself.
    """
    row = reporters_queries.reporter_month(session, month, ReporterKind.OFFICE, "meeting")
    regular = row.due if row else None
    plan_meeting(session, month)
    meeting = meetings_queries.meeting_of(session, month)
    if meeting and meeting.state is MeetingState.DRAFTED and meeting.on == regular:
        plan = plan_of_month(session, month)
        meeting.on, meeting.notice_on = plan.meeting_on, plan.meeting_notice_on
        touch(session, meeting)


def open_meeting(
    session: Session,
    month: str,
    *,
    actor: Actor,
    on: date,
    meets_on: date | None = None,
    place: str = "",
    chair: str = "",
) -> Meeting:
    """The meeting about a month's cycle, with its agenda; once open, only place, chair and day are
    put in.
    """
    policy.require(actor, "open_meeting")
    plan = plan_of(session, month)
    month = plan.month
    one_at_a_time(session, "meeting", month)
    if meeting := meetings_queries.meeting_of(session, month):
        if meets_on and meets_on != meeting.on:
            day_fits_cycle(session, plan, meets_on, on)
        return _arrange(session, locked(session, meeting.id), meets_on, place, chair)
    fits_cycle(session, plan, on)
    if meets_on:
        day_fits_cycle(session, plan, meets_on, on)
    last = next(iter(meetings_queries.meetings(session)), None)
    rules = pack(session, on)
    meeting = Meeting(
        month=month,
        on=meets_on or plan.meeting_on,
        notice_on=plan.meeting_notice_on,
        drafted_on=on,
        refreshed_on=on,
        place=place or (last.place if last else rules.documents.place),
        chair=chair or (last.chair if last else _chair(session)),
        pack=rules.ref,
    )
    session.add(meeting)
    session.flush()
    return draft_agenda(session, meeting.id, actor=actor, on=on)


def _arrange(
    session: Session, meeting: Meeting, meets_on: date | None, place: str, chair: str
) -> Meeting:
    if (meets_on or place or chair) and meeting.state in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议已经召开，时间、地点和主持人不能再改。")
    if meets_on and meeting.noticed_on and meets_on < min(meeting.noticed_on, meeting.on):
        day = show_day(meeting.noticed_on)
        raise Refused(f"会议通知是{day}发出的，会议不能改到那天以前。", field="on")
    with _notices_follow(session, meeting):
        meeting.on, meeting.place, meeting.chair = (
            meets_on or meeting.on,
            place or meeting.place,
            chair or meeting.chair,
        )
        return touch(session, meeting)


@contextmanager
def _notices_follow(session: Session, meeting: Meeting) -> Iterator[None]:
    """Whoever has the notice is told again when its day, place or items are others afterwards."""
    before = meetings_queries.notices(session, meeting)
    yield
    session.flush()
    after = meetings_queries.notices(session, meeting)
    changed = (notice for code, notice in after.items() if notice != before.get(code))
    emit(session, *(part for notice in changed for part in in_parts(notice, "lines")))


def _chair(session: Session) -> str:
    leader = next(iter(responsibles(session, county(session), Responsibility.FIRST)), None)
    return f"{leader.name}（{leader.post}）" if leader else "领导小组组长"


def draft_agenda(session: Session, meeting_id: str, *, actor: Actor, on: date) -> Meeting:
    """Bring the agenda up to what is open; what the office edited, added, removed or moved stays as
    it is.
    """
    meeting = before_meeting(session, meeting_id)
    policy.require(actor, "draft_agenda", meeting)
    with _notices_follow(session, meeting):
        _refresh(session, meeting, on)
        return touch(session, meeting)


def _refresh(session: Session, meeting: Meeting, on: date) -> None:
    lines = meetings_queries.agenda(session, meeting.id, removed=True)
    by_source = {line.source: line for line in lines if line.source}
    own = {order for line in lines if _is_own(line) for order in line.orders}
    proposed = [
        proposal
        for proposal in proposals(session, meeting, on)
        if proposal.kind is LineKind.DECISION or not _has_all(own, proposal)
    ]
    for proposal in proposed:
        line = by_source.pop(proposal.source, None) or AgendaItem(
            meeting=meeting.id,
            position=end_of_agenda(lines),
            kind=proposal.kind,
            title="",
            source=proposal.source,
        )
        _redraft(line, proposal)
        if line not in lines:
            lines.append(line)
        session.add(line)
    for line in by_source.values():  # no longer open
        if line.edited_by:
            line.stale = True
        elif line.removed_reason is None:
            line.removed_reason, line.removed_by, line.gone = GONE, SYSTEM_NAME, True
    if not meeting.reordered:
        _order(lines, [proposal.source for proposal in proposed])
    calendar, ages = book(session).calendar, pack_of(session, meeting.pack).statistics.ages
    meeting.refreshed_on, meeting.ageing = on, ageing(session, calendar, ages, on)


def _has_all(orders: set[str], proposal: Proposal) -> bool:
    """One matter is one item: the office has put all its orders on the agenda (F-52)."""
    return bool(proposal.orders) and orders.issuperset(proposal.orders)


def _is_own(line: AgendaItem) -> bool:
    """Whether the office has put it on the agenda, and it stands there."""
    return line.source is None and line.removed_reason is None


def _redraft(line: AgendaItem, proposal: Proposal) -> None:
    """A line that a person edited keeps words and place; one a person removed stays away."""
    if line.gone:
        line.removed_reason = line.removed_by = None
        line.gone = False
    if not line.edited_by:
        line.kind, line.title, line.text, line.department = (
            proposal.kind,
            proposal.title,
            proposal.text,
            proposal.department,
        )
    line.co_departments = [code for code in proposal.co_departments if code != line.department]
    line.order, line.orders = proposal.order, list(proposal.orders)
    line.case, line.household = proposal.case, proposal.household
    line.village, line.origin, line.stale = proposal.village, proposal.origin, False


def _order(lines: Sequence[AgendaItem], sources: Sequence[str]) -> None:
    """As drafted; the office's own lines behind those of their kind."""
    at = {source: number for number, source in enumerate(sources)}
    ranked = sorted(
        lines,
        key=lambda line: (
            KINDS.index(line.kind),
            at.get(line.source or "", len(at)),
            line.position,
        ),
    )
    for position, line in enumerate(ranked, start=1):
        line.position = position


def add_line(session: Session, meeting_id: str, form: LineForm, *, actor: Actor) -> AgendaItem:
    """A line of the office's own; what it is about says what a decision may be about."""
    meeting = before_minutes(session, meeting_id)
    policy.require(actor, "add_line", meeting)
    known_department(session, form.department)
    about = subject(session, form.order, form.case)
    require_unlisted(session, meeting.id, about.get("orders", ()))
    names_nobody(session, about.get("household"), form.title, form.text)
    line = AgendaItem(
        meeting=meeting.id,
        position=end_of_agenda(meetings_queries.agenda(session, meeting.id, removed=True)),
        kind=form.kind,
        title=form.title,
        text=form.text,
        edited_by=actor.label,
    )
    line.sqlmodel_update({"department": form.department} | about)
    session.add(line)
    touch(session, meeting)
    return line


def edit_line(
    session: Session,
    line_id: str,
    *,
    actor: Actor,
    title: str | None = None,
    text: str | None = None,
    department: str | None = None,
) -> AgendaItem:
    """Put the office's words; a refresh leaves them alone from then on. Another department has not
    explained it yet.
    """
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "edit_line", line)
    meeting = before_minutes(session, line.meeting)
    title = None if title is None else said(title, "议题名称不能为空。")
    known_department(session, department)
    names_nobody(session, line.household, title, text)
    with _notices_follow(session, meeting):
        line.title = title or line.title
        line.text = text.strip() if text is not None else line.text
        if department and department != line.department:
            _give_to(session, line, department)
        line.edited_by = actor.label
        touch(session, meeting)
    return line


def _give_to(session: Session, line: AgendaItem, department: str) -> None:
    """What the former department explained stays to be read in the line's text."""
    if line.explanation:
        former = name_of(session, line.department)
        said_before = f"{former}{show_day(line.explained_on)}说明：{line.explanation}"
        line.text = "\n".join(filter(None, (line.text, said_before)))
        line.explanation = line.explained_on = line.explained_by = line.explained_account = None
    line.department = department
    line.co_departments = [code for code in line.co_departments if code != department]


def change_line(session: Session, line_id: str, form: LineEdit, *, actor: Actor) -> AgendaItem:
    """What a program asks of a line, one after the other; nothing asked, nothing changed."""
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "edit_line", line)
    if form.restore:
        restore_line(session, line_id, actor=actor)
    if form.removed_reason is not None:
        remove_line(session, line_id, form.removed_reason, actor=actor)
    if (form.title, form.text, form.department) != (None, None, None):
        edit_line(
            session,
            line_id,
            actor=actor,
            title=form.title,
            text=form.text,
            department=form.department,
        )
    if form.position is not None:
        move_line(session, line_id, form.position, actor=actor)
    return line


def move_line(session: Session, line_id: str, position: int, *, actor: Actor) -> AgendaItem:
    """Put the line at this place among those on the agenda (1 is the first); the office's order
    stands from then on.
    """
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "move_line", line)
    meeting = before_minutes(session, line.meeting)
    lines = [other for other in meetings_queries.agenda(session, meeting.id) if other.id != line.id]
    lines.insert(max(position, 1) - 1, line)
    for number, placed in enumerate(lines, start=1):
        placed.position = number
    meeting.reordered = True
    touch(session, meeting)
    return line


def remove_line(session: Session, line_id: str, reason: str, *, actor: Actor) -> AgendaItem:
    """Take the line off, with a reason that stays to be seen."""
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "remove_line", line)
    meeting = before_minutes(session, line.meeting)
    with _notices_follow(session, meeting):
        line.removed_reason = said(reason, "移出议题要写明原因。")
        line.removed_by = actor.label
        session.exec(delete(Decision).where(col(Decision.line) == line.id))
        touch(session, meeting)
    return line


def restore_line(session: Session, line_id: str, *, actor: Actor) -> AgendaItem:
    line = meetings_queries.line(session, line_id)
    policy.require(actor, "restore_line", line)
    meeting = before_minutes(session, line.meeting)
    if line.removed_reason is not None:
        require_unlisted(session, meeting.id, line.orders)
    with _notices_follow(session, meeting):
        line.removed_reason = line.removed_by = None
        line.gone = False
        touch(session, meeting)
    return line


def notice_meeting(session: Session, meeting_id: str, *, actor: Actor, on: date) -> list[str]:
    """Tell every department, as all of them attend (J-02), each with its own items; told again, only
    those that are new or have new ones. Returns their codes.
    """
    meeting = before_meeting(session, meeting_id)
    policy.require(actor, "notice_meeting", meeting)
    groups = meetings_queries.by_department(meetings_queries.agenda(session, meeting.id))
    told = [
        code
        for code in sorted({*departments(session), *groups})
        if code not in meeting.told or any(line.noticed_on is None for line in groups.get(code, ()))
    ]
    if meeting.state != MeetingState.DRAFTED and not told:
        raise Conflict("会议通知已经发出，没有新的议题要补充通知。")
    meeting.state, meeting.noticed_on = MeetingState.NOTICED, meeting.noticed_on or on
    meeting.told = sorted({*meeting.told, *told})
    for line in (line for code in told for line in groups.get(code, ())):
        line.noticed_on = line.noticed_on or on
    numbering_commands.number(session, f"notice {meeting.month}", on)
    touch(session, meeting)
    notices = meetings_queries.notices(session, meeting)
    emit(session, *(part for code in told for part in in_parts(notices[code], "lines")))
    return told


def notice_month(session: Session, month: str, *, on: date) -> None:
    """The notice day has come: the agenda is brought up to date and goes out, unless the office has
    sent it.
    """
    meeting = open_meeting(session, month, actor=SYSTEM, on=on)
    if meeting.state == MeetingState.DRAFTED:
        draft_agenda(session, meeting.id, actor=SYSTEM, on=on)
        notice_meeting(session, meeting.id, actor=SYSTEM, on=on)
