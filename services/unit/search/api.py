"""JSON doors: translate, and own the transaction."""

from typing import Annotated

from fastapi import Query

from kit.rates import SEARCH, limited
from kit.web import Transaction, Who
from rulebook.types import Short
from services.unit.search import queries
from services.unit.search.policy import policy
from services.unit.search.views import HouseholdOut

router = policy.router()


@router.get("/households")
@limited(SEARCH)
def households(
    session: Transaction, actor: Who, q: Annotated[Short, Query(title="查找内容", min_length=1)]
) -> list[HouseholdOut]:
    """By part of the head's name, household number or ID number, within the actor's scope."""
    return [
        HouseholdOut(household=hit.household, number=hit.number, head_name=hit.title, note=hit.note)
        for hit in queries.search(session, actor, q)
        if hit.household
    ]
