"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from kit.rates import SEARCH, limited
from kit.web import Transaction, Who, page
from services.unit.search import queries
from services.unit.search.forms import SearchFor
from services.unit.search.policy import policy
from services.unit.search.views import HITS

router = policy.router()


@router.get("/search")
@limited(SEARCH)
def search(
    request: Request, asked: Annotated[SearchFor, Query()], session: Transaction, actor: Who
) -> HTMLResponse:
    hits = HITS.page_of(queries.search(session, actor, asked.q), asked)
    return page(request, "search.html", q=asked.q, hits=hits)
