"""The register as a page and a sheet, and one household of it."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, page
from schemas.codes import Level
from services.casework.identification import queries as files_queries
from services.casework.monitored import queries
from services.casework.monitored.forms import MonitoredFilter, PlacesAsked
from services.casework.monitored.policy import policy
from services.casework.monitored.rules import CATEGORIES
from services.casework.monitored.views import MONITORED, PLACES

router = policy.router()


@router.get("/monitored")
def monitored(
    request: Request, asked: Annotated[MonitoredFilter, Query()], session: Transaction, actor: Who
) -> Response:
    statement = queries.rows(actor, asked)
    options: dict[str, dict[str, str]] = {
        "village": files_queries.villages(session, actor),
        "township": {one.code: one.name for one in queries.places(session, actor, Level.TOWNSHIP)},
        "category": {category.value: category.label for category in CATEGORIES},
    }
    return page(
        request,
        "monitored.html",
        register=MONITORED.page(session, statement, asked).map(
            lambda rows: queries.lines(session, rows)
        ),
        counts=queries.counts(session, statement),
        filter=fill(request, MonitoredFilter, "/casework/monitored", asked, options=options),
    )


@router.get("/monitored.xlsx", name="monitored")
def workbook(
    asked: Annotated[MonitoredFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = MONITORED.every(session, queries.rows(actor, asked), asked)
    return MONITORED.export("监测台账", queries.lines(session, rows), on=today)


@router.get("/monitored/places")
def monitored_places(
    request: Request, asked: Annotated[PlacesAsked, Query()], session: Transaction, actor: Who
) -> Response:
    """The same households by township, or by village (N-17)."""
    found = queries.places(session, actor, asked.level)
    return page(
        request,
        "monitored_places.html",
        places=PLACES.page_of(found, asked),
        filter=fill(request, PlacesAsked, "/casework/monitored/places", asked),
    )


@router.get("/monitored/places.xlsx", name="monitored_places")
def places_workbook(
    asked: Annotated[PlacesAsked, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    found = queries.places(session, actor, asked.level)
    return PLACES.export("监测台账分地区汇总", found, on=today)


@router.get("/monitored/{id}")
def monitored_household(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Where the household stands, its files, and the risks added since."""
    stored = queries.see(session, actor, id)
    return page(
        request,
        "monitored_household.html",
        row=stored,
        line=queries.lines(session, [stored])[0],
        files=files_queries.lines(session, queries.files(session, stored), today),
        risks=queries.risks(session, id),
    )
