"""The ledger's move, for programs."""

from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from services.county.handover import commands, queries
from services.county.handover.policy import policy
from services.county.handover.views import HandoverView

router = policy.router()


class Moved(BaseModel):
    rows: int


@router.get("/handover")
def handover(session: Transaction, actor: Who) -> HandoverView:
    """How far it has come, and how both sides count."""
    seen = queries.handover(session, actor)
    return HandoverView(
        rows=seen.rows,
        waiting=seen.waiting,
        agrees=seen.agrees,
        confirmed_on=seen.confirmed_on,
        counted=seen.counted,
    )


@router.post("/handover")
def hand_over_ledger(session: Transaction, actor: Who, today: Today) -> Moved:
    """Rows that were not handed over yet, or corrected since. Again: nothing more."""
    return Moved(rows=commands.hand_over(session, actor=actor, on=today))


@router.post("/handover/back")
def take_back_ledger(session: Transaction, actor: Who, today: Today) -> Moved:
    """Until it is confirmed."""
    return Moved(rows=commands.take_back(session, actor=actor, on=today))


@router.post("/handover/confirmed", status_code=204)
def confirm_ledger(session: Transaction, actor: Who, today: Today) -> None:
    """Refused while both sides count differently."""
    commands.confirm(session, actor=actor, on=today)
