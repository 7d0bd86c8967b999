"""Cases: list, one case with its sources side by side, trip sheet, unmatched findings."""

from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request, Response

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, Day
from rulebook.routing import default_gap_items
from schemas.codes import CaseDecision, Coded, GapItem, OrderState, RiskCause, Role, Tier
from schemas.values import Since
from services.county import commands, queries
from services.county.queries.cases import PAGE
from services.county.rules.cases import (
    COUNTY_ROLES,
    DEFAULT_QUESTIONS,
    NOT_QUALIFIED_REASONS,
    NeedDraft,
)
from services.county.service import pack_of

router = APIRouter()
Kind = TypeVar("Kind", bound=Coded)


@router.get("/cases")
def cases(
    request: Request,
    session: Transaction,
    actor: Who,
    month: AnyYearMonth = "",
    village: str = "",
    status: str = "",
    q: str = "",
    page_no: int = 1,
) -> Response:
    lines, total = queries.cases(
        session,
        actor,
        month=month or None,
        village=village or None,
        status=status or None,
        q=q.strip() or None,
        page=max(1, page_no),
    )
    return page(
        request,
        "cases.html",
        lines=lines,
        total=total,
        page_no=max(1, page_no),
        pages=-(-total // PAGE) or 1,
        month=month,
        village=village,
        chosen=status,
        q=q,
        months=queries.months(session),
        villages=queries.villages(session),
        decisions=list(CaseDecision),
        decided=CaseDecision,
        names=queries.names(session, [line.case.village for line in lines]),
    )


@router.get("/cases/{case_id}")
def case(
    request: Request, case_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Sources side by side, visits, decision, orders, timeline."""
    found = queries.see(session, actor, case_id)
    sources = queries.sources(session, case_id)
    household = queries.heads(session, [found.household]).get(found.household)
    causes = list(dict.fromkeys(cause for source in sources for cause in source.causes))
    first = RiskCause(causes[0]) if causes else RiskCause.OTHER
    rules = pack_of(session, found.pack)
    offered = default_gap_items(rules, first) or (GapItem.OTHER,)
    orders = queries.orders(session, case_id)
    return page(
        request,
        "case.html",
        case=found,
        sources=sources,
        household=household,
        visits=queries.visits(session, case_id),
        needs=queries.needs(session, case_id),
        orders=orders,
        timeline=queries.timeline(session, case_id),
        names=queries.names(
            session,
            [
                found.village,
                found.township,
                *(source.reporter for source in sources),
                *(order.department for order in orders),
            ],
        ),
        tier=Tier,
        cause=RiskCause,
        gap=GapItem,
        order_state=OrderState,
        decided=CaseDecision,
        first=first,
        offered=offered,
        questions=DEFAULT_QUESTIONS | rules.codes.questions(),
        reasons=NOT_QUALIFIED_REASONS,
        departments=queries.departments(session),
        clerk=actor.role is Role.COUNTY_CLERK,
        differ=_differences(sources),
        previous=queries.case(session, found.previous) if found.previous else None,
    )


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
    found = commands.Findings(visitors, met, house, water, education, medical, income, note)
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
    return done(f"/county/cases/{case_id}", f"已决定:{CaseDecision(found.decision).label}。")


@router.get("/trips")
def trips(request: Request, session: Transaction, actor: Who, month: AnyYearMonth = "") -> Response:
    """The printable trip sheet: households to visit, by township and village."""
    queries.require_county(actor, "查看核实行程")
    found = queries.trips(session, month or None)
    codes = [code for trip in found for code in (trip.township, trip.village)]
    reporters = [
        source.reporter for trip in found for stop in trip.stops for source in stop.sources
    ]
    return page(
        request,
        "trips.html",
        trips=found,
        names=queries.names(session, [*codes, *reporters]),
        tier=Tier,
        cause=RiskCause,
    )


@router.get("/unmatched")
def unmatched(request: Request, session: Transaction, actor: Who, q: str = "") -> Response:
    """Findings of which a person says to whose case they belong."""
    queries.require_county(actor, "确认来源归属")
    found = queries.unmatched(session)
    open_cases = [
        line
        for line in queries.cases(session, actor, q=q.strip() or None)[0]
        if not line.case.closed_on
    ]
    names = queries.names(session, [code for one in found for code in (one.village, one.reporter)])
    names |= queries.names(session, [line.case.village for line in open_cases])
    return page(
        request,
        "unmatched.html",
        sources=found,
        cases=open_cases,
        q=q,
        names=names,
        tier=Tier,
        cause=RiskCause,
        clerk=actor.role in COUNTY_ROLES,
    )


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str, session: Transaction, actor: Who, today: Today, case: Annotated[str, Form()] = ""
) -> Response:
    found = commands.attach_source(session, finding, case=case or None, actor=actor, on=today)
    return done(f"/county/cases/{found.id}", f"已归入 {found.number}。")


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


def _differences(sources) -> set[str]:
    """In what the sources differ: shown, not resolved by software."""
    told = [source for source in sources if source.stage != "struck_out"]
    found = {
        "causes": {tuple(source.causes[:1]) for source in told},
        "size": {source.size for source in told if source.size},
        "since": {source.since_day for source in told if source.since_day},
        "severity": {source.severity for source in told},
    }
    return {name for name, values in found.items() if len(values) > 1}
