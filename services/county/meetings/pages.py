"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from schemas.codes import GapItem
from services.county.directory.queries import departments
from services.county.doors import Text, to_meeting
from services.county.meetings import commands, queries
from services.county.meetings.models import DecisionKind, MeetingState, Presence
from services.county.meetings.queries import OFFICE
from services.county.meetings.views import expected_people
from services.county.orders.rules import ages

router = APIRouter()


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
        may_open=actor.role in OFFICE,
    )


@router.get("/meetings/{meeting_id}")
def meeting(
    request: Request, meeting_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    seen = queries.seen(session, meeting_id, actor, today)
    office = actor.role in OFFICE
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
        people=expected_people(session, seen) if office else [],
    )


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str, session: Transaction, actor: Who, today: Today, text: Text = ""
) -> Response:
    return to_meeting(
        commands.explain_item(session, line_id, text, actor=actor, on=today).meeting, "说明已登记。"
    )
