"""What was done in one's name, with a tap to object; and, for the office above, the objections."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Form as FromPage
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.behalf import table
from kit.behalf.forms import Objection, Seen, Settlement
from kit.behalf.table import ActedFor
from kit.errors import Forbidden
from kit.forms import fill
from kit.forms.filling import Filled
from kit.policy import Action, Policy, allow, anywhere
from kit.web import Today, Transaction, Who, done, page
from rulebook.scopes import KIND_OF

MOST = 100  # shown at once; the rest follows as they are answered
EVERYBODY = allow(*KIND_OF, to=anywhere)
policy = Policy(
    behalf=Action("查看代办", EVERYBODY),
    see_behalf=Action("答复代办", EVERYBODY),
    object_to_behalf=Action("对代办提出异议", EVERYBODY),
    settle_objection=Action("查实代办异议", EVERYBODY),
)
router: APIRouter = policy.router(include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """One act, and the forms that answer it."""

    act: ActedFor
    forms: list[tuple[Filled, str]]


@router.get("/behalf")
def behalf(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    to, places = f"/{request.app.state.service.name}/behalf", _places(session, actor)

    def asked(act: ActedFor, *forms: tuple[type, str, str]) -> Asked:
        given = {"id": str(act.id)}
        filled = [
            (fill(request, form, f"{to}/{door}", given, id=f"{door}-{act.id}"), label)
            for form, door, label in forms
        ]
        return Asked(act, filled)

    unseen = table.unseen(session, actor, places, MOST + 1)
    return page(
        request,
        "behalf.html",
        mine=[
            asked(act, (Seen, "seen", "知道了"), (Objection, "objections", "不是我的意思"))
            for act in unseen[:MOST]
        ],
        more=len(unseen) > MOST,
        objected=[
            asked(act, (Settlement, "settlements", "已查实"))
            for act in table.objected(session, actor, places)
        ],
    )


@router.post("/behalf/seen")
def see_behalf(
    request: Request,
    form: Annotated[Seen, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    table.see(session, _own(session, form.id, actor), today)
    return _back(request, "已记下：您知道这件事。")


@router.post("/behalf/objections")
def object_to_behalf(
    request: Request,
    form: Annotated[Objection, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    table.object_to(session, _own(session, form.id, actor), form.words, actor, today)
    return _back(request, "已记下您的异议，由上级核查。")


@router.post("/behalf/settlements")
def settle_objection(
    request: Request,
    form: Annotated[Settlement, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    act = table.find(session, form.id)
    if act.above_role != actor.role or act.above_place not in _places(session, actor):
        raise Forbidden(f"这条异议由{act.above_role.label}查实。")
    if act.by_account == actor.account:
        raise Forbidden("这是您自己代办的，请由另一位查实。")
    table.settle(session, act, form.note, actor, today)
    return _back(request, "已记下查实的情况。")


def _own(session: Session, id: str, actor: Actor) -> ActedFor:
    """An act in the actor's own name, not by his own hand."""
    act = table.find(session, id)
    if act.role != actor.role or act.place not in _places(session, actor):
        raise Forbidden("这件事不是以您的名义办的，请由本人答复。")
    if act.by_account == actor.account:
        raise Forbidden("这是您自己代办的，请由本人答复。")
    return act


def _places(session: Session, actor: Actor) -> tuple[str, ...]:
    return directory.answers_for(session, actor)


def _back(request: Request, message: str) -> RedirectResponse:
    return done(f"/{request.app.state.service.name}/behalf", message)
