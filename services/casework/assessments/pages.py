"""Meetings, the sheet to fill in, and the minutes."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.errors import NotFound
from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from services.casework.assessments import commands, documents, queries
from services.casework.assessments.forms import (
    AssessmentFilter,
    AssessmentOnPage,
    VoteForm,
    at,
    on_page,
)
from services.casework.assessments.models import Assessment
from services.casework.assessments.policy import policy
from services.casework.assessments.views import ASSESSMENTS
from services.casework.identification import queries as files_queries
from services.casework.identification.queries import Line

router = policy.router()
ROW = tuple(name for name in VoteForm.model_fields if name != "file")


@router.get("/assessments")
def assessments(
    request: Request,
    asked: Annotated[AssessmentFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    held = ASSESSMENTS.page(session, queries.assessments(actor, asked), asked)
    return page(
        request,
        "assessments.html",
        held=held,
        places=files_queries.place_names(session, {row.village for row in held.rows}),
        waiting=queries.waiting(session, actor, today, asked.village),
        filter=fill(
            request,
            AssessmentFilter,
            "/casework/assessments",
            asked,
            options={"village": files_queries.villages(session, actor)},
        ),
    )


@router.get("/assessments/sheet")
def assessment_sheet(
    request: Request,
    asked: Annotated[AssessmentFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    """The sheet of a village's next meeting, with a row for each household that waits."""
    village = asked.village or ""
    lines = queries.waiting(session, actor, today, village)
    if not lines:
        raise NotFound("这个村现在没有等待评议的农户。")
    policy.permit(actor, "assessment_sheet", lines[0].file)
    values = {"village": village, "held_on": today}
    form = _sheet(request, session, lines, "/casework/assessments", values, without=["correction"])
    return page(request, "sheet.html", form=form, lines=lines, at=at, rows=ROW, corrects=None)


@router.post("/assessments")
def record_assessment(
    form: Annotated[AssessmentOnPage, FromPage()], session: Transaction, actor: Who, today: Today
) -> Response:
    meeting = commands.record_assessment(session, form.form(), actor=actor, on=today)
    return done(meeting.page, "民主评议已登记。")


@router.get("/assessments/{id}")
def assessment(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    meeting = queries.see(session, actor, id)
    return page(
        request,
        "assessment.html",
        meeting=meeting,
        place=files_queries.place_names(session, {meeting.village})[meeting.village],
        households=queries.shown(session, meeting, today),
    )


@router.get("/assessments/{id}/minutes.docx", name="assessment")
def minutes(id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """评议记录, with a list to be signed by who was there."""
    return documents.minutes(session, queries.see(session, actor, id), today).answer()


@router.get("/assessments/{id}/correction", name="correct_assessment")
def correction(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    meeting = queries.see(session, actor, id)
    policy.permit(actor, "correct_assessment", meeting)
    shown = queries.shown(session, meeting, today)
    lines, values = [one.file for one in shown], _values(meeting)
    for one in shown:
        said = {name: getattr(one.votes, name) for name in ROW}
        said["relatives"] = "、".join(one.votes.relatives)
        values |= {at(one.votes.file, name): value for name, value in said.items()}
    form = _sheet(request, session, lines, f"{meeting.page}/correction", values)
    return page(request, "sheet.html", form=form, lines=lines, at=at, rows=ROW, corrects=meeting)


@router.post("/assessments/{id}/correction")
def correct_assessment(
    id: str,
    form: Annotated[AssessmentOnPage, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    meeting = commands.correct_assessment(session, id, form.form(), actor=actor, on=today)
    return done(meeting.page, "民主评议已更正。")


def _values(meeting: Assessment) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in ("village", *commands.MEETING)}


def _sheet(
    request: Request,
    session: Session,
    lines: list[Line],
    to: str,
    values: dict[str, Any],
    without: Sequence[str] = (),
) -> Filled:
    files = [line.file for line in lines]
    bodies = queries.bodies_of(session, files)
    return fill(
        request,
        on_page(file.id for file in files),
        to,
        values,
        options={"body": {body.value: body.label for body in bodies}},
        without=without,
    )
