"""A township's signature for programs."""

from kit.web import Today, Transaction, Who
from services.village.townships import commands
from services.village.townships.forms import SignatureForm
from services.village.townships.models import TownshipSignature
from services.village.townships.policy import policy
from services.village.townships.views import SignatureOut

router = policy.router()


@router.post("/signatures", response_model=SignatureOut, status_code=201)
def sign_township(
    body: SignatureForm, session: Transaction, actor: Who, today: Today
) -> TownshipSignature:
    return commands.sign_township(
        session,
        body.township,
        body.month,
        actor=actor,
        on=today,
        missing_reason=body.missing_reason,
    )
