"""The form of a natural decrease, and the households that the other county has not taken over."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from schemas.monitored import Decrease, Standing
from services.casework.decreases import commands, queries
from services.casework.decreases.forms import DecreaseForm
from services.casework.decreases.policy import policy
from services.casework.monitored import queries as register_queries

router = policy.router()


@router.get("/leaving")
def leaving(request: Request, session: Transaction, actor: Who) -> Response:
    rows = session.exec(queries.leaving(actor)).all()
    return page(request, "leaving.html", lines=register_queries.lines(session, rows))


@router.get("/monitored/{id}/decrease", name="record_decrease")
def decrease(request: Request, id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """The form, and what was recorded before."""
    row = queries.taken(session, actor, id)
    away = {"decrease": Decrease.MOVED_AWAY} if row.left_on else {}
    return page(
        request,
        "decrease.html",
        row=row,
        line=register_queries.lines(session, [row])[0],
        recorded=queries.of(session, id),
        form=fill(
            request, DecreaseForm, f"/casework/monitored/{id}/decrease", {"on": today, **away}
        ),
    )


@router.post("/monitored/{id}/decrease")
def record_decrease(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[DecreaseForm, FromPage()],
) -> Response:
    row = commands.record(session, id, form, actor=actor, on=today)
    lapsed = row.standing is Standing.LAPSED
    said = "已登记自然减少。" if lapsed else "已登记迁出。迁入地接收以前，这一户继续监测。"
    return done(f"/casework/monitored/{id}", said)
