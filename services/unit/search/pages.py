"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kit.web import Transaction, Who, page
from services.unit.search import queries

router = APIRouter()


@router.get("/search")
def search(request: Request, session: Transaction, actor: Who, q: str = "") -> HTMLResponse:
    return page(request, "search.html", q=q, hits=queries.search(session, actor, q))
