"""The same for programs."""

from kit.web import Today, Transaction, Who
from services.village.duplicates import commands, queries
from services.village.duplicates.forms import MergeForm, NumberForm
from services.village.duplicates.policy import policy
from services.village.duplicates.views import DoubleOut

router = policy.router()


@router.get("/doubles")
def doubles(session: Transaction, actor: Who) -> list[DoubleOut]:
    return [DoubleOut.model_validate(row) for row in queries.doubles(session, actor)]


@router.post("/doubles/{household}/number")
def renumber_household(
    household: str, body: NumberForm, session: Transaction, actor: Who
) -> DoubleOut:
    row = commands.renumber_household(session, household, number=body.number, actor=actor)
    return DoubleOut.model_validate(row)


@router.post("/doubles/{household}/merging")
def merge_households(
    household: str, body: MergeForm, session: Transaction, actor: Who, today: Today
) -> DoubleOut:
    kept = commands.merge_households(
        session, household, keep=body.keep, reason=body.reason, actor=actor, on=today
    )
    return DoubleOut.model_validate(kept)
