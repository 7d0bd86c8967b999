"""Where the national system and our register say otherwise, to be looked into."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.web import Transaction, Who, page
from services.casework.national import queries
from services.casework.national.policy import policy

router = policy.router()


@router.get("/national")
def national_differences(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    found = queries.lines(session, queries.differing(session))
    return page(
        request,
        "national_differences.html",
        latest=queries.latest(session),
        counts=queries.counts(found),
        lines=found[: queries.SHOWN],
        left=max(0, len(found) - queries.SHOWN),
    )
