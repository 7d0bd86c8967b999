"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kit.web import Transaction, Who, page
from rulebook.months import AnyYearMonth
from schemas.codes import RiskCause, Tier
from services.village import scopes
from services.village.outcomes import queries
from services.village.register import queries as register_queries

router = APIRouter()


@router.get("/notices")
def notices(
    request: Request, session: Transaction, actor: Who, month: AnyYearMonth = ""
) -> HTMLResponse:
    """What helping units and supervision teams reported of our households, for reading (B-38)."""
    found = queries.notices(session, scopes.scope_of(actor), month or None)
    heads = {
        one.household: register_queries.known_household(session, one.household) for one in found
    }
    return page(
        request,
        "notices.html",
        notices=found,
        heads=heads,
        names=register_queries.names(session),
        sources=register_queries.source_names(session),
        causes=RiskCause,
        tiers=Tier,
    )
