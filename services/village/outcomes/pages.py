"""What other channels reported, to read."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from kit.web import Transaction, Who, page
from rulebook.months import AnyYearMonth
from services.village import directory
from services.village.outcomes import queries
from services.village.outcomes.policy import policy
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/notices")
def notices(
    request: Request,
    session: Transaction,
    actor: Who,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> HTMLResponse:
    """What helping units and supervision teams reported of our households, for reading (B-38)."""
    notices = queries.notices(session, actor, month or None)
    return page(
        request,
        "notices.html",
        notices=notices,
        heads=register_queries.known_households(session, [notice.household for notice in notices]),
        names=directory.names(session),
        sources=directory.source_names(session, [notice.source for notice in notices]),
    )
