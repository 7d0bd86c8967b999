"""Pages of the joint meeting: the list, one meeting with its lines."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.forms import Form, fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from services.county.agenda.forms import LineForm, LineWords, MeetingForm, PositionForm, ReasonForm
from services.county.agenda.queries import to_add
from services.county.directory.queries import departments, names
from services.county.doors import to_meeting
from services.county.meetings import commands, queries
from services.county.meetings.forms import ExplanationForm
from services.county.meetings.models import DecisionKind, MeetingState
from services.county.meetings.policy import policy
from services.county.meetings.views import AttendanceOut, LineShown, MeetingFile
from services.county.minutes.forms import AttendanceForm, AttendeeRow, ResolutionForm, ResultForm
from services.county.minutes.policy import policy as minutes_policy

router = policy.router()
ROWS = 3  # empty rows of the attendance form


@router.get("/meetings")
def meetings(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> Response:
    rows = queries.listed(session, actor)
    if month and (meeting := next((row for row in rows if row.month == month), None)):
        return done(f"/county/meetings/{meeting.id}")
    coming = queries.coming(session, today)
    return page(
        request,
        "meeting_list.html",
        meetings=rows,
        coming=coming,
        opening=fill(request, MeetingForm, "/county/meetings", {"month": month or coming.month}),
    )


@router.get("/meetings/{meeting_id}")
def meeting(
    request: Request, meeting_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    file, path = queries.seen(session, meeting_id, actor, today), f"/county/meetings/{meeting_id}"
    called, stored = departments(session), queries.meeting(session, meeting_id)
    numbers = queries.order_numbers(session, file)
    concerned = {code for line in file.lines for code in (line.department, *line.co_departments)}
    return page(
        request,
        "meeting.html",
        meeting=file,
        stored=stored,
        mandate=queries.mandate(session, stored),
        states=MeetingState,
        noted=DecisionKind.NOTED,
        mend_policy=DecisionKind.POLICY,
        ages=queries.ages(session, meeting_id),
        departments=names(session, concerned),
        explainable={
            line.id
            for line in queries.agenda(session, meeting_id)
            if policy.may(actor, "explain_item", line)
        },
        reportable={
            line
            for line, decision in queries.decisions(session, meeting_id).items()
            if minutes_policy.may(actor, "report_decision", decision)
        },
        arranging=fill(request, MeetingForm, "/county/meetings", file, widgets={"month": "hidden"}),
        adding=_adding(request, f"{path}/lines", called, to_add(session, meeting_id, today)),
        asked={line.id: _forms(request, line, called, numbers) for line in file.lines},
        held_on=fill(request, AttendanceForm, f"{path}/attendance", {"held_on": file.held_on})[
            "held_on"
        ],
        people=[
            fill(request, AttendeeRow, f"{path}/attendance", person, id=f"person-{number}")
            for number, person in enumerate(_people(names(session, file.told), file), start=1)
        ],
    )


def _adding(
    request: Request, to: str, called: Mapping[str, str], orders: Mapping[str, str]
) -> Filled:
    options = {"department": called, "order": orders}
    return fill(request, LineForm, to, options=options, without=() if orders else ("order",))


def _forms(
    request: Request, line: LineShown, called: Mapping[str, str], numbers: Mapping[str, str]
) -> dict[str, Filled]:
    """What may be done with a line: form by form. `numbers`: of the meeting's orders."""
    numbers = {order: numbers.get(order, order) for order in line.orders}

    def ask(form: type[Form], door: str, values: Any = None, **arguments: Any) -> Filled:
        return fill(request, form, f"/county/lines/{line.id}/{door}", values, **arguments)

    forms = {
        "explanation": ask(ExplanationForm, "explanation"),
        "edit": ask(LineWords, "edit", {"title": line.title, "text": line.text}),
        "move": ask(PositionForm, "move", {"position": line.number}),
        "remove": ask(ReasonForm, "remove"),
        "decision": ask(
            ResolutionForm,
            "decision",
            {"kind": DecisionKind.NOTED},
            options={"department": called, "order": numbers},
            without=("responsible",) if len(line.orders) > 1 else ("responsible", "order"),
        ),
    }
    if line.decision:
        result = fill(request, ResultForm, f"/county/decisions/{line.decision.id}/result")
        forms["result"] = result
    return forms


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str,
    form: Annotated[ExplanationForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    line = commands.explain_item(session, line_id, form.text, actor=actor, on=today)
    return to_meeting(line.meeting, "说明已登记。", line.id)


def _people(called: Mapping[str, str], file: MeetingFile) -> list[AttendanceOut]:
    """Who is entered, else a row for each department, as all attend; and some empty rows."""
    units = [called.get(code, code) for code in file.told]
    return [
        *(file.attendance or [AttendanceOut(unit=unit) for unit in units]),
        *[AttendanceOut(unit="")] * ROWS,
    ]
