"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from rulebook.routing import default_gap_items
from schemas.codes import CaseDecision, GapItem, OrderState, RiskCause, Role, Tier
from services.county.cases import commands, queries
from services.county.cases.queries import PAGE
from services.county.cases.rules import COUNTY_ROLES, DEFAULT_QUESTIONS, NOT_QUALIFIED_REASONS
from services.county.directory import queries as directory_queries
from services.county.ledger import queries as ledger_queries
from services.county.months import queries as months_queries
from services.county.service import pack_of

router = APIRouter()


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
        months=months_queries.months(session),
        villages=ledger_queries.villages(session),
        decisions=list(CaseDecision),
        decided=CaseDecision,
        names=directory_queries.names(session, [line.case.village for line in lines]),
    )


@router.get("/cases/{case_id}")
def case(
    request: Request, case_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Sources side by side, visits, decision, orders, timeline."""
    found = queries.see(session, actor, case_id)
    sources = queries.sources(session, case_id)
    household = directory_queries.heads(session, [found.household]).get(found.household)
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
        names=directory_queries.names(
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
        departments=directory_queries.departments(session),
        clerk=actor.role is Role.COUNTY_CLERK,
        differ=_differences(sources),
        previous=queries.case(session, found.previous) if found.previous else None,
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
    names = directory_queries.names(
        session, [code for one in found for code in (one.village, one.reporter)]
    )
    names |= directory_queries.names(session, [line.case.village for line in open_cases])
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
