"""What waits for the county's decision, and the button that hands it out before."""

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.packs import pack
from kit.web import Today, Transaction, Who, done, page
from services.dispatch.held import commands, queries
from services.dispatch.held.policy import policy

router = policy.router()


@router.get("/held", name="held_needs")
def held_needs(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    rows = queries.open_needs(session)
    return page(
        request,
        "held.html",
        rows=[(row, queries.gap_items(row), (today - row.since).days) for row in rows],
        names=queries.places(session, rows),
        at_once=pack(session, today).dispatch.issue_after == "VERIFIED",
    )


@router.post("/held/{held}/issue", name="issue_held")
def issue_held(held: str, session: Transaction, actor: Who, today: Today) -> Response:
    row = commands.issue_held(session, held, actor=actor, on=today)
    return done("/dispatch/held", f"{row.case_number}的需求已提前交办。")
