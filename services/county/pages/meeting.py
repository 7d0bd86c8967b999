"""Pages of the joint meeting: list, agenda to edit, notice, attendance, decisions, minutes."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, Day, YearMonth
from schemas.codes import GapItem
from services.county.commands import meeting as commands
from services.county.models.meeting import DecisionKind, MeetingState, Presence
from services.county.queries import meeting as queries
from services.county.queries.names import departments
from services.county.rules.meeting import ages

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]
MaybeDay = Annotated[Day | None, Form()]
ROWS = 3  # empty rows of the attendance form


@router.get("/meetings")
def meetings(
    request: Request, session: Transaction, actor: Who, month: AnyYearMonth = ""
) -> Response:
    rows = queries.listed(session, actor)
    if month and (found := next((row for row in rows if row["month"] == month), None)):
        return done(f"/county/meetings/{found['id']}")
    return page(
        request,
        "meeting_list.html",
        meetings=rows,
        month=month,
        states={s.value: s for s in MeetingState},
        may_open=actor.role in queries.OFFICE,
    )


@router.post("/meetings")
def open_meeting(
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[YearMonth, Form()],
    place: Text = "",
    chair: Text = "",
    on: MaybeDay = None,
) -> Response:
    found = commands.open_meeting(
        session, month, actor=actor, on=today, meets_on=on, place=place.strip(), chair=chair.strip()
    )
    return _back(found.id, "会议和议程已经保存。")


@router.get("/meetings/{meeting_id}")
def meeting(
    request: Request, meeting_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    seen = queries.seen(session, meeting_id, actor, today)
    office = actor.role in queries.OFFICE
    return page(
        request,
        "meeting.html",
        meeting=seen,
        state=MeetingState(seen["state"]),
        office=office,
        ages=ages(),
        departments=departments(session),
        kinds=list(DecisionKind),
        gap_items=list(GapItem),
        presences=list(Presence),
        people=_people(session, seen) if office else [],
    )


def _people(session: Transaction, seen: dict) -> list[dict[str, str]]:
    """Who is entered, else a row for each department with an item; and some empty rows."""
    called = departments(session)
    units = dict.fromkeys(
        called.get(line["department"], "") for line in seen["lines"] if line["department"]
    )
    blank = {
        "unit": "",
        "name": "",
        "post": "",
        "presence": Presence.PRESENT.value,
        "stands_for": "",
    }
    return [*(seen["attendance"] or [blank | {"unit": unit} for unit in units]), *[blank] * ROWS]


@router.post("/meetings/{meeting_id}/agenda")
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return _back(meeting_id, "议程已按最新情况刷新,改过的议题没有变动。")


@router.post("/meetings/{meeting_id}/lines")
def add_line(
    meeting_id: str,
    session: Transaction,
    actor: Who,
    title: Text = "",
    text: Text = "",
    department: Text = "",
) -> Response:
    commands.add_line(session, meeting_id, title, text, actor=actor, department=department or None)
    return _back(meeting_id, "议题已增加。")


@router.post("/lines/{line_id}/edit")
def edit_line(
    line_id: str, session: Transaction, actor: Who, title: Text = "", text: Text = ""
) -> Response:
    line = commands.edit_line(session, line_id, actor=actor, title=title, text=text)
    return _back(line.meeting, "议题已修改。")


@router.post("/lines/{line_id}/move")
def move_line(
    line_id: str, session: Transaction, actor: Who, position: Annotated[int, Form()]
) -> Response:
    return _back(
        commands.move_line(session, line_id, position, actor=actor).meeting, "顺序已调整。"
    )


@router.post("/lines/{line_id}/remove")
def remove_line(line_id: str, session: Transaction, actor: Who, reason: Text = "") -> Response:
    return _back(
        commands.remove_line(session, line_id, reason, actor=actor).meeting, "议题已移出。"
    )


@router.post("/lines/{line_id}/restore")
def restore_line(line_id: str, session: Transaction, actor: Who) -> Response:
    return _back(commands.restore_line(session, line_id, actor=actor).meeting, "议题已恢复。")


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str, session: Transaction, actor: Who, today: Today, text: Text = ""
) -> Response:
    return _back(
        commands.explain_item(session, line_id, text, actor=actor, on=today).meeting, "说明已登记。"
    )


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    told = commands.notice_meeting(session, meeting_id, actor=actor, on=today)
    return _back(meeting_id, f"会议通知已发给{len(told)}个部门。")


@router.post("/meetings/{meeting_id}/attendance")
def record_attendance(
    meeting_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    unit: Texts,
    name: Texts,
    post: Texts,
    presence: Annotated[list[Presence], Form()],
    stands_for: Texts,
    held_on: MaybeDay = None,
) -> Response:
    rows = zip(unit, name, post, presence, stands_for, strict=False)
    people = [
        commands.Attendee(one.strip(), who.strip(), job.strip(), how, whom.strip())
        for one, who, job, how, whom in rows
        if one.strip() and (who.strip() or how == Presence.ABSENT)
    ]
    commands.record_attendance(session, meeting_id, people, actor=actor, on=today, held_on=held_on)
    return _back(meeting_id, "到会情况已登记,可以逐条记录会议决定。")


@router.post("/lines/{line_id}/decision")
def minute_item(
    line_id: str,
    session: Transaction,
    actor: Who,
    kind: Annotated[DecisionKind, Form()],
    text: Text = "",
    department: Text = "",
    due: MaybeDay = None,
    gap_item: Annotated[GapItem | None, Form()] = None,
    question: Text = "",
) -> Response:
    resolution = commands.Resolution(
        kind,
        text or kind.label,
        department=department or None,
        due=due,
        gap_item=gap_item,
        question=question.strip() or None,
    )
    return _back(
        commands.minute_item(session, line_id, resolution, actor=actor).meeting, "会议决定已记录。"
    )


@router.post("/meetings/{meeting_id}/rest")
def note_rest(meeting_id: str, session: Transaction, actor: Who) -> Response:
    return _back(
        meeting_id,
        f"{commands.note_rest(session, meeting_id, actor=actor)}条议题记为按原要求办理。",
    )


@router.post("/meetings/{meeting_id}/minutes")
def issue_minutes(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.issue_minutes(session, meeting_id, actor=actor, on=today)
    return _back(meeting_id, "会议纪要已签发,决定已发给责任单位。")


@router.post("/decisions/{decision_id}/result")
def report_decision(
    decision_id: str, session: Transaction, actor: Who, today: Today, text: Text = ""
) -> Response:
    return _back(
        commands.report_decision(session, decision_id, text, actor=actor, on=today).meeting,
        "落实情况已登记。",
    )


def _back(meeting_id: str, message: str) -> Response:
    return done(f"/county/meetings/{meeting_id}", message)
