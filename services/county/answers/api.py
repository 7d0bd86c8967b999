"""JSON door for a source that came after the decision."""

from kit.web import Today, Transaction, Who
from services.county.answers import commands
from services.county.answers.forms import LateAnswerForm
from services.county.answers.policy import policy
from services.county.cases.views import DecisionOut

router = policy.router()


@router.post("/sources/{finding}/answer")
def answer_source(
    finding: str, body: LateAnswerForm, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    """Joined to a need (its id), a need of its own (`new`), or `why_not`."""
    case = commands.answer_source(session, finding, body, actor=actor, on=today)
    return DecisionOut.model_validate(case)
