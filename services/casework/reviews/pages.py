"""The page on which a township reviews its list."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.forms import fill
from kit.lists import Asking
from kit.web import Today, Transaction, Who, done, page
from services.casework.identification import queries as files_queries
from services.casework.identification.views import FILES
from services.casework.reviews import commands, queries
from services.casework.reviews.forms import ReviewForm
from services.casework.reviews.policy import policy

router = policy.router()
OPINIONS = {"true": "同意", "false": "不同意"}


@router.get("/reviews")
def reviews(
    request: Request,
    asked: Annotated[Asking, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    waiting = FILES.page(session, queries.waiting(actor), asked).map(
        lambda rows: files_queries.lines(session, rows, today)
    )
    return page(
        request,
        "reviews.html",
        waiting=waiting,
        form=fill(
            request,
            ReviewForm,
            "/casework/reviews",
            options={
                "files": {
                    line.file.id: line.called
                    for line in waiting.rows
                    if policy.may(actor, "review", line.file)
                },
                "agreed": OPINIONS,
            },
        ),
    )


@router.post("/reviews")
def review(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReviewForm, FromPage()]
) -> Response:
    taken = commands.review(session, form, actor=actor, on=today)
    return done("/casework/reviews", taken.said("已审核"))
