"""Pages: translate, and own the transaction."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from kit.actor import Actor
from kit.web import Today, Transaction, Who, page
from schemas.codes import Role
from services.village import scopes
from services.village.findings import queries as findings_queries
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.register import queries as register_queries
from services.village.tasks import queries

router = APIRouter()


@router.get("/")
def desk(
    request: Request, session: Transaction, actor: Who, today: Today, q: str = ""
) -> HTMLResponse:
    if actor.role is Role.GROUP_LEADER:
        return page(request, "leader.html", **_card(session, actor, today, q))
    month = months_queries.latest_month(session, today)
    return page(
        request,
        "desk.html",
        tasks=queries.desk(session, actor, today),
        month=month,
        names=register_queries.names(session),
    )


def _card(session: Session, actor: Actor, today: date, q: str) -> dict[str, Any]:
    village, _, group = actor.place.partition("/")
    month = months_queries.latest_month(session, today)
    if month is None:
        return {
            "month": None,
            "place": register_queries.names(session).full(village),
            "group": group,
        }
    row = months_queries.reporter(session, month.month, Reporter.GROUP, actor.place)
    found = findings_queries.findings(session, month.month, village, group)
    return {
        "month": month,
        "place": register_queries.names(session).full(village),
        "village": village,
        "group": group,
        "row": row,
        "households": register_queries.households_found(
            session, scopes.scope_of(actor), q, limit=200
        ),
        "q": q,
        "findings": found,
        "fates": {one.id: outcomes_queries.fate_of(session, one) for one in found},
        "reminded": queries.reminded(session, month, Reporter.GROUP, actor.place),
        "sent": months_queries.reporter(session, month.month, Reporter.VILLAGE, village).reported,
    }
