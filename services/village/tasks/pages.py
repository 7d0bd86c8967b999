"""The first page: a group leader's card, everybody else's open tasks."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from kit.actor import Actor
from kit.lists import Listing
from kit.service import Service
from kit.tasks import merge
from kit.web import Today, Transaction, Who, page
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.places import group_of
from services.village.register import queries as register_queries
from services.village.register.forms import HouseholdFilter
from services.village.tasks.forms import CardFilter
from services.village.tasks.policy import policy

router = policy.router()

# A group's households, whole on one page as nearly every group is.
HOUSEHOLDS = Listing[Any]((), register_queries.HOUSEHOLDS.order, size=100)


@router.get("/")
def desk(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[CardFilter, Query()],
) -> HTMLResponse:
    group = group_of(actor)
    if group is not None:
        return page(request, "leader.html", **_card(session, actor, group, today, asked))
    service: Service = request.app.state.service
    return page(
        request,
        "desk.html",
        tasks=merge(tasks_of(session, actor, today) for tasks_of in service.tasks),
        month=months_queries.latest_month(session, today),
        names=directory.names(session),
        place=actor.scope,
    )


def _card(
    session: Session, actor: Actor, group: str, today: date, asked: CardFilter
) -> dict[str, Any]:
    village = actor.place.partition("/")[0]
    month = months_queries.latest_month(session, today)
    place = directory.names(session).full(village)
    if month is None:
        return {"month": None, "place": place, "group": group}
    findings = [
        finding
        for finding in findings_queries.findings(session, month.month, village)
        if finding.group == group
    ]
    households = register_queries.households(actor, HouseholdFilter(q=asked.q))
    return {
        "month": month,
        "place": place,
        "village": village,
        "group": group,
        "row": months_queries.reporter(session, month.month, Reporter.GROUP, actor.place),
        "households": HOUSEHOLDS.page(session, households, asked),
        "q": asked.q or "",
        "findings": findings,
        "fates": {finding.id: outcomes_queries.fate_of(session, finding) for finding in findings},
        "reminded": months_queries.reminded(session, month.month, Reporter.GROUP, actor.place),
        "sent": months_queries.reporter(session, month.month, Reporter.VILLAGE, village).reported,
    }
