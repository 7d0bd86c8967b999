"""Pages: translate, and own the transaction."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, Day
from schemas.codes import GapItem, RiskCause, Tier
from schemas.values import Since
from services.county.cases import queries as cases_queries
from services.county.cases.rules import NeedDraft
from services.county.directory import queries as directory_queries
from services.county.doors import Kind
from services.county.verification import commands, queries
from services.county.verification.commands import Findings

router = APIRouter()


@router.post("/cases/{case_id}/visits")
def record_visit(
    case_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    visited_on: Annotated[Day, Form()],
    visitors: Annotated[str, Form()],
    met: Annotated[str, Form()] = "",
    house: Annotated[str, Form()] = "",
    water: Annotated[str, Form()] = "",
    education: Annotated[str, Form()] = "",
    medical: Annotated[str, Form()] = "",
    income: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    found = Findings(visitors, met, house, water, education, medical, income, note)
    commands.record_visit(session, case_id, found, visited_on=visited_on, actor=actor, on=today)
    return done(f"/county/cases/{case_id}", "入户核实已登记,可以作决定了。")


@router.post("/cases/{case_id}/decision")
async def decide(
    case_id: str, request: Request, session: Transaction, actor: Who, today: Today
) -> Response:
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    found = commands.decide(
        session,
        case_id,
        form.get("decision", ""),
        needs=_needs(form),
        since=_since(form),
        actor=actor,
        on=today,
        primary_cause=_chosen(RiskCause, form, "primary_cause"),
        risk_point=form.get("risk_point") or None,
        matter=form.get("matter") or None,
        reason=form.get("reason", ""),
        question=form.get("question", ""),
    )
    return done(f"/county/cases/{case_id}", f"已决定:{found.decision.label}。")


@router.get("/trips")
def trips(request: Request, session: Transaction, actor: Who, month: AnyYearMonth = "") -> Response:
    """The printable trip sheet: households to visit, by township and village."""
    cases_queries.require_county(actor, "查看核实行程")
    found = queries.trips(session, month or None)
    codes = [code for trip in found for code in (trip.township, trip.village)]
    reporters = [
        source.reporter for trip in found for stop in trip.stops for source in stop.sources
    ]
    return page(
        request,
        "trips.html",
        trips=found,
        names=directory_queries.names(session, [*codes, *reporters]),
        tier=Tier,
        cause=RiskCause,
    )


def _needs(form: dict[str, str]) -> list[NeedDraft]:
    """Up to five rows of the form; a row without a gap item is empty."""
    return [
        NeedDraft(
            gap,
            form.get(f"question_{n}", ""),
            form.get(f"person_{n}") or None,
            form.get(f"department_{n}") or None,
        )
        for n in range(1, 6)
        if (gap := _chosen(GapItem, form, f"gap_{n}"))
    ]


def _since(form: dict[str, str]) -> Since:
    try:
        day = date.fromisoformat(form["since"]) if form.get("since") else None
    except ValueError:
        raise Refused(f"日期“{form['since']}”写法不对,请写成2026-10-12这样的格式。") from None
    return Since(day=day, about=bool(form.get("about")))


def _chosen(kind: type[Kind], form: dict[str, str], name: str) -> Kind | None:
    if not form.get(name):
        return None
    try:
        return kind(form[name])
    except ValueError:
        raise Refused(f"没有“{form[name]}”这个选项,请从列表中选择。") from None
