"""Pages of the joint meeting: the list, one meeting with its lines."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from schemas.codes import GapItem
from services.county.directory.queries import departments
from services.county.doors import ROWS, to_meeting
from services.county.meetings import commands, queries
from services.county.meetings.forms import ExplanationForm
from services.county.meetings.models import DecisionKind, MeetingState, Presence
from services.county.meetings.policy import policy
from services.county.meetings.views import AttendanceOut, MeetingFile
from services.county.orders.rules import ages

router = policy.router()


@router.get("/meetings")
def meetings(
    request: Request,
    session: Transaction,
    actor: Who,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> Response:
    rows = queries.listed(session, actor)
    if month and (found := next((row for row in rows if row.month == month), None)):
        return done(f"/county/meetings/{found.id}")
    return page(request, "meeting_list.html", meetings=rows, month=month)


@router.get("/meetings/{meeting_id}")
def meeting(
    request: Request, meeting_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    seen = queries.seen(session, meeting_id, actor, today)
    return page(
        request,
        "meeting.html",
        meeting=seen,
        states=MeetingState,
        noted=DecisionKind.NOTED,
        mend_policy=DecisionKind.POLICY,
        ages=ages(),
        departments=departments(session),
        kinds=list(DecisionKind),
        gap_items=list(GapItem),
        presences=list(Presence),
        people=_people(session, seen),
    )


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str,
    form: Annotated[ExplanationForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    line = commands.explain_item(session, line_id, form.text, actor=actor, on=today)
    return to_meeting(line.meeting, "说明已登记。")


def _people(session: Session, seen: MeetingFile) -> list[AttendanceOut]:
    """Who is entered, else a row for each department with an item; and some empty rows."""
    called = departments(session)
    units = dict.fromkeys(called.get(line.department, "") for line in seen.lines if line.department)
    return [
        *(seen.attendance or [AttendanceOut(unit=unit) for unit in units]),
        *[AttendanceOut(unit="")] * ROWS,
    ]
