"""JSON doors of verification visits and decisions."""

from kit.web import Today, Transaction, Who
from services.county.cases.views import DecisionOut
from services.county.verification import commands
from services.county.verification.forms import DecisionForm, VisitForm
from services.county.verification.policy import policy
from services.county.verification.views import VisitAdded

router = policy.router()


@router.post("/cases/{case_id}/visits", status_code=201)
def record_visit(
    case_id: str, body: VisitForm, session: Transaction, actor: Who, today: Today
) -> VisitAdded:
    visit = commands.record_visit(session, case_id, body, actor=actor, on=today)
    return VisitAdded.model_validate(visit)


@router.post("/cases/{case_id}/decision")
def decide(
    case_id: str, body: DecisionForm, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    case = commands.decide(session, case_id, body, actor=actor, on=today)
    return DecisionOut.model_validate(case)
