"""Democratic assessments for programs."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from kit.web import Today, Transaction, Who
from services.casework.assessments import commands, queries
from services.casework.assessments.forms import AssessmentFilter, AssessmentForm
from services.casework.assessments.models import Assessment
from services.casework.assessments.policy import policy
from services.casework.assessments.views import (
    ASSESSMENTS,
    AssessmentView,
    VotesView,
    WholeAssessment,
)
from services.casework.identification.views import FileView

router = policy.router()


@router.get("/assessments")
def assessments(
    asked: Annotated[AssessmentFilter, Query()], session: Transaction, actor: Who
) -> list[AssessmentView]:
    """All of them, the latest first."""
    rows = ASSESSMENTS.every(session, queries.assessments(actor, asked), asked)
    return [AssessmentView.model_validate(row) for row in rows]


@router.get("/assessments/waiting", name="assessment_sheet")
def waiting(
    asked: Annotated[AssessmentFilter, Query()], session: Transaction, actor: Who, today: Today
) -> list[FileView]:
    """Households to be assessed."""
    lines = queries.waiting(session, actor, today, asked.village)
    return [FileView.model_validate(line.file) for line in lines]


@router.get("/assessments/{id}")
def assessment(id: str, session: Transaction, actor: Who) -> WholeAssessment:
    """One meeting with the votes on each household."""
    return _whole(session, queries.see(session, actor, id))


@router.post("/assessments")
def record_assessment(
    body: AssessmentForm, session: Transaction, actor: Who, today: Today
) -> WholeAssessment:
    """One meeting, one sheet: each household goes on, carried or not."""
    return _whole(session, commands.record_assessment(session, body, actor=actor, on=today))


@router.post("/assessments/{id}/correction")
def correct_assessment(
    id: str, body: AssessmentForm, session: Transaction, actor: Who, today: Today
) -> WholeAssessment:
    """The whole sheet once more with the reason, while nothing later has happened."""
    return _whole(session, commands.correct_assessment(session, id, body, actor=actor, on=today))


def _whole(session: Session, meeting: Assessment) -> WholeAssessment:
    return WholeAssessment(
        **AssessmentView.model_validate(meeting).model_dump(),
        households=[VotesView.model_validate(line) for line in queries.lines_of(session, meeting)],
    )
