"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kit.web import Today, Transaction, Who, page
from schemas.codes import Role
from services.unit import scopes
from services.unit.findings import queries as findings_queries
from services.unit.months import queries as months_queries
from services.unit.tasks import queries
from services.unit.visits import queries as visits_queries

router = APIRouter()


@router.get("/")
def desk(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    """What is to be done; for a helper all own households with their state."""
    month = months_queries.latest_month(session)
    helper = actor.role is Role.HELPER
    return page(
        request,
        "desk.html",
        tasks=queries.desk(session, actor, today),
        month=month,
        home=queries.home(actor),
        contacts=visits_queries.contacts(session, month.month, helper=actor.place)
        if month and helper
        else [],
        reminders=months_queries.reminders_of(session, actor.place, month.month) if month else [],
        findings=findings_queries.finding_views(session, actor, month=month.month)
        if month and helper
        else [],
        county=scopes.may_see_unit(session, actor, ""),
    )
