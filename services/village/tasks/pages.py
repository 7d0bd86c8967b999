"""The first page: a group leader's card, everybody else's open tasks."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col

from kit.actor import Actor
from kit.lists import Listing
from kit.service import Service
from kit.tasks.door import Elsewhere
from kit.web import Today, Transaction, Who, page
from rulebook.scopes import ScopeKind
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.places import led_by, owned
from services.village.register import queries as register_queries
from services.village.register.forms import HouseholdFilter
from services.village.screening import queries as screening_queries
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
    elsewhere: Elsewhere,
    asked: Annotated[CardFilter, Query()],
) -> HTMLResponse:
    group = led_by(actor)
    if group is not None:
        return page(request, "leader.html", **_card(session, actor, group, today, asked))
    service: Service = request.app.state.service
    return page(
        request,
        "desk.html",
        tasks=service.open_tasks(session, actor, today),
        elsewhere=elsewhere,
        month=months_queries.latest_month(session, today),
        names=directory.names(session),
        place=actor.scope,
    )


def _card(
    session: Session, actor: Actor, group: str, today: date, asked: CardFilter
) -> dict[str, Any]:
    village = actor.scope.code.partition("/")[0]
    latest = months_queries.latest_month(session, today)
    place = directory.names(session).full(village)
    if latest is None:
        return {"month": None, "place": place, "group": group}
    month = months_queries.month_named(session, asked.month) if asked.month else latest
    households = register_queries.households(session, actor, HouseholdFilter(q=asked.q))
    return {
        "month": month,
        "latest": latest,
        "owed": [
            row.month
            for row in screening_queries.screenings_owed(session, actor.place, today)
            if row.month != month.month
        ],
        "is_gone": actor.place not in owned(session, actor, ScopeKind.GROUP),
        "inherited": [
            row
            for code in owned(session, actor, ScopeKind.GROUP)
            if code != actor.place
            for row in screening_queries.screenings_owed(session, code, today)
        ],
        "place": place,
        "village": village,
        "group": group,
        "households": HOUSEHOLDS.page(session, households, asked),
        "q": asked.q or "",
        **_screening(session, actor, month.month),
        **_reported(session, actor, village, group),
    }


def _screening(session: Session, actor: Actor, month: str) -> dict[str, Any]:
    """The group's report of the month, and how many households its leader reported in it."""
    row = months_queries.known_reporter(session, month, Reporter.GROUP, actor.place)
    return {
        "row": row,
        "found": len(screening_queries.findings_of_group(session, row)) if row else 0,
        "reminded": months_queries.reminded(session, month, Reporter.GROUP, actor.place),
        "sent": row is not None and screening_queries.village_has_sent(session, row),
    }


def _reported(session: Session, actor: Actor, village: str, group: str) -> dict[str, Any]:
    """What the leader reported and is still open, of every month, and how many have ended (F-08)."""
    statement = findings_queries.reported(session, village, group)
    latest_first = col(Finding.month).desc(), Finding.id
    findings = session.exec(statement.order_by(*latest_first)).all()
    fates = outcomes_queries.fates_of(session, findings)
    ends = {finding.id: outcomes_queries.end_of(finding, fates[finding.id]) for finding in findings}
    return {
        "findings": [finding for finding in findings if not ends[finding.id]],
        "ended": [finding for finding in findings if ends[finding.id]],
        "ends": ends,
        "mendable": {
            finding.id for finding in findings if not screening_queries.why_fixed(finding, actor)
        },
        "fates": fates,
    }
