"""JSON doors: translate, and own the transaction."""

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.unit.lists import commands
from services.unit.lists.forms import ListForm
from services.unit.lists.policy import policy
from services.unit.lists.views import ListAnswerOut, ListOut

router = policy.router()


@router.post("/lists", status_code=201)
def submit_list(body: ListForm, session: Transaction, actor: Who, today: Today) -> ListAnswerOut:
    answer = commands.submit_list(
        session,
        body.unit,
        body.month,
        nil=body.nil,
        nil_reason=body.nil_reason,
        unverified_reason=body.unverified_reason,
        actor=actor,
        on=today,
        paper=body,
    )
    sent = ListOut.model_validate(answer.list).model_dump()
    return ListAnswerOut(**sent, findings=answer.findings, left_behind=list(answer.left_behind))


@router.post("/lists/{unit}/{month}/signature", status_code=201)
def sign_list(
    unit: str, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> list[ListOut]:
    return [
        ListOut.model_validate(unit_list)
        for unit_list in commands.sign_list(session, unit, month, actor=actor, on=today)
    ]
