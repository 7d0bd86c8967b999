"""A household's number, and the other entry of the same person."""

from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village import directory
from services.village.duplicates import commands, queries
from services.village.duplicates.forms import MergeForm, NumberForm, PlaceForm
from services.village.duplicates.policy import policy
from services.village.register import queries as register_queries
from services.village.register.models import Household

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
        claims=_claims(request, session, row, actor),
        number=fill(request, NumberForm, f"{to}/number", {"number": row.number}),
        names=directory.names(session),
    )


def _claims(
    request: Request, session: Session, household: Household, actor: Actor
) -> list[tuple[queries.Claim, list[tuple[str, Any]]]]:
    """Persons to place, each with a form for each household that he may be left in: the actor may
    enter the others, and he heads none of them.
    """
    shown = []
    for claim in queries.claims(session, household):
        households = [household, *claim.others]
        forms = []
        for keep in households:
            left = [other for other in households if other.id != keep.id]
            free = all(other.id_hash != claim.person.id_hash for other in left)
            if free and all(policy.may(actor, "place_person", other) for other in left):
                to = f"/village/doubles/{household.id}/persons/{claim.person.id}"
                known = {"keep": keep.id}
                form = fill(request, PlaceForm, to, known, id=f"{claim.person.id}-{keep.id}")
                forms.append((queries.called(session, keep), form))
        shown.append((claim, forms))
    return shown


@router.post("/doubles/{household}/persons/{person}")
def place_person(
    household: str,
    person: int,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[PlaceForm, FromPage()],
) -> Response:
    commands.place_person(
        session, household, person, keep=form.keep, reason=form.reason, actor=actor, on=today
    )
    return done(f"/village/households/{household}", "已核对，这个人只登记在一户。")


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
