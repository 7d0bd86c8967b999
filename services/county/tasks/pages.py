"""The page of open tasks, and the search."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from kit.lists import Asking, Page
from kit.rates import SEARCH, limited
from kit.service import Service
from kit.tasks.door import Elsewhere
from kit.web import Today, Transaction, Who, page
from rulebook.months import YearMonth, month_of
from rulebook.types import Short
from services.county.cases import queries as cases_queries
from services.county.cases.queries import CASES
from services.county.ledger import queries as ledger_queries
from services.county.ledger.forms import LedgerFilter
from services.county.months import queries as months_queries
from services.county.reporters import queries as reporters_queries
from services.county.tasks import queries
from services.county.tasks.policy import policy

router = policy.router()
Words = Annotated[Short, Query(title="查找内容", max_length=50)]


@router.get("/")
def desk(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    elsewhere: Elsewhere,
    month: Annotated[YearMonth | None, Query(title="月份")] = None,
) -> Response:
    """Open tasks with one due date each, and how far the month has come."""
    service: Service = request.app.state.service
    months = months_queries.months(session)
    shown = month or (months[0] if months else month_of(today))
    tiers = reporters_queries.month_status(session, shown, actor, today)
    return page(
        request,
        "desk.html",
        tasks=service.open_tasks(session, actor, today),
        elsewhere=elsewhere,
        month=shown,
        months=months,
        tiers=tiers,
        whole=queries.glance(session, tiers, today) if policy.may(actor, "glance") else None,
    )


@router.get("/search")
@limited(SEARCH)
def search(request: Request, session: Transaction, actor: Who, q: Words = "") -> Response:
    """By name or number, within what the actor may see."""
    text = q.strip()
    statement = cases_queries.cases(actor, q=text)
    rows: Page[Any] = (
        CASES.page(session, statement, Asking()) if text else CASES.page_of([], Asking())
    )
    ledger: Page[Any] = (
        ledger_queries.page(session, actor, LedgerFilter(q=text))
        if text
        else CASES.page_of([], Asking())
    )
    return page(
        request,
        "search.html",
        q=text,
        cases=rows.map(lambda cases: cases_queries.lines(session, cases)),
        ledger=ledger,
    )
