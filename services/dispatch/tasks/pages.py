"""The first page."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.service import Service
from kit.tasks.door import Elsewhere
from kit.web import Today, Transaction, Who, page
from services.dispatch.held import queries as held_queries
from services.dispatch.meetings import queries as meetings_queries
from services.dispatch.statistics import queries as statistics_queries
from services.dispatch.tasks.policy import policy

router = policy.router()


@router.get("/")
def home(
    request: Request, session: Transaction, actor: Who, today: Today, elsewhere: Elsewhere
) -> HTMLResponse:
    service: Service = request.app.state.service
    return page(
        request,
        "home.html",
        tasks=service.open_tasks(session, actor, today),
        elsewhere=elsewhere,
        counts=statistics_queries.counts(session, actor, today),
        held=len(held_queries.open_needs(session)),
        notices=meetings_queries.meeting_notices(session, actor, today),
    )
