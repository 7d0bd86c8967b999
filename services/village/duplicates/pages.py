"""A household's number, and the other entry of the same person."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village import directory
from services.village.duplicates import commands, queries
from services.village.duplicates.forms import MergeForm, NumberForm
from services.village.duplicates.policy import policy
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/doubles")
def doubles(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    rows, names = queries.doubles(session, actor), directory.names(session)
    return page(request, "doubles.html", households=rows, names=names)


@router.get("/doubles/{household}")
def double(household: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    row = register_queries.household(session, household)
    policy.require(actor, "double", row)
    twin, to = queries.twin(session, row), f"/village/doubles/{row.id}"
    merging = [
        (entry, fill(request, MergeForm, f"{to}/merging", {"keep": entry.id}, id=entry.id))
        for entry in ((row, twin) if twin and policy.may(actor, "double", twin) else ())
    ]
    return page(
        request,
        "double.html",
        household=row,
        twin=twin,
        called=queries.called(session, twin) if twin else "",
        merging=merging,
        number=fill(request, NumberForm, f"{to}/number", {"number": row.number}),
        names=directory.names(session),
    )


@router.post("/doubles/{household}/number")
def renumber_household(
    household: str, session: Transaction, actor: Who, form: Annotated[NumberForm, FromPage()]
) -> Response:
    commands.renumber_household(session, household, number=form.number, actor=actor)
    return done(f"/village/households/{household}", "户编号已改。")


@router.post("/doubles/{household}/merging")
def merge_households(
    household: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[MergeForm, FromPage()],
) -> Response:
    kept = commands.merge_households(
        session, household, keep=form.keep, reason=form.reason, actor=actor, on=today
    )
    return done(f"/village/households/{kept.id}", "已并为一户。")
