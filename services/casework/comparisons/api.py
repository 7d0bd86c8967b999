"""Comparisons for programs."""

from kit.web import Today, Transaction, Who
from services.casework.comparisons import commands, queries
from services.casework.comparisons.forms import AnswerForm, AskForm, RecheckForm
from services.casework.comparisons.policy import policy
from services.casework.comparisons.views import Answered, LineView, RequestView

router = policy.router()


@router.post("/comparisons")
def ask_comparison(
    body: AskForm, session: Transaction, actor: Who, today: Today
) -> list[RequestView]:
    """One request a township's list to each department."""
    made = commands.ask_comparison(session, body, actor=actor, on=today)
    return [RequestView.model_validate(request) for request in made]


@router.get("/comparisons/{id}")
def comparisons(id: str, session: Transaction, actor: Who) -> list[LineView]:
    """What one department was asked, household by household, and what it answered."""
    stored = queries.request(session, actor, id)
    return [LineView.model_validate(line) for line in queries.lines_of(session, stored.id)]


@router.post("/comparisons/{id}/answers")
def answer_comparison(
    id: str, body: AnswerForm, session: Transaction, actor: Who, today: Today
) -> Answered:
    """What the department says of these households."""
    count = commands.answer_comparison(session, id, body, actor=actor, on=today)
    return Answered(answered=count)


@router.post("/doubts")
def recheck_doubt(body: RecheckForm, session: Transaction, actor: Who, today: Today) -> LineView:
    """What the township found of a department's doubt."""
    line = commands.recheck_doubt(session, body, actor=actor, on=today)
    return LineView.model_validate(line)
