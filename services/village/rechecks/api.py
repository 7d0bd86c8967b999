"""Cases sent back by the county, for programs."""

from collections.abc import Sequence

from kit.web import Today, Transaction, Who
from services.village.rechecks import commands, queries
from services.village.rechecks.forms import AnswerForm
from services.village.rechecks.models import CountyRecheck
from services.village.rechecks.policy import policy
from services.village.rechecks.views import RecheckOut

router = policy.router()


@router.get("/rechecks", response_model=list[RecheckOut], name="recheck")
def rechecks(session: Transaction, actor: Who) -> Sequence[CountyRecheck]:
    """Cases the county sent back and the township has not answered."""
    return queries.unanswered(session, actor)


@router.post("/rechecks/{case}/answer", response_model=RecheckOut)
def answer_recheck(
    case: str, body: AnswerForm, session: Transaction, actor: Who, today: Today
) -> CountyRecheck:
    return commands.answer_recheck(
        session, case, still_at_risk=body.still_at_risk, note=body.note, actor=actor, on=today
    )
