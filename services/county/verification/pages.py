"""Pages of verification visits and decisions; the trip sheet."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from services.county.directory import queries as directory_queries
from services.county.verification import commands, queries
from services.county.verification.forms import DecisionOnPage, VisitForm
from services.county.verification.policy import policy

router = policy.router()


@router.post("/cases/{case_id}/visits")
def record_visit(
    case_id: str,
    form: Annotated[VisitForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    commands.record_visit(session, case_id, form, actor=actor, on=today)
    return done(f"/county/cases/{case_id}", "入户核实已登记。")


@router.post("/cases/{case_id}/decision")
def decide(
    case_id: str,
    form: Annotated[DecisionOnPage, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    try:
        case = commands.decide(session, case_id, form.form(), actor=actor, on=today)
    except Refused as refused:
        refused.field = form.place(refused.field)
        raise
    return done(f"/county/cases/{case_id}", f"已决定：{case.decision.label}。")


@router.get("/trips")
def trips(
    request: Request,
    session: Transaction,
    actor: Who,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> Response:
    """The printable trip sheet: households to visit, by township and village."""
    trips = queries.trips(session, actor, month or None)
    codes = [code for trip in trips for code in (trip.township, trip.village)]
    reporters = [
        source.reporter for trip in trips for stop in trip.stops for source in stop.sources
    ]
    return page(
        request,
        "trips.html",
        trips=trips,
        names=directory_queries.names(session, [*codes, *reporters]),
    )
