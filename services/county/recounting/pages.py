"""Due days that the calendar would move, and the button that moves them."""

from fastapi import Request, Response

from kit.web import Today, Transaction, Who, done, page
from services.county.recounting import commands, queries
from services.county.recounting.policy import policy

router = policy.router()


@router.get("/recounting")
def recounting(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    return page(request, "county_recounting.html", moves=queries.moves(session, today))


@router.post("/recounting")
def recount_dues(session: Transaction, actor: Who, today: Today) -> Response:
    moved = commands.recount_dues(session, actor=actor, on=today)
    return done("/county/recounting", f"已调整{moved}个时限。")
