"""The list of what is not solved."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.web import Today, Transaction, Who, page
from services.dispatch.statistics import queries
from services.dispatch.statistics.policy import policy

router = policy.router()


@router.get("/ageing")
def ageing(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    return page(request, "ageing.html", bands=queries.ageing(session, actor, today))
