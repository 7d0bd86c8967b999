"""Pages: translate, and own the transaction."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.web import Transaction, Who, page
from services.unit.search import queries
from services.unit.search.policy import policy

router = policy.router()


@router.get("/search")
def search(request: Request, session: Transaction, actor: Who, q: str = "") -> HTMLResponse:
    return page(request, "search.html", q=q, hits=queries.search(session, actor, q))
