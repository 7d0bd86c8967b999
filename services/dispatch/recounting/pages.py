"""Due days that the calendar would move, and the button that moves them."""

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.web import Today, Transaction, Who, done, page
from services.dispatch.orders import queries as orders_queries
from services.dispatch.recounting import commands, queries
from services.dispatch.recounting.policy import policy

router = policy.router()


@router.get("/recounting")
def recounting(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    moves = queries.moves(session, today)
    lines = orders_queries.lines(session, [move.order for move in moves], today)
    return page(request, "recounting.html", moves=list(zip(moves, lines, strict=True)))


@router.post("/recounting")
def recount_dues(session: Transaction, actor: Who, today: Today) -> RedirectResponse:
    orders = commands.recount_dues(session, actor=actor, on=today)
    return done("/dispatch/recounting", f"已调整{orders}张交办单的时限，并通知承办部门。")
