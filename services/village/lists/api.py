"""A village's list for programs."""

from kit.behalf import Behalf
from kit.web import Today, Transaction, Who
from services.village.lists import commands
from services.village.lists.forms import ListForm
from services.village.lists.models import VillageList
from services.village.lists.policy import policy
from services.village.lists.views import ListOut

router = policy.router()


@router.post("/lists", response_model=ListOut, status_code=201)
def submit_list(body: ListForm, session: Transaction, actor: Who, today: Today) -> VillageList:
    return commands.submit_list(
        session,
        body.village,
        body.month,
        nil=body.nil,
        actor=actor,
        on=today,
        receipt=body.receipt(today, actor=actor, receivers=policy["date_list"].roles),
        on_behalf_of=Behalf(body.on_behalf_of, body.behalf_reason),
        silent_reason=body.silent_reason,
    )
