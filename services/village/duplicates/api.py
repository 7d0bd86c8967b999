"""The same for programs."""

from kit.web import Today, Transaction, Who
from services.village.duplicates import commands, queries, views
from services.village.duplicates.forms import MergeForm, NumberForm, PlaceForm
from services.village.duplicates.policy import policy
from services.village.duplicates.views import DoubleOut

router = policy.router()


@router.get("/doubles")
def doubles(session: Transaction, actor: Who) -> list[DoubleOut]:
    return [views.double(session, row) for row in queries.doubles(session, actor)]


@router.post("/doubles/{household}/number")
def renumber_household(
    household: str, body: NumberForm, session: Transaction, actor: Who
) -> DoubleOut:
    row = commands.renumber_household(session, household, number=body.number, actor=actor)
    return views.double(session, row)


@router.post("/doubles/{household}/merging")
def merge_households(
    household: str, body: MergeForm, session: Transaction, actor: Who, today: Today
) -> DoubleOut:
    kept = commands.merge_households(
        session, household, keep=body.keep, reason=body.reason, actor=actor, on=today
    )
    return views.double(session, kept)


@router.post("/doubles/{household}/persons/{person}")
def place_person(
    household: str, person: int, body: PlaceForm, session: Transaction, actor: Who, today: Today
) -> DoubleOut:
    row = commands.place_person(
        session, household, person, keep=body.keep, reason=body.reason, actor=actor, on=today
    )
    return views.double(session, row)
