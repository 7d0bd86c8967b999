"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kit.web import Today, Transaction, Who, page
from services.dispatch.meetings import queries as meetings_queries
from services.dispatch.statistics import queries as statistics_queries
from services.dispatch.tasks import queries

router = APIRouter()


@router.get("/")
def desk(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    return page(
        request,
        "desk.html",
        tasks=queries.desk(session, actor, today),
        counts=statistics_queries.counts(session, actor, today),
        notices=meetings_queries.meeting_notices(session, actor.place, today),
    )
