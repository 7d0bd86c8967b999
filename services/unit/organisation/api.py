"""JSON doors: translate, and own the transaction."""

from kit.web import Today, Transaction, Who
from services.unit.organisation import commands
from services.unit.organisation.forms import AssignmentRow, HelperRow, TransferForm, UnitRow
from services.unit.organisation.policy import policy
from services.unit.organisation.views import TakenOut, TransferredOut

router = policy.router()


@router.post("/units", status_code=201)
def name_units(rows: list[UnitRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_units(session, rows, actor=actor))


@router.post("/helpers", status_code=201)
def name_helpers(rows: list[HelperRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_helpers(session, rows, actor=actor))


@router.post("/assignments", status_code=201)
def assign_households(
    rows: list[AssignmentRow], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.assign_households(session, rows, actor=actor, on=today))


@router.post("/transfers", status_code=201)
def transfer_helper(
    body: TransferForm, session: Transaction, actor: Who, today: Today
) -> TransferredOut:
    moved = commands.transfer_helper(
        session, body.helper, body.to, reason=body.reason, actor=actor, on=today
    )
    return TransferredOut(households=moved)
