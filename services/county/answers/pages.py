"""The page's form for a source that came after the decision."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Response

from kit.web import Today, Transaction, Who, done
from services.county.answers import commands
from services.county.answers.forms import LateAnswerOnPage
from services.county.answers.policy import policy

router = policy.router()


@router.post("/sources/{finding}/answer")
def answer_source(
    finding: str,
    form: Annotated[LateAnswerOnPage, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    case = commands.answer_source(session, finding, form.form(), actor=actor, on=today)
    return done(f"/county/cases/{case.id}", "来源已答复。")
