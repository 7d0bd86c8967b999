"""The page on which a township answers the county."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village import directory
from services.village.rechecks import commands, queries
from services.village.rechecks.forms import AnswerForm
from services.village.rechecks.policy import policy
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/rechecks/{case}")
def recheck(case: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    recheck = queries.recheck(session, case)
    policy.require(actor, "recheck", recheck)
    return page(
        request,
        "recheck.html",
        recheck=recheck,
        over=queries.is_over(session, case),
        household=register_queries.known_household(session, recheck.household),
        names=directory.names(session),
        form=fill(request, AnswerForm, f"/village/rechecks/{case}/answer"),
    )


@router.post("/rechecks/{case}/answer")
def answer_recheck(
    case: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[AnswerForm, FromPage()],
) -> Response:
    commands.answer_recheck(
        session, case, still_at_risk=form.still_at_risk, note=form.note, actor=actor, on=today
    )
    return done(f"/village/rechecks/{case}", "已答复县里。")
